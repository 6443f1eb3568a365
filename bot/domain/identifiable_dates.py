"""Where dates stand in a text, and which of them are somebody's date of birth."""

import re
from collections.abc import Iterator
from datetime import date

from bot.domain.identifiable_numbers import Spans

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DATE = re.compile(
    r"(?<![\d./-])(?:"
    r"(?P<d1>\d{1,2})\s?(?P<sep>[./-])\s?(?P<m1>\d{1,2})\s?(?P=sep)\s?(?P<y1>\d{4}|\d{2})"
    r"|(?P<y2>\d{4})[-/](?P<m2>\d{1,2})[-/](?P<d2>\d{1,2})"
    rf"|(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?[\s./-]{{0,3}}(?:of\s+)?(?P<m3>{_MONTH})(?![a-z])\.?"
    r"(?:,?[\s./-]{0,3}'?(?P<y3>\d{4}|\d{2}\b))?"
    rf"|\b(?P<m4>{_MONTH})\b\.?\s+(?P<d4>\d{{1,2}})(?:st|nd|rd|th)?\b(?:,?\s+(?P<y4>\d{{4}}))?"
    r")(?!\d|[./-]\d)",
    re.IGNORECASE,
)
_BIRTH = re.compile(
    r"(?:\bd\.?\s?o\.?\s?b\b\.?|\bdate of birth\b|\bbirth\s?date\b|\bbirthday\b|\bb\.(?=\s)"
    r"|\b(?P<born>born)\b)[^.!?]{0,25}$",
    re.IGNORECASE,
)
_BIRTH_AFTER = re.compile(
    r"^[\s,)-]{0,3}(?:is|was|as)?\s*(?:the |his |her |their )?"
    r"(?:d\.?o\.?b\b|date of birth|birth\s?date|birthday)",
    re.IGNORECASE,
)
# Ideas and teams are born too.
_THING_BORN = re.compile(
    r"\b(?:idea|nhs|hub|team|service|project|clinic|programme|network|plan|group|community|scheme"
    r"|pilot|trust|ward|charity|partnership|it|this|that|we)\s+(?:is|was|were)?\s*$",
    re.IGNORECASE,
)
_BEGINNING = re.compile(
    r"\b(?:open|found|establish|start|beg[aiu]n|since|launch|merg|built|build|form(?:ed)?\b|creat"
    r"|introduc|sign|pass|force|act|nhs|war|pandemic|until|from)[^.!?]{0,40}$"
    r"|\b(?:day|anniversary)[,:(]?\s(?:on\s|of\s)?$",
    re.IGNORECASE,
)
# Nothing that happened so long ago is news, so a whole date of that age is most likely a birth.
_LONG_AGO = 16


def dates(text: str) -> Spans:
    """Every date with a day in it."""
    return (match.span() for match in _dates(text))


def births(text: str, *, today: date) -> Spans:
    """Dates of birth: said to be one, or whole and so long ago that they are most likely one."""
    for match in _dates(text):
        before, after = text[: match.start()][-80:], text[match.end() :][:40]
        if _is_said(before, after) or (
            _is_long_ago(match, today) and not _BEGINNING.search(before)
        ):
            yield match.span()


def _dates(text: str) -> Iterator[re.Match[str]]:
    return (match for match in _DATE.finditer(text) if _made(match, 2000) is not None)


def _is_said(before: str, after: str) -> bool:
    said = _BIRTH.search(before)
    if said is None:
        return bool(_BIRTH_AFTER.search(after))
    return not (said["born"] and _THING_BORN.search(before[: said.start()]))


def _is_long_ago(match: re.Match[str], today: date) -> bool:
    """Two digits of a year could mean either century, so they say nothing by themselves."""
    year = next((match[name] for name in ("y1", "y2", "y3", "y4") if match[name]), "")
    made = _made(match, int(year)) if len(year) == 4 else None
    return made is not None and 1900 <= made.year <= today.year - _LONG_AGO


def _made(match: re.Match[str], year: int) -> date | None:
    """The date, in a year; None where there is no such day. 29 February is in 2000 too."""
    day = next(match[name] for name in ("d1", "d2", "d3", "d4") if match[name])
    month = next(match[name] for name in ("m1", "m2", "m3", "m4") if match[name])
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3].lower()) + 1
    try:
        return date(year, number, int(day))
    except ValueError:
        return None
