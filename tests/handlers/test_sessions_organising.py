"""Learning sessions: planned, changed and cancelled by an organiser."""

from datetime import datetime

import pytest

from bot.domain.members import MemberState
from tests.leaders import Community, Leader, words
from tests.sessions import LINK, audited, links, planned, register, standing


async def gathered(community: Community, **answers: str) -> tuple[int, Leader, Leader, Leader]:
    """A session for which Ada signed up and Ben did too, where there is room."""
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, **answers)
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    for each in (ada, ben):
        await each.says(f"sessions sign up {number}")
    return number, olu, ada, ben


async def test_planned_session_is_shown_as_members_see_it(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    form = await olu.says("sessions create Frailty at home")
    names = [field.name for field in form.fields]

    outcome = await olu.submits(
        form, date="2026-12-03", time="12:30", place="Room 2, Lewisham", minutes="45"
    )

    assert names[:5] == ["kind", "title", "date", "time", "minutes"]
    assert words(outcome.reply).splitlines()[:5] == [
        "Planned. This is what members see:",
        "Frailty at home",
        "When: Thursday 3 December at 12:30, 45 minutes",
        "Where: Room 2, Lewisham",
        "There is room for everybody.",
    ]
    assert audited(community) == [("sessions create", "session 1")]


@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({"date": "soon"}, {"date": "I could not read “soon” as a date. Try “7 December”."}),
        ({"date": "2026-11-22"}, {"date": "That is in the past. When is it?"}),
        ({"date": "2026-11-23", "time": "10:00"}, {"date": "That is in the past. When is it?"}),
        ({"date": "9999-12-31"}, {"date": "That is more than two years away."}),
        ({"time": "25:00"}, {"time": "I could not read “25:00” as a time. Try “09:00”."}),
        ({"minutes": "4"}, {"minutes": "Please give a number of minutes from 5 to 720."}),
        ({"minutes": "half"}, {"minutes": "Please give a number of minutes from 5 to 720."}),
        ({"capacity": "0"}, {"capacity": "Please give a number of places from 1 to 5,000."}),
        (
            {"kind": "open chair", "capacity": "4"},
            {"capacity": "Please give a number of open chairs from 1 to 3."},
        ),
        (
            {"kind": "open chair"},
            {"capacity": "Please give a number of open chairs from 1 to 3."},
        ),
        ({"link": "javascript:alert(1)"},
         {"link": "Please give the whole address, beginning with https://."}),
        ({"link": "http://[bad"},
         {"link": "Please give the whole address, beginning with https://."}),
        ({"link": ""}, {"place": "Where is it? Give a place, a link or a number to dial in."}),
        ({"title": " "}, {"title": "Please give it a title."}),
        ({"kind": "party"}, {"kind": "Please choose one of these."}),
        ({"priority": "Fun"}, {"priority": "Please choose one of these."}),
    ],
)  # fmt: skip
async def test_form_marks_what_makes_no_sense(
    community: Community, answers: dict[str, str], errors: dict[str, str]
) -> None:
    olu = await community.organiser("Olu Chair")
    form = await olu.says("sessions create")
    known = {"title": "Frailty", "date": "2026-12-03", "time": "12:30", "link": LINK}

    outcome = await olu.submits(form, **known | answers)

    assert outcome.errors == errors
    assert audited(community) == []


async def test_session_may_be_about_a_priority_of_the_community(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    form = await olu.says("sessions create")
    priority = next(field for field in form.fields if field.name == "priority")
    chosen = priority.options[0].value

    number = await planned(olu, priority=chosen)

    assert f"Priority: {chosen}" in words(await olu.says(f"sessions show {number}"))
    assert words(await olu.says(f"sessions {chosen[:6]}")).startswith("1 learning session")


@pytest.mark.parametrize(
    "asked",
    ["create", "edit 1", "cancel 1", "repeat 1", "repeat stop 1", "people 1", "attendance 1",
     "report 1", "needs read 1", "materials add 1", "materials remove 1", "hand over 1 Ada",
     "topics close 1", "post 1"],
)  # fmt: skip
async def test_organising_is_for_organisers(community: Community, asked: str) -> None:
    number, olu, ada, _ = await gathered(community)
    await olu.says("sessions suggest Digital wards")

    reply = words(await ada.says(f"sessions {asked}"))

    assert reply == "Only organisers can do that. An organiser can give you that role."
    assert audited(community) == [("sessions create", f"session {number}")]


async def test_moved_session_tells_all_and_moves_its_reminders(community: Community) -> None:
    number, olu, ada, ben = await gathered(community, capacity="1")
    form = await olu.says(f"sessions edit {number}")

    outcome = await olu.submits(form, date="2026-12-04", time="14:00")

    assert words(outcome.reply).startswith("Changed. I told 2 people who signed up.\n")
    assert words(ada.last).splitlines()[:3] == [
        "Frailty at home has another time.",
        "Frailty at home: Friday 4 December at 14:00.",
        f"Join online: {LINK}",
    ]
    assert words(ben.last).splitlines() == [
        "Frailty at home has another time.",
        "Frailty at home: Friday 4 December at 14:00.",
        f"Take me off the list: type “sessions leave {number}”",
        "You get this because you are on its waitlist.",
    ]
    told = len(ada.inbox)
    await community.until(datetime(2026, 12, 3, 13, 59))
    assert len(ada.inbox) == told
    await community.until(datetime(2026, 12, 3, 14, 0))
    assert words(ada.last).startswith("Coming up: Frailty at home, Friday 4 December at 14:00.")
    await community.until(datetime(2026, 12, 4, 14, 0))
    assert len(ada.inbox) == told + 2
    assert audited(community)[-1] == ("sessions edit", f"session {number}")


async def test_session_moved_away_and_back_has_its_reminders_again(community: Community) -> None:
    number, olu, ada, _ = await gathered(community)
    await olu.submits(await olu.says(f"sessions edit {number}"), date="2026-12-04")
    await olu.submits(await olu.says(f"sessions edit {number}"), date="2026-12-03")
    told = len(ada.inbox)

    await community.until(datetime(2026, 12, 3, 12, 30))

    assert [words(each).partition(":")[0] for each in ada.inbox[told:]] == ["Coming up"] * 2


async def test_reminder_that_waits_to_go_out_is_called_back_by_a_move(
    community: Community,
) -> None:
    number, olu, ada, _ = await gathered(community)
    form = await olu.says(f"sessions edit {number}")
    community.now = datetime.fromisoformat("2026-12-02T12:30:00+00:00")
    # The reminder is written, and the platform has not taken it yet.
    while await community.scheduler.tick():
        pass

    await olu.submits(form, date="2026-12-10")

    assert [words(each).partition(":")[0] for each in ada.inbox] == [
        "Frailty at home has another time.\nFrailty at home"
    ]


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"place": "Room 9"}, "Frailty at home has another place."),
        ({"title": "Frailty"}, "Frailty at home has another title."),
        ({"speakers": "Di Roy"}, "Frailty at home has other speakers."),
        ({"dial_in": "0300"}, "Frailty at home has another way to join online."),
        (
            {"minutes": "90", "place": "Room 9"},
            "Frailty at home has another time and another place.",
        ),
    ],
)
async def test_change_says_what_is_different(
    community: Community, answers: dict[str, str], said: str
) -> None:
    number, olu, ada, _ = await gathered(community)

    await olu.submits(await olu.says(f"sessions edit {number}"), **answers)

    assert words(ada.last).splitlines()[0] == said


async def test_change_that_concerns_nobody_tells_nobody(community: Community) -> None:
    number, olu, ada, _ = await gathered(community)

    same = await olu.submits(await olu.says(f"sessions edit {number}"))
    about = await olu.submits(await olu.says(f"sessions edit {number}"), about="All of it.")

    assert words(same.reply) == "Nothing is different in Frailty at home, so nobody is told."
    assert words(about.reply).startswith("Changed.\nFrailty at home\nAll of it.")
    assert ada.inbox == []


async def test_more_places_let_those_who_wait_in(community: Community) -> None:
    number, olu, _, ben = await gathered(community, capacity="1")

    await olu.submits(await olu.says(f"sessions edit {number}"), capacity="2")

    assert standing(community, number) == {"going": ["Ada", "Ben"], "waiting": []}
    assert words(ben.last).startswith("A place has come free: you are in Frailty at home")


async def test_no_limit_lets_everybody_in(community: Community) -> None:
    number, olu, *_ = await gathered(community, capacity="1")

    await olu.submits(await olu.says(f"sessions edit {number}"), capacity="")

    assert standing(community, number) == {"going": ["Ada", "Ben"], "waiting": []}


async def test_fewer_places_take_nobodys_away(community: Community) -> None:
    number, olu, *_ = await gathered(community, capacity="5")

    await olu.submits(await olu.says(f"sessions edit {number}"), capacity="1")

    assert standing(community, number) == {"going": ["Ada", "Ben"], "waiting": []}


async def test_cancelled_session_tells_all_at_once_and_reminds_of_nothing(
    community: Community,
) -> None:
    number, olu, ada, ben = await gathered(community, capacity="1")
    form = await olu.says(f"sessions cancel {number}")

    reply = (await olu.submits(form, why="Dr Roy is ill; we find another day.")).reply

    mine = register(community, number).of(ada.id)
    assert words(reply) == (
        "Frailty at home is cancelled. I told 2 people, and its reminders are stopped."
    )
    assert words(ada.last).splitlines() == [
        "Frailty at home, Thursday 3 December at 12:30, is cancelled.",
        "Dr Roy is ill; we find another day.",
        f"Take it out of my calendar: /calendar/{mine.calendar}.ics",
        "Other sessions: type “sessions”",
        "You get this because you signed up for it.",
    ]
    assert links(ben.last) == []
    await community.until(datetime(2026, 12, 4, 12, 30))
    assert (len(ada.inbox), len(ben.inbox)) == (1, 1)
    assert words(await ada.says("sessions mine")).startswith("You have not signed up")
    seen = words(await ada.says(f"sessions show {number}"))
    assert "Cancelled." in seen
    assert LINK not in seen
    assert audited(community)[-1] == ("sessions cancel", f"session {number}")
    assert words(await ada.says(f"sessions sign up {number}")) == (
        "“Frailty at home” was cancelled. Type “sessions” for the others."
    )


async def test_cancelled_without_sign_ups_tells_nobody(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu)

    reply = (await olu.submits(await olu.says(f"sessions cancel {number}"))).reply

    assert words(reply) == (
        "Frailty at home is cancelled. Nobody had signed up, and its reminders are stopped."
    )


async def test_whoever_is_not_in_the_community_now_hears_nothing(community: Community) -> None:
    number, olu, ada, ben = await gathered(community)
    with community.database.transaction() as db:
        db.members.set_state(ada.id, MemberState.SUSPENDED)

    await olu.submits(await olu.says(f"sessions cancel {number}"))

    assert (len(ada.inbox), len(ben.inbox)) == (0, 1)


@pytest.mark.parametrize("job", ["session reminder", "session draw", "session feedback"])
async def test_step_of_a_time_that_a_session_no_longer_has_does_nothing(
    community: Community, job: str
) -> None:
    number, _, ada, _ = await gathered(community, kind="open chair", capacity="1")
    with community.database.transaction() as db:
        db.schedule.add(
            community.id, job, subject=f"session:{number}:7", label=datetime(2026, 11, 24, 9, 0),
            zone="Europe/London",
        )  # fmt: skip

    await community.until(datetime(2026, 11, 25, 9, 0))

    assert ada.inbox == []
    assert standing(community, number) == {"going": [], "waiting": ["Ada", "Ben"]}
