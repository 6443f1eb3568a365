"""Calendar files (RFC 5545): the same UID on every change, a raised SEQUENCE, CANCEL at the end."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vText

PRODUCT = "-//Leaders bot//EN"
# The zone is described from a year before an appointment to a year after it.
AROUND = timedelta(days=366)
# Whoever subscribed to a feed looks so often whether something changed (RFC 7986, 5.7).
REFRESHED = timedelta(hours=1)
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
    place: str = ""
    url: str = ""

    @property
    def begins(self) -> datetime:
        """The instant at which it starts, in its zone."""
        return self.starts.replace(tzinfo=ZoneInfo(self.zone))


def file_of(appointment: Appointment) -> bytes:
    """The appointment as an .ics file with its time zone inside."""
    method = "CANCEL" if appointment.is_cancelled else "PUBLISH"
    return _written((appointment,), method=method, zones=())


def feed_of(appointments: Sequence[Appointment], *, name: str, zone: str, now: datetime) -> bytes:
    """All of them as one calendar to subscribe to; what was cancelled says so.

    ``zone`` is described in any case: a calendar without a single component is none (RFC 5545,
    3.6), and there may be nothing to come.
    """
    named = {"x-wr-calname": vText(name), "name": vText(name)}
    return _written(appointments, method="PUBLISH", zones=((zone, now),), **named)


def _written(
    appointments: Sequence[Appointment],
    *,
    method: str,
    zones: Sequence[tuple[str, datetime]],
    **more: vText,
) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for key, value in more.items():
        calendar.add(key, value)
    if more:
        calendar.add("refresh-interval", REFRESHED, parameters={"value": "DURATION"})
    around: dict[str, list[datetime]] = {}
    for zone, moment in (*zones, *((each.zone, each.begins) for each in appointments)):
        around.setdefault(zone, []).append(moment.astimezone(UTC))
    for zone, moments in around.items():
        calendar.add_component(_described(ZoneInfo(zone), min(moments), max(moments)))
    for each in appointments:
        calendar.add_component(_event(each))
    return bytes(calendar.to_ical())


def _event(appointment: Appointment) -> Event:
    event = Event()
    event.add("uid", appointment.uid)
    event.add("dtstamp", appointment.stamp)
    event.add("dtstart", appointment.begins)
    event.add("dtend", _ending(appointment))
    event.add("summary", vText(appointment.title))
    event.add("description", vText(appointment.description))
    if appointment.place:
        event.add("location", vText(appointment.place))
    if appointment.url:
        event.add("url", appointment.url)
    event.add("sequence", appointment.sequence)
    event.add("status", "CANCELLED" if appointment.is_cancelled else "CONFIRMED")
    return event


def _ending(appointment: Appointment) -> datetime:
    """So long after the start as it takes, also where clocks change in between."""
    ends = appointment.begins.astimezone(UTC) + appointment.length
    return ends.astimezone(ZoneInfo(appointment.zone))


def _described(zone: ZoneInfo, first: datetime, last: datetime) -> Timezone:
    """The zone's offsets around two instants, an observance for each (RFC 5545, 3.6.5).

    ``Timezone.from_tzinfo`` of icalendar 7.3 puts the spring change an hour late.
    """
    begin = first - AROUND
    described = Timezone()
    described.add("tzid", zone.key)
    for change in (begin, *_changes(zone, begin, last + AROUND)):
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
