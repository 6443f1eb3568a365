"""Recurrences and local time. Everything else holds aware UTC instants or local dates.

A schedule names its occurrences by the naive local date-time (the label), so that a clock change
can neither repeat nor lose one. A label inside the spring gap happens at the first minute after
it; a label inside the autumn fold happens at the first of the two. A monthly recurrence on day 29,
30 or 31 happens on the last day of a month that is shorter, where RFC 5545 would leave it out.

A recurrence may leave bank holidays out or move what falls on them to the next working day. Such
an occurrence keeps its label, so that it is still one of a kind, and says when it happens and why.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from bot import bank_holidays

# A recurrence that has no occurrence in this many years has none.
HORIZON = timedelta(days=366 * 12)


# Nothing moves further: Good Friday to the Tuesday, Christmas to the fourth day at most.
MOST_MOVED = timedelta(days=5)
ANOTHER_THEN = "there is another one by then"


class IfOff(StrEnum):
    """What becomes of an occurrence on a day off."""

    AS_PLANNED = "as planned"
    MOVE = "next working day"
    SKIP = "skip"


@dataclass(frozen=True, slots=True)
class Recurrence:
    """An RRULE in local naive time, its first label and its zone (RFC 5545, 3.3.10).

    ``if_off`` says what happens on England's bank holidays and, with ``weekends_off``, on
    Saturdays and Sundays.
    """

    rule: str
    start: datetime
    zone: str
    if_off: IfOff = IfOff.AS_PLANNED
    weekends_off: bool = False


@dataclass(frozen=True, slots=True)
class Slot:
    """A label and the local time at which it happens; None where it is left out.

    ``note`` says why it does not happen at its label, as in "bank holiday: Good Friday".
    """

    label: datetime
    at: datetime | None
    note: str = ""


def utc_now() -> datetime:
    """The time now, aware, in UTC; for the edges, which hand it to everything below."""
    return datetime.now(UTC)


def instant(label: datetime, zone: str) -> datetime:
    """The UTC instant of a naive local date-time: gap = first minute after, fold = the first."""
    local = label.replace(tzinfo=ZoneInfo(zone), fold=0)
    back = local.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if back == label:
        return local.astimezone(UTC)

    minute, step = label.replace(second=0, microsecond=0), timedelta(minutes=1)
    while True:
        minute += step
        landed = minute.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)
        if landed.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == minute:
            return landed


def local(moment: datetime, zone: str) -> datetime:
    """The naive local date-time of an instant."""
    return moment.astimezone(ZoneInfo(zone)).replace(tzinfo=None)


def today(now: datetime, zone: str) -> date:
    """The date in a zone."""
    return now.astimezone(ZoneInfo(zone)).date()


def labels_after(recurrence: Recurrence, label: datetime) -> Iterator[datetime]:
    """All labels of a recurrence strictly after one, in order."""
    rule = rrulestr(_in_every_month(recurrence), dtstart=recurrence.start, ignoretz=True)
    end = label + HORIZON
    for found in rule.xafter(label):
        if found > end:
            return
        yield found


def next_label(recurrence: Recurrence, label: datetime) -> datetime | None:
    """The first label strictly after one; None where the recurrence has ended."""
    return next(labels_after(recurrence, label), None)


def slots_after(recurrence: Recurrence, label: datetime) -> Iterator[Slot]:
    """What becomes of all labels strictly after one, in order.

    Two never happen on one day because one was moved: where the recurrence has another label by
    the next working day, the moved one is left out.
    """
    found = labels_after(recurrence, label)
    upcoming = next(found, None)
    while upcoming is not None:
        following = next(found, None)
        yield _slot(recurrence, upcoming, following)
        upcoming = following


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A naive local date-time."""
    return datetime.combine(day, time(hour, minute))


def _slot(recurrence: Recurrence, label: datetime, following: datetime | None) -> Slot:
    if recurrence.if_off is IfOff.AS_PLANNED:
        return Slot(label, label)
    day = label.date()
    reason = bank_holidays.why_off(day, weekends=recurrence.weekends_off)
    if not reason:
        return Slot(label, label)
    if recurrence.if_off is IfOff.SKIP:
        return Slot(label, None, reason)

    moved = bank_holidays.nearest_working_day(day, step=1)
    if following is not None and following.date() <= moved:
        return Slot(label, None, f"{reason}; {ANOTHER_THEN}")
    return Slot(label, datetime.combine(moved, label.time()), reason)


def _in_every_month(recurrence: Recurrence) -> str:
    """The rule, where it names one day of the month, kept to the last day of shorter months."""
    parts = dict(part.split("=") for part in recurrence.rule.upper().split(";"))
    day = parts.get("BYMONTHDAY", str(recurrence.start.day))
    others = {"BYDAY", "BYMONTH", "BYSETPOS"} & parts.keys()
    if parts["FREQ"] != "MONTHLY" or others or day not in {"29", "30", "31"}:
        return recurrence.rule
    parts["BYMONTHDAY"] = ",".join(str(each) for each in range(28, int(day) + 1))
    parts["BYSETPOS"] = "-1"
    return ";".join(f"{name}={value}" for name, value in parts.items())
