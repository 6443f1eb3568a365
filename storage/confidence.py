"""What one person alone is told: every message in confidence leaves from here.

It is filed under what no list, count or note for organisers shows, and goes alone and at once: it
may not wait in a bundle that others could see on a screen.
"""

from datetime import datetime

from bot.chat.messages import Message
from bot.ids import CommunityId, MemberId
from storage.outbox import CONFIDENTIAL
from storage.unit_of_work import UnitOfWork


def tell(
    db: UnitOfWork,
    community: CommunityId,
    member: MemberId,
    message: Message,
    *,
    key: str,
    now: datetime,
) -> bool:
    """Tell one member something that is between two people; False where nothing reaches them."""
    account = next(iter(db.members.accounts_of(member)), None)
    # What waits for somebody who wants silence is listed, which nothing in confidence may be.
    if account is None or db.calm.silent([member], at=now):
        return False
    return db.outbox.post(
        community, account, message, key=key, subject=CONFIDENTIAL, now=now, member=member
    )
