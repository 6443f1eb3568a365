"""What follows a learning session: who was there, what they say of it, and what it came to."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from bot.domain.sessions import Register
from bot.ids import SessionId


class Worth(StrEnum):
    """The answers to "Was it worth your time?"."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"


@dataclass(frozen=True, slots=True)
class Feedback:
    """One member's two answers: was it worth it, and what they take from it."""

    worth: Worth
    words: str = ""


@dataclass(frozen=True, slots=True)
class Material:
    """Slides, a recording or notes, by the address where they are."""

    id: int
    session: SessionId
    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Report:
    """What a session came to. ``unknown`` are those of whom nobody said whether they came."""

    going: int
    waited: int
    gave_up: int
    here: int
    missing: int
    unknown: int
    worth: Mapping[Worth, int]
    words: tuple[str, ...]

    @property
    def answered(self) -> int:
        """How many gave feedback."""
        return sum(self.worth.values())


def report(register: Register, feedback: Sequence[Feedback]) -> Report:
    """The figures of a session, without a name."""
    attended = Counter(each.attended for each in register.signups)
    counted = Counter(each.worth for each in feedback)
    going = register.going
    return Report(
        going=len(going),
        waited=len(register.waiting),
        gave_up=len(register.signups) - len(going) - len(register.waiting),
        here=attended[True],
        missing=sum(each.attended is False for each in going),
        unknown=sum(each.attended is None for each in going),
        worth={each: counted[each] for each in Worth},
        words=tuple(each.words for each in feedback if each.words),
    )


def is_address(words: str) -> bool:
    """Whether it is a web address that may stand on a card."""
    try:
        parts = urlsplit(words)
    except ValueError:
        return False
    has_space = any(each.isspace() for each in words)
    return parts.scheme in {"http", "https"} and bool(parts.hostname) and not has_space
