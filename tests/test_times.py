"""Local time: no occurrence is lost or repeated by a clock change, a short month or a leap day."""

from datetime import UTC, date, datetime, timedelta
from itertools import islice, pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot import times
from bot.times import Recurrence, at, instant, labels_after, local, next_label

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
