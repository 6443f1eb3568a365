"""By what Teams' repeats are told."""

from dataclasses import replace

import pytest

from bot.chat.messages import Account
from bot.chat.requests import Incoming, Kind, Mark
from bot.ids import Lane
from bot.platforms.teams.read import Heard, Where
from bot.platforms.teams.repeats import SAME_ACTIVITY_WITHIN, SAME_WORDS_WITHIN, marked

LANE = Lane("teams:t1")
ADA, BEN = Account(LANE, "ada"), Account(LANE, "ben")
SAID = Heard(
    Where.PERSONAL,
    Incoming(ADA, Kind.WORDS, text="coffee pause"),
    "https://smba.example/",
    "a:ada",
    activity="1",
)
JOINED = Heard(Where.EVENT, Incoming(ADA, Kind.EVENT, route="joined"), "", "19:c", activity="e1")
TAPPED = Heard(
    Where.CARD, Incoming(ADA, Kind.TAP, route="coffee join", token="t"), "", "a:ada", activity="c1"
)


def asked(heard: Heard, **more: object) -> Heard:
    return replace(heard, incoming=replace(heard.incoming, **more))


def shared(one: Heard, other: Heard) -> set[Mark]:
    return set(marked(one).marks) & set(marked(other).marks)


def test_only_marks_are_added() -> None:
    assert replace(marked(SAID), marks=()) == SAID.incoming


@pytest.mark.parametrize(
    ("again", "same"),
    [
        (SAID, {SAME_ACTIVITY_WITHIN, SAME_WORDS_WITHIN}),
        (replace(SAID, activity="2"), {SAME_WORDS_WITHIN}),
        (replace(SAID, activity=""), {SAME_WORDS_WITHIN}),
        (asked(SAID, text="coffee"), {SAME_ACTIVITY_WITHIN}),
        (replace(SAID, activity="2", where=Where.SHARED), {SAME_WORDS_WITHIN}),
        (replace(SAID, conversation="19:c"), set()),
        (replace(SAID, activity="2", thread="19:c;messageid=1"), set()),
        (replace(asked(SAID, text="coffee"), activity="2"), set()),
        (asked(SAID, account=BEN), set()),
        (asked(SAID, account=Account(Lane("teams:t2"), "ada")), set()),
    ],
)
def test_same_words_of_the_same_person_in_the_same_place(again: Heard, same: set[object]) -> None:
    assert {mark.within for mark in shared(SAID, again)} == same


@pytest.mark.parametrize("where", [Where.CARD, Where.OPENS_DIALOG, Where.DIALOG])
def test_tap_is_a_repeat_by_its_activity_alone(where: Where) -> None:
    tapped = replace(TAPPED, where=where)

    assert [mark.within for mark in shared(tapped, tapped)] == [SAME_ACTIVITY_WITHIN]
    assert shared(tapped, replace(tapped, activity="c2")) == set()


def test_each_who_came_with_one_activity_is_heard_of() -> None:
    assert len(marked(JOINED).marks) == 1
    assert shared(JOINED, asked(JOINED, account=BEN)) == set()


def test_somebody_who_goes_and_comes_at_once_is_heard_of_each_time() -> None:
    left = replace(asked(JOINED, route="left"), activity="e2")

    assert shared(JOINED, left) == set()
    assert shared(JOINED, replace(JOINED, activity="e3")) == set()


def test_what_has_no_id_has_no_mark_of_it() -> None:
    assert marked(replace(TAPPED, activity="")).marks == ()
