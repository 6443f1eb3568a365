"""After the bot was off: what is still done, and what organisers are told of the rest."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.chat.schedule import ALWAYS
from bot.domain.coffee import RoundState
from bot.times import Recurrence
from jobs import SCHEDULE
from tests.leaders import Community, Leader, words

HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)
FRIDAY = datetime(2026, 11, 27, 9, 0)
OFF = "I was off when it was time, and it is too late for it now."
WHY = "You get this because you are an organiser."


async def gathered(community: Community, **answers: str) -> tuple[Leader, ...]:
    olu = await community.organiser("Olu Chair")
    await olu.submits(
        await olu.says("coffee setup"), rhythm="every 2 weeks on Friday 09:00", **answers
    )
    leaders = [await community.leader(name) for name in ("Ada Obi", "Ben Lee")]
    for leader in leaders:
        await leader.says("coffee join")
    return olu, *leaders


async def off(community: Community, time: timedelta) -> None:
    """The bot is off for so long, then starts."""
    community.now += time
    await community.settle()


def states(community: Community) -> list[RoundState]:
    with community.database.transaction() as db:
        return [each.state for each in db.coffee.rounds(community.id)]


def said(leader: Leader) -> list[str]:
    return words(leader.last).splitlines()


def test_how_late_each_job_may_be_is_known() -> None:
    hours = {job.name: None if job.catch_up == ALWAYS else job.catch_up / HOUR for job in SCHEDULE}

    assert hours == {
        "announcement send": 24,
        "announcement look": None,
        "prompt ask": 12,
        "coffee round": 24,
        "coffee draft": 24,
        "coffee redraft": 24,
        "coffee send": 24,
        "coffee rematch": 24,
        "coffee remind review": 2,
        "coffee nudge": 12,
        "coffee question": 12,
        "coffee close": None,
        "stories digest": 24,
        "stories question": 12,
        "story try question": 24,
        "session reminder": 2,
        "session draw": None,
        "session repeat": None,
        "session feedback": 12,
        "your week": None,
        "quiet over": None,
        "upkeep": None,
        "upkeep rest": None,
    }


async def test_round_goes_out_up_to_a_day_late(community: Community) -> None:
    _, ada, _ = await gathered(community)
    await community.until(FRIDAY - MINUTE)

    await off(community, MINUTE + 24 * HOUR)

    assert states(community) == [RoundState.SENT]
    assert said(ada)[0].startswith("Coffee: ")


async def test_round_that_is_later_is_skipped_and_the_organisers_are_told(
    community: Community,
) -> None:
    olu, ada, _ = await gathered(community)
    await community.until(FRIDAY - MINUTE)

    await off(community, 2 * MINUTE + 24 * HOUR)

    assert states(community) == []
    assert ada.inbox == []
    assert said(olu)[0] == (
        f"There is no round of coffee on Friday 27 November at 09:00. {OFF} "
        "The next one comes as planned."
    )
    await olu.taps(olu.last, "Run a round now")
    assert states(community) == [RoundState.SENT]


async def test_draft_that_could_not_go_out_is_held_and_can_be_sent(community: Community) -> None:
    olu, ada, _ = await gathered(community, review="send")
    await community.until(FRIDAY - HOUR)

    await off(community, 26 * HOUR)

    assert states(community) == [RoundState.HELD]
    assert said(olu)[0] == (
        f"Round 1 of coffee did not go out on Friday 27 November at 09:00. {OFF} "
        "I hold it until you send or cancel it."
    )
    await olu.taps(olu.last, "Send now")
    await community.settle()
    assert states(community) == [RoundState.SENT]
    assert said(ada)[0].startswith("Coffee: ")


async def test_cancelled_draft_is_not_held_by_a_late_start(community: Community) -> None:
    olu, *_ = await gathered(community, review="send")
    await community.until(FRIDAY - HOUR)
    with community.database.transaction() as db:
        community.now += 26 * HOUR
        draft = db.coffee.rounds(community.id)[0]
        db.coffee.save_round(replace(draft, state=RoundState.CANCELLED))

    await community.settle()

    assert states(community) == [RoundState.CANCELLED]
    assert "did not go out" not in words(olu.last)


async def test_question_that_came_too_late_is_told_and_can_be_asked(community: Community) -> None:
    olu, ada, _ = await gathered(community)
    await community.until(datetime(2026, 12, 9, 8, 59))

    await off(community, 13 * HOUR)
    told = said(olu)
    card = said(ada)[0]
    await olu.says("coffee ask")
    # It is ten in the evening, so those asked are left in peace until the morning.
    await community.until(datetime(2026, 12, 10, 8, 0))

    assert told == [
        f"Round 1 of coffee: “Did you meet?” was not asked. {OFF} “coffee ask” asks now.",
        WHY,
    ]
    assert "did you meet" not in card.lower()
    assert "did you meet" in said(ada)[0].lower()
    assert words(await olu.says("coffee ask")) == "Everybody in round 1 has been asked already."


async def test_round_closes_however_late(community: Community) -> None:
    await gathered(community)
    await community.until(FRIDAY)

    await off(community, timedelta(days=400))

    assert states(community)[-1] is RoundState.CLOSED


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_after_a_long_stop_lists_are_read_once(community: Community) -> None:
    community.slack.people = ()
    with community.database.transaction() as db:
        daily = Recurrence("FREQ=DAILY", datetime(2026, 11, 24, 4), "Europe/London")
        db.schedule.set_recurring(community.id, "upkeep", daily, now=community.now)

    await off(community, timedelta(days=30))

    with community.database.transaction() as db:
        done = [each.state for each in db.schedule.of(community.id, "upkeep", limit=99)]
    assert done == ["waiting", *["done"] * 30]
    assert sum(each.message is None for each in community.slack.deliveries) == 1
