"""Questions are asked again and again, in channels and of people, on every platform."""

from datetime import datetime, timedelta

import pytest

from bot.chat.forms import Form
from bot.chat.messages import Message
from bot.domain.prompt_questions import PACKS, Pack
from tests.leaders import Community, Leader, words

ONE_PLATFORM = pytest.mark.parametrize("community", ["slack"], indirect=True)
ON_CHAT = pytest.mark.parametrize("community", ["slack", "teams"], indirect=True)
WELLBEING = [each.text for each in PACKS[Pack.WELLBEING]]
IN_CHANNEL = (
    "Answer by replying here. A question every week on Wednesday 09:30, from the organisers of "
    "Leaders of South East London."
)
TO_PERSON = (
    "Think about it for a minute, or take it to your next conversation.\n"
    "Later today: type “later today”\n"
    "Tomorrow: type “later tomorrow”\n"
    "A question every week on Wednesday 09:30, from the organisers of Leaders of South East "
    "London. Type “prompts off” to get no more of these."
)
BUTTONS = (
    "Show the next question: type “prompts preview 1”\n"
    "Edit: type “prompts edit 1”\n"
    "Skip the next one: type “prompts skip 1”\n"
    "Pause: type “prompts pause 1”\n"
    "End it: type “prompts stop 1”"
)


async def sets_up(organiser: Leader, **answers: object) -> Message:
    """The card of a series that was filled in."""
    form = await organiser.says("prompts new")
    assert isinstance(form, Form)
    assert form.route == "prompts save"
    outcome = await organiser.submits(form, **answers)
    assert outcome.errors == {}, outcome
    return outcome.reply


async def has_channel(organiser: Leader) -> None:
    await organiser.says("channel prompts here", channel="C1", channel_name="general")


def posts(community: Community) -> list[str]:
    """The questions that stand in the channel of the web chat."""
    return [words(each).splitlines()[0] for each in community.web.channel("prompts")]


def letters(leader: Leader) -> list[str]:
    return [words(each) for each in leader.inbox]


def kept(leader: Leader) -> list[str]:
    """The questions that wait for somebody's week, or came in it."""
    return [words(each) for each in leader.week]


@ON_CHAT
async def test_questions_come_to_the_channels_and_do_not_repeat(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await has_channel(olu)

    reply = await sets_up(olu, packs="wellbeing", own="What did you read?")

    named = "#general" if community.platform == "slack" else "“general”"
    assert words(reply) == (
        "Prompts 1 are set up.\n"
        "Asks: every week on Wednesday 09:30\n"
        "Next: Wednesday 25 November at 09:30\n"
        "On a bank holiday: Not at all\n"
        f"Channels: {named} and the web chat\n"
        "Questions: 17 questions (wellbeing, 1 of your own), 0 asked so far\n"
        f"{BUTTONS}"
    )
    preview = words(await olu.says("prompts preview 1")).splitlines()
    await community.until(datetime(2026, 11, 25, 9, 29))
    assert posts(community) == []

    await community.until(datetime(2026, 11, 25, 9, 30))

    platform = community.platforms[community.platform]
    first = posts(community)[0]
    assert preview[:2] == ["This is asked next Wednesday 25 November at 09:30:", first]
    assert [words(each) for each in platform.channel("C1")][1:] == [f"{first}\n{IN_CHANNEL}"]
    assert letters(olu)[1:] == []

    await community.until(datetime(2027, 3, 31, 9, 30))

    # Seventeen Wednesdays after the first and before April, none of them a bank holiday.
    assert len(posts(community)) == 19
    assert sorted(posts(community)[:17]) == sorted([*WELLBEING, "What did you read?"])
    assert posts(community)[17:] == posts(community)[:2]


async def test_people_are_asked_in_a_message_unless_they_stopped_it(community: Community) -> None:
    olu = await community.organiser("Olu Chair", place="Bexley")
    ada = await community.leader("Ada Obi", place="Lewisham")
    ben = await community.leader("Ben Lee", place="Lewisham")
    stopped = await ben.says("prompts off")

    reply = await sets_up(olu, way="direct", packs=(), own="What went well?", audience="lewisham")
    await community.until(datetime(2026, 11, 25, 9, 30))

    assert words(stopped) == (
        "You get no more prompts. What is posted in channels you still see there.\n"
        "Type “prompts on” to get them again."
    )
    assert "People: place Lewisham, 1 person" in words(reply).splitlines()
    assert kept(ada) == [f"What went well?\n{TO_PERSON}"]
    assert (kept(ben), kept(olu), posts(community)) == ([], [], [])

    assert words(await ben.says("prompts on")) == "You get prompts again."
    await community.until(datetime(2026, 12, 2, 9, 30))
    assert kept(ben) == [f"What went well?\n{TO_PERSON}"]
    assert [letters(ben), letters(olu)] == [[], []]


@ONE_PLATFORM
async def test_both_ways_ask_the_same_question(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")

    await sets_up(olu, way="both")
    await community.until(datetime(2026, 11, 25, 9, 30))

    assert kept(ada)[0].splitlines()[0] == posts(community)[0]


@ONE_PLATFORM
async def test_prompts_pause_and_go_on(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    card = await sets_up(olu)

    form = await olu.taps(card, "Pause")
    refused = await olu.submits(form, until="soon")
    paused = (await olu.submits(form, until="until 10 December")).reply

    assert list(refused.errors) == ["until"]
    assert words(paused).splitlines()[:3] == [
        "Prompts 1 pause until Thursday 10 December.",
        "Asks: every week on Wednesday 09:30",
        "Next: paused until Thursday 10 December",
    ]
    assert "prompts skip" not in words(paused)
    await community.until(datetime(2026, 12, 9, 12, 0))
    assert posts(community) == []

    resumed = await olu.taps(paused, "Go on")
    assert words(resumed).splitlines()[:3:2] == [
        "Prompts 1 go on.",
        "Next: Wednesday 16 December at 09:30",
    ]
    assert words(await olu.says("prompts pause 1 2 weeks")).startswith(
        "Prompts 1 pause until Wednesday 23 December."
    )
    assert words(await olu.says("prompts pause 1 soonish")).startswith("I could not read “soonish”")


@ONE_PLATFORM
async def test_next_question_can_be_left_out_and_asked_after_all(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    card = await sets_up(olu)
    upcoming = words(await olu.says("prompts preview 1")).splitlines()[1]

    skipped = await olu.taps(card, "Skip the next one")

    assert words(skipped) == (
        "There is no question on Wednesday 25 November at 09:30. The next one comes on Wednesday 2 "
        "December at 09:30.\nTake that back: type “prompts skip undo 1”"
    )
    assert (
        "There is no question on Wednesday 25 November (an organiser left it out)."
        in words(await olu.says("prompts show 1")).splitlines()
    )
    back = await olu.taps(skipped, "Take that back")
    assert words(back).splitlines()[2] == "Next: Wednesday 25 November at 09:30"
    assert words(await olu.says("prompts skip undo 1")) == (
        "No question that you left out is still to come."
    )

    await olu.says("prompts skip 1")
    await community.until(datetime(2026, 12, 2, 9, 30))

    # The question itself was not lost.
    assert posts(community) == [upcoming]


@ONE_PLATFORM
@pytest.mark.parametrize(
    ("if_off", "asked_on"),
    [("skip", None), ("next working day", "2026-12-29"), ("as planned", "2026-12-25")],
)
async def test_bank_holiday_is_skipped_or_moved_as_was_chosen(
    community: Community, if_off: str, asked_on: str | None
) -> None:
    olu = await community.organiser("Olu Chair")
    await sets_up(olu, cadence="every month on the last Friday 09:30", if_off=if_off)
    await community.until(datetime(2026, 12, 24, 23, 0))
    before = len(posts(community))

    days = []
    for day in range(1, 7):
        await community.until(datetime(2026, 12, 24, 23, 0) + timedelta(days=day))
        if len(posts(community)) > before + len(days):
            days.append(f"2026-12-{24 + day}")

    assert days == ([asked_on] if asked_on else [])


@ONE_PLATFORM
async def test_series_is_changed_where_it_stands(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await sets_up(olu, cadence="every 2 weeks on Tuesday 09:00")
    await community.until(datetime(2026, 11, 25, 9, 0))

    form = await olu.says("prompts edit 1")
    same = (await olu.submits(form, own="New?")).reply
    other = (
        await olu.submits(await olu.says("prompts edit 1"), cadence="every working day 08:00")
    ).reply

    # The weeks are still counted from the first question.
    assert words(same).splitlines()[:3] == [
        "Prompts 1 are changed.",
        "Asks: every 2 weeks on Tuesday 09:00",
        "Next: Tuesday 8 December at 09:00",
    ]
    assert words(other).splitlines()[1:3] == [
        "Asks: every working day 08:00",
        "Next: Thursday 26 November at 08:00",
    ]


@ONE_PLATFORM
async def test_question_can_be_asked_besides_the_plan(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await sets_up(olu)
    preview = await olu.says("prompts preview 1")

    reply = await olu.taps(preview, "Ask it now")
    again = await olu.says("prompts ask 1")

    assert words(reply) == "A question of prompts 1 is being asked now."
    assert words(again) == "A question was asked this very minute."
    assert posts(community) == [words(preview).splitlines()[1]]


@ONE_PLATFORM
async def test_ended_prompts_ask_nothing_more(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    card = await sets_up(olu)

    reply = await olu.taps(card, "End it")
    await community.until(datetime(2026, 12, 2, 12, 0))

    assert words(reply) == "Prompts 1 have ended. What was asked and answered stays."
    assert posts(community) == []
    assert words(await olu.says("prompts show 1")) == (
        "Which prompts? Type “prompts” to see them with their numbers."
    )


@ONE_PLATFORM
async def test_all_series_are_listed(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    empty = words(await olu.says("prompts"))
    await sets_up(olu)
    await sets_up(olu, cadence="every working day 08:00")

    listed = words(await olu.says("prompts"))

    assert empty == (
        "No prompts are set up. They ask your community a question again and again: “What did you "
        "learn from another borough this week?”\nNew prompts: type “prompts new”"
    )
    assert listed == (
        "2 series of prompts:\n"
        "- 2 every working day 08:00; next: Tuesday 24 November at 08:00\n"
        "- 1 every week on Wednesday 09:30; next: Wednesday 25 November at 09:30\n"
        "Show 2: type “prompts show 2”\n"
        "Show 1: type “prompts show 1”\n"
        "New prompts: type “prompts new”"
    )


@ONE_PLATFORM
async def test_question_that_came_too_late_is_told_and_comes_next_time(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    await sets_up(olu)
    upcoming = words(await olu.says("prompts preview 1")).splitlines()[1]
    community.now += timedelta(days=3)
    await community.settle()
    assert letters(olu) == [
        (
            "I did not ask the question of prompts 1 on Wednesday 25 November at 09:30: I was off "
            "at that time. It comes next time.\n"
            "Ask it now: type “prompts ask 1”\n"
            "You get this because you are an organiser."
        )
    ]

    await community.until(datetime(2026, 12, 2, 9, 30))

    assert posts(community) == [upcoming]


@ONE_PLATFORM
async def test_prompts_with_nowhere_to_go_are_told(community: Community) -> None:
    olu = await community.organiser("Olu Chair", place="Bexley")
    reply = await sets_up(olu, way="direct", audience="place Lewisham")
    await community.until(datetime(2026, 11, 25, 9, 30))

    assert "People: place Lewisham, 0 people" in words(reply).splitlines()
    assert letters(olu) == [
        (
            "Prompts 1 had nobody to ask: no channel for prompts is set, and no message was to go "
            "out. “channel prompts” says how to set one.\n"
            "Show the series: type “prompts show 1”\n"
            "You get this because you are an organiser."
        )
    ]


@ONE_PLATFORM
@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"cadence": "sometimes"}, "cadence"),
        ({"cadence": ""}, "cadence"),
        ({"packs": "football"}, "packs"),
        ({"packs": (), "own": " \n- "}, "own"),
        ({"own": "x" * 301}, "own"),
        ({"audience": "Atlantis"}, "audience"),
        ({"way": "pigeon"}, "way"),
    ],
)
async def test_what_needs_mending_is_marked(
    community: Community, answers: dict, field: str
) -> None:
    olu = await community.organiser("Olu Chair")

    outcome = await olu.submits(await olu.says("prompts new"), **answers)

    assert list(outcome.errors) == [field]
    assert words(await olu.says("prompts")).startswith("No prompts are set up.")


@ONE_PLATFORM
async def test_nothing_planned_cannot_be_left_out(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await sets_up(olu)
    with community.database.transaction() as db:
        db.schedule.stop_recurring(
            community.id, "prompt ask", subject="prompt:1", now=community.now
        )

    assert words(await olu.says("prompts skip 1")) == (
        "No question is planned that could be left out."
    )
    assert "Next: nothing is planned" in words(await olu.says("prompts show 1")).splitlines()


@ONE_PLATFORM
async def test_members_may_not_set_up_prompts(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    assert words(await ada.says("prompts new")).startswith("Only organisers can do that.")
