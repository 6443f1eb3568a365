"""Learning sessions: needs, check-in, attendance, feedback and materials."""

from datetime import datetime, timedelta

import pytest

from bot.chat.requests import Role
from bot.domain.members import MemberState
from bot.domain.sessions import SignUpState
from handlers import sessions_places
from storage import retention, tables
from tests.leaders import Community, Leader, words
from tests.sessions import LINK, audited, planned, register

ON_WEB = pytest.mark.parametrize("community", ["web"], indirect=True)
NEED = "A BSL interpreter, please"
BEGINS = datetime(2026, 12, 3, 12, 30)
SLIDES = {"title": "Slides", "url": "https://files.example/frailty.pdf"}


async def gathered(community: Community, **answers: str) -> tuple[int, Leader, Leader, Leader]:
    """Olu's session, for which Ada and Ben signed up."""
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, **answers)
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    for each in (ada, ben):
        await each.says(f"sessions sign up {number}")
    return number, olu, ada, ben


def stored(community: Community) -> str:
    """All that the outbox, the conversations and the audit log hold."""
    with community.database.transaction() as db:
        return " ".join(
            str(row)
            for table in (tables.outbox, tables.web_entries, tables.audit, tables.occurrences)
            for row in db.connection.execute(table.select())
        )


async def test_needs_are_read_by_the_sessions_own_organiser_only(community: Community) -> None:
    number, olu, ada, ben = await gathered(community)
    pam = await community.organiser("Pam Second")
    form = await ada.taps(await ada.says(f"sessions show {number}"), "Anything you need")

    kept = words((await ada.submits(form, words=NEED)).reply)
    told = olu.last
    read = words(await olu.taps(told, "Read it"))
    others = [words(await each.says(f"sessions needs read {number}")) for each in (pam, ben)]

    assert kept == (
        "Thank you. Olu Chair reads it and writes to you about it.\n"
        "It is deleted 30 days after the session."
    )
    assert words(told).splitlines()[0] == (
        "Somebody told you what they need to take part in Frailty at home."
    )
    assert read.splitlines() == [
        "Frailty at home: what people need to take part",
        f"- Ada Obi: {NEED}",
        "Only you read this. It is deleted 30 days after the session.",
    ]
    assert others == [
        "Only Olu Chair, who looks after this session, can do that.",
        "Only organisers can do that. An organiser can give you that role.",
    ]
    assert (len(pam.inbox), len(ben.inbox)) == (0, 0)
    assert NEED not in stored(community)
    for asked in ("show", "people", "needs read", "attendance"):
        assert NEED not in str(await pam.says(f"sessions {asked} {number}"))


async def test_needs_can_be_changed_and_taken_back(community: Community) -> None:
    number, olu, ada, _ = await gathered(community)
    await ada.submits(await ada.says(f"sessions needs {number}"), words=NEED)

    again = await ada.says(f"sessions needs {number}")
    back = words((await ada.submits(again, words=" ")).reply)

    assert again.fields[0].initial == NEED
    assert back == "Nothing is noted for Frailty at home any more."
    assert words(await olu.says(f"sessions needs read {number}")) == (
        "Nobody has said that they need anything for Frailty at home."
    )
    assert len(olu.inbox) == 1


async def test_needs_go_with_the_place(community: Community) -> None:
    number, olu, ada, _ = await gathered(community)
    await ada.submits(await ada.says(f"sessions needs {number}"), words=NEED)

    await ada.says(f"sessions leave {number}")

    assert words(await olu.says(f"sessions needs read {number}")).startswith("Nobody has said")
    assert words(await ada.says(f"sessions needs {number}")) == (
        f"Sign up first: “sessions sign up {number}”."
    )


async def test_needs_are_not_taken_where_others_read_along(community: Community) -> None:
    number, olu, ada, _ = await gathered(community)

    for leader, asked in ((ada, "needs"), (olu, "needs read"), (olu, "people")):
        reply = words(await leader.says(f"sessions {asked} {number}", channel="C9"))
        assert reply.startswith("I have not done that, because others may read along here.")


@ON_WEB
async def test_needs_are_deleted_30_days_after_the_session(community: Community) -> None:
    number, *_, ada, _ = await gathered(community)
    await ada.submits(await ada.says(f"sessions needs {number}"), words=NEED)
    ends = datetime.fromisoformat("2026-12-03T13:30:00+00:00")
    left = []

    for now in (ends + timedelta(days=30), ends + timedelta(days=30, seconds=1)):
        with community.database.transaction() as db:
            retention.forget(db.connection, now=now, limit=500)
            left.append(db.session_answers.needs(number))

    assert left == [{ada.id: NEED}, {}]


async def test_organiser_without_needs_of_others_tells_themselves_nothing(
    community: Community,
) -> None:
    number, olu, *_ = await gathered(community)
    await olu.says(f"sessions sign up {number}")

    await olu.submits(await olu.says(f"sessions needs {number}"), words=NEED)

    assert olu.inbox == []


async def test_session_is_handed_over_with_what_people_need(community: Community) -> None:
    number, olu, ada, _ = await gathered(community)
    pam = await community.organiser("Pam Second")
    await ada.submits(await ada.says(f"sessions needs {number}"), words=NEED)

    taken = words(await pam.says(f"sessions hand over {number} Pam"))
    plain = words(await olu.says(f"sessions hand over {number} Ben"))
    reply = words(await olu.says(f"sessions hand over {number} Pam"))
    again = words(await pam.says(f"sessions hand over {number} Pam"))

    assert taken == "Only Olu Chair, who looks after this session, can do that."
    assert plain == "Ben Lee is not an organiser. “role” gives somebody that role."
    assert reply.startswith("Pam Second looks after Frailty at home now")
    assert again == "Pam Second looks after it already."
    assert words(pam.last).startswith("You look after Frailty at home now")
    assert NEED in words(await pam.says(f"sessions needs read {number}"))
    assert NEED not in words(await olu.says(f"sessions needs read {number}"))
    assert audited(community)[-1] == ("sessions hand over", f"session {number}")


async def test_session_whose_organiser_is_none_any_more_is_taken_over(
    community: Community,
) -> None:
    number, olu, *_ = await gathered(community)
    pam = await community.organiser("Pam Second")
    with community.database.transaction() as db:
        db.members.set_role(olu.id, Role.MEMBER)
    before = words(await pam.says(f"sessions needs read {number}"))

    await pam.says(f"sessions hand over {number} Pam")

    assert before == (
        "Only the session’s own organiser can do that, and it has none now: hand it over."
    )
    assert words(await pam.says(f"sessions needs read {number}")).startswith("Nobody has said")
    assert pam.inbox == []


async def test_session_of_an_organiser_who_is_gone_still_takes_needs(
    community: Community,
) -> None:
    number, olu, ada, _ = await gathered(community)
    pam = await community.organiser("Pam Second")
    with community.database.transaction() as db:
        db.connection.execute(tables.members.delete().where(tables.members.c.id == olu.id))

    form = await ada.says(f"sessions needs {number}")
    kept = words((await ada.submits(form, words=NEED)).reply)
    await pam.says(f"sessions hand over {number} Pam")

    assert kept.startswith("Thank you. The organiser reads it")
    assert NEED in words(await pam.says(f"sessions needs read {number}"))


async def test_whoever_leaves_passes_places_on_and_offers_their_sessions(
    community: Community,
) -> None:
    _, olu, ada, ben = await gathered(community, capacity="1")
    pam = await community.organiser("Pam Second")
    for leaving in (ada, olu):
        with community.database.transaction() as db:
            member = db.members.get(leaving.id)
            sessions_places.see_off(db, member, now=community.now)
            db.members.set_state(leaving.id, MemberState.LEFT)
    await community.settle()

    reply = words(await pam.taps(pam.last, "I do"))

    assert words(ben.last).startswith("A place has come free: you are in Frailty at home")
    assert words(pam.last).splitlines()[0] == (
        "Nobody looks after Frailty at home, Thursday 3 December at 12:30, any more. "
        "Who takes it on?"
    )
    assert reply.startswith("Pam Second looks after Frailty at home now")
    assert olu.inbox == []


async def test_place_in_a_session_of_the_past_stays_with_whoever_leaves(
    community: Community,
) -> None:
    number, _, ada, _ = await gathered(community)
    await community.until(BEGINS + timedelta(hours=1))

    with community.database.transaction() as db:
        sessions_places.see_off(db, db.members.get(ada.id), now=community.now)

    assert register(community, number).of(ada.id).state is SignUpState.GOING


async def test_sessions_past_are_listed_with_their_materials(community: Community) -> None:
    number, olu, ada, _ = await gathered(community)
    await planned(olu, title="Estates", date="2026-12-02")
    none = words(await ada.says("sessions past"))
    await olu.submits(await olu.says(f"sessions materials add {number}"), **SLIDES)
    await community.until(BEGINS + timedelta(hours=1))

    reply = words(await ada.says("sessions past"))

    assert none.startswith("No session has taken place yet.")
    assert reply.splitlines()[:4] == [
        "The last sessions",
        "Frailty at home, Thursday 3 December at 12:30",
        "- Slides",
        "Estates, Wednesday 2 December at 12:30",
    ]


async def test_check_in_counts_from_half_an_hour_before(community: Community) -> None:
    number, _, ada, ben = await gathered(community)
    early = words(await ada.says(f"sessions here {number}"))
    none = words(await ada.says("sessions here"))
    await community.until(BEGINS - timedelta(minutes=30))

    here = words(await ada.taps(await ada.says(f"sessions show {number}"), "I’m here"))
    await community.until(BEGINS)
    bare = words(await ben.says("sessions here"))

    assert early == (
        "Check-in for “Frailty at home” opens on Thursday 3 December at 12:00 and closes 12 hours "
        "after the end."
    )
    assert none == "None of your sessions is on now. Type “sessions mine” for them."
    assert here == bare == "Good that you are here. Frailty at home counts in “my time”."
    assert [each.attended for each in register(community, number).going] == [True, True]
    assert "You were there." in words(await ada.says(f"sessions show {number}"))


async def test_nobody_checks_in_without_a_place_or_too_late(community: Community) -> None:
    number, olu, ada, _ = await gathered(community)
    await community.until(BEGINS)
    without = words(await olu.says(f"sessions here {number}"))
    await community.until(BEGINS + timedelta(hours=13, minutes=1))

    late = words(await ada.says(f"sessions here {number}"))

    assert without == (
        "You have no place in “Frailty at home”. Its organiser can add you to those who came."
    )
    assert late.startswith("Check-in for “Frailty at home” opens on Thursday 3 December at 12:00")


async def test_check_in_to_a_cancelled_session_says_so(community: Community) -> None:
    number, olu, ada, _ = await gathered(community)
    await olu.submits(await olu.says(f"sessions cancel {number}"))
    await community.until(BEGINS)

    reply = words(await ada.says(f"sessions here {number}"))

    assert reply == "“Frailty at home” was cancelled."


async def test_organisers_word_on_attendance_stands(community: Community) -> None:
    number, olu, ada, ben = await gathered(community)
    cy = await community.leader("Cy Poe")
    early = words(await olu.says(f"sessions attendance {number}"))
    await community.until(BEGINS)
    await ada.says(f"sessions here {number}")
    form = await olu.says(f"sessions attendance {number}")

    reply = words((await olu.submits(form, here=(str(ben.id),), person=f"#{cy.id}")).reply)
    await ada.says(f"sessions here {number}")

    assert early.startswith("Check-in for “Frailty at home” opens")
    assert form.fields[0].initial == (str(ada.id),)
    assert reply.startswith("Frailty at home: 2 people were there, 1 person was not.")
    there = {each.member: each.attended for each in register(community, number).signups}
    assert there == {ada.id: False, ben.id: True, cy.id: True}
    assert audited(community)[-1] == ("sessions attendance", f"session {number}")


async def test_attendance_takes_back_who_had_left_and_came_all_the_same(
    community: Community,
) -> None:
    number, olu, ada, _ = await gathered(community)
    await ada.says(f"sessions leave {number}")
    await community.until(BEGINS)
    form = await olu.says(f"sessions attendance {number}")

    nobody = await olu.submits(form, person="Zed")
    await olu.submits(form, person="Ada")

    assert nobody.errors == {"person": "I know nobody called “Zed” here. Try part of the name."}
    assert register(community, number).of(ada.id).attended is True


async def test_attendance_of_a_session_without_sign_ups_asks_for_who_came(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu)
    await community.until(BEGINS)

    form = await olu.says(f"sessions attendance {number}")
    reply = words((await olu.submits(form, person="Olu")).reply)

    assert [field.name for field in form.fields] == ["person"]
    assert reply.startswith("Frailty at home: 1 person was there, 0 people were not.")


@ON_WEB
async def test_attendance_of_many_is_noted_in_parts(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu)
    with community.database.transaction() as db:
        for each in range(102):
            name = f"Leader {each:03}"
            leader = db.members.add(community.id, name, zone="Europe/London", now=community.now)
            sessions_places.take(db, number, leader, now=community.now)
    await community.until(BEGINS)

    form = await olu.says(f"sessions attendance {number}")
    ticked = tuple(option.value for option in form.fields[0].options)
    noted = (await olu.submits(form, here=ticked)).reply
    rest = await olu.taps(noted, "Go on with the others")
    last = (await olu.submits(rest, here=())).reply

    assert (len(ticked), len(rest.fields[0].options)) == (100, 2)
    assert words(noted).startswith("Frailty at home: 100 people were there, 0 people were not.")
    assert words(last).startswith("Frailty at home: 100 people were there, 2 people were not.")
    assert "Go on" not in words(last)


async def test_people_lists_who_comes_and_who_waits(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, capacity="1")
    empty = words(await olu.says(f"sessions people {number}"))
    for name in ("Ada Obi", "Ben Lee"):
        leader = await community.leader(name, organisation="Oxleas")
        await leader.says(f"sessions sign up {number}")

    reply = words(await olu.says(f"sessions people {number}"))

    assert empty.splitlines()[:2] == ["Frailty at home", "0 people come"]
    assert reply.splitlines()[:5] == [
        "Frailty at home",
        "1 person comes",
        "- Ada Obi · Oxleas",
        "1 person waits",
        "- Ben Lee · Oxleas",
    ]


async def test_feedback_is_asked_after_the_end_and_takes_two_taps(community: Community) -> None:
    number, olu, ada, ben = await gathered(community)
    await ada.says("sessions reminders none")
    await community.until(BEGINS + timedelta(minutes=59))
    before = len(ada.week)
    await community.until(BEGINS + timedelta(minutes=60))
    asked = ada.week[-1]

    noted = await ada.taps(asked, "Yes")
    form = await ada.taps(noted, "Say what you take from it")
    kept = words((await ada.submits(form, words="Ask first, then treat.")).reply)
    await ben.taps(ben.week[-1], "Partly")

    assert (before, ada.inbox) == (0, [])
    assert words(asked).splitlines()[0] == (
        "Thank you for coming to Frailty at home. Was it worth your time?"
    )
    assert form.fields[0].initial == ("yes",)
    assert kept.startswith("Thank you: that makes the next session better.")
    report = words(await olu.says(f"sessions report {number}"))
    assert report.splitlines()[2:] == [
        "Places taken: 2",
        "Waited for a place: 0",
        "Came away: 0",
        "Were there: 2",
        "Were not: 0",
        "Not known: 0",
        "Was it worth your time?: yes 1, partly 1, no 0",
        "What people take from it",
        "- Ask first, then treat.",
        f"Who was there: type “sessions attendance {number}”",
    ]
    assert "Ada" not in report


async def test_second_tap_keeps_the_words_of_the_form(community: Community) -> None:
    number, olu, ada, _ = await gathered(community)
    await community.until(BEGINS + timedelta(hours=1))
    form = await ada.says(f"sessions feedback {number}")
    await ada.submits(form, worth="no", words="Too long.")

    await ada.says(f"sessions worth {number} partly")

    report = words(await olu.says(f"sessions report {number}"))
    assert "Was it worth your time?: yes 0, partly 1, no 0" in report
    assert "- Too long." in report


async def test_who_was_not_there_is_not_asked_and_says_so_in_one_tap(
    community: Community,
) -> None:
    number, olu, ada, ben = await gathered(community)
    await community.until(BEGINS)
    form = await olu.says(f"sessions attendance {number}")
    await olu.submits(form, here=(str(ada.id),))
    told = len(ben.inbox)
    await community.until(BEGINS + timedelta(hours=1))

    absent = words(await ada.taps(ada.week[-1], "I wasn’t there"))

    assert (len(ben.inbox), ben.week) == (told, [])
    assert absent.startswith("Noted, no harm done.")
    # The organiser saw Ada there.
    assert register(community, number).of(ada.id).attended is True


async def test_feedback_needs_a_session_that_was_and_a_place_in_it(community: Community) -> None:
    number, olu, ada, _ = await gathered(community)

    early = words(await ada.says(f"sessions feedback {number}"))
    without = words(await olu.says(f"sessions feedback {number}"))
    report = words(await olu.says(f"sessions report {number}"))
    await community.until(BEGINS)
    unread = words(await ada.says(f"sessions worth {number} lovely"))
    unanswered = words(await olu.says(f"sessions report {number}"))

    assert early == "“Frailty at home” is still to come."
    assert without == "You had no place in “Frailty at home”."
    assert report == "“Frailty at home” is still to come."
    assert unread.startswith("Was it worth your time? Answer “sessions worth")
    assert "Was it worth your time?: nobody has answered yet" in unanswered


async def test_cancelled_session_asks_nothing_afterwards(community: Community) -> None:
    number, olu, ada, _ = await gathered(community)
    await olu.submits(await olu.says(f"sessions cancel {number}"))
    told = len(ada.inbox)

    await community.until(BEGINS + timedelta(days=1))

    assert len(ada.inbox) == told


async def test_materials_are_given_out_and_taken_back(community: Community) -> None:
    number, olu, ada, ben = await gathered(community)
    none = words(await ada.says(f"sessions materials {number}"))
    form = await olu.says(f"sessions materials add {number}")
    bad = await olu.submits(form, **SLIDES | {"url": "files/frailty.pdf"})
    await olu.submits(await olu.says(f"sessions materials add {number}"), **SLIDES)
    before = len(ada.inbox)
    await community.until(BEGINS + timedelta(hours=2))
    inbox = len(ada.inbox)

    for title in ("Recording", "Notes"):
        form = await olu.says(f"sessions materials add {number}")
        kept = (await olu.submits(form, **SLIDES | {"title": title})).reply
    seen = words(await ada.says(f"sessions materials {number}"))
    back = words(await olu.taps(kept, "Take back Slides"))
    missing = words(await olu.says("sessions materials remove 1"))

    assert none == "Nothing has been given out for Frailty at home yet."
    assert bad.errors == {"url": "Please give the whole address, beginning with https://."}
    assert before == 0
    # Both were added on one day, and are told once.
    assert len(ada.inbox) == inbox
    [_, told] = ada.week
    assert words(told).startswith("There is something new from Frailty at home.")
    assert seen == "Frailty at home\nMaterials\n- Slides\n- Recording\n- Notes"
    assert back == "“Slides” is not given out any more."
    assert missing.startswith("I can’t find that.")
    assert audited(community)[-1] == ("sessions materials remove", f"session {number}")
    assert "Slides" not in words(await ben.says(f"sessions show {number}"))


async def test_topics_are_suggested_voted_for_and_planned(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    none = words(await ada.says("sessions topics"))
    form = await ada.taps(await ada.says("sessions topics"), "Suggest a topic")

    mine = words((await ada.submits(form, title=" Virtual   wards ")).reply)
    again = words(await ben.says("sessions suggest virtual wards"))
    await ben.says("sessions suggest Estates")
    listed = await olu.says("sessions topics")
    form = await olu.taps(listed, "Plan it")
    outcome = await olu.submits(form, date="2026-12-03", time="12:30", link=LINK)

    assert none.startswith("Nobody has suggested a topic yet.")
    assert mine.startswith("Thank you. “Virtual wards” is on the list, with your vote.")
    assert again.startswith("Your vote counts for “Virtual wards”: 2 votes.")
    assert words(listed).splitlines()[:2] == [
        "What members would like a session about",
        "Virtual wards: 2 votes",
    ]
    assert "Ada" not in words(listed)
    assert "Plan it" not in words(await ada.says("sessions topics"))
    assert outcome.errors == {}
    assert [words(each.week[-1]).splitlines()[0] for each in (ada, ben)] == [
        "You wished for “Virtual wards”. It comes: Virtual wards, Thursday 3 December at 12:30."
    ] * 2
    assert words(await ada.says("sessions vote 1")) == (
        "I can’t find that topic. Type “sessions topics” for all of them."
    )
    assert words(await olu.says("sessions create topic 99")) == (
        "I can’t find that topic. Type “sessions topics” for all of them."
    )


async def test_votes_are_taken_back_and_topics_set_aside(community: Community) -> None:
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")
    await olu.says("sessions suggest Estates")
    listed = await ada.says("sessions topics")

    voted = await ada.taps(listed, "I want it too")
    await ada.says("sessions vote 1")
    back = words(await ada.taps(voted, "Take it back"))
    count = words(await ada.says("sessions topics")).splitlines()[1]
    closed = words(await olu.says("sessions topics close 1"))

    assert words(voted).startswith("Your vote counts for “Estates”: 2 votes.")
    assert back.startswith("Your vote for “Estates” is taken back.")
    assert count == "Estates: 1 vote"
    assert closed == "“Estates” is not listed any more."
    assert words(await ada.says("sessions topics")).startswith("Nobody has suggested")
    assert audited(community) == [("sessions topics close", "topic 1")]


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("x" * 121, "Please say it in 120 characters; that was 121."),
        ("  ", "Which topic? Try “sessions suggest Frailty at home”."),
    ],
)
async def test_topic_is_one_line(community: Community, title: str, said: str) -> None:
    ada = await community.leader("Ada Obi")

    outcome = await ada.submits(await ada.says("sessions suggest"), title=title)

    assert outcome.errors == {"title": said}


@ON_WEB
async def test_topic_typed_too_long_is_said_so(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    reply = words(await ada.says(f"sessions suggest {'x' * 121}"))

    assert reply == "Please say it in 120 characters; that was 121."
