"""The channels of the web chat: posts that everybody of a community sees."""

import json
from collections.abc import Callable
from datetime import datetime
from typing import assert_never

from bot.chat.messages import Message
from bot.chat.platform import Delivery, DeliveryKind, InTransaction, Post, Receipt, WebStore
from bot.errors import CannotDeliver
from bot.platforms.web import render
from bot.platforms.web.hub import Hub

# A receipt of a line of somebody's conversation begins with a user, in which this is quoted.
MARK = "#"


class Posts:
    """Keeps posts and tells the open pages of their community.

    A post is kept under the delivery's key, so that one that is tried again adds none.
    """

    def __init__(
        self, store: InTransaction[WebStore], hub: Hub, clock: Callable[[], datetime]
    ) -> None:
        self._store = store
        self._hub = hub
        self._clock = clock

    async def send(self, delivery: Delivery) -> Receipt:
        """Keep, replace or remove the post; raises ``CannotDeliver`` where that can't be."""
        match delivery.kind:
            case DeliveryKind.POST:
                return await self._post(delivery)
            case DeliveryKind.UPDATE:
                return await self._update(delivery)
            case DeliveryKind.DELETE:
                return await self._delete(delivery)
            case DeliveryKind.FETCH_MEMBERS:
                raise CannotDeliver("A channel of the web chat has no member list.")
            case _:
                assert_never(delivery.kind)

    async def _post(self, delivery: Delivery) -> Receipt:
        said, channel, now = message(delivery), delivery.destination.channel, self._clock()
        kept = await self._store(
            lambda store: store.keep_post(delivery.lane, channel, said, key=delivery.key, now=now)
        )
        self._tell(delivery, kept)
        return receipt(channel, kept)

    async def _update(self, delivery: Delivery) -> Receipt:
        said, number = message(delivery), _number(delivery)
        replaced = await self._store(lambda store: store.replace_post(delivery.lane, number, said))
        if replaced is None:
            raise CannotDeliver("The post is no longer in the channel.")
        self._tell(delivery, replaced)
        return delivery.receipt

    async def _delete(self, delivery: Delivery) -> Receipt:
        number = _number(delivery)
        # A post that is gone already is what was asked for.
        await self._store(lambda store: store.remove_post(delivery.lane, number))
        channel = delivery.receipt.conversation.removeprefix(MARK)
        gone = json.dumps({"id": number, "channel": channel})
        self._hub.publish(delivery.lane, "post-removed", gone)
        return delivery.receipt

    def _tell(self, delivery: Delivery, post: Post) -> None:
        self._hub.publish(delivery.lane, "post", json.dumps(render.post(post)))


def receipt(channel: str, post: Post) -> Receipt:
    """Where a post can be found again."""
    return Receipt(conversation=f"{MARK}{channel}", message=str(post.id))


def is_for_channel(delivery: Delivery) -> bool:
    """Whether a delivery is about a post in a channel rather than about people's conversations."""
    return bool(delivery.destination.channel) or delivery.receipt.conversation.startswith(MARK)


def message(delivery: Delivery) -> Message:
    """What a delivery says; raises ``CannotDeliver`` where it says nothing."""
    if delivery.message is None:
        raise CannotDeliver("There is no message to send.")
    return delivery.message


def _number(delivery: Delivery) -> int:
    number = delivery.receipt.message
    if not (number.isascii() and number.isdecimal()):
        raise CannotDeliver("The post was never delivered, so there is nothing to change.")
    return int(number)
