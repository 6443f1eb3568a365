"""Calendar files (RFC 5545): the same UID on every change, a raised SEQUENCE, CANCEL at the end."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vText

PRODUCT = "-//Leaders bot//EN"
# The zone is described from a year before an appointment to a year after it.
AROUND = timedelta(days=366)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Appointment:
    """One appointment. ``starts`` is naive local time in ``zone``; ``sequence`` counts changes."""

    uid: str
    title: str
    description: str
    starts: datetime
    length: timedelta
    zone: str
    sequence: int
    stamp: datetime
    is_cancelled: bool = False


def file_of(appointment: Appointment) -> bytes:
    """The appointment as an .ics file with its time zone inside."""
    zone = ZoneInfo(appointment.zone)
    starts = appointment.starts.replace(tzinfo=zone)
    event = Event()
    event.add("uid", appointment.uid)
    event.add("dtstamp", appointment.stamp)
    event.add("dtstart", starts)
    event.add("dtend", starts + appointment.length)
    event.add("summary", vText(appointment.title))
    event.add("description", vText(appointment.description))
    event.add("sequence", appointment.sequence)
    event.add("status", "CANCELLED" if appointment.is_cancelled else "CONFIRMED")

    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if appointment.is_cancelled else "PUBLISH")
    calendar.add_component(_described(zone, starts.astimezone(UTC)))
    calendar.add_component(event)
    return bytes(calendar.to_ical())


def _described(zone: ZoneInfo, around: datetime) -> Timezone:
    """The zone's offsets around an instant, an observance for each (RFC 5545, 3.6.5).

    ``Timezone.from_tzinfo`` of icalendar 7.3 puts the spring change an hour late.
    """
    begin = around - AROUND
    described = Timezone()
    described.add("tzid", zone.key)
    for change in (begin, *_changes(zone, begin, around + AROUND)):
        before, after = (change - MINUTE).astimezone(zone), change.astimezone(zone)
        observance = TimezoneDaylight() if after.dst() else TimezoneStandard()
        # The wall clock of the moment of change, read before it is put forward or back.
        observance.add("dtstart", (before + MINUTE).replace(tzinfo=None))
        observance.add("tzoffsetfrom", before.utcoffset())
        observance.add("tzoffsetto", after.utcoffset())
        observance.add("tzname", after.tzname())
        described.add_component(observance)
    return described


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """The instants, to the minute, at which the zone's clocks change."""
    while begin < end:
        low, high = begin, begin + DAY
        begin = high
        if low.astimezone(zone).utcoffset() == high.astimezone(zone).utcoffset():
            continue
        while high - low > MINUTE:
            middle = low + (high - low) // (2 * MINUTE) * MINUTE
            if middle.astimezone(zone).utcoffset() == low.astimezone(zone).utcoffset():
                low = middle
            else:
                high = middle
        yield high
