"""Reading what an organiser typed into the form of a learning session."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.chat import arguments
from bot.domain.sessions import LONGEST, MOST_OPEN_CHAIRS, MOST_PLACES, Details, Kind, session_at
from bot.domain.sessions_after import is_address
from bot.errors import FormErrors, NotUnderstood
from bot.times import instant

SHORTEST_MINUTES = 5
LONGEST_AHEAD = timedelta(days=366 * 2)


@dataclass(frozen=True, slots=True)
class Typed:
    """A form that makes sense: what the session is, and its naive local start."""

    details: Details
    starts: datetime


def read(typed: Mapping[str, str], *, kind: Kind, zone: str, now: datetime, today: date) -> Typed:
    """The session that a form describes; raises ``FormErrors`` with a sentence a field."""
    errors: dict[str, str] = {}
    starts = _starts(typed, errors, zone=zone, now=now, today=today)
    minutes = _number(
        typed["minutes"],
        errors,
        field="minutes",
        what="minutes",
        low=SHORTEST_MINUTES,
        high=int(LONGEST.total_seconds() // 60),
    )
    capacity = _capacity(typed["capacity"], errors, kind=kind)
    if typed["link"] and not is_address(typed["link"]):
        errors["link"] = "Please give the whole address, beginning with https://."
    if not (typed["place"] or typed["link"] or typed["dial_in"]):
        errors["place"] = "Where is it? Give a place, a link or a number to dial in."
    if not typed["title"]:
        errors["title"] = "Please give it a title."
    if errors or starts is None or minutes is None:
        raise FormErrors(errors)

    details = Details(
        title=typed["title"],
        minutes=minutes,
        kind=kind,
        capacity=capacity,
        about=typed["about"],
        speakers=typed["speakers"],
        place=typed["place"],
        link=typed["link"],
        dial_in=typed["dial_in"],
        priority=typed["priority"],
    )
    return Typed(details, starts)


def _starts(
    typed: Mapping[str, str], errors: dict[str, str], *, zone: str, now: datetime, today: date
) -> datetime | None:
    day, clock = None, None
    try:
        day = arguments.day(typed["date"], today=today)
    except NotUnderstood as error:
        errors["date"] = str(error)
    try:
        clock = arguments.clock(typed["time"])
    except NotUnderstood as error:
        errors["time"] = str(error)
    if day is None or clock is None:
        return None
    if day - today > LONGEST_AHEAD:
        errors["date"] = "That is more than two years away."
    elif day < today or instant(datetime.combine(day, clock), zone) <= now:
        errors["date"] = "That is in the past. When is it?"
    else:
        return session_at(datetime.combine(day, clock), zone)
    return None


def _capacity(words: str, errors: dict[str, str], *, kind: Kind) -> int | None:
    if kind is Kind.OPEN_CHAIR:
        return _number(
            words, errors, field="capacity", what="open chairs", low=1, high=MOST_OPEN_CHAIRS
        )
    if not words:
        return None
    return _number(words, errors, field="capacity", what="places", low=1, high=MOST_PLACES)


def _number(
    words: str, errors: dict[str, str], *, field: str, what: str, low: int, high: int
) -> int | None:
    try:
        found = arguments.number(words, what=what)
    except NotUnderstood:
        found = low - 1
    if low <= found <= high:
        return found
    errors[field] = f"Please give a number of {what} from {low} to {high:,}."
    return None
