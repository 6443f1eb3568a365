"""When something happens, as people say it: once at a local time, or again and again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.chat import arguments
from bot.errors import NotUnderstood
from bot.times import IfOff, Recurrence, labels_after

CODES = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
WORKING_DAYS = "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
# Nothing recurs more seldom than once a year.
MOST_STEPS = {"DAILY": 365, "WEEKLY": 52, "MONTHLY": 12}
UNITS = {"day": "DAILY", "week": "WEEKLY", "month": "MONTHLY"}
REPEATS = "“every 2 weeks on Tuesday 09:00” or “every month on the first Monday 14:00”"
EXAMPLE = f"Try “3 March 09:00”, {REPEATS}."
CADENCE_EXAMPLE = f"Try “every working day 09:00”, {REPEATS}."
# What a rule that happens once is called in RFC 5545.
ONCE = "FREQ=DAILY;COUNT=1"

_CLOCK = re.compile(r"(?:^|\s)(?:at\s+)?(\d{1,2}(?:[:.]\d{2})?\s*(?:am|pm)?)$")
_EVERY = re.compile(
    r"(?:every\s+(?:(?P<other>other\s+)|(?P<count>\w+)\s+)?(?P<unit>day|week|month)s?"
    r"|(?P<word>daily|weekly|fortnightly|monthly))(?:\s+(?:on\s+)?(?P<on>.+))?"
)
_WORDS = {
    "daily": ("DAILY", 1),
    "weekly": ("WEEKLY", 1),
    "fortnightly": ("WEEKLY", 2),
    "monthly": ("MONTHLY", 1),
}


@dataclass(frozen=True, slots=True)
class Cadence:
    """The first local time it happens, and the RRULE by which it recurs; empty for once."""

    start: datetime
    rule: str = ""

    @property
    def is_repeating(self) -> bool:
        """Whether it happens more than once."""
        return bool(self.rule)

    def recurrence(self, zone: str, if_off: IfOff) -> Recurrence:
        """The same for the schedule."""
        return Recurrence(self.rule or ONCE, self.start, zone, if_off)


def moment(words: str, *, after: datetime) -> Cadence:
    """Once or recurring, later than a local time; raises ``NotUnderstood`` with an example."""
    if _is_recurring(words):
        return cadence(words, after=after)
    asked, clock = _with_clock(words, EXAMPLE)
    start = datetime.combine(
        arguments.day(asked or "today", today=after.date()), arguments.clock(clock)
    )
    if start <= after:
        raise NotUnderstood(f"“{words.strip()}” has passed. {EXAMPLE}")
    if start - after > arguments.LONGEST_AHEAD:
        raise NotUnderstood(f"“{words.strip()}” is more than two years away. {EXAMPLE}")
    return Cadence(start)


def cadence(words: str, *, after: datetime) -> Cadence:
    """Recurring, the first time later than a local time: "every 2 weeks on Tuesday 09:00".

    Raises ``NotUnderstood`` with an example.
    """
    asked, clock = _with_clock(words, CADENCE_EXAMPLE)
    rule = _rule(asked)
    if rule is None:
        raise NotUnderstood(f"I could not read “{words.strip()}”. {CADENCE_EXAMPLE}")
    begins = datetime.combine(after.date(), arguments.clock(clock))
    # The weeks are counted from the first day that fits.
    every = re.sub(r";INTERVAL=\d+", "", rule)
    start = next(labels_after(Recurrence(every, begins, "UTC"), after))
    return Cadence(start, rule)


def said(when: Cadence) -> str:
    """The same in words that :func:`moment` reads."""
    clock = f"{when.start:%H:%M}"
    if not when.rule:
        month = arguments.MONTHS[when.start.month - 1].capitalize()
        return f"{when.start.day} {month} {when.start.year} {clock}"
    if when.rule == WORKING_DAYS:
        return f"every working day {clock}"
    parts = _parts(when.rule)
    unit = {code: name for name, code in UNITS.items()}[parts["FREQ"]]
    step = parts.get("INTERVAL", "1")
    every = f"every {unit}" if step == "1" else f"every {step} {unit}s"
    return " ".join(filter(None, (every, _said_on(parts), clock)))


def _is_recurring(words: str) -> bool:
    return words.strip().lower().startswith(("every", *_WORDS))


def _with_clock(words: str, example: str) -> tuple[str, str]:
    """The words without the time of day at their end, and that; raises ``NotUnderstood``."""
    asked = " ".join(words.lower().replace(",", " ").split())
    match = _CLOCK.search(asked)
    if match is None:
        raise NotUnderstood(f"At what time? I could not read one in “{words.strip()}”. {example}")
    return asked[: match.start()].strip(), match[1]


def _rule(asked: str) -> str | None:
    """The RRULE of words without a time of day."""
    if asked in {"every working day", "every weekday"}:
        return WORKING_DAYS
    days = _days(asked.removeprefix("every ")) if asked.startswith("every ") else None
    if days:
        return f"FREQ=WEEKLY;BYDAY={days}"
    match = _EVERY.fullmatch(asked)
    if match is None:
        return None
    frequency, step = _step(match)
    if not 1 <= step <= MOST_STEPS[frequency]:
        return None
    on = _on(frequency, match["on"] or "")
    interval = f";INTERVAL={step}" if step > 1 else ""
    return None if on is None else f"FREQ={frequency}{interval}{on}"


def _step(match: re.Match[str]) -> tuple[str, int]:
    if match["word"]:
        return _WORDS[match["word"]]
    count = 2 if match["other"] else 1
    if match["count"]:
        count = arguments.number(match["count"], what=f"{match['unit']}s")
    return UNITS[match["unit"]], count


def _on(frequency: str, words: str) -> str | None:
    """The part of the rule that says on which day; None where it can't be read."""
    if frequency == "DAILY":
        return "" if not words else None
    if frequency == "WEEKLY":
        days = _days(words)
        return f";BYDAY={days}" if days else None
    asked = words.removeprefix("the ").removesuffix(" of the month")
    if asked == "last day":
        return ";BYMONTHDAY=-1"
    if match := re.fullmatch(r"(?:day )?(\d{1,2})(?:st|nd|rd|th)?", asked):
        return f";BYMONTHDAY={int(match[1])}" if 1 <= int(match[1]) <= 31 else None
    which, _, day = asked.partition(" ")
    weekday = _weekday(day)
    return f";BYDAY={ORDINALS[which]}{weekday}" if which in ORDINALS and weekday else None


def _days(words: str) -> str | None:
    """The codes of weekdays: "Monday and Thursday"; None where one is none."""
    codes = [_weekday(each) for each in re.split(r"\s+and\s+|\s+", words.strip())]
    known = [code for code in codes if code]
    return ",".join(sorted(set(known), key=CODES.index)) if len(known) == len(codes) else None


def _weekday(words: str) -> str | None:
    if len(words) < 3:
        return None
    names = zip(NAMES, CODES, strict=True)
    return next((code for name, code in names if name.lower().startswith(words)), None)


def _parts(rule: str) -> Mapping[str, str]:
    return dict(part.split("=") for part in rule.split(";"))


def _said_on(parts: Mapping[str, str]) -> str:
    if "BYMONTHDAY" in parts:
        day = parts["BYMONTHDAY"]
        return "on the last day" if day == "-1" else f"on day {day}"
    days = parts.get("BYDAY", "")
    if not days:
        return ""
    if parts["FREQ"] == "MONTHLY":
        which = {number: name for name, number in ORDINALS.items()}[int(days[:-2])]
        return f"on the {which} {NAMES[CODES.index(days[-2:])]}"
    return f"on {' and '.join(NAMES[CODES.index(day)] for day in days.split(','))}"
