"""Word of stories to people who did not ask for it: every such message leaves from here.

``Telling`` names each of them, and ``WEIGHTS`` how much those may disturb that need not go
alone.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

from bot.chat.messages import Message
from bot.domain.calm import Programme, Weight
from bot.domain.members import Member, Reachable
from bot.ids import CommunityId, MemberId
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


WEIGHTS = {
    Telling.CARRIED: Weight.CARRIED,
    # Somebody's story waits for it.
    Telling.TO_REVIEW: Weight.ORDINARY,
    Telling.IS_PUBLISHED: Weight.ORDINARY,
    Telling.WAS_TRIED: Weight.CAN_WAIT,
    Telling.HOW_DID_IT_GO: Weight.CAN_WAIT,
    Telling.DIGEST: Weight.CAN_WAIT,
    Telling.QUESTION: Weight.CAN_WAIT,
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
    db.calm.send_each(
        community,
        people,
        message,
        programme=Programme.STORIES,
        weight=WEIGHTS.get(telling, Weight.ALONE),
        key=key,
        subject=subject,
        now=now,
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
    db.calm.send_together(
        community,
        people,
        message,
        programme=Programme.STORIES,
        weight=Weight.ALONE,
        key=key,
        subject=subject,
        now=now,
    )
