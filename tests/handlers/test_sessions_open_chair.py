"""Open chairs: names are put in, and places drawn first among those who never had one."""

from datetime import datetime

import pytest

from bot.domain.sessions import Kind
from tests.leaders import Community, Leader, words
from tests.sessions import LINK, planned, standing

CHAIR = {"kind": Kind.OPEN_CHAIR, "capacity": "1", "title": "A day with Di", "speakers": "Di Roy"}
# Three days before Thursday 3 December at 12:30.
DRAW = datetime(2026, 11, 30, 12, 30)


async def hopeful(community: Community, number: int, *names: str) -> list[Leader]:
    leaders = [await community.leader(name) for name in names]
    for each in leaders:
        await each.says(f"sessions sign up {number}")
    return leaders


async def test_names_are_put_in_and_nobody_has_a_place_before_the_draw(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, **CHAIR)
    ada = await community.leader("Ada Obi")
    card = await ada.says(f"sessions show {number}")

    reply = words(await ada.taps(card, "Put my name in"))

    assert words(card).splitlines()[1:5] == [
        "When: Thursday 3 December at 12:30, 1 hour",
        "With: Di Roy",
        "Open chair: 1 place, drawn first among those who never had one",
        "Whoever has a place is told how to join online.",
    ]
    assert reply.startswith(
        "Your name is in for A day with Di, Thursday 3 December at 12:30.\n"
        "Places are drawn on Monday 30 November at 12:30, first among those who never had an open "
        "chair.\n"
    )
    assert LINK not in reply
    assert standing(community, number) == {"going": [], "waiting": ["Ada"]}
    again = words(await ada.says(f"sessions show {number}"))
    assert "Your name is in. So far 1 name is in. Places are drawn on Monday" in again


async def test_draw_gives_the_place_and_tells_everybody(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, **CHAIR)
    leaders = await hopeful(community, number, "Ada Obi", "Ben Lee", "Cy Poe")

    await community.until(DRAW)

    found = standing(community, number)
    by_name = {each.name.split()[0]: each for each in leaders}
    [lucky] = found["going"]
    first, second = found["waiting"]
    assert words(by_name[lucky].last).splitlines()[:2] == [
        "The draw is done: the open chair is yours. A day with Di, Thursday 3 December at 12:30.",
        f"Join online: {LINK}",
    ]
    for name, turn in ((first, 1), (second, 2)):
        assert words(by_name[name].last).startswith(
            "The draw for A day with Di is done, and the places went to others. "
            f"You are number {turn} on the waitlist."
        )
    await by_name[lucky].taps(by_name[lucky].last, "I can’t come")
    assert standing(community, number) == {"going": [first], "waiting": [second]}
    assert words(by_name[first].last).startswith("A place has come free")


async def test_those_who_never_had_one_are_drawn_first(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    first = await planned(olu, **CHAIR)
    ada, *_ = await hopeful(community, first, "Ada Obi")
    await community.until(DRAW)
    second = await planned(olu, **CHAIR | {"date": "2026-12-10", "capacity": "3"})
    await ada.says(f"sessions sign up {second}")
    await hopeful(community, second, "Ben Lee", "Cy Poe", "Di Roy")

    await community.until(datetime(2026, 12, 7, 12, 30))

    found = standing(community, second)
    assert (sorted(found["going"]), found["waiting"]) == (["Ben", "Cy", "Di"], ["Ada"])


async def test_a_place_given_back_or_called_off_was_none(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    first, second = await planned(olu, **CHAIR), await planned(olu, **CHAIR)
    ada, *_ = await hopeful(community, first, "Ada Obi")
    ben, *_ = await hopeful(community, second, "Ben Lee")
    await community.until(DRAW)
    await ada.says(f"sessions leave {first}")
    await olu.submits(await olu.says(f"sessions cancel {second}"))

    with community.database.transaction() as db:
        assert db.sessions.had_an_open_chair(community.id) == frozenset()
    assert standing(community, second) == {"going": ["Ben"], "waiting": []}
    assert ben.inbox


async def test_late_open_chair_is_drawn_halfway(community: Community) -> None:
    olu = await community.organiser("Olu Chair")

    number = await planned(olu, **CHAIR, date="2026-11-24", time="10:00")

    card = words(await olu.says(f"sessions show {number}"))
    assert "Places are drawn on Monday 23 November at 22:00" in card


async def test_moved_open_chair_is_drawn_at_its_new_time(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, **CHAIR)
    await hopeful(community, number, "Ada Obi")

    await olu.submits(await olu.says(f"sessions edit {number}"), date="2026-12-10")
    await community.until(DRAW)
    before = standing(community, number)
    await community.until(datetime(2026, 12, 7, 12, 30))

    assert before == {"going": [], "waiting": ["Ada"]}
    assert standing(community, number) == {"going": ["Ada"], "waiting": []}


async def test_cancelled_open_chair_is_not_drawn(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, **CHAIR)
    [ada] = await hopeful(community, number, "Ada Obi")

    await olu.submits(await olu.says(f"sessions cancel {number}"))
    await community.until(DRAW)

    assert standing(community, number) == {"going": [], "waiting": ["Ada"]}
    assert len(ada.inbox) == 1


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_after_the_draw_a_place_that_is_left_can_be_taken(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, **CHAIR | {"capacity": "2"})
    await hopeful(community, number, "Ada Obi")
    await community.until(DRAW)

    await hopeful(community, number, "Ben Lee", "Cy Poe")

    assert standing(community, number) == {"going": ["Ada", "Ben"], "waiting": ["Cy"]}


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_series_of_open_chairs_is_drawn_each_time(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, **CHAIR)
    await olu.submits(await olu.says(f"sessions repeat {number}"), rhythm="week")

    await hopeful(community, number + 1, "Ada Obi")
    await community.until(datetime(2026, 12, 7, 12, 30))

    assert standing(community, number + 1) == {"going": ["Ada"], "waiting": []}
