"""The audit log: what is asked of it, and what of it nobody reads."""

import re
from calendar import isleap
from dataclasses import dataclass
from datetime import date, timedelta

from bot.chat import arguments
from bot.errors import NotUnderstood

# Who avoids whom, who had a concern and who needs what is confidential: should such an act ever
# come into the log, no list, file or export shows it, not even that there was one.
CONFIDENTIAL = ("avoid", "concern", "need")
# Enough to find anything; more is a slip of the clipboard.
MOST_WORDS = 8
# No community had a log before; the days at the ends of the calendar are none in some zones.
EARLIEST = date(2020, 1, 1)
_LONGEST = 200
_DATE = r"\b(since|from|until|till|to|on)\s+(.+?)(?=\s+(?:since|from|until|till|to|on|page)\s|$)"


@dataclass(frozen=True, slots=True)
class Wanted:
    """What of the log is asked for: entries with all these words, of these local days.

    ``until`` is the last day that counts.
    """

    words: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    page: int = 1


def asked(text: str, *, today: date) -> Wanted:
    """What typed words ask for: "ada", "coffee since 1 March", "on 3 March page 2".

    Raises ``NotUnderstood`` for a date that can't be read.
    """
    said = " ".join(text.split())[:_LONGEST]
    page = 1
    if match := re.search(r"(?:^|\s)page (\d{1,6})$", said, re.IGNORECASE):
        page, said = max(int(match[1]), 1), said[: match.start()]
    days: dict[str, date] = {}
    for match in re.finditer(_DATE, said, re.IGNORECASE):
        day = _past(match[2], today=today)
        word = match[1].lower()
        if word in {"since", "from", "on"}:
            days["since"] = max(day, EARLIEST)
        if word in {"until", "till", "to", "on"}:
            days["until"] = min(max(day, EARLIEST), today)
    rest = re.sub(_DATE, " ", said, flags=re.IGNORECASE).casefold().split()
    return Wanted(tuple(rest[:MOST_WORDS]), days.get("since"), days.get("until"), page)


def stem(word: str) -> str:
    """A word as actions begin with it, so that "stories" finds "story approved"."""
    if len(word) > 4 and word.endswith("ies"):
        return word.removesuffix("ies")
    return word.removesuffix("s") if len(word) > 3 else word


def written(wanted: Wanted) -> str:
    """What was asked for, as it can be typed again, without the page."""
    return " ".join(
        (
            *wanted.words,
            *((f"since {wanted.since.isoformat()}",) if wanted.since else ()),
            *((f"until {wanted.until.isoformat()}",) if wanted.until else ()),
        )
    )


def _past(words: str, *, today: date) -> date:
    """A day that is not ahead: "Monday" and "3 March" are the last ones."""
    said = words.strip().lower()
    if said == "yesterday":
        return today - timedelta(days=1)
    try:
        day = arguments.day(said, today=today)
    except NotUnderstood:
        raise NotUnderstood(
            f"I could not read “{words.strip()}” as a date. Try “audit since 3 March”."
        ) from None
    if day <= today or re.search(r"\d{4}", said):
        return day
    if not re.search(r"\d", said):
        return day - timedelta(days=7)
    return _last(day, today=today)


def _last(day: date, *, today: date) -> date:
    """The newest day with this date that is not ahead; the 29th of February is years ago."""
    found = day
    while found > today:
        year = found.year - 1
        while day.month == 2 and day.day == 29 and not isleap(year):
            year -= 1
        found = day.replace(year=year)
    return found
