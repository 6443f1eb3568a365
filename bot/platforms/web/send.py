"""Deliveries to people of the web chat: a line in the store, and word to their open pages."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import assert_never
from urllib.parse import quote, unquote

from bot.chat.messages import Account
from bot.chat.platform import (
    Delivery,
    DeliveryKind,
    Entry,
    InTransaction,
    Receipt,
    WebStore,
)
from bot.errors import CannotDeliver
from bot.platforms.web import posts, render
from bot.platforms.web.hub import Hub


class WebPlatform:
    """Takes deliveries for the lanes of the web chat; those for channels go to ``posts``.

    A line is kept under the delivery's key, so that a delivery that is tried again, after a crash
    too, finds its line and adds none.
    """

    name = "web"

    def __init__(
        self, store: InTransaction[WebStore], hub: Hub, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._hub = hub
        self._clock = clock
        self._posts = posts.Posts(store, hub, clock)

    async def send(self, delivery: Delivery) -> Receipt:
        """Keep, replace or remove the line; raises ``CannotDeliver`` where that can't be."""
        if posts.is_for_channel(delivery):
            return await self._posts.send(delivery)
        match delivery.kind:
            case DeliveryKind.POST:
                return await self._post(delivery)
            case DeliveryKind.UPDATE:
                return await self._update(delivery)
            case DeliveryKind.DELETE:
                return await self._delete(delivery)
            case DeliveryKind.FETCH_MEMBERS:
                raise CannotDeliver("The web chat has no member list of its own to read.")
            case _:
                assert_never(delivery.kind)

    async def find(self, _delivery: Delivery, *, since: datetime) -> Receipt | None:  # noqa: ARG002
        """None: what is sent again finds the line that is there already and adds none."""
        return None

    async def _post(self, delivery: Delivery) -> Receipt:
        message = posts.message(delivery)
        accounts = [Account(delivery.lane, user) for user in delivery.destination.users]
        if not accounts:
            raise CannotDeliver("The message names nobody to send it to.")
        now = self._clock()

        def keep(store: WebStore) -> list[tuple[Account, Entry, int]]:
            kept = []
            for account in accounts:
                # Whoever shares a message has a line of their own, so a key of their own.
                key = f"{delivery.key}:{account.user}" if len(accounts) > 1 else delivery.key
                line = store.keep_message(account, message, key=key, now=now)
                kept.append((account, line, store.unread(account)))
            return kept

        kept = await self._store(keep)
        for account, line, unread in kept:
            publish_entry(self._hub, account, line)
            publish_unread(self._hub, account, unread)
        return receipt([(account, line.id) for account, line, _ in kept])

    async def _update(self, delivery: Delivery) -> Receipt:
        message = posts.message(delivery)
        lines = _lines(delivery)

        def replace(store: WebStore) -> list[tuple[Account, Entry]]:
            found = [(who, store.replace_message(who, line, message)) for who, line in lines]
            return [(account, line) for account, line in found if line is not None]

        replaced = await self._store(replace)
        if not replaced:
            raise CannotDeliver("The message is no longer in the conversation.")
        for account, line in replaced:
            publish_entry(self._hub, account, line)
        return delivery.receipt

    async def _delete(self, delivery: Delivery) -> Receipt:
        lines = _lines(delivery)

        def remove(store: WebStore) -> list[int]:
            for account, line in lines:
                # A line that is gone already is what was asked for.
                store.remove_message(account, line)
            return [store.unread(account) for account, _ in lines]

        unread = await self._store(remove)
        for (account, line), count in zip(lines, unread, strict=True):
            self._hub.publish(account, "removed", json.dumps({"id": line}))
            publish_unread(self._hub, account, count)
        return delivery.receipt


def publish_entry(hub: Hub, account: Account, line: Entry) -> None:
    """Tell open pages of a line that is new or changed."""
    hub.publish(account, "entry", json.dumps(render.entry(line)))


def publish_unread(hub: Hub, account: Account, count: int) -> None:
    """Tell open pages how many messages have not been seen."""
    hub.publish(account, "unread", json.dumps({"unread": count}))


def receipt(lines: list[tuple[Account, int]]) -> Receipt:
    """Where the lines of a message can be found again."""
    return Receipt(
        conversation=",".join(quote(account.user, safe="@") for account, _ in lines),
        message=",".join(str(line) for _, line in lines),
    )


def _lines(delivery: Delivery) -> list[tuple[Account, int]]:
    users = [unquote(user) for user in delivery.receipt.conversation.split(",") if user]
    numbers = [int(number) for number in delivery.receipt.message.split(",") if number.isdecimal()]
    if not users or len(users) != len(numbers):
        raise CannotDeliver("The message was never delivered, so there is nothing to change.")
    return [
        (Account(delivery.lane, user), number) for user, number in zip(users, numbers, strict=True)
    ]
