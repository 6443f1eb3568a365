"""England's bank holidays, by the names of GOV.UK."""

from datetime import date, timedelta

import pytest

from bot import bank_holidays

YEAR_2026 = {
    date(2026, 1, 1): "New Year’s Day",
    date(2026, 4, 3): "Good Friday",
    date(2026, 4, 6): "Easter Monday",
    date(2026, 5, 4): "Early May bank holiday",
    date(2026, 5, 25): "Spring bank holiday",
    date(2026, 8, 31): "Summer bank holiday",
    date(2026, 12, 25): "Christmas Day",
    date(2026, 12, 26): "Boxing Day",
    date(2026, 12, 28): "Boxing Day (substitute day)",
}


def test_a_year_has_the_bank_holidays_of_england_and_no_others():
    days = [date(2026, 1, 1) + timedelta(days=n) for n in range(365)]

    found = {day: bank_holidays.name(day) for day in days if bank_holidays.name(day)}

    assert found == YEAR_2026


@pytest.mark.parametrize(
    ("day", "weekends", "reason"),
    [
        (date(2026, 5, 25), False, "bank holiday: Spring bank holiday"),
        (date(2026, 5, 25), True, "bank holiday: Spring bank holiday"),
        (date(2026, 5, 23), False, ""),
        (date(2026, 5, 23), True, "Saturday"),
        (date(2026, 5, 24), True, "Sunday"),
        (date(2026, 12, 26), False, "bank holiday: Boxing Day"),
        (date(2026, 5, 26), True, ""),
    ],
)
def test_a_day_off_says_why(day, weekends, reason):
    assert bank_holidays.why_off(day, weekends=weekends) == reason


@pytest.mark.parametrize(
    ("day", "step", "expected"),
    [
        (date(2026, 5, 26), 1, date(2026, 5, 26)),
        (date(2026, 5, 25), 1, date(2026, 5, 26)),
        (date(2026, 4, 3), 1, date(2026, 4, 7)),
        (date(2026, 4, 6), -1, date(2026, 4, 2)),
        (date(2026, 12, 25), 1, date(2026, 12, 29)),
        (date(2027, 12, 25), 1, date(2027, 12, 29)),
    ],
)
def test_the_nearest_working_day_lies_outside_weekends_and_holidays(day, step, expected):
    assert bank_holidays.nearest_working_day(day, step=step) == expected
