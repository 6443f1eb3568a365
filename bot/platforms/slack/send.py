"""Sends what the outbox holds for Slack."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from bot.chat import patience
from bot.chat.messages import Account, Message
from bot.chat.platform import Delivery, DeliveryKind, InTransaction, Receipt, SlackStore
from bot.errors import BotError, CannotDeliver, NotNow, TryLater, Uncertain
from bot.ids import Lane
from bot.platforms.slack import reasons, render
from bot.platforms.slack.api import BROKEN_AFTER, Api, Refusal
from bot.platforms.slack.members import Members
from bot.platforms.slack.pace import POST
from bot.platforms.slack.text import Place

# Group direct messages take eight people, the bot among them.
# https://docs.slack.dev/reference/methods/conversations.open
MAX_GROUP = 8
EVENT_TYPE = "leaders_outbox"
# How many messages a lost one is looked for among; Slack gives at most 999 at once.
LOOKED_THROUGH = 200
# Slack stamps a message by its own clock, and signs nothing that is five minutes off ours.
CLOCKS_DIFFER = timedelta(minutes=5)
# Seconds for all that comes before a post. Delivery takes a send of half a minute for one without
# an answer, and the post itself waits for its turn.
READY_WITHIN = 15.0
READY_AGAIN_AFTER = timedelta(seconds=1)

DEACTIVATED = "This Slack account has been deactivated."
ONE_DEACTIVATED = "One of these people has a deactivated Slack account."
NO_DESTINATION = "The message has nowhere to go."
NOT_READY = "Slack takes its time to say who is there; the message is sent in a moment."


class SlackPlatform:
    """Takes deliveries for every workspace that installed the bot."""

    name = "slack"

    def __init__(
        self, api: Api, members: Members, store: InTransaction[SlackStore], *, base_url: str
    ) -> None:
        self._api = api
        self._members = members
        self._store = store
        self._base_url = base_url

    async def send(self, delivery: Delivery) -> Receipt:
        """Do what the delivery asks; the errors are those of ``bot.chat.platform.Platform``."""
        try:
            match delivery.kind:
                case DeliveryKind.POST:
                    return await self._post(delivery)
                case DeliveryKind.UPDATE:
                    return await self._update(delivery)
                case DeliveryKind.DELETE:
                    return await self._delete(delivery)
                case DeliveryKind.FETCH_MEMBERS:
                    return Receipt(people=await _again(self._members.everyone, delivery.lane))
        except NotNow as error:
            before = await self._store(lambda store: store.put_off(delivery.key))
            raise patience.put_off(
                error.reason, before=before, waits=patience.UNANSWERED
            ) from error
        except Refusal as error:
            raise _refused(delivery, error) from error

    async def find(self, delivery: Delivery, *, since: datetime) -> Receipt | None:
        """The message of a delivery that may have arrived; None where it certainly did not.

        It is looked for by its metadata among the messages since then. Raises ``Uncertain`` where
        the bot may not read the conversation, or more was said there than it can look through.
        """
        try:
            conversation = await self._conversation(delivery, is_reading=True)
            answer = await self._api.call_patiently(
                delivery.lane,
                "conversations.history",
                channel=conversation,
                limit=LOOKED_THROUGH,
                oldest=f"{(since - CLOCKS_DIFFER).timestamp():.6f}",
                include_all_metadata="true",
            )
        except Refusal as error:
            raise Uncertain("The bot may not look the message up in Slack.") from error
        for found in answer.get("messages", []):
            metadata = found.get("metadata") or {}
            key = metadata.get("event_payload", {}).get("key")
            if metadata.get("event_type") == EVENT_TYPE and key == delivery.key:
                return Receipt(conversation=conversation, message=found["ts"])
        if answer.get("has_more"):
            raise Uncertain("Too much was said in Slack since to look through.")
        return None

    async def _post(self, delivery: Delivery) -> Receipt:
        try:
            async with asyncio.timeout(READY_WITHIN):
                await self._refuse_deactivated(delivery)
                conversation = await self._conversation(delivery)
        except TimeoutError as error:
            # Nothing was posted yet.
            raise TryLater(NOT_READY, after=READY_AGAIN_AFTER, whole_lane=False) from error
        answer = await self._api.call_patiently(
            delivery.lane,
            POST,
            leave=delivery.leave,
            channel=conversation,
            **self._content(delivery.lane, delivery.message),
            metadata={"event_type": EVENT_TYPE, "event_payload": {"key": delivery.key}},
            unfurl_links=False,
            unfurl_media=False,
        )
        return Receipt(conversation=answer.get("channel", ""), message=answer.get("ts", ""))

    async def _update(self, delivery: Delivery) -> Receipt:
        receipt = delivery.receipt
        # Saying the same twice changes nothing, so an unclear answer is a reason to ask again.
        await _again(
            self._call_of(delivery, "chat.update"),
            channel=receipt.conversation,
            ts=receipt.message,
            **self._content(delivery.lane, delivery.message),
        )
        return receipt

    async def _delete(self, delivery: Delivery) -> Receipt:
        receipt = delivery.receipt
        try:
            await _again(
                self._call_of(delivery, "chat.delete"),
                channel=receipt.conversation,
                ts=receipt.message,
            )
        except Refusal as error:
            # What is to be gone is gone.
            if error.code != "message_not_found":
                raise
        return receipt

    def _call_of(self, delivery: Delivery, method: str) -> Callable[..., Any]:
        async def call(**arguments: Any) -> dict[str, Any]:
            return await self._api.call_patiently(delivery.lane, method, **arguments)

        return call

    async def _refuse_deactivated(self, delivery: Delivery) -> None:
        users = delivery.destination.users
        for user in users:
            if not await _again(self._members.is_active, Account(delivery.lane, user)):
                is_one = len(users) == 1
                raise CannotDeliver(DEACTIVATED if is_one else ONE_DEACTIVATED, account_gone=is_one)

    async def _conversation(self, delivery: Delivery, *, is_reading: bool = False) -> str:
        to = delivery.destination
        if to.channel:
            return to.channel
        if not to.users:
            raise CannotDeliver(NO_DESTINATION)
        if len(to.users) == 1 and not is_reading:
            return to.users[0]
        if len(to.users) + 1 > MAX_GROUP:
            raise CannotDeliver(reasons.reason("too_many_users"))
        opened = await _again(
            self._call_of(delivery, "conversations.open"), users=",".join(to.users)
        )
        return str(opened["channel"]["id"])

    def _content(self, lane: Lane, message: Message | None) -> dict[str, Any]:
        if message is None:
            raise CannotDeliver("There is no message to send.")
        shown = render.message(message, Place(lane, self._base_url))
        return {"text": shown.text, "blocks": shown.blocks}


def _refused(delivery: Delivery, error: Refusal) -> BotError:
    """What a refusal means for the delivery."""
    is_person = delivery.kind is DeliveryKind.POST and len(delivery.destination.users) == 1
    return CannotDeliver(
        reasons.reason(error.code, is_person=is_person),
        account_gone=reasons.is_gone(error.code, is_person=is_person),
    )


async def _again(call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """The result of a call that may be repeated: an unclear answer counts as none."""
    try:
        return await call(*arguments, **named)
    except Uncertain as error:
        raise NotNow(error.reason, after=BROKEN_AFTER) from error
