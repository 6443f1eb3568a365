"""Local time: no occurrence is lost or repeated by a clock change, a short month or a leap day."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import times
from bot.times import IfOff, Recurrence, at, instant, labels_after, local, next_label, slots_after

LONDON = "Europe/London"
LORD_HOWE = "Australia/Lord_Howe"


@pytest.mark.parametrize(
    ("label", "zone", "expected"),
    [
        (at(date(2026, 1, 5), 9), LONDON, datetime(2026, 1, 5, 9, tzinfo=UTC)),
        (at(date(2026, 7, 6), 9), LONDON, datetime(2026, 7, 6, 8, tzinfo=UTC)),
        (at(date(2026, 7, 6), 9), "Asia/Kathmandu", datetime(2026, 7, 6, 3, 15, tzinfo=UTC)),
        # In spring the clock goes from 01:00 to 02:00 in London ...
        (at(date(2025, 3, 30), 0, 59), LONDON, datetime(2025, 3, 30, 0, 59, tzinfo=UTC)),
        (at(date(2025, 3, 30), 1, 0), LONDON, datetime(2025, 3, 30, 1, tzinfo=UTC)),
        (at(date(2025, 3, 30), 1, 30), LONDON, datetime(2025, 3, 30, 1, tzinfo=UTC)),
        (at(date(2025, 3, 30), 1, 59), LONDON, datetime(2025, 3, 30, 1, tzinfo=UTC)),
        (at(date(2025, 3, 30), 2, 0), LONDON, datetime(2025, 3, 30, 1, tzinfo=UTC)),
        (at(date(2026, 3, 29), 1, 30), LONDON, datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (at(date(2027, 3, 28), 1, 30), LONDON, datetime(2027, 3, 28, 1, tzinfo=UTC)),
        (at(date(2028, 3, 26), 1, 30), LONDON, datetime(2028, 3, 26, 1, tzinfo=UTC)),
        (datetime(2026, 3, 29, 1, 30, 30), LONDON, datetime(2026, 3, 29, 1, tzinfo=UTC)),
        # ... and in autumn from 02:00 back to 01:00: the first of the two counts.
        (at(date(2025, 10, 26), 0, 59), LONDON, datetime(2025, 10, 25, 23, 59, tzinfo=UTC)),
        (at(date(2025, 10, 26), 1, 0), LONDON, datetime(2025, 10, 26, 0, tzinfo=UTC)),
        (at(date(2025, 10, 26), 1, 59), LONDON, datetime(2025, 10, 26, 0, 59, tzinfo=UTC)),
        (at(date(2025, 10, 26), 2, 0), LONDON, datetime(2025, 10, 26, 2, tzinfo=UTC)),
        (at(date(2026, 10, 25), 1, 30), LONDON, datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),
        (at(date(2027, 10, 31), 1, 30), LONDON, datetime(2027, 10, 31, 0, 30, tzinfo=UTC)),
        # Lord Howe Island moves its clocks by half an hour: 02:00 to 02:30 in October ...
        (at(date(2026, 10, 4), 1, 59), LORD_HOWE, datetime(2026, 10, 3, 15, 29, tzinfo=UTC)),
        (at(date(2026, 10, 4), 2, 15), LORD_HOWE, datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        (at(date(2026, 10, 4), 2, 30), LORD_HOWE, datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
        # ... and 02:00 back to 01:30 in April.
        (at(date(2026, 4, 5), 1, 45), LORD_HOWE, datetime(2026, 4, 4, 14, 45, tzinfo=UTC)),
        (at(date(2026, 4, 5), 2, 0), LORD_HOWE, datetime(2026, 4, 4, 15, 30, tzinfo=UTC)),
        # Samoa left out a whole day when it crossed the date line.
        (at(date(2011, 12, 30), 9), "Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
        # In the Azores, Beirut and Cairo the clocks change at midnight.
        (at(date(2026, 3, 29), 0, 30), "Atlantic/Azores", datetime(2026, 3, 29, 1, tzinfo=UTC)),
        (at(date(2026, 4, 24), 0, 0), "Africa/Cairo", datetime(2026, 4, 23, 22, tzinfo=UTC)),
    ],
)
def test_instant_is_the_first_minute_after_a_gap_and_the_first_of_a_fold(label, zone, expected):
    assert instant(label, zone) == expected
    assert instant(label, zone).tzinfo is UTC


def test_local_and_today_follow_the_zone_across_midnight():
    now = datetime(2026, 7, 6, 23, 30, tzinfo=UTC)

    assert local(now, LONDON) == at(date(2026, 7, 7), 0, 30)
    assert [times.today(now, zone) for zone in ("UTC", LONDON, "America/New_York")] == [
        date(2026, 7, 6),
        date(2026, 7, 7),
        date(2026, 7, 6),
    ]


def labels(rule: str, start: datetime, count: int, after: datetime | None = None) -> list[datetime]:
    first = after or start - timedelta(minutes=1)
    return list(islice(labels_after(Recurrence(rule, start, LONDON), first), count))


def test_labels_keep_their_local_time_across_both_clock_changes():
    spring = labels("FREQ=WEEKLY;BYDAY=SU", at(date(2026, 3, 22), 1, 30), 3)
    autumn = labels("FREQ=WEEKLY;BYDAY=SU", at(date(2026, 10, 18), 1, 30), 3)

    assert [(f"{each:%d %H:%M}", f"{instant(each, LONDON):%d %H:%M}") for each in spring] == [
        ("22 01:30", "22 01:30"),
        ("29 01:30", "29 01:00"),
        ("05 01:30", "05 00:30"),
    ]
    assert [(f"{each:%d %H:%M}", f"{instant(each, LONDON):%d %H:%M}") for each in autumn] == [
        ("18 01:30", "18 00:30"),
        ("25 01:30", "25 00:30"),
        ("01 01:30", "01 01:30"),
    ]


@pytest.mark.parametrize("rule", ["FREQ=MONTHLY", "FREQ=MONTHLY;BYMONTHDAY=31", "freq=monthly"])
def test_day_31_is_the_last_day_of_a_shorter_month(rule):
    found = labels(rule, at(date(2027, 12, 31), 9), 7)

    assert [f"{each:%Y-%m-%d %H:%M}" for each in found] == [
        "2027-12-31 09:00",
        "2028-01-31 09:00",
        "2028-02-29 09:00",
        "2028-03-31 09:00",
        "2028-04-30 09:00",
        "2028-05-31 09:00",
        "2028-06-30 09:00",
    ]


@pytest.mark.parametrize(
    ("rule", "first", "expected"),
    [
        ("FREQ=MONTHLY", date(2027, 1, 29), ["01-29", "02-28", "03-29"]),
        ("FREQ=MONTHLY", date(2028, 1, 30), ["01-30", "02-29", "03-30"]),
        ("FREQ=MONTHLY;INTERVAL=2", date(2027, 12, 31), ["12-31", "02-29", "04-30"]),
        ("FREQ=MONTHLY;COUNT=2", date(2027, 1, 31), ["01-31", "02-28"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1", date(2027, 1, 31), ["01-31", "02-28", "03-31"]),
        ("FREQ=MONTHLY", date(2027, 1, 28), ["01-28", "02-28", "03-28"]),
        ("FREQ=MONTHLY;BYDAY=-1FR", date(2027, 1, 29), ["01-29", "02-26", "03-26"]),
        ("FREQ=MONTHLY;BYMONTHDAY=15,31", date(2027, 2, 15), ["02-15", "03-15", "03-31"]),
        ("FREQ=DAILY", date(2028, 2, 28), ["02-28", "02-29", "03-01"]),
        ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU", date(2028, 2, 15), ["02-15", "02-29", "03-14"]),
    ],
)
def test_months_and_leap_days_lose_nothing(rule, first, expected):
    assert [f"{each:%m-%d}" for each in labels(rule, at(first, 9), 3)] == expected


def test_labels_after_leaves_out_the_label_itself():
    start = at(date(2026, 11, 24), 9)
    weekly = Recurrence("FREQ=WEEKLY", start, LONDON)

    assert next_label(weekly, start - timedelta(seconds=1)) == start
    assert next_label(weekly, start) == start + timedelta(weeks=1)
    assert next_label(weekly, start + timedelta(days=400)) == start + timedelta(weeks=58)


def test_an_ended_recurrence_has_no_next_label():
    start = at(date(2026, 11, 24), 9)

    assert next_label(Recurrence("FREQ=DAILY;COUNT=2", start, LONDON), start) == at(
        date(2026, 11, 25), 9
    )
    assert next_label(Recurrence("FREQ=DAILY;COUNT=1", start, LONDON), start) is None
    assert next_label(Recurrence("FREQ=DAILY;UNTIL=20261124T120000Z", start, LONDON), start) is None


def test_a_recurrence_that_waits_longer_than_the_horizon_has_ended():
    leap = Recurrence("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", at(date(2024, 2, 29), 9), LONDON)
    thirteen = Recurrence("FREQ=YEARLY;INTERVAL=13", at(date(2024, 2, 28), 9), LONDON)

    assert next_label(leap, at(date(2096, 2, 29), 9)) == at(date(2104, 2, 29), 9)
    assert next_label(thirteen, at(date(2024, 2, 28), 9)) is None


def slots(rule: str, start: datetime, count: int, if_off: IfOff, *, weekends: bool = False):
    """Labels, when they happen and why, as in "22 Fri", "26 Tue", "bank holiday: Good Friday"."""
    recurrence = Recurrence(rule, start, LONDON, if_off, weekends)
    found = islice(slots_after(recurrence, start - timedelta(minutes=1)), count)
    return [
        (f"{each.label:%d %a}", f"{each.at:%d %a %H:%M}" if each.at else None, each.note)
        for each in found
    ]


SPRING = "bank holiday: Spring bank holiday"
MONDAY = at(date(2026, 5, 18), 9, 30)


@pytest.mark.parametrize(
    ("if_off", "expected"),
    [
        (IfOff.AS_PLANNED, ("25 Mon", "25 Mon 09:30", "")),
        (IfOff.MOVE, ("25 Mon", "26 Tue 09:30", SPRING)),
        (IfOff.SKIP, ("25 Mon", None, SPRING)),
    ],
)
def test_a_bank_holiday_is_ignored_left_out_or_moved_from_as_the_recurrence_says(if_off, expected):
    assert slots("FREQ=WEEKLY", MONDAY, 3, if_off) == [
        ("18 Mon", "18 Mon 09:30", ""),
        expected,
        ("01 Mon", "01 Mon 09:30", ""),
    ]


def test_weekends_are_days_off_only_where_the_recurrence_says_so():
    start = at(date(2026, 1, 31), 9)

    assert slots("FREQ=MONTHLY", start, 3, IfOff.MOVE) == [
        ("31 Sat", "31 Sat 09:00", ""),
        ("28 Sat", "28 Sat 09:00", ""),
        ("31 Tue", "31 Tue 09:00", ""),
    ]
    assert slots("FREQ=MONTHLY", start, 3, IfOff.MOVE, weekends=True) == [
        ("31 Sat", "02 Mon 09:00", "Saturday"),
        ("28 Sat", "02 Mon 09:00", "Saturday"),
        ("31 Tue", "31 Tue 09:00", ""),
    ]
    assert slots("FREQ=MONTHLY", start, 1, IfOff.SKIP, weekends=True) == [
        ("31 Sat", None, "Saturday")
    ]


def test_what_would_move_onto_or_past_another_is_left_out():
    easter = "bank holiday: Good Friday; there is another one by then"
    monday = "bank holiday: Easter Monday"

    assert slots("FREQ=WEEKLY;BYDAY=MO,FR", at(date(2026, 4, 3), 9), 3, IfOff.MOVE) == [
        ("03 Fri", None, easter),
        ("06 Mon", "07 Tue 09:00", monday),
        ("10 Fri", "10 Fri 09:00", ""),
    ]
    assert slots("FREQ=DAILY", at(date(2026, 4, 2), 9), 6, IfOff.MOVE) == [
        ("02 Thu", "02 Thu 09:00", ""),
        ("03 Fri", None, easter),
        ("04 Sat", "04 Sat 09:00", ""),
        ("05 Sun", "05 Sun 09:00", ""),
        ("06 Mon", None, f"{monday}; there is another one by then"),
        ("07 Tue", "07 Tue 09:00", ""),
    ]


def test_the_last_one_of_a_recurrence_moves_as_well():
    assert slots("FREQ=WEEKLY;COUNT=2", MONDAY, 9, IfOff.MOVE) == [
        ("18 Mon", "18 Mon 09:30", ""),
        ("25 Mon", "26 Tue 09:30", SPRING),
    ]


def test_a_moved_one_lands_after_a_clock_change_at_its_own_local_time():
    # Summer time began on Sunday 28 March 2027, between Good Friday and the Tuesday.
    [good_friday] = islice(
        slots_after(
            Recurrence("FREQ=WEEKLY", at(date(2027, 3, 26), 9), LONDON, IfOff.MOVE),
            at(date(2027, 3, 25), 9),
        ),
        1,
    )

    assert good_friday.at == at(date(2027, 3, 30), 9)
    assert instant(good_friday.at, LONDON) == datetime(2027, 3, 30, 8, tzinfo=UTC)


@given(
    st.dates(date(2020, 1, 1), date(2040, 1, 1)),
    st.sampled_from(["FREQ=DAILY", "FREQ=WEEKLY;BYDAY=MO,FR", "FREQ=WEEKLY", "FREQ=MONTHLY"]),
    st.booleans(),
)
def test_moving_keeps_order_and_never_puts_two_on_one_day(first, rule, weekends):
    recurrence = Recurrence(rule, at(first, 9), LONDON, IfOff.MOVE, weekends)

    found = list(islice(slots_after(recurrence, at(first, 8)), 120))
    happening = [each.at.date() for each in found if each.at]

    assert all(before < after for before, after in pairwise(happening))
    assert all(timedelta() <= each.at - each.label <= times.MOST_MOVED for each in found if each.at)
    assert all(bool(each.note) == (each.at != each.label) for each in found)


zones = st.sampled_from([LONDON, LORD_HOWE, "Africa/Cairo", "America/St_Johns", "Pacific/Chatham"])
minutes = st.datetimes(datetime(2020, 1, 1), datetime(2037, 12, 31)).map(
    lambda found: found.replace(second=0, microsecond=0)
)


@given(minutes, zones)
def test_every_label_happens_once_and_not_before_its_local_time(label, zone):
    found = instant(label, zone)

    assert local(found, zone) >= label
    assert (
        local(found - timedelta(minutes=1), zone) < label or found.astimezone(ZoneInfo(zone)).fold
    )
    assert found.astimezone(ZoneInfo(zone)).fold == 0


@given(
    st.dates(date(2020, 1, 1), date(2036, 1, 1)),
    st.integers(0, 23),
    st.integers(0, 59),
    zones,
)
def test_a_daily_recurrence_loses_no_day_and_repeats_none(first, hour, minute, zone):
    daily = Recurrence("FREQ=DAILY", at(first, hour, minute), zone)

    found = list(islice(labels_after(daily, daily.start - timedelta(days=1)), 400))
    moments = [instant(label, zone) for label in found]

    assert [label.date() for label in found] == [first + timedelta(days=n) for n in range(400)]
    assert all(before < after for before, after in pairwise(moments))
    assert [local(moment, zone).date() for moment in moments] == [each.date() for each in found]


def test_the_clock_is_aware_and_in_utc():
    assert times.utc_now().utcoffset() == timedelta()
