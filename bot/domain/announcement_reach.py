"""Whom an announcement reaches: counted before it goes out, and told by person afterwards."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Unreached(StrEnum):
    """Why nothing is sent to somebody who is meant."""

    NO_ACCOUNT = "no account"
    OPTED_OUT = "opted out"


class Outcome(StrEnum):
    """What became of a message to one person, the better ones first.

    ``KEPT`` waits in the "Your week" of somebody who wants silence now.
    """

    DELIVERED = "delivered"
    WAITING = "waiting"
    UNSURE = "unsure"
    COULD_NOT = "could not"
    KEPT = "kept"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Reach:
    """How many of those who are meant get a message, and how many do not and why."""

    reached: int = 0
    no_account: int = 0
    opted_out: int = 0

    @property
    def meant(self) -> int:
        """Everybody who is meant."""
        return self.reached + self.no_account + self.opted_out


@dataclass(frozen=True, slots=True)
class Tally:
    """How far a sending has come, in people and in channels."""

    delivered: int = 0
    waiting: int = 0
    unsure: int = 0
    could_not: int = 0
    kept: int = 0
    cancelled: int = 0
    acknowledged: int = 0
    posted: int = 0
    posts_waiting: int = 0
    posts_could_not: int = 0

    @property
    def people(self) -> int:
        """Everybody it was for."""
        under_way = self.delivered + self.waiting + self.unsure
        return under_way + self.could_not + self.kept + self.cancelled

    @property
    def posts(self) -> int:
        """All channels it was for."""
        return self.posted + self.posts_waiting + self.posts_could_not

    @property
    def is_over(self) -> bool:
        """Whether nothing waits any more."""
        return not self.waiting and not self.posts_waiting


@dataclass(frozen=True, slots=True)
class Person:
    """What became of it for one person.

    ``reason`` is a platform's or one of ``Unreached``; ``at`` is when that was known.
    """

    name: str
    organisation: str
    outcome: Outcome
    reason: str = ""
    at: datetime | None = None
    acknowledged_at: datetime | None = None
