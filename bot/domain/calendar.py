"""Calendar files (RFC 5545): the same UID on every change, a raised SEQUENCE, CANCEL at the end."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, Timezone, vText

PRODUCT = "-//Leaders bot//EN"


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
    calendar.add_component(
        Timezone.from_tzinfo(
            zone,
            first_date=starts.date() - timedelta(days=366),
            last_date=starts.date() + timedelta(days=366),
        )
    )
    calendar.add_component(event)
    return bytes(calendar.to_ical())
