"""Word of stories to people who did not ask for it: every such message leaves from here.

``Telling`` names each of them, and ``CAN_WAIT`` those that lose nothing by waiting for a member's
weekly card.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from bot.chat.messages import Message
from bot.domain.members import Member, Reachable
from bot.ids import CommunityId, MemberId
from storage.outbox import Priority
from storage.unit_of_work import UnitOfWork


class Telling(StrEnum):
    """What is told, and to whom."""

    TO_REVIEW = "a story waits for curators"
    PLEASE_CHANGE = "a curator asks its author for changes"
    IS_PUBLISHED = "authors learn that it is published"
    TAKEN_DOWN = "authors learn that it was taken down"
    COAUTHOR = "somebody is asked to be named as a co-author"
    WANTS_TO_TRY = "author and somebody who wants to try it are introduced"
    WAS_TRIED = "authors learn that somebody tried it"
    CARRIED = "words carried between the two"
    HOW_DID_IT_GO = "somebody who wanted to try it is asked, once"
    DIGEST = "new stories, to all members"
    QUESTION = "what went well, to those whose turn it is"


CAN_WAIT = frozenset(
    {
        Telling.TO_REVIEW,
        Telling.IS_PUBLISHED,
        Telling.WAS_TRIED,
        Telling.HOW_DID_IT_GO,
        Telling.DIGEST,
        Telling.QUESTION,
    }
)
_PRIORITIES = {
    Telling.DIGEST: Priority.BULK,
    Telling.QUESTION: Priority.BULK,
    Telling.HOW_DID_IT_GO: Priority.REMINDER,
}


def tell(
    db: UnitOfWork,
    community: CommunityId,
    people: Iterable[MemberId],
    message: Callable[[Member], Message],
    *,
    telling: Telling,
    key: str,
    subject: str,
    now: datetime,
) -> None:
    """Send each of these people a message of their own, once for a key."""
    db.outbox.post_each(
        community,
        db.members.reachable(people).values(),
        message,
        key=key,
        subject=subject,
        now=now,
        priority=_PRIORITIES.get(telling, Priority.PERSONAL),
    )


def introduce(
    db: UnitOfWork,
    community: CommunityId,
    people: Sequence[Reachable],
    message: Callable[[Member | None], Message],
    *,
    key: str,
    subject: str,
    now: datetime,
) -> None:
    """Bring two people together, in a conversation of theirs or each in their own."""
    db.outbox.post_together(community, people, message, key=key, subject=subject, now=now)
