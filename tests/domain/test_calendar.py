"""Calendar files as four libraries that we did not write read them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import ics
import pytest
import vobject
from ical.calendar_stream import IcsCalendarStream

from bot.domain import calendar
from bot.domain.calendar import Appointment
from bot.times import at

LONDON = "Europe/London"
STAMP = datetime(2026, 11, 23, 10, tzinfo=UTC)
HALF_AN_HOUR = timedelta(minutes=30)


def appointment(**changes) -> Appointment:
    return Appointment(
        **{
            "uid": "coffee-7@leaders-bot",
            "title": "Coffee: Ada Obi and Ben Lee",
            "description": "Half an hour.\nMove it if you like; or not, \\ as you wish.",
            "starts": at(date(2026, 11, 30), 12, 30),
            "length": HALF_AN_HOUR,
            "zone": LONDON,
            "sequence": 0,
            "stamp": STAMP,
            **changes,
        }
    )


def test_all_that_is_said_can_be_read_again():
    read = icalendar.Calendar.from_ical(calendar.file_of(appointment()))
    [event] = read.walk("VEVENT")

    assert (read["version"], read["prodid"], read["method"]) == (
        "2.0",
        "-//Leaders bot//EN",
        "PUBLISH",
    )
    assert (event["uid"], event["summary"], event["description"]) == (
        "coffee-7@leaders-bot",
        "Coffee: Ada Obi and Ben Lee",
        "Half an hour.\nMove it if you like; or not, \\ as you wish.",
    )
    assert (event["sequence"], event["status"]) == (0, "CONFIRMED")
    assert event["dtstamp"].dt == STAMP
    assert event["dtstart"].params["TZID"] == LONDON
    assert event["dtstart"].dt == datetime(2026, 11, 30, 12, 30, tzinfo=ZoneInfo(LONDON))
    assert event["dtend"].dt - event["dtstart"].dt == HALF_AN_HOUR


def test_a_change_keeps_the_uid_and_raises_the_sequence():
    moved = appointment(starts=at(date(2026, 12, 1), 8), sequence=1)

    [event] = icalendar.Calendar.from_ical(calendar.file_of(moved)).walk("VEVENT")

    assert (event["uid"], event["sequence"]) == ("coffee-7@leaders-bot", 1)
    assert event["dtstart"].dt.replace(tzinfo=None) == at(date(2026, 12, 1), 8)


def test_a_cancelled_appointment_takes_itself_away():
    read = icalendar.Calendar.from_ical(
        calendar.file_of(appointment(is_cancelled=True, sequence=2))
    )
    [event] = read.walk("VEVENT")

    assert (read["method"], event["status"], event["sequence"]) == ("CANCEL", "CANCELLED", 2)
    assert event["uid"] == "coffee-7@leaders-bot"


@pytest.mark.parametrize(
    "title", ["Coffee: <Ada>", "Café; Zoë, Łukasz ☕" * 9, "BEGIN:VEVENT\nX:1"]
)
def test_no_name_breaks_the_file(title):
    written = calendar.file_of(appointment(title=title))

    [event] = icalendar.Calendar.from_ical(written).walk("VEVENT")
    assert event["summary"] == title
    assert all(len(line) <= 75 for line in written.split(b"\r\n"))
    assert written.endswith(b"END:VCALENDAR\r\n")
    assert b"\n" not in written.replace(b"\r\n", b"")


DAYS = [
    # Each side of both clock changes, summer, winter, and a zone with other changes.
    (date(2026, 3, 28), LONDON),
    (date(2026, 3, 29), LONDON),
    (date(2026, 3, 30), LONDON),
    (date(2026, 7, 6), LONDON),
    (date(2026, 10, 24), LONDON),
    (date(2026, 10, 25), LONDON),
    (date(2026, 10, 26), LONDON),
    (date(2027, 1, 4), LONDON),
    (date(2026, 11, 1), "America/New_York"),
    (date(2026, 10, 4), "Australia/Lord_Howe"),
    (date(2026, 11, 30), "Asia/Kathmandu"),
    (date(2026, 11, 30), "UTC"),
]


@pytest.mark.parametrize(("day", "zone"), DAYS)
def test_four_libraries_read_the_same_instants(day, zone):
    starts = at(day, 8)
    written = calendar.file_of(appointment(starts=starts, zone=zone)).decode()
    expected = starts.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)

    by_icalendar = icalendar.Calendar.from_ical(written).walk("VEVENT")[0]["dtstart"].dt
    by_vobject = vobject.readOne(written, validate=True).vevent.dtstart.value
    by_ical = IcsCalendarStream.calendar_from_ics(written).events[0].dtstart
    [by_ics] = [event.begin.datetime for event in ics.Calendar(written).events]

    found = [by_icalendar, by_vobject, by_ical, by_ics]
    assert [each.astimezone(UTC) for each in found] == [expected] * 4


@pytest.mark.parametrize(("day", "zone"), DAYS)
def test_the_zone_inside_the_file_tells_the_same_times_by_itself(day, zone):
    # A reader that knows no zones has only this; it is asked without our own zone data.
    written = icalendar.Calendar.from_ical(
        calendar.file_of(appointment(starts=at(day, 8), zone=zone))
    )
    [inside] = written.walk("VTIMEZONE")

    rules = inside.to_tz(lookup_tzid=False)

    own = ZoneInfo(zone)
    for quarter in range(-4 * 24 * 2, 4 * 24 * 2):
        moment = datetime(day.year, day.month, day.day, tzinfo=UTC) + quarter * HALF_AN_HOUR / 2
        assert moment.astimezone(rules).utcoffset() == moment.astimezone(own).utcoffset()


def test_a_file_for_every_library_is_one_calendar_with_one_event():
    written = calendar.file_of(appointment(sequence=3)).decode()

    parsed = vobject.readOne(written, validate=True)
    stream = IcsCalendarStream.calendar_from_ics(written)
    [event] = stream.events
    [simple] = ics.Calendar(written).events

    assert (parsed.method.value, parsed.vevent.sequence.value) == ("PUBLISH", "3")
    assert (event.uid, event.sequence, event.summary) == (
        "coffee-7@leaders-bot",
        3,
        "Coffee: Ada Obi and Ben Lee",
    )
    assert (simple.uid, simple.name, simple.duration) == (
        "coffee-7@leaders-bot",
        "Coffee: Ada Obi and Ben Lee",
        HALF_AN_HOUR,
    )
