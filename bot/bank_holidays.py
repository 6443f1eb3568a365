"""The bank holidays of England, and which days are working days.

The dates come from the package ``holidays``, the names are those of
https://www.gov.uk/bank-holidays. A proclaimed extra day is known from the release after it.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

import holidays

SATURDAY = 5
# Where the package says otherwise than GOV.UK.
NAMES = {
    "May Day": "Early May bank holiday",
    "Late Summer Bank Holiday": "Summer bank holiday",
}
WEEKEND = ("Saturday", "Sunday")


def name(day: date) -> str | None:
    """What the bank holiday is called; None where the day is none."""
    return _of(day.year).get(day)


def why_off(day: date, *, weekends: bool) -> str:
    """Why nobody works that day, in words; empty for a working day.

    Without ``weekends`` a Saturday or Sunday counts only where it is a bank holiday.
    """
    holiday = name(day)
    if holiday:
        return f"bank holiday: {holiday}"
    return WEEKEND[day.weekday() - SATURDAY] if weekends and day.weekday() >= SATURDAY else ""


def is_working_day(day: date) -> bool:
    """Whether it is neither at a weekend nor a bank holiday."""
    return not why_off(day, weekends=True)


def nearest_working_day(day: date, *, step: int) -> date:
    """The day itself, or the nearest working day after (1) or before it (-1)."""
    while not is_working_day(day):
        day += timedelta(days=step)
    return day


@cache
def _of(year: int) -> Mapping[date, str]:
    found = holidays.country_holidays("GB", subdiv="ENG", years=year)
    return {day: _named(each) for day, each in found.items() if day.year == year}


def _named(found: str) -> str:
    """As in "Spring bank holiday" and "Boxing Day (substitute day)"."""
    said = NAMES.get(found, found).replace("Bank Holiday", "bank holiday").replace("'", "’")
    return said.replace("(observed)", "(substitute day)")
