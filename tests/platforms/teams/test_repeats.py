"""The same again has one effect."""

from dataclasses import replace

import pytest

from bot.chat.messages import Account
from bot.chat.requests import Incoming, Kind
from bot.errors import DatabaseUnready
from bot.ids import Lane
from bot.platforms.teams import repeats
from bot.platforms.teams.read import Heard, Where
from bot.platforms.teams.repeats import SAME_ACTIVITY_WITHIN, SAME_WORDS_WITHIN, Repeats

LANE = Lane("teams:t1")
ADA = Account(LANE, "ada")
SAID = Heard(
    Where.PERSONAL,
    Incoming(ADA, Kind.WORDS, text="coffee pause"),
    "https://smba.example/",
    "a:ada",
    activity="1",
)
JOINED = Heard(Where.EVENT, Incoming(ADA, Kind.EVENT, route="joined"), "", "a:ada", activity="e1")
TAPPED = Heard(
    Where.CARD, Incoming(ADA, Kind.TAP, route="coffee join", token="t"), "", "a:ada", activity="c1"
)


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def is_new(memory: Repeats, heard: Heard) -> bool:
    """Heard and finished at once."""
    with memory.hearing(heard) as new:
        return new


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        (SAID, False),
        (replace(SAID, activity="2"), False),
        (replace(SAID, activity=""), False),
        (replace(SAID, activity="2", conversation="19:c"), True),
        (replace(SAID, activity="2", thread="19:c;messageid=1"), True),
        (replace(SAID, activity="2", incoming=replace(SAID.incoming, text="coffee")), True),
        (
            replace(
                SAID, activity="1", incoming=replace(SAID.incoming, account=Account(LANE, "ben"))
            ),
            True,
        ),
    ],
)
def test_same_words_of_the_same_person_in_the_same_place(again: Heard, expected: bool) -> None:
    memory = Repeats(clock=Clock())

    assert is_new(memory, SAID) is True
    assert is_new(memory, again) is expected


@pytest.mark.parametrize(
    ("seconds", "expected"), [(15.0, False), (SAME_WORDS_WITHIN, False), (20.1, True)]
)
def test_same_words_count_again_after_a_while(seconds: float, expected: bool) -> None:
    clock = Clock()
    memory = Repeats(clock=clock)
    is_new(memory, SAID)

    clock.now += seconds

    assert is_new(memory, replace(SAID, activity="2")) is expected


def test_time_counts_from_the_first_and_not_from_its_repeats() -> None:
    clock = Clock()
    memory = Repeats(clock=clock)
    heard = []
    for number in range(4):
        heard.append(is_new(memory, replace(SAID, activity=str(number))))
        clock.now += 15.0

    assert heard == [True, False, True, False]


def test_same_words_are_a_repeat_while_the_first_is_unfinished() -> None:
    clock = Clock()
    memory = Repeats(clock=clock)

    with memory.hearing(SAID) as first:
        clock.now += 60.0
        assert (first, is_new(memory, replace(SAID, activity="2"))) == (True, False)
    clock.now += 60.0

    assert is_new(memory, replace(SAID, activity="3")) is True


def test_work_that_broke_is_finished_too() -> None:
    clock = Clock()
    memory = Repeats(clock=clock)

    with pytest.raises(RuntimeError), memory.hearing(SAID):
        raise RuntimeError("It broke.")
    clock.now += 21.0

    assert is_new(memory, replace(SAID, activity="2")) is True


def test_tap_is_a_repeat_by_its_activity_alone() -> None:
    clock = Clock()
    memory = Repeats(clock=clock)
    assert is_new(memory, TAPPED) is True

    clock.now += SAME_ACTIVITY_WITHIN
    assert is_new(memory, TAPPED) is False
    assert is_new(memory, replace(TAPPED, activity="c2")) is True
    clock.now += 1.0
    assert is_new(memory, TAPPED) is True


def test_installation_told_twice_counts_once() -> None:
    memory = Repeats(clock=Clock())
    left = replace(JOINED, activity="e3", incoming=replace(JOINED.incoming, route="left"))

    assert is_new(memory, JOINED) is True
    assert is_new(memory, replace(JOINED, activity="e2")) is False
    assert is_new(memory, left) is True
    assert is_new(memory, replace(JOINED, activity="e4")) is True


def test_memory_keeps_the_newest() -> None:
    memory = Repeats(clock=Clock())
    for number in range(repeats.REMEMBERED + 1):
        is_new(memory, replace(TAPPED, activity=str(number)))

    assert is_new(memory, replace(TAPPED, activity=str(repeats.REMEMBERED))) is False
    assert is_new(memory, replace(TAPPED, activity="0")) is True


@pytest.mark.parametrize("heard", [SAID, TAPPED, JOINED])
def test_what_the_database_did_not_take_is_new_when_it_comes_again(heard: Heard) -> None:
    memory = Repeats(clock=Clock())

    with pytest.raises(DatabaseUnready), memory.hearing(heard):
        raise DatabaseUnready("The database is full.")

    assert [is_new(memory, heard) for _ in range(2)] == [True, False]
