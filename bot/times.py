"""Recurrences and local time. Everything else holds aware UTC instants or local dates.

A schedule names its occurrences by the naive local date-time (the label), so that a clock change
can neither repeat nor lose one. A label inside the spring gap happens at the first minute after
it; a label inside the autumn fold happens at the first of the two. A monthly recurrence on day 29,
30 or 31 happens on the last day of a month that is shorter, where RFC 5545 would leave it out.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

# A recurrence that has no occurrence in this many years has none.
HORIZON = timedelta(days=366 * 12)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """An RRULE in local naive time, its first label and its zone (RFC 5545, 3.3.10)."""

    rule: str
    start: datetime
    zone: str


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


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """A naive local date-time."""
    return datetime.combine(day, time(hour, minute))


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
