"""Adoption: who wants to try what a story tells, and what became of it. Spread is what matters."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from bot.ids import MemberId

# Long enough to have begun, short enough to remember: then they are asked, once.
ASKED_AFTER = timedelta(weeks=8)


class Tried(StrEnum):
    """How far somebody has come."""

    WANTS = "wants to"
    TRIED = "tried"
    NOT_FOR_US = "not for us"


@dataclass(frozen=True, slots=True)
class Try:
    """Somebody's part in the spread of a story; ``at`` is when it last changed."""

    member: MemberId
    state: Tried
    at: datetime


@dataclass(frozen=True, slots=True)
class Spread:
    """How far a story has spread: who celebrates it, wants to try it, and has tried it."""

    celebrated: int = 0
    wanted: int = 0
    tried: int = 0


def spread(celebrated: int, tries: Iterable[Try]) -> Spread:
    """The figures of a story; whoever found that it is not for them counts no longer."""
    states = [each.state for each in tries]
    return Spread(celebrated, states.count(Tried.WANTS), states.count(Tried.TRIED))


def try_of(tries: Iterable[Try], member: MemberId) -> Try | None:
    """A member's part; None where they have none."""
    return next((each for each in tries if each.member == member), None)


def moved(before: Try | None, member: MemberId, state: Tried, *, now: datetime) -> Try:
    """A member's part after they said something new; saying it again changes nothing.

    Wanting to try what one has tried already takes nothing back.
    """
    if before is None:
        return Try(member, state, now)
    if state in {before.state, Tried.WANTS}:
        return before
    return replace(before, state=state, at=now)
