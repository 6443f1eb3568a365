"""Rounds on bank holidays, and rounds that an organiser leaves out."""

from datetime import datetime, timedelta

import pytest

from tests.leaders import Community, Leader, words

# Friday 25 December 2026 is Christmas Day; the next working day is Tuesday the 29th.
CHRISTMAS = datetime(2026, 12, 25, 9, 0)
NAMES = ("Ada Obi", "Ben Lee")


async def gathered(
    community: Community, rhythm: str = "every 2 weeks on Friday 09:00", **more: str
):
    """An organiser, and two leaders who have joined coffee."""
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"), rhythm=rhythm, **more)
    leaders = [await community.leader(name) for name in NAMES]
    for leader in leaders:
        await leader.says("coffee join")
    return olu, *leaders


def labels(community: Community) -> list[str]:
    with community.database.transaction() as db:
        return [f"{each.label:%d %b %H:%M}" for each in db.coffee.rounds(community.id)][::-1]


def audited(community: Community) -> list[tuple[str, str]]:
    with community.database.transaction() as db:
        rows = db.audit.latest(community.id, limit=9)
        return [(each.action, each.subject) for each in rows if "skip" in each.action][::-1]


def cards(leader: Leader) -> int:
    return sum(words(each).startswith("Coffee: ") for each in leader.inbox)


@pytest.mark.parametrize(
    ("if_off", "rounds"),
    [
        ("as planned", ["27 Nov 09:00", "11 Dec 09:00", "25 Dec 09:00"]),
        ("next working day", ["27 Nov 09:00", "11 Dec 09:00", "29 Dec 09:00"]),
        ("skip", ["27 Nov 09:00", "11 Dec 09:00"]),
    ],
)
async def test_round_on_a_bank_holiday_does_as_the_setup_says(
    community: Community, if_off: str, rounds: list[str]
) -> None:
    _, ada, _ = await gathered(community, if_off=if_off)

    await community.until(datetime(2027, 1, 2, 9, 0))

    assert labels(community) == rounds
    assert cards(ada) == len(rounds)


async def test_bank_holidays_change_nothing_by_default(community: Community) -> None:
    await gathered(community)

    await community.until(CHRISTMAS)

    assert labels(community)[-1] == "25 Dec 09:00"


async def test_moved_round_says_from_where_and_why(community: Community) -> None:
    olu, ada, _ = await gathered(community, if_off="next working day")
    await community.until(datetime(2026, 12, 12, 9, 0))

    said = words(await ada.says("coffee"))

    assert (
        "The next round goes out on Tuesday 29 December at 09:00.\n"
        "It moved there from Friday 25 December (bank holiday: Christmas Day)."
    ) in said
    again = await olu.says("coffee setup")
    saved = words((await olu.submits(again, theme="none")).reply)
    assert "Next: Tuesday 29 December at 09:00" in saved
    assert "On a bank holiday: On the next working day, at the same time" in saved
    assert "It moved there from Friday 25 December (bank holiday: Christmas Day)." in saved


async def test_round_left_out_on_a_bank_holiday_is_told_before_and_why(
    community: Community,
) -> None:
    _, ada, _ = await gathered(community, if_off="skip")
    await community.until(datetime(2026, 12, 12, 9, 0))

    before = words(await ada.says("coffee next"))
    await community.until(datetime(2026, 12, 25, 9, 1))
    after = words(await ada.says("coffee next"))

    told = "There is no round on Friday 25 December (bank holiday: Christmas Day)."
    assert (before.count(told), after.count(told)) == (1, 0)
    assert "The next round goes out on Friday 8 January at 09:00." in before


async def test_moved_round_is_asked_reviewed_and_sent_around_the_day_it_moved_to(
    community: Community,
) -> None:
    olu, ada, ben = await gathered(
        community, "every week on Friday 09:00", if_off="next working day", mode="asked",
        review="send",
    )  # fmt: skip
    with community.database.transaction() as db:
        db.recurrences.pause(
            community.id, "coffee round", until=CHRISTMAS.date(), now=community.now
        )

    await community.until(datetime(2026, 12, 25, 9, 0))
    for leader in (ada, ben):
        await leader.taps(leader.last, "Count me in")
    asked = words(ada.last)
    await community.until(datetime(2026, 12, 27, 9, 0))
    draft = words(olu.last)
    await community.until(datetime(2026, 12, 29, 9, 0))

    assert asked.startswith("The next round of coffee goes out on Tuesday 29 December at 09:00.")
    assert "It goes out on Tuesday 29 December at 09:00." in draft
    assert labels(community) == ["29 Dec 09:00"]
    assert cards(ada) == 1


async def test_saving_an_unchanged_rhythm_moves_no_round(community: Community) -> None:
    olu, ada, _ = await gathered(community)
    await community.until(datetime(2026, 11, 28, 9, 0))

    await olu.submits(await olu.says("coffee setup"), theme="clinicians_with_executives")

    assert "Friday 11 December at 09:00" in words(await ada.says("coffee next"))


async def test_skip_leaves_the_next_round_out_in_sight(community: Community) -> None:
    olu, ada, _ = await gathered(community)

    reply = words(await olu.says("coffee skip"))
    seen = words(await ada.says("coffee"))
    await community.until(datetime(2026, 12, 11, 9, 0))

    assert reply.startswith(
        "The round on Friday 27 November at 09:00 is left out. "
        "The next one goes out on Friday 11 December at 09:00."
    )
    assert "There is no round on Friday 27 November (an organiser left it out)." in seen
    assert labels(community) == ["11 Dec 09:00"]
    assert audited(community) == [("coffee skip", "round of 2026-11-27")]


async def test_skip_is_taken_back(community: Community) -> None:
    olu, ada, _ = await gathered(community)
    card = await olu.says("coffee skip")

    reply = words(await olu.taps(card, "Take that back"))
    await community.until(datetime(2026, 12, 11, 9, 0))

    assert reply == "Taken back: the next round goes out on Friday 27 November at 09:00."
    assert labels(community) == ["27 Nov 09:00", "11 Dec 09:00"]
    assert cards(ada) == 2
    assert audited(community) == [
        ("coffee skip", "round of 2026-11-27"),
        ("coffee skip undo", "round of 2026-11-27"),
    ]


async def test_skip_whose_time_has_passed_is_not_taken_back(community: Community) -> None:
    olu, *_ = await gathered(community)
    await olu.says("coffee skip")
    await community.until(datetime(2026, 11, 28, 9, 0))

    reply = words(await olu.says("coffee skip undo"))

    assert reply == "No round that you left out is still to come."


async def test_skip_needs_a_plan(community: Community) -> None:
    olu = await community.organiser("Olu Chair")

    reply = words(await olu.says("coffee skip"))

    assert reply == "No round is planned that could be left out. “coffee setup” plans them."


async def test_skip_is_for_organisers(community: Community) -> None:
    _, ada, _ = await gathered(community)

    for asked in ("coffee skip", "coffee skip undo"):
        assert words(await ada.says(asked)).startswith("Only organisers can do that.")
    await community.until(datetime(2026, 11, 27, 9, 0))
    assert labels(community) == ["27 Nov 09:00"]


async def test_skip_leaves_a_draft_alone(community: Community) -> None:
    olu, *_ = await gathered(community, review="send")
    await community.until(datetime(2026, 11, 26, 9, 0))

    reply = words(await olu.says("coffee skip"))
    await community.until(datetime(2026, 11, 27, 9, 0))

    assert reply == (
        "Round 1 is drafted already: “coffee cancel round” ends it. "
        "After that you can leave the next one out."
    )
    assert labels(community) == ["27 Nov 09:00"]


async def test_skip_leaves_a_round_alone_about_which_people_were_asked(
    community: Community,
) -> None:
    olu, ada, _ = await gathered(community, mode="asked")
    await community.until(datetime(2026, 11, 26, 9, 0))
    await ada.taps(ada.last, "Count me in")

    reply = words(await olu.says("coffee skip"))

    assert reply == (
        "The next round has begun: people were asked whether they take part. "
        "Once it is drafted, “coffee cancel round” ends it."
    )


async def test_the_rhythm_changed_in_the_minute_a_round_is_due_loses_and_doubles_nothing(
    community: Community,
) -> None:
    olu, ada, _ = await gathered(community)
    # Nine o'clock has come, and the clock has not ticked yet.
    community.now = datetime.fromisoformat("2026-11-27T09:00:20+00:00")

    await olu.submits(await olu.says("coffee setup"), rhythm="every week on Friday 09:30")
    await community.passes(timedelta(hours=1))

    assert labels(community) == ["27 Nov 09:00", "27 Nov 09:30"]
    assert cards(ada) == 2
