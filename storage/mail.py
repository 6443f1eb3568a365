"""What e-mail needs besides its messages: whom it is for, the way in, and a copy on the web."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Account, Message
from bot.chat.platform import Delivery, Letter, Receipt, first_key
from bot.ids import CommunityId, Lane, MemberId
from storage import mail_addresses, nudges, waits
from storage.tables import communities, members, outbox
from storage.web import LINK_LIFE, Web, web_account

# Somebody who has just asked for a link is waiting for it; greylisting takes some minutes.
SIGN_IN_LIFE = timedelta(hours=1)
SIGN_IN = "sign-in"


class Mail:
    """Letters of all communities; it is what the mail platform keeps things in."""

    def __init__(self, connection: sa.Connection, web: Web) -> None:
        self._connection = connection
        self._web = web

    def letter(self, delivery: Delivery, message: Message, *, now: datetime) -> Letter | None:
        """A new sign-in link for the reader, and a copy in their web chat, one however often.

        None where the address is nobody's who belongs to the community now.
        """
        (address,) = delivery.destination.users
        row = self._reader(delivery.key, address)
        if row is None:
            return None
        is_asked_for = row.subject == SIGN_IN
        lasts = SIGN_IN_LIFE if is_asked_for else LINK_LIFE
        is_message = not is_asked_for and not nudges.is_nudge(row.subject)
        return Letter(
            name=row.name,
            community=row.community_name,
            secret=self._web.make_link(row.community, row.id, now=now, lasts=lasts),
            lasts=lasts,
            is_asked_for=is_asked_for,
            copy=self._kept(row, message, key=delivery.key, now=now) if is_message else Receipt(),
        )

    def replace_copy(self, copy: Receipt, message: Message) -> bool:
        """Put a message in the place of a copy; False where there is none."""
        found = _entry(copy)
        return bool(found and self._web.replace_message(*found, message))

    def remove_copy(self, copy: Receipt) -> None:
        """Take a copy away; one that is gone already is what was asked for."""
        found = _entry(copy)
        if found:
            self._web.remove_message(*found)

    def put_off(self, key: str) -> int:
        """How often the delivery of this key was put off before; this time counts from now on."""
        return waits.put_off(self._connection, key)

    def set_works(self, address: str, *, works: bool) -> None:
        """The mail server says whether an address exists; see :mod:`storage.mail_addresses`."""
        mail_addresses.set_works(self._connection, address, works=works)

    def address_of(self, member: MemberId) -> Account | None:
        """Where mail for a member may go, also where something else reaches them."""
        (found,) = mail_addresses.of(self._connection, [member]).get(member, (None,))
        return found

    def next_nudge(self, member: MemberId, *, now: datetime) -> datetime | None:
        """When a member may be nudged next; None where a nudge waits already."""
        return nudges.next_at(self._connection, member, now=now)

    def _reader(self, key: str, address: str) -> sa.Row[*tuple[Any, ...]] | None:
        """The member of the delivery's community who has this address now."""
        return self._connection.execute(
            sa.select(
                members.c.id,
                members.c.name,
                members.c.community,
                outbox.c.subject,
                communities.c.name.label("community_name"),
            )
            .select_from(
                outbox.join(members, members.c.community == outbox.c.community).join(
                    communities, communities.c.id == outbox.c.community
                )
            )
            .where(outbox.c.key == key, members.c.email == address, *mail_addresses.MAY_GET_MAIL)
        ).one_or_none()

    def _kept(self, row: sa.Row[Any], message: Message, *, key: str, now: datetime) -> Receipt:
        account = web_account(CommunityId(row.community), MemberId(row.id))
        line = self._web.keep_message(account, message, key=first_key(key), now=now)
        return Receipt(conversation=f"{account.lane}/{account.user}", message=str(line.id))


def _entry(copy: Receipt) -> tuple[Account, int] | None:
    lane, _, user = copy.conversation.partition("/")
    return (Account(Lane(lane), user), int(copy.message)) if copy.message else None
