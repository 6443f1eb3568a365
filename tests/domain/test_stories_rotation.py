"""Whose turn it is to be asked, the spread of a story, and the words of a search."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain import stories_adoption, stories_rotation, stories_search
from bot.domain.stories_adoption import Spread, Tried, Try
from bot.domain.stories_rotation import Setup, Turn, to_be_asked
from bot.ids import CommunityId, MemberId
from bot.times import IfOff, Recurrence

NOW = datetime(2026, 11, 27, 9, tzinfo=UTC)
WEEK = timedelta(weeks=1)
ADA, BEN, CY = MemberId(1), MemberId(2), MemberId(3)


@given(people=st.integers(1, 60), many=st.integers(1, 10), weeks=st.integers(1, 60))
def test_questions_spread_evenly_over_all(people, many, weeks):
    everybody = [MemberId(each) for each in range(1, people + 1)]
    turns, asked, rng = {}, Counter(), Random(1)

    for week in range(weeks):
        now = NOW + week * WEEK
        chosen = to_be_asked(everybody, turns, many=many, now=now, rng=rng)
        assert len(set(chosen)) == len(chosen) <= many
        for each in chosen:
            last = turns.get(each, Turn()).asked_at
            assert last is None or now - last >= stories_rotation.REST_AFTER_A_QUESTION
            asked[each] += 1
            turns[each] = Turn(asked_at=now, times=asked[each])

    counts = [asked[each] for each in everybody]
    assert max(counts) - min(counts) <= 1


def test_whoever_wrote_lately_rests():
    turns = {
        ADA: Turn(wrote_at=NOW - 8 * WEEK + timedelta(seconds=1)),
        BEN: Turn(wrote_at=NOW - 8 * WEEK),
    }

    assert to_be_asked([ADA, BEN], turns, many=5, now=NOW, rng=Random(1)) == (BEN,)


def test_lot_decides_among_equals():
    people = [ADA, BEN, CY]

    firsts = {to_be_asked(people, {}, many=1, now=NOW, rng=Random(seed)) for seed in range(30)}

    assert firsts == {(ADA,), (BEN,), (CY,)}


def test_rhythm_is_a_working_morning():
    after = datetime(2026, 11, 26, 9)

    assert stories_rotation.digest_recurrence(
        Setup(CommunityId(1), digest_weeks=2), after=after, zone="Europe/London"
    ) == Recurrence("FREQ=WEEKLY;INTERVAL=2", datetime(2026, 12, 3, 9), "Europe/London", IfOff.MOVE)
    assert stories_rotation.question_recurrence(after=after, zone="Europe/London") == Recurrence(
        "FREQ=WEEKLY;INTERVAL=1", datetime(2026, 11, 27, 9), "Europe/London", IfOff.MOVE
    )


@pytest.mark.parametrize(
    ("before", "said", "after"),
    [
        (None, Tried.WANTS, Tried.WANTS),
        (None, Tried.TRIED, Tried.TRIED),
        (Tried.WANTS, Tried.TRIED, Tried.TRIED),
        (Tried.WANTS, Tried.NOT_FOR_US, Tried.NOT_FOR_US),
        (Tried.NOT_FOR_US, Tried.TRIED, Tried.TRIED),
    ],
)
def test_what_somebody_says_of_trying_moves_them_on(before, said, after):
    part = Try(ADA, before, NOW - WEEK) if before else None

    assert stories_adoption.moved(part, ADA, said, now=NOW) == Try(ADA, after, NOW)


@pytest.mark.parametrize(
    ("before", "said"),
    [
        (Tried.TRIED, Tried.TRIED),
        (Tried.TRIED, Tried.WANTS),
        (Tried.WANTS, Tried.WANTS),
        (Tried.NOT_FOR_US, Tried.WANTS),
    ],
)
def test_saying_it_again_or_wanting_what_one_tried_changes_nothing(before, said):
    part = Try(ADA, before, NOW - WEEK)

    assert stories_adoption.moved(part, ADA, said, now=NOW) == part


def test_spread_counts_who_wants_to_and_who_has():
    tries = [
        Try(ADA, Tried.WANTS, NOW),
        Try(BEN, Tried.TRIED, NOW),
        Try(CY, Tried.NOT_FOR_US, NOW),
    ]

    assert stories_adoption.spread(4, tries) == Spread(celebrated=4, wanted=1, tried=1)
    assert stories_adoption.try_of(tries, BEN) == tries[1]
    assert stories_adoption.try_of(tries, MemberId(9)) is None


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", ()),
        ("  – !", ()),
        ("The falls, the FALLS", ("falls",)),
        ("the of", ("the", "of")),
        ('"x" OR 1; Café', ("x", "or", "1", "cafe")),
    ],
)
def test_search_looks_for_plain_words(asked, expected):
    assert stories_search.terms(asked) == expected


def test_search_looks_for_so_many_words():
    assert len(stories_search.terms(" ".join(map(str, range(50))))) == 12
