"""Reading what people type: lengths of time, dates, people, channels and rhythms.

Every function takes words as typed and raises ``NotUnderstood`` with an example when it can't
read them.
"""

import re
from dataclasses import dataclass
from datetime import date, time, timedelta

from dateutil.relativedelta import relativedelta

from bot.errors import NotUnderstood

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
MONTHS = (
    "january", "february", "march", "april", "may", "june", "july",
    "august", "september", "october", "november", "december",
)  # fmt: skip
_NUMBERS = {
    "a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6,
    "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
}  # fmt: skip
_UNTIL_EXAMPLE = "Try “2 weeks”, “until 3 March” or “until next Monday”."
_RHYTHM_EXAMPLE = "Try “every 2 weeks on Tuesday 09:00”."
# A pause or a date further away than this is a slip of the finger.
LONGEST_AHEAD = timedelta(days=366 * 2)
# Digits of a number; with more, Python refuses to read it or the databases to take it.
LONGEST_NUMBER = 9


@dataclass(frozen=True, slots=True)
class Rhythm:
    """Every so many weeks on a weekday (0 is Monday) at a local time."""

    weeks: int
    weekday: int
    time: time


def until(words: str, *, today: date) -> date:
    """The first day after a pause: "2 weeks", "10 days", "until 3 March", "until next Monday"."""
    asked = _clean(words)
    asked = re.sub(r"^(for|until|till|to)\s+", "", asked)
    ends = _length(asked, today=today) or _date(asked, today=today)
    if ends is None:
        raise NotUnderstood(f"I could not read “{words.strip()}” as a time. {_UNTIL_EXAMPLE}")
    return _ahead(ends, words, today=today)


def day(words: str, *, today: date) -> date:
    """A date: "3 March", "3 March 2027", "2027-03-03", "03/03/2027", "tomorrow", "Friday"."""
    found = _date(_clean(words), today=today)
    if found is None:
        example = (today + timedelta(days=14)).strftime("%-d %B")
        raise NotUnderstood(f"I could not read “{words.strip()}” as a date. Try “{example}”.")
    return found


def clock(words: str) -> time:
    """A time of day: "09:00", "9am", "9.30", "14:15"."""
    match = re.fullmatch(r"(\d{1,2})(?:[:.](\d{2}))?\s*(am|pm)?", _clean(words))
    if match and (match[2] or match[3]):
        hour, minute = int(match[1]), int(match[2] or 0)
        if match[3] and 1 <= hour <= 12:
            hour = hour % 12 + (12 if match[3] == "pm" else 0)
        if hour < 24 and minute < 60:
            return time(hour, minute)
    raise NotUnderstood(f"I could not read “{words.strip()}” as a time. Try “09:00”.")


def hours(words: str) -> tuple[time, time, bool]:
    """Hours of the day and whether weekends belong to them: "20:00 to 08:00 and weekends"."""
    asked = re.sub(r"^(from|between)\s+", "", _clean(words))
    match = re.fullmatch(
        r"(?P<starts>.{1,9}?)\s*(?:to|until|till|and|-|–)\s*(?P<ends>.{1,9}?)"
        r"(?P<weekends>\s+(?:and|with)\s+weekends)?",
        asked,
    )
    if match is None:
        raise NotUnderstood(
            f"I could not read “{words.strip()[:200]}” as hours. Try “20:00 to 08:00”, or "
            "“20:00 to 08:00 and weekends”."
        )
    return clock(match["starts"]), clock(match["ends"]), match["weekends"] is not None


def rhythm(words: str) -> Rhythm:
    """A rhythm: "every 2 weeks on Tuesday 09:00", "weekly Friday 2pm", "fortnightly Mon 9am"."""
    asked = _clean(words)
    match = re.fullmatch(
        r"(?:every\s+(?:(?P<count>\w+)\s+)?weeks?|(?P<word>weekly|fortnightly)|every\s+(?P<other>other)\s+week)"
        r"\s+(?:on\s+)?(?P<day>[a-z]+)\s+(?:at\s+)?(?P<time>[\d:.]+\s*(?:am|pm)?)",
        asked,
    )
    weekday = _weekday(match["day"]) if match else None
    if match is None or weekday is None:
        raise NotUnderstood(f"I could not read “{words.strip()}” as a rhythm. {_RHYTHM_EXAMPLE}")

    weeks = 2 if match["word"] == "fortnightly" or match["other"] else 1
    if match["count"]:
        weeks = 2 if match["count"] == "other" else number(match["count"], what="weeks")
    if not 1 <= weeks <= 12:
        raise NotUnderstood(f"A rhythm is every 1 to 12 weeks. {_RHYTHM_EXAMPLE}")
    return Rhythm(weeks, weekday, clock(match["time"]))


def number(words: str, *, what: str) -> int:
    """A small whole number, in digits or as a word up to twelve."""
    asked = _clean(words)
    if asked.isascii() and asked.isdigit() and len(asked) <= 6:
        return int(asked)
    if asked in _NUMBERS:
        return _NUMBERS[asked]
    raise NotUnderstood(f"I could not read “{words.strip()}” as a number of {what}. Try “2”.")


def identity(words: str) -> int | None:
    """The number by which a button names something; None for anything that can't be one."""
    return int(words) if re.fullmatch(r"[0-9]{1,9}", words) else None


def mentioned(words: str) -> tuple[str, str]:
    """The person named in the words and how: ("user", "U123"), ("id", "42") or ("name", "Ada").

    Slack writes a mention as ``<@U123>`` or ``<@U123|ada>``; the pickers of forms ``#42``.
    """
    asked = words.strip()
    if match := re.match(r"<@([A-Z0-9]+)(?:\|[^>]*)?>", asked):
        return "user", match[1]
    if match := re.fullmatch(rf"#(\d{{1,{LONGEST_NUMBER}}})", asked):
        return "id", match[1]
    if not asked.lstrip("@"):
        raise NotUnderstood("Who do you mean? Add a name, for example “@Ada Example”.")
    return "name", asked.lstrip("@").strip()


def channel(words: str) -> tuple[str, str]:
    """The id and the name of the channel in the words; the name is empty where it is not told.

    Slack writes a channel as ``<#C123|general>``, a private one as ``<#C123|>`` or ``<#C123>``.
    """
    match = re.fullmatch(r"<#([A-Z0-9]{1,30})(?:\|([^>]{0,200}))?>", words.strip())
    if match is None:
        raise NotUnderstood(
            f"I could not read “{words.strip()[:200]}” as a channel. Type the words in the "
            "channel itself, with “here” at the end."
        )
    return match[1], match[2] or ""


def _clean(words: str) -> str:
    return " ".join(words.lower().replace(",", " ").split())


def _length(asked: str, *, today: date) -> date | None:
    match = re.fullmatch(rf"(\w{{1,{LONGEST_NUMBER}}})\s*(day|week|fortnight|month)s?", asked)
    if match is None:
        return None
    count = _NUMBERS.get(match[1]) or (int(match[1]) if match[1].isdecimal() else 0)
    if not 0 < count <= 1000:
        return None
    steps = {
        "day": relativedelta(days=count),
        "week": relativedelta(weeks=count),
        "fortnight": relativedelta(weeks=2 * count),
        "month": relativedelta(months=count),
    }
    return today + steps[match[2]]


def _date(asked: str, *, today: date) -> date | None:
    if asked in {"today", "tomorrow"}:
        return today + timedelta(days=asked == "tomorrow")
    if asked in {"next week", "next month"}:
        return _length(f"1 {asked.split()[1]}", today=today)
    weekday = _weekday(asked.removeprefix("next ").removeprefix("on "))
    if weekday is not None:
        return today + timedelta(days=(weekday - today.weekday() - 1) % 7 + 1)
    if match := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})", asked):
        return _made(int(match[1]), int(match[2]), int(match[3]))
    if match := re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", asked):
        return _made(int(match[3]), int(match[2]), int(match[1]))
    return _named_date(asked, today=today)


def _named_date(asked: str, *, today: date) -> date | None:
    asked = re.sub(r"(\d)(?:st|nd|rd|th)\b", r"\1", asked).replace(" of ", " ")
    match = re.fullmatch(r"(\d{1,2}) ([a-z]+)(?: (\d{4}))?", asked)
    swapped = re.fullmatch(r"([a-z]+) (\d{1,2})(?: (\d{4}))?", asked)
    if match:
        day_words, month_words, year_words = match[1], match[2], match[3]
    elif swapped:
        day_words, month_words, year_words = swapped[2], swapped[1], swapped[3]
    else:
        return None
    month = _index(month_words, MONTHS)
    if month is None:
        return None
    if year_words:
        return _made(int(year_words), month + 1, int(day_words))
    # The next time this date comes: 29 February may be years away.
    candidates = (_made(today.year + ahead, month + 1, int(day_words)) for ahead in range(9))
    return next((found for found in candidates if found and found > today), None)


def _made(year: int, month: int, day_of_month: int) -> date | None:
    try:
        return date(year, month, day_of_month)
    except ValueError:
        return None


def _weekday(words: str) -> int | None:
    return _index(words, WEEKDAYS)


def _index(words: str, names: tuple[str, ...]) -> int | None:
    if len(words) < 3:
        return None
    return next((at for at, name in enumerate(names) if name.startswith(words)), None)


def _ahead(found: date, words: str, *, today: date) -> date:
    if found <= today:
        raise NotUnderstood(f"“{words.strip()}” has passed. {_UNTIL_EXAMPLE}")
    if found - today > LONGEST_AHEAD:
        raise NotUnderstood(f"“{words.strip()}” is more than two years away. {_UNTIL_EXAMPLE}")
    return found
