"""A mail server on this machine, and a platform that hands its mail over to it."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest

from bot.chat import messages
from bot.chat.messages import Message
from bot.chat.platform import Delivery, DeliveryKind, Destination, Letter, Receipt
from bot.ids import Lane
from bot.platforms.mail.app import Mail
from bot.settings import Settings
from tests.smtp_stand_in import PASSWORD, MailServer, mail_server

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
ADA = "ada@leaders.example"
HELLO = messages.message(messages.Heading("Hello Ada"), messages.text("It is Monday."))


@dataclass
class MemoryStore:
    """Knows one reader, and keeps the copies of what was sent."""

    lasts: timedelta = timedelta(days=14)
    is_asked_for: bool = False
    secrets: list[str] = field(default_factory=list)
    copies: dict[str, Message] = field(default_factory=dict)
    waits: Counter[str] = field(default_factory=Counter)

    def put_off(self, key: str) -> int:
        self.waits[key] += 1
        return self.waits[key] - 1

    def letter(self, delivery: Delivery, message: Message, *, now: datetime) -> Letter | None:
        if delivery.destination.users != (ADA,):
            return None
        self.secrets.append(f"secret-{len(self.secrets) + 1}")
        self.copies["1"] = message
        return Letter(
            name="Ada Obi",
            community="Leaders of South East London",
            secret=self.secrets[-1],
            lasts=self.lasts,
            is_asked_for=self.is_asked_for,
            copy=Receipt(conversation="web:1/1", message="1"),
        )

    def replace_copy(self, copy: Receipt, message: Message) -> bool:
        is_there = copy.message in self.copies
        self.copies.update({copy.message: message} if is_there else {})
        return is_there

    def remove_copy(self, copy: Receipt) -> None:
        self.copies.pop(copy.message, None)


def settings(**changes: Any) -> Settings:
    wanted = {"mail_from": "bot@leaders.example", "base_url": "https://chat.leaders.example"}
    return Settings(_env_file=None, **(wanted | changes))


def delivery(
    key: str = "hello:1",
    *,
    to: tuple[str, ...] = (ADA,),
    message: Message | None = HELLO,
    kind: DeliveryKind = DeliveryKind.POST,
    receipt: Receipt = Receipt(),  # noqa: B008 - it is frozen
) -> Delivery:
    return Delivery(key, Lane("mail"), kind, Destination(users=to), message, receipt)


class Office:
    """A platform and what is behind it."""

    def __init__(self, server: MailServer, **changes: Any) -> None:
        self.server = server
        self.store = MemoryStore()
        url = server.url(password=quote(PASSWORD, safe="") if server.has_login else "")
        self.settings = settings(**({"smtp_url": url} | changes))
        self.mail = Mail(self.settings, self._in_store, clock=lambda: NOW, tls=server.trust)

    async def _in_store(self, act: Any) -> Any:
        return act(self.store)

    async def send(self, *args: Any, **more: Any) -> Receipt:
        return await self.mail.platform.send(delivery(*args, **more))


@pytest.fixture
def wishes() -> dict[str, Any]:
    """What the mail server is like; a test with another overrides this."""
    return {}


@pytest.fixture
async def office(wishes: dict[str, Any]) -> AsyncIterator[Office]:
    async with mail_server(**wishes) as server:
        made = Office(server)
        yield made
        made.mail.stop()
