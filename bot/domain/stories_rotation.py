"""Whose turn it is to be asked "What went well?", and what a digest tells."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from bot.ids import CommunityId, MemberId
from bot.times import IfOff, Recurrence, at

# Somebody who has just written is not asked for the next one at once.
REST_AFTER_A_STORY = timedelta(weeks=8)
# Nor is anybody asked more often than this, however small the community is.
REST_AFTER_A_QUESTION = timedelta(weeks=8)
# More is not read on a phone; the rest waits for the next digest.
MOST_IN_A_DIGEST = 5
# In the morning of a working day.
HOUR = 9
DIGEST_WEEKDAY = 3
QUESTION_WEEKDAY = 4


@dataclass(frozen=True, slots=True)
class Setup:
    """The rhythm of stories: a digest every so many weeks, and how many are asked each week.

    Zero means never; nothing is sent before an organiser has chosen.
    """

    community: CommunityId
    digest_weeks: int = 0
    asked_each_week: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """When somebody was last asked, when they last wrote (None for never), and how often asked."""

    asked_at: datetime | None = None
    wrote_at: datetime | None = None
    times: int = 0


def to_be_asked(
    people: Iterable[MemberId],
    turns: Mapping[MemberId, Turn],
    *,
    many: int,
    now: datetime,
    rng: Random,
) -> tuple[MemberId, ...]:
    """Those whose turn it is: whoever was asked longest ago, by lot among equals.

    Nobody is asked a second time before everybody else was asked once.
    """
    ready = [each for each in people if _may_be_asked(turns.get(each, Turn()), now)]
    rng.shuffle(ready)
    ready.sort(key=lambda each: _order(turns.get(each, Turn()), now))
    return tuple(ready[:many])


def digest_recurrence(setup: Setup, *, after: datetime, zone: str) -> Recurrence:
    """When digests come: on a Thursday morning."""
    return _weekly(setup.digest_weeks, DIGEST_WEEKDAY, after=after, zone=zone)


def question_recurrence(*, after: datetime, zone: str) -> Recurrence:
    """When the question comes: on a Friday morning, each week to others."""
    return _weekly(1, QUESTION_WEEKDAY, after=after, zone=zone)


def _order(turn: Turn, now: datetime) -> tuple[datetime, int]:
    """Of those asked at once, some were asked for the first time and some again: these wait."""
    return turn.asked_at or datetime.min.replace(tzinfo=now.tzinfo), turn.times


def _may_be_asked(turn: Turn, now: datetime) -> bool:
    wrote_lately = turn.wrote_at is not None and now - turn.wrote_at < REST_AFTER_A_STORY
    asked_lately = turn.asked_at is not None and now - turn.asked_at < REST_AFTER_A_QUESTION
    return not (wrote_lately or asked_lately)


def _weekly(weeks: int, weekday: int, *, after: datetime, zone: str) -> Recurrence:
    ahead = (weekday - after.weekday() - 1) % 7 + 1
    start = at((after + timedelta(days=ahead)).date(), HOUR)
    return Recurrence(f"FREQ=WEEKLY;INTERVAL={weeks}", start, zone, IfOff.MOVE)
