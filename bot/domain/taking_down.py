"""Taking something down: what each programme offers for it, and what became of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.chat.requests import Request, Role
from bot.ids import MemberId


@dataclass(frozen=True, slots=True)
class Item:
    """Something that was delivered; ``owner`` is None where whoever wrote it has left.

    ``kind`` and ``number`` name it: "story 12".
    """

    kind: str
    number: int
    title: str
    owner: MemberId | None
    at: datetime | None = None

    @property
    def name(self) -> str:
        """What is typed to mean it."""
        return f"{self.kind} {self.number}"


@dataclass(frozen=True, slots=True)
class Gone:
    """How many messages in chats it leaves, and how many e-mails had told of it."""

    posts: int
    mailed: int = 0


@dataclass(frozen=True, slots=True)
class Kind:
    """What a programme can take down. Its functions are given a request and its unit of work.

    ``recent`` lists the newest of the community, or those of one member. ``find`` is None for what
    is not to be seen (any more). ``remove`` takes one down everywhere; where it is not the asker's
    own, it tells the owner with the reason given and writes it down. ``role`` is who may take down
    what is somebody else's. ``elsewhere`` says what of it stays where the bot can't reach.
    """

    name: str
    recent: Callable[[Request, Any, MemberId | None], Sequence[Item]]
    find: Callable[[Request, Any, int], Item | None]
    remove: Callable[[Request, Any, Item, str], Gone]
    role: Role = Role.ORGANISER
    elsewhere: str = ""
