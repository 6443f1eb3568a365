"""When a learning session is drawn, reminded of and repeated."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.domain.calm import BEFORE_QUIET, Hours
from bot.domain.sessions import Session
from bot.times import IfOff, Recurrence, Slot, at, instant, local, slots_after

# The reminders a member may choose from, in minutes before the start.
LEADS = (7 * 24 * 60, 24 * 60, 3 * 60, 60, 15)
DEFAULT_LEADS = (24 * 60, 60)
A_WEEK, A_DAY = 7 * 24 * 60, 24 * 60
_MINUTES = {"week": A_WEEK, "day": A_DAY, "hour": 60, "minute": 1}
# Check-in opens so long before the start, for whoever is early, and closes so long after the end.
CHECK_IN_OPENS = timedelta(minutes=30)
CHECK_IN_CLOSES = timedelta(hours=12)
# The sessions of a series can be signed up for so far ahead, and no further.
SERIES_AHEAD = timedelta(weeks=8)
WEEKDAY_CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


class Rhythm(StrEnum):
    """How often a series repeats."""

    WEEKLY = "week"
    FORTNIGHTLY = "2 weeks"
    FOUR_WEEKLY = "4 weeks"
    MONTHLY_DAY = "month, on the same date"
    MONTHLY_WEEKDAY = "month, on the same weekday"


@dataclass(frozen=True, slots=True)
class Reminder:
    """One reminder of a session: how long before, and the naive local time at which it goes."""

    lead: int
    label: datetime


def reminders(session: Session, quiet: Hours, *, now: datetime) -> tuple[Reminder, ...]:
    """The reminders that are still to come, each at its local time.

    None comes after the start, nor in the community's quiet hours: such a one moves to the evening
    before them.
    """
    planned = (Reminder(lead, reminder_label(session, lead, quiet)) for lead in LEADS)
    return tuple(
        each for each in planned if now < instant(each.label, session.zone) < session.begins
    )


def reminder_label(session: Session, lead: int, quiet: Hours) -> datetime:
    """When the reminder so many minutes before goes out, in local time.

    Days are counted on the calendar, so that "a day before" stays at the same time of day when
    clocks change in between; minutes and hours are counted as they pass.
    """
    if lead % A_DAY == 0:
        label = session.starts - timedelta(minutes=lead)
    else:
        label = local(session.begins - timedelta(minutes=lead), session.zone)
    return quiet.begin_before(label) - BEFORE_QUIET if quiet.hold(label) else label


def lead_of(words: str) -> int | None:
    """The minutes before a session that words such as "1 day" or "an hour" mean.

    None where no reminder comes then.
    """
    match = re.fullmatch(
        r"(?:(\d{1,4})|an?)?\s*(week|day|hour|minute)s?(?: before)?", words.strip()
    )
    if match is None:
        return None
    minutes = int(match[1] or 1) * _MINUTES[match[2]]
    return minutes if minutes in LEADS else None


def can_check_in(session: Session, *, now: datetime) -> bool:
    """Whether "I’m here" counts now."""
    return session.begins - CHECK_IN_OPENS <= now <= session.ends + CHECK_IN_CLOSES


def recurrence(
    starts: datetime, rhythm: Rhythm, zone: str, *, until: date | None, if_off: IfOff
) -> Recurrence:
    """A series that begins with a session (RFC 5545, 3.3.10); ``until`` is the last day."""
    rule = _rule(starts, rhythm)
    if until is not None:
        rule = f"{rule};UNTIL={at(until, 23, 59):%Y%m%dT%H%M%S}"
    return Recurrence(rule, starts, zone, if_off)


def slots_until(recurring: Recurrence, *, after: datetime, last: datetime) -> Iterator[Slot]:
    """What becomes of the labels after one, of those that happen by a local time."""
    for slot in slots_after(recurring, after):
        if slot.label > last:
            return
        if slot.at is not None:
            yield slot


def _rule(starts: datetime, rhythm: Rhythm) -> str:
    code = WEEKDAY_CODES[starts.weekday()]
    if rhythm is Rhythm.MONTHLY_DAY:
        return f"FREQ=MONTHLY;BYMONTHDAY={starts.day}"
    if rhythm is Rhythm.MONTHLY_WEEKDAY:
        # The fifth of a weekday is missing from most months; the last one is what is meant.
        nth = (starts.day - 1) // 7 + 1
        return f"FREQ=MONTHLY;BYDAY={-1 if nth == 5 else nth}{code}"
    weeks = {Rhythm.WEEKLY: 1, Rhythm.FORTNIGHTLY: 2, Rhythm.FOUR_WEEKLY: 4}[rhythm]
    return f"FREQ=WEEKLY;INTERVAL={weeks};BYDAY={code}"
