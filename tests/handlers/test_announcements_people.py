"""Announcements are confirmed by each person, and organisers see who has and who was missed."""

from datetime import timedelta

import pytest

from bot.domain.members import Profile
from bot.errors import CannotDeliver, TryLater, Uncertain
from tests.handlers.test_announcements import (
    CHANGED_NOTE,
    NOTE,
    ONE_PLATFORM,
    SHORTLY,
    drafts,
    letters,
)
from tests.leaders import Community, Leader, words

DAY = timedelta(days=1)
ASKED = (
    "At nine\nPlease confirm that you have read this.\n"
    "I have read this: type “announce read 1”\n"
    "Later today: type “later today”\n"
    f"Tomorrow: type “later tomorrow”\n{NOTE}"
)


async def sends(organiser: Leader, **answers: object) -> None:
    """An announcement that asks to be confirmed goes out, and is seen through."""
    answers = {"text": "At nine", "acknowledge": "yes", **answers}
    await organiser.taps(await drafts(organiser, **answers), "Send now")
    await organiser.community.passes(SHORTLY)


async def test_each_person_confirms_for_themselves(community: Community) -> None:
    olu = await community.organiser("Olu Chair", place="Bexley")
    ada = await community.leader("Ada Obi", place="Lewisham")
    ben = await community.leader("Ben Lee", place="Lewisham")
    await sends(olu, place="Lewisham")
    assert letters(ada) == letters(ben) == [ASKED]

    reply = await ada.taps(ada.last, "I have read this")

    confirmed = "You confirmed this on Monday 23 November at 10:00. Thank you."
    assert words(reply) == f"At nine\n{NOTE}\n{confirmed}"
    assert reply.replaces
    assert words(await olu.says("announce people 1")) == (
        "Announcement 1: “At nine”\n"
        "Nobody is known to have missed it.\n"
        "1 of 2 have confirmed it. Not yet:\n"
        "- Ben Lee\n"
        "Remind the others: type “announce remind 1”\n"
        "As a CSV file: /console/announcements/1.csv"
    )


@ONE_PLATFORM
async def test_confirming_again_keeps_the_first_time(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await sends(olu)
    first = await ada.taps(ada.last, "I have read this")
    await community.passes(DAY)

    assert words(await ada.says("announce read 1")) == words(first)


@ONE_PLATFORM
async def test_whoever_was_not_meant_has_nothing_to_confirm(community: Community) -> None:
    olu = await community.organiser("Olu Chair", place="Bexley")
    ada = await community.leader("Ada Obi", place="Lewisham")
    await sends(olu, place="Bexley")
    await sends(olu, acknowledge=())

    for said in ("announce read 1", "announce read 2"):
        assert words(await ada.says(said)) == (
            "That announcement was not sent to you, so there is nothing to confirm."
        )


async def test_those_who_have_not_confirmed_are_reminded_at_most_daily(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair", place="Bexley")
    ada = await community.leader("Ada Obi", place="Lewisham")
    ben = await community.leader("Ben Lee", place="Lewisham")
    await sends(olu, place="Lewisham")
    await ada.taps(ada.last, "I have read this")
    too_soon = "They had it less than a day ago. Give them until tomorrow, then remind them."
    assert words(await olu.says("announce remind 1")) == too_soon
    await community.passes(DAY)

    reply = await olu.says("announce remind 1")

    assert words(reply) == (
        "I am reminding 1 person: they have announcement 1 and have not confirmed it."
    )
    assert letters(ada) == [ASKED]
    assert letters(ben) == [ASKED, f"A reminder: please confirm that you have read this.\n{ASKED}"]
    assert words(await olu.says("announce remind 1")) == too_soon

    await ben.taps(ben.last, "I have read this")
    await community.passes(DAY)
    assert words(await olu.says("announce remind 1")) == (
        "Everybody who has it has confirmed it. There is nobody to remind."
    )
    assert (
        "Everybody who has it has confirmed it."
        in words(await olu.says("announce people 1")).splitlines()
    )


@ONE_PLATFORM
async def test_announcement_that_asks_nobody_reminds_nobody(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await community.leader("Ada Obi")
    await sends(olu, acknowledge=())

    assert words(await olu.says("announce remind 1")) == (
        "Announcement 1 asks nobody to confirm it."
    )


@ONE_PLATFORM
async def test_who_has_confirmed_sees_new_words_and_is_not_asked_again(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair", place="Bexley")
    ada = await community.leader("Ada Obi", place="Lewisham")
    ben = await community.leader("Ben Lee", place="Lewisham")
    await sends(olu, place="Lewisham")
    await ada.taps(ada.last, "I have read this")

    await olu.submits(await olu.says("announce edit 1"), text="At ten")

    assert letters(ada) == [f"At ten\n{CHANGED_NOTE}"]
    assert letters(ben) == [ASKED.replace("At nine", "At ten").replace(NOTE, CHANGED_NOTE)]
    await ben.taps(ben.last, "I have read this")
    assert "Confirmed: 2 of 2" in words(await olu.says("announce show 1")).splitlines()


@ONE_PLATFORM
async def test_card_comes_again_later_as_it_is_by_then(community: Community) -> None:
    olu = await community.organiser("Olu Chair", place="Bexley")
    ada = await community.leader("Ada Obi", place="Lewisham")
    ben = await community.leader("Ben Lee", place="Lewisham")
    await sends(olu, place="Lewisham")

    await ada.taps(ada.last, "Tomorrow")
    await olu.submits(await olu.says("announce edit 1"), text="At ten")
    await community.passes(DAY)

    changed = ASKED.replace("At nine", "At ten").replace(NOTE, CHANGED_NOTE)
    assert letters(ada) == [changed, changed]
    assert letters(ben) == [changed]
    assert "Delivered: 2 of 2" in words(await olu.says("announce show 1")).splitlines()


@ONE_PLATFORM
async def test_who_could_not_be_reached_is_told_with_the_reason(community: Community) -> None:
    olu = await community.organiser("Olu Chair", place="Lewisham")
    await community.leader("Ada Obi", place="Lewisham", platform="teams")
    await community.leader("Ben Lee", place="Lewisham", platform="web")
    eve = await community.leader("Eve Fox", place="Lewisham")
    with community.database.transaction() as db:
        db.members.add(
            community.id, "Cy Poe", now=community.now, zone="Europe/London",
            profile=Profile(place="Lewisham"),
        )  # fmt: skip
    await eve.says("announce off")
    community.teams.troubles.append(CannotDeliver("they have blocked the bot"))
    community.web.troubles.append(Uncertain("the connection broke"))

    await sends(olu, place="Lewisham", acknowledge=())

    assert words(await olu.says("announce people 1")).splitlines()[1:6] == [
        "4 people may have missed it:",
        "- Ada Obi: they have blocked the bot",
        "- Ben Lee: the connection broke",
        "- Cy Poe: no account reaches them yet",
        "- Eve Fox: they asked for no announcements",
    ]
    assert words(await olu.says("announce show 1")).splitlines()[1:4] == [
        "Delivered: 1 of 5",
        "Could not: 3",
        "May have arrived: 1",
    ]


@ONE_PLATFORM
async def test_what_was_sent_again_counts_once(community: Community) -> None:
    olu = await community.organiser("Olu Chair", place="Bexley")
    await community.leader("Ben Lee", place="Lewisham", platform="web")
    community.web.troubles.append(Uncertain("the connection broke"))
    await sends(olu, place="Lewisham")

    await olu.taps(await olu.says("deliveries"), "Send again")

    assert words(await olu.says("announce show 1")).splitlines()[1:3] == [
        "Delivered: 1 of 1",
        "Confirmed: 0 of 1",
    ]


async def test_member_can_stop_announcements_and_start_them_again(community: Community) -> None:
    olu = await community.organiser("Olu Chair", place="Bexley")
    ada = await community.leader("Ada Obi", place="Lewisham")

    stopped = await ada.says("announce off")
    again = await ada.says("announce off")
    await sends(olu)
    assert letters(ada) == []
    resumed = await ada.says("announce on")
    await sends(olu)

    assert (
        words(stopped)
        == words(again)
        == (
            "You get no more announcements. What is posted in channels you still see there.\n"
            "Type “announce on” to get them again."
        )
    )
    assert words(resumed) == "You get announcements again."
    assert len(letters(ada)) == 1


@ONE_PLATFORM
async def test_who_got_it_is_told_in_private_and_only_once_it_went_out(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    await drafts(olu)

    assert words(await olu.says("announce people 1")) == (
        "Announcement 1 was sent to nobody by name."
    )
    assert words(await olu.says("announce people 1", channel="C1")) == (
        "I have not done that, because others may read along here. "
        "Please say it to me in a direct message."
    )


@ONE_PLATFORM
@pytest.mark.parametrize("said", ["announce people 1", "announce remind 1", "announce take down 1"])
async def test_members_may_look_at_nobody_else(community: Community, said: str) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    await sends(olu)

    assert words(await ada.says(said)).startswith("Only organisers can do that.")


@ONE_PLATFORM
async def test_of_many_people_the_first_are_named_and_the_rest_counted(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair", place="Bexley")
    for number in range(23):
        await community.leader(f"Leader {number:02}", place="Lewisham")
    await sends(olu, place="Lewisham")

    reply = words(await olu.says("announce people 1")).splitlines()

    assert reply[2] == "0 of 23 have confirmed it. Not yet:"
    assert (reply[3], reply[22], reply[23]) == ("- Leader 00", "- Leader 19", "and 3 more")


@ONE_PLATFORM
async def test_reminder_that_waits_says_the_new_words_too(community: Community) -> None:
    olu = await community.organiser("Olu Chair", place="Bexley")
    ada = await community.leader("Ada Obi", place="Lewisham", platform="teams")
    await sends(olu, place="Lewisham")
    await community.passes(DAY)
    community.teams.troubles.append(TryLater("busy", after=timedelta(minutes=1)))
    await olu.says("announce remind 1")

    await olu.submits(await olu.says("announce edit 1"), text="At ten")
    await community.passes(timedelta(minutes=5))

    changed = ASKED.replace("At nine", "At ten").replace(NOTE, CHANGED_NOTE)
    assert letters(ada) == [
        changed,
        f"A reminder: please confirm that you have read this.\n{changed}",
    ]
