"""Word to the organisers of a community, each in a message of their own."""

from datetime import datetime

from bot.chat.messages import Message
from bot.ids import CommunityId
from storage.outbox import Priority
from storage.unit_of_work import UnitOfWork


def tell(
    db: UnitOfWork,
    community: CommunityId,
    message: Message,
    *,
    key: str,
    now: datetime,
    subject: str = "organisers",
    priority: Priority = Priority.PERSONAL,
) -> None:
    """Send every active organiser the message, once for a key."""
    organisers = db.members.organisers(community)
    db.outbox.post_each(
        community,
        db.members.reachable(each.id for each in organisers).values(),
        lambda _: message,
        key=key,
        subject=subject,
        now=now,
        priority=priority,
    )
