"""Announcements are written, previewed, sent and changed, on every platform."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.chat.forms import Form
from bot.chat.messages import Message
from bot.chat.requests import Incoming, Kind
from bot.domain.announcements import State
from bot.domain.members import Profile
from bot.errors import TryLater
from storage.occurrences import OccurrenceState
from tests.leaders import Community, Leader, words

TEXT = "Dear all,\n\n**Winter** plan: [read it](https://leaders.example/plan)\n\n- one\n- two"
SAID = "Dear all,\nWinter plan: read it\n- one\n- two\n"
NOTE = (
    "From the organisers of Leaders of South East London, to members it concerns. "
    "Type “announce off” to get no more of these."
)
CHANGED_NOTE = NOTE.replace(" Type", " It was changed after it was first sent. Type")
POST_NOTE = "From the organisers of Leaders of South East London."
ONE_PLATFORM = pytest.mark.parametrize("community", ["slack"], indirect=True)
SHORTLY = timedelta(seconds=30)


async def drafts(organiser: Leader, **answers: object) -> Message:
    """The preview of an announcement that was filled in."""
    form = await organiser.says("announce")
    assert isinstance(form, Form)
    outcome = await organiser.submits(form, **{"text": TEXT, **answers})
    assert outcome.errors == {}, outcome
    return outcome.reply


def states(community: Community) -> list[State]:
    """Those of all announcements, the newest first."""
    with community.database.transaction() as db:
        return [each.state for each in db.announcements.newest(community.id, limit=10)]


def letters(leader: Leader) -> list[str]:
    """What reached somebody, in words."""
    return [words(each) for each in leader.inbox]


def busy(seconds: int) -> TryLater:
    return TryLater("busy", after=timedelta(seconds=seconds))


async def test_announcement_is_previewed_sent_and_seen_through(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi", place="Lewisham")
    ben = await community.leader("Ben Lee", place="Bexley")

    preview = await drafts(olu, place="Lewisham")

    assert words(preview) == (
        "Announcement 1 is a draft. This is how it will look:\n"
        f"{SAID}{NOTE}\n"
        "For: place Lewisham\n"
        "As: a message to each person\n"
        "Reaches: 1 person of 1\n"
        "When: as soon as you say so\n"
        "Confirmation: not asked\n"
        "In quiet hours: it waits until they end\n"
        "Send now: type “announce send 1”\n"
        "Edit: type “announce edit 1”\n"
        "Drop it: type “announce cancel 1”"
    )
    assert letters(ada) == []

    reply = await olu.taps(preview, "Send now")

    assert words(reply).splitlines()[0] == "Announcement 1 is on its way to 1 person."
    assert letters(ada) == [f"{SAID}{NOTE}"]
    assert letters(ben) == []
    assert states(community) == [State.SENDING]

    await community.passes(SHORTLY)

    assert states(community) == [State.SENT]
    assert letters(olu) == [
        (
            "Announcement 1 is sent: “Dear all, Winter plan: read it - one - two”\n"
            "Delivered: 1 of 1\n"
            "People: type “announce people 1”\n"
            "Edit the words: type “announce edit 1”\n"
            "You get this because you sent it. It is kept up to date until all is sent."
        )
    ]


async def test_preview_says_what_is_said_in_words_and_who_gets_nothing(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair", place="Lewisham")
    ada = await community.leader("Ada Obi", place="Lewisham")
    await community.leader("Ben Lee", place="Greenwich", sector="Council")
    with community.database.transaction() as db:
        db.members.add(
            community.id, "Cy Poe", now=community.now, zone="Europe/London",
            profile=Profile(place="Lewisham"),
        )  # fmt: skip
    await ada.says("announce off")

    preview = await drafts(olu, audience="(lewisham or greenwich) and not sector council")

    assert words(preview).splitlines()[6:9] == [
        "For: place Lewisham or Greenwich and not sector Council",
        "As: a message to each person",
        "Reaches: 1 person of 3",
    ]
    assert words(preview).splitlines()[12] == (
        "No account reaches 1 of them yet. 1 of them asked for no announcements."
    )


async def test_audience_can_be_counted_before(community: Community) -> None:
    olu = await community.organiser("Olu Chair", place="Lewisham")
    await community.leader("Ada Obi", place="Bexley", interests=("Housing",))

    own = {"slack": "Slack", "teams": "Teams", "web": "“web chat”"}[community.platform]

    assert [
        words(await olu.says(f"announce audience {said}"))
        for said in ("not lewisham", "everyone", "in coffee", f"on {own}")
    ] == [
        "Not place Lewisham: 1 member.",
        "Everyone: 2 members.",
        "Programme coffee: 0 members.",
        f"Platform {own}: 2 members.",
    ]
    assert words(await olu.says("announce audience Lewishm")) == (
        "I know nothing called “Lewishm”. Did you mean “Lewisham”?"
    )


@ONE_PLATFORM
async def test_words_after_the_command_are_in_the_form(community: Community) -> None:
    olu = await community.organiser("Olu Chair")

    form = await olu.says("announce The library is open again")

    assert form.fields[0].initial == "The library is open again"


@ONE_PLATFORM
@pytest.mark.parametrize(
    ("answers", "errors"),
    [
        ({"text": " "}, {"text": "Please write what you want to say."}),
        ({"text": "- "}, {"text": "Please write what you want to say."}),
        ({"text": "x" * 3001}, {"text": "Please keep this below 3,000 characters."}),
        ({"place": "Atlantis"}, {"place": "Please choose one of these."}),
        ({"lanes": "slack:T9"}, {"lanes": "Please choose one of these."}),
        ({"audience": "place"}, {"audience": "Something is missing at the end. Try “place "
         "Lewisham or Greenwich and not sector Council”, or “everyone”."}),
        ({"when": "yesterday 09:00"}, {"when": "I could not read “yesterday” as a date. Try "
         "“7 December”."}),
        ({"way": "pigeon"}, {"way": "Please choose one of these."}),
    ],
)  # fmt: skip
async def test_what_needs_mending_is_marked(
    community: Community, answers: dict, errors: dict
) -> None:
    olu = await community.organiser("Olu Chair")
    await says_here(olu, "channel announcements here")
    form = await olu.says("announce")

    outcome = await olu.submits(form, **{"text": TEXT, **answers})

    assert outcome.errors == errors
    assert states(community) == []


async def says_here(leader: Leader, said: str) -> Message:
    """What is answered to words in a shared conversation."""
    return await leader.says(said, channel="C1", channel_name="general")


@pytest.mark.parametrize("community", ["slack", "teams"], indirect=True)
async def test_channels_and_people_get_it_each_in_their_own_way(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await says_here(olu, "channel announcements here")
    platform = community.platforms[community.platform]

    preview = await drafts(olu, way="both", acknowledge="yes")
    named = "#general" if community.platform == "slack" else "“general”"
    assert (
        f"Channels: {named} and the web chat; everybody there sees it"
        in words(preview).splitlines()
    )
    await olu.taps(preview, "Send now")

    assert [words(each) for each in platform.channel("C1")][1:] == [f"{SAID}{POST_NOTE}"]
    assert [words(each) for each in community.web.channel("announcements")] == [
        f"{SAID}{POST_NOTE}"
    ]
    assert letters(ada) == [
        (
            f"{SAID}Please confirm that you have read this.\n"
            "I have read this: type “announce read 1”\n"
            "Later today: type “later today”\n"
            "Tomorrow: type “later tomorrow”\n"
            f"{NOTE}"
        )
    ]


@ONE_PLATFORM
async def test_one_workspace_can_be_chosen_for_the_post(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await says_here(olu, "channel announcements here")

    preview = await drafts(olu, way="channels", lanes=community.lanes["web"])
    await olu.taps(preview, "Send now")

    assert "Channels: the web chat; everybody there sees it" in words(preview).splitlines()
    assert len(community.slack.channel("C1")) == 1
    assert len(community.web.channel("announcements")) == 1


@ONE_PLATFORM
async def test_nobody_to_send_it_to_is_said_and_nothing_is_sent(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    preview = await drafts(olu, place="Bexley")

    reply = await olu.taps(preview, "Send now")

    assert words(reply) == (
        "Nobody is meant by that and no channel is set, so there is nobody to send it to."
    )
    assert states(community) == [State.DRAFT]


async def test_scheduled_announcement_goes_out_at_its_local_time(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")

    preview = await drafts(olu, when="24 November 09:00")
    assert "When: Tuesday 24 November at 09:00" in words(preview).splitlines()
    reply = await olu.taps(preview, "Schedule")

    assert words(reply) == (
        "Announcement 1 goes out on Tuesday 24 November at 09:00. Whom it is for is looked up at "
        "that time.\nShow it: type “announce show 1”\nCancel: type “announce cancel 1”"
    )
    await community.until(datetime(2026, 11, 24, 8, 59))
    assert (states(community), letters(ada)) == ([State.SCHEDULED], [])
    ben = await community.leader("Ben Lee")

    await community.until(datetime(2026, 11, 24, 9, 0))

    assert (letters(ada), letters(ben)) == ([f"{SAID}{NOTE}"], [f"{SAID}{NOTE}"])
    await community.passes(SHORTLY)
    assert states(community) == [State.SENT]


@ONE_PLATFORM
async def test_scheduled_announcement_can_be_moved_and_called_back(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await olu.taps(await drafts(olu, when="24 November 09:00"), "Schedule")

    outcome = await olu.submits(
        await olu.says("announce edit 1"), text="Later", when="25 November 14:00"
    )
    assert words(outcome.reply).splitlines()[0] == (
        "Announcement 1 is changed. This is how it will look:"
    )
    assert "When: Wednesday 25 November at 14:00" in words(outcome.reply).splitlines()
    await community.until(datetime(2026, 11, 25, 13, 0))
    assert letters(ada) == []
    reply = await olu.says("announce cancel 1")

    await community.until(datetime(2026, 11, 26, 13, 0))

    assert words(reply) == "Announcement 1 is cancelled. Nobody got it."
    assert (states(community), letters(ada)) == ([State.CANCELLED], [])


@ONE_PLATFORM
async def test_scheduled_announcement_without_its_time_is_a_draft_again(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await olu.taps(await drafts(olu, when="24 November 09:00"), "Schedule")

    await olu.submits(await olu.says("announce edit 1"), when="")
    await community.until(datetime(2026, 11, 25, 9, 0))

    assert (states(community), letters(ada)) == ([State.DRAFT], [])


@ONE_PLATFORM
async def test_time_that_has_passed_is_not_scheduled(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    preview = await drafts(olu, when="24 November 09:00")
    await community.until(datetime(2026, 11, 24, 9, 30))

    reply = await olu.taps(preview, "Schedule")

    assert words(reply) == (
        "The time of announcement 1 has passed. “announce edit 1” gives it another."
    )
    assert states(community) == [State.DRAFT]


@ONE_PLATFORM
async def test_repeating_announcement_makes_one_of_its_own_each_time(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    preview = await drafts(olu, when="every week on Tuesday 09:00", text="Weekly")
    reply = await olu.taps(preview, "Schedule")
    assert words(reply).splitlines()[0] == (
        "Announcement 1 goes out on Tuesday 24 November at 09:00. It then goes out every week on "
        "Tuesday 09:00. Whom it is for is looked up at that time."
    )

    await community.until(datetime(2026, 12, 1, 9, 1))

    assert states(community) == [State.SENT, State.SENT, State.SCHEDULED]
    assert letters(ada) == [f"Weekly\n{NOTE}"] * 2
    assert words(await olu.says("announce list")).splitlines()[:4] == [
        "3 announcements, the newest first:",
        "- 3 Weekly (sent, begun on Tuesday 1 December at 09:00)",
        "- 2 Weekly (sent, begun on Tuesday 24 November at 09:00)",
        "- 1 Weekly (goes out on Tuesday 8 December at 09:00)",
    ]
    shown = words(await olu.says("announce show 1")).splitlines()
    assert "When: every week on Tuesday 09:00; next on Tuesday 8 December at 09:00" in shown

    await olu.says("announce cancel 1")
    await community.until(datetime(2026, 12, 15, 9, 1))

    assert len(letters(ada)) == 2
    assert states(community) == [State.SENT, State.SENT, State.CANCELLED]


@ONE_PLATFORM
async def test_announcement_on_a_bank_holiday_goes_out_as_was_chosen(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")

    preview = await drafts(olu, when="25 December 09:00", if_off="next working day")
    reply = await olu.taps(preview, "Schedule")

    assert words(reply).startswith("Announcement 1 goes out on Tuesday 29 December at 09:00.")
    await community.until(datetime(2026, 12, 29, 8, 59))
    assert letters(ada) == []
    await community.until(datetime(2026, 12, 29, 9, 0))
    assert letters(ada) == [f"{SAID}{NOTE}"]


@ONE_PLATFORM
async def test_announcement_whose_time_passed_while_the_bot_was_off_is_told_and_not_sent(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await olu.taps(await drafts(olu, when="24 November 09:00", text="Today!"), "Schedule")

    community.now += timedelta(days=3)
    await community.settle()

    assert (letters(ada), states(community)) == ([], [State.DRAFT])
    assert letters(olu) == [
        (
            "Announcement 1 was not sent on Tuesday 24 November at 09:00. I was off at that time, "
            "and it is too late now to send it unasked: “Today!”\n"
            "Show it: type “announce show 1”\n"
            "Copy it: type “announce copy 1”\n"
            "You get this because you are an organiser."
        )
    ]


@ONE_PLATFORM
async def test_edit_in_mid_send_changes_what_is_there_and_what_waits(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    tom = await community.leader("Tom Fry", platform="teams")
    community.teams.troubles.append(busy(60))
    await olu.taps(await drafts(olu, text="At nine"), "Send now")
    assert (letters(ada), letters(tom)) == ([f"At nine\n{NOTE}"], [])

    form = await olu.says("announce edit 1")
    assert [field.name for field in form.fields] == ["text"]
    outcome = await olu.submits(form, text="At ten")

    assert words(outcome.reply).startswith("The words of announcement 1 are changed. Whoever has")
    assert (letters(ada), letters(tom)) == ([f"At ten\n{CHANGED_NOTE}"], [])
    await community.passes(timedelta(minutes=2))
    assert (letters(ada), letters(tom)) == ([f"At ten\n{CHANGED_NOTE}"],) * 2
    assert states(community) == [State.SENT]


@ONE_PLATFORM
async def test_cancel_in_mid_send_stops_the_rest(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    tom = await community.leader("Tom Fry", platform="teams")
    community.teams.troubles.append(busy(60))
    await olu.taps(await drafts(olu, text="At nine"), "Send now")
    shown = await olu.says("announce show 1")
    assert words(shown).splitlines()[:3] == [
        "Announcement 1 is being sent: “At nine”",
        "Delivered: 2 of 3",
        "Waiting: 1",
    ]

    reply = await olu.taps(shown, "Cancel the rest")

    assert words(reply) == (
        "Announcement 1 is cancelled. 1 message will not go out. 2 people had it already and keep "
        "it.\nShow it: type “announce show 1”\nTake it down: type “announce take down 1”"
    )
    await community.passes(timedelta(minutes=2))
    assert (letters(ada), letters(tom)) == ([f"At nine\n{NOTE}"], [])
    assert words(await olu.says("announce show 1")).splitlines()[:3] == [
        "Announcement 1 was cancelled: “At nine”",
        "Delivered: 2 of 3",
        "Not sent: 1",
    ]
    assert words(await olu.says("announce edit 1")) == (
        "Announcement 1 is cancelled. “announce copy 1” makes a new one like it."
    )


@ONE_PLATFORM
async def test_progress_is_kept_up_to_date_on_the_card_of_the_author(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await community.leader("Tom Fry", platform="teams")
    community.teams.troubles.append(busy(60))
    await olu.taps(await drafts(olu, text="At nine"), "Send now")

    first = [each.splitlines()[0] for each in letters(olu)]
    await community.passes(timedelta(minutes=2))

    # The card that stands there changed; no other came.
    assert first == ["Announcement 1 is being sent: “At nine”", "At nine"]
    assert [each.splitlines()[:2] for each in letters(olu) if "Announcement 1" in each] == [
        ["Announcement 1 is sent: “At nine”", "Delivered: 2 of 2"]
    ]


@ONE_PLATFORM
async def test_looking_again_shows_progress_in_the_place_of_the_card(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await community.leader("Tom Fry", platform="teams")
    community.teams.troubles.append(busy(5))
    await olu.taps(await drafts(olu, text="At nine"), "Send now")
    shown = await olu.says("announce show 1")
    community.now += timedelta(seconds=6)
    await community.delivery.drain(community.lanes["teams"])

    again = await olu.taps(shown, "Look again")

    assert again.replaces
    assert words(again).splitlines()[:2] == [
        "Announcement 1 is sent: “At nine”",
        "Delivered: 2 of 2",
    ]


async def test_taken_down_announcement_is_to_be_seen_nowhere(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await olu.taps(await drafts(olu, way="both"), "Send now")
    await community.passes(SHORTLY)
    refused = await olu.says("announce cancel 1")

    reply = await olu.says("announce take down 1")

    assert words(refused).startswith("Announcement 1 has reached everybody it could")
    assert words(reply).startswith("Announcement 1 is being taken down in every chat and channel")
    assert ada.inbox == []
    assert community.web.channel("announcements") == []
    await olu.says("announce edit 1")
    assert community.web.channel("announcements") == []


@ONE_PLATFORM
async def test_copy_is_a_new_draft(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await drafts(olu, when="every day 09:00", text="Hello")

    reply = await olu.says("announce copy 1")

    assert words(reply).splitlines()[0] == "Announcement 2 is a draft. This is how it will look:"
    assert "When: as soon as you say so" in words(reply).splitlines()


@ONE_PLATFORM
async def test_repeated_tap_sends_once(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    preview = await drafts(olu)

    await olu.taps(preview, "Send now")
    again = await olu.taps(preview, "Send now")
    typed = await olu.says("announce send 1")

    assert words(again) == "That is done already; nothing was done twice."
    assert words(typed) == "Announcement 1 is being sent already."
    assert len(letters(ada)) == 1


@ONE_PLATFORM
async def test_draft_that_went_out_meanwhile_is_not_overwritten(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    preview = await drafts(olu)
    form = await olu.taps(preview, "Edit")
    await olu.taps(preview, "Send now")

    outcome = await olu.submits(form, text="Too late")

    assert words(outcome.reply) == "Announcement 1 has gone out since you opened the form."


@ONE_PLATFORM
@pytest.mark.parametrize("said", ["announce show 9", "announce send", "announce edit x"])
async def test_unknown_number_is_told_how_to_find_it(community: Community, said: str) -> None:
    olu = await community.organiser("Olu Chair")

    assert words(await olu.says(said)) == (
        "Which one? Type “announce list” to see them with their numbers."
    )


@ONE_PLATFORM
async def test_list_is_empty_at_first(community: Community) -> None:
    olu = await community.organiser("Olu Chair")

    reply = await olu.says("announce list")

    assert words(reply) == "Nothing has been announced yet.\nWrite one: type “announce”"


@ONE_PLATFORM
async def test_members_may_not_announce(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    assert words(await ada.says("announce Hello")) == (
        "Only organisers can do that. An organiser can give you that role."
    )


@ONE_PLATFORM
async def test_audit_names_the_announcement_and_never_its_words(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.taps(await drafts(olu, text="Secret"), "Send now")

    with community.database.transaction() as db:
        found = [(each.action, each.subject) for each in db.audit.latest(community.id, limit=5)]

    assert found == [
        ("announce send", "announcement 1"),
        ("announce save", "announcement 1"),
    ]


@ONE_PLATFORM
async def test_send_that_the_bot_was_off_for_too_long_to_do_is_told(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await drafts(olu, text="At nine")
    # The bot stops right after the tap was answered.
    tapped = Incoming(olu.account, Kind.WORDS, text="announce send 1")
    await community.dispatch(tapped)
    shown = Incoming(olu.account, Kind.WORDS, text="announce show 1")
    waiting = (await community.dispatch(shown)).reply
    listed = (await community.dispatch(replace(shown, text="announce list"))).reply

    community.now += timedelta(days=2)
    await community.settle()

    assert words(waiting).startswith("Announcement 1 is on its way")
    assert "- 1 At nine (being sent)" in words(listed).splitlines()
    assert (letters(ada), states(community)) == ([], [State.CANCELLED])
    assert letters(olu)[0].startswith("Announcement 1 was not sent on Monday 23 November at 10:00.")


@ONE_PLATFORM
async def test_send_that_was_cancelled_before_the_job_came_sends_nothing(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await drafts(olu, text="At nine")
    await community.dispatch(Incoming(olu.account, Kind.WORDS, text="announce send 1"))

    reply = await olu.says("announce cancel 1")

    assert words(reply) == "Announcement 1 is cancelled. Nobody got it."
    assert letters(ada) == []


@ONE_PLATFORM
async def test_words_changed_before_the_job_came_are_the_ones_that_go_out(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await drafts(olu, text="At nine")
    await community.dispatch(Incoming(olu.account, Kind.WORDS, text="announce send 1"))
    form = (
        await community.dispatch(Incoming(olu.account, Kind.WORDS, text="announce edit 1"))
    ).reply

    await olu.submits(form, text="At ten")

    assert letters(ada) == [f"At ten\n{NOTE}"]


@ONE_PLATFORM
async def test_forms_can_be_asked_for_by_the_name_of_their_route(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await drafts(olu, text="At nine")

    new = await olu.says("announce save")
    again = await olu.says("announce reword 1")

    assert (new.route, again.route, again.value) == ("announce save", "announce save", "1")


@ONE_PLATFORM
async def test_author_who_left_is_shown_no_progress(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await olu.taps(await drafts(olu, when="24 November 09:00"), "Schedule")
    with community.database.transaction() as db:
        (found,) = db.announcements.newest(community.id, limit=1)
        db.announcements.save(replace(found, author=None))

    await community.until(datetime(2026, 11, 24, 9, 1))

    assert letters(ada) == letters(olu) == [f"{SAID}{NOTE}"]
    assert states(community) == [State.SENT]


@ONE_PLATFORM
async def test_announcement_that_has_begun_is_not_begun_again(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await olu.taps(await drafts(olu), "Send now")
    await community.passes(SHORTLY)

    with community.database.transaction() as db:
        db.schedule.add(
            community.id, "announcement send", subject="announcement:1",
            label=datetime(2026, 11, 23, 10, 1), zone="UTC",
        )  # fmt: skip
    await community.passes(timedelta(minutes=1))

    with community.database.transaction() as db:
        done = [each.state for each in db.schedule.of(community.id, "announcement send", limit=5)]
    assert (len(letters(ada)), done) == (1, [OccurrenceState.DONE] * 2)
    assert states(community) == [State.SENT]


async def test_edit_changes_the_posts_where_they_stand(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.taps(await drafts(olu, way="channels", text="At nine"), "Send now")
    await community.passes(SHORTLY)

    await olu.submits(await olu.says("announce edit 1"), text="At ten")

    assert [words(each) for each in community.web.channel("announcements")] == [
        f"At ten\n{POST_NOTE} It was changed after it was first posted."
    ]
