"""Topics that members would like a learning session about."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.errors import MemberError
from bot.ids import MemberId, SessionId, TopicId

# A title, not an essay: it is one line on a card.
LONGEST_TITLE = 120


class TopicState(StrEnum):
    """Open to votes, made into a session, or set aside."""

    OPEN = "open"
    PLANNED = "planned"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Topic:
    """A suggested topic and who wants it; who suggested it is told to nobody."""

    id: TopicId
    title: str
    state: TopicState
    voters: tuple[MemberId, ...]
    session: SessionId | None = None

    @property
    def votes(self) -> int:
        """How many want it."""
        return len(self.voters)


def checked(title: str) -> str:
    """The words of a topic on one line; raises ``MemberError`` where they are none."""
    line = " ".join(title.split())
    if not line:
        raise MemberError("Which topic? Try “sessions suggest Frailty at home”.")
    if len(line) > LONGEST_TITLE:
        raise MemberError(f"Please say it in {LONGEST_TITLE} characters; that was {len(line)}.")
    return line


def same(title: str, topics: Iterable[Topic]) -> Topic | None:
    """The open topic of the same words, whatever their case and spacing."""
    wanted = _folded(title)
    return next((each for each in topics if _folded(each.title) == wanted), None)


def _folded(title: str) -> str:
    return " ".join(title.casefold().split()).strip(" .?!")
