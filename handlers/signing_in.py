"""Signing in to the web chat by e-mail; asked for on its first page, where nobody is known yet."""

from datetime import datetime, timedelta

from bot.chat.messages import Account
from bot.domain.members import MAIL
from bot.views import signing_in as views
from storage.mail import SIGN_IN
from storage.outbox import Priority
from storage.unit_of_work import UnitOfWork

# However often somebody asks, nobody's letter box is filled: one link in this time.
BETWEEN = timedelta(minutes=10)


def send_link(db: UnitOfWork, address: str, *, now: datetime) -> None:
    """Send whoever has this address a link for each of their communities; nothing to others.

    The link itself is made when the e-mail is sent, so that the outbox never holds its secret.
    """
    slot = int(now.timestamp() // BETWEEN.total_seconds())
    for member in db.members.with_email(address):
        community = db.communities.get(member.community)
        db.outbox.post(
            member.community,
            Account(MAIL, member.email or ""),
            views.link_asked_for(community.name),
            key=f"{SIGN_IN}:{member.id}:{slot}",
            subject=SIGN_IN,
            now=now,
            member=member.id,
            priority=Priority.URGENT,
        )
