"""Deliveries by e-mail: one message to one address, with a way into the web chat."""

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Protocol, assert_never

from bot.chat import patience
from bot.chat.messages import Message
from bot.chat.platform import (
    Delivery,
    DeliveryKind,
    InTransaction,
    Letter,
    MailStore,
    Receipt,
    first_key,
)
from bot.errors import CannotDeliver, NotNow
from bot.platforms.mail import reasons, render

NOT_AN_ADDRESS = "This e-mail address can’t be written to."
NOBODY = "This e-mail address is nobody’s in the community any more."
NOTHING = "There is no message to send."
STAYS = "An e-mail can’t be taken back; its copy in the web chat is gone."
UNCHANGED = "An e-mail can’t be changed after it was sent, and it has no copy in the web chat."


class HandsOver(Protocol):
    """A connection to a mail server."""

    async def hand_over(self, sender: str, to: str, content: bytes) -> None:
        """Return once the server has taken the message."""


class MailPlatform:
    """Takes deliveries for the lane of the mail server.

    A copy of each message is kept in the reader's web chat, where its buttons work.
    """

    name = "mail"

    def __init__(
        self,
        connection: HandsOver,
        store: InTransaction[MailStore],
        *,
        sender: str,
        base_url: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._connection = connection
        self._store = store
        self._sender_name, self._sender = parseaddr(sender)
        self._base_url = base_url
        self._clock = clock

    async def send(self, delivery: Delivery) -> Receipt:
        """Do what the delivery asks; the errors are those of ``bot.chat.platform.Platform``."""
        match delivery.kind:
            case DeliveryKind.POST:
                return await self._post(delivery)
            case DeliveryKind.UPDATE:
                return await self._update(delivery)
            case DeliveryKind.DELETE:
                await self._store(lambda store: store.remove_copy(delivery.receipt))
                raise CannotDeliver(STAYS)
            case DeliveryKind.FETCH_MEMBERS:
                raise CannotDeliver("A mail server has no member list to read.")
            case _:
                assert_never(delivery.kind)

    async def _post(self, delivery: Delivery) -> Receipt:
        message = delivery.message
        if message is None:
            raise CannotDeliver(NOTHING)
        to = _address(delivery)
        now = self._clock()
        # The link's secret is made here and goes into the e-mail alone, never into the outbox.
        letter = await self._store(lambda store: store.letter(delivery, message, now=now))
        if letter is None:
            raise CannotDeliver(NOBODY)
        written = self._written(message, letter, now=now)
        written["To"] = to
        written["Message-ID"] = message_id(delivery.key, self._sender)
        await delivery.leave()
        try:
            await self._connection.hand_over(self._sender, to.addr_spec, written.as_bytes())
        except NotNow as error:
            before = await self._store(lambda store: store.put_off(delivery.key))
            raise patience.put_off(error.reason, before=before, waits=reasons.WAITS) from error
        return letter.copy

    async def _update(self, delivery: Delivery) -> Receipt:
        message = delivery.message
        if message is None:
            raise CannotDeliver(NOTHING)
        if not await self._store(lambda store: store.replace_copy(delivery.receipt, message)):
            raise CannotDeliver(UNCHANGED)
        return delivery.receipt

    def _written(self, message: Message, letter: Letter, *, now: datetime) -> EmailMessage:
        around = render.Around(
            name=letter.name,
            community=letter.community,
            link=f"{self._base_url}/enter/{letter.secret}",
            lasts=_length(letter.lasts),
            why=not letter.is_asked_for,
        )
        shown = render.shown(message, around, base_url=self._base_url)
        written = EmailMessage(policy=SMTP)
        written["From"] = Address(self._sender_name or letter.community, addr_spec=self._sender)
        written["Subject"] = shown.subject
        written["Date"] = format_datetime(now)
        # Holiday notices and other robots leave it unanswered (RFC 3834, 5; Exchange's own).
        written["Auto-Submitted"] = "auto-generated"
        written["X-Auto-Response-Suppress"] = "All"
        written.set_content(shown.text, cte="quoted-printable")
        written.add_alternative(shown.html, subtype="html", cte="quoted-printable")
        return written


def message_id(key: str, sender: str) -> str:
    """The same for each attempt at a delivery, so that mail programs see that it came before."""
    digest = hashlib.sha256(first_key(key).encode()).hexdigest()[:32]
    return f"<{digest}@{sender.rpartition('@')[2]}>"


def _address(delivery: Delivery) -> Address:
    if len(delivery.destination.users) != 1:
        raise CannotDeliver(NOT_AN_ADDRESS)
    try:
        address = Address(addr_spec=delivery.destination.users[0])
        # Few servers take other letters in an address (RFC 6531); none may take a line break.
        address.addr_spec.encode("ascii")
    except (MessageError, ValueError, IndexError) as error:
        raise CannotDeliver(NOT_AN_ADDRESS, account_gone=True) from error
    if not address.domain or not address.username:
        raise CannotDeliver(NOT_AN_ADDRESS, account_gone=True)
    return address


def _length(lasts: timedelta) -> str:
    if lasts.days:
        return f"{lasts.days} days"
    hours = round(lasts.total_seconds() / 3600)
    return "an hour" if hours == 1 else f"{hours} hours"
