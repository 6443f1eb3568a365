"""Sends what the outbox holds for Teams."""

from datetime import timedelta

from bot.chat import patience
from bot.chat.messages import Account
from bot.chat.platform import (
    Delivery,
    DeliveryKind,
    InTransaction,
    Leave,
    Receipt,
    TeamsConversation,
    TeamsStore,
)
from bot.errors import BotError, CannotDeliver, NotNow
from bot.platforms.teams import reasons, render
from bot.platforms.teams.api import UNAUTHORISED, Api, Refusal
from bot.platforms.teams.conversations import Conversations
from bot.platforms.teams.members import Members
from bot.platforms.teams.text import Json

# Teams says of about one conversation in a hundred that it does not know it, and is wrong; what was
# said in error is mended within minutes, and what is still so after them is true.
WAITS = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10))

NO_GROUPS = "Teams lets no bot open a group chat; each person needs a message of their own."
NO_DESTINATION = "The message has nowhere to go."
NO_MESSAGE = "There is no message to send."
NOT_SENT = "The message was never sent, so it can't be changed."


class TeamsPlatform:
    """Takes deliveries for every tenant that is served."""

    name = "teams"

    def __init__(
        self,
        api: Api,
        conversations: Conversations,
        members: Members,
        store: InTransaction[TeamsStore],
        *,
        base_url: str,
    ) -> None:
        self._api = api
        self._conversations = conversations
        self._members = members
        self._store = store
        self._base_url = base_url

    async def send(self, delivery: Delivery) -> Receipt:
        """Do what the delivery asks; the errors are those of ``bot.chat.platform.Platform``."""
        try:
            return await self._do(delivery)
        except NotNow as error:
            before = await self._put_off(delivery)
            raise patience.put_off(
                error.reason, before=before, waits=patience.UNANSWERED
            ) from error
        except Refusal as error:
            raise await self._refused(delivery, error) from error

    async def _do(self, delivery: Delivery) -> Receipt:
        match delivery.kind:
            case DeliveryKind.POST:
                return await self._post(delivery)
            case DeliveryKind.UPDATE:
                return await self._update(delivery)
            case DeliveryKind.DELETE:
                return await self._delete(delivery)
            case DeliveryKind.FETCH_MEMBERS:
                return Receipt(people=await self._members.everyone(delivery.lane))

    async def _post(self, delivery: Delivery) -> Receipt:
        to, content = delivery.destination, self._content(delivery)
        if to.channel:
            place = await self._conversations.find(delivery.lane, to.channel)
            return await self._say(place, content, delivery.leave)
        if not to.users:
            raise CannotDeliver(NO_DESTINATION)
        if len(to.users) > 1:
            raise CannotDeliver(NO_GROUPS)
        account = Account(delivery.lane, to.users[0])
        return await self._tell(account, content, delivery.leave)

    async def _tell(self, account: Account, content: Json, leave: Leave) -> Receipt:
        """Write to one person, in another conversation where Teams does not know the old one."""
        place = await self._conversations.with_person(account, is_patient=True)
        try:
            return await self._say(place, content, leave)
        except Refusal as error:
            if not reasons.is_conversation_missing(error.status, error.code):
                raise
        return await self._say(await self._conversations.reopened(place), content, leave)

    async def _say(self, place: TeamsConversation, content: Json, leave: Leave) -> Receipt:
        message = await self._api.send(place, content, is_patient=True, leave=leave)
        return Receipt(conversation=place.id, message=message)

    async def _update(self, delivery: Delivery) -> Receipt:
        receipt, content = delivery.receipt, self._content(delivery)
        place = await self._sent_to(delivery)
        await self._api.update(place, receipt.message, content, is_patient=True)
        return receipt

    async def _delete(self, delivery: Delivery) -> Receipt:
        place = await self._sent_to(delivery)
        try:
            await self._api.delete(place, delivery.receipt.message, is_patient=True)
        except Refusal as error:
            # What is to be gone is gone.
            if not reasons.is_message_missing(error.status, error.code):
                raise
        return delivery.receipt

    async def _sent_to(self, delivery: Delivery) -> TeamsConversation:
        if not delivery.receipt.message:
            raise CannotDeliver(NOT_SENT)
        return await self._conversations.find(delivery.lane, delivery.receipt.conversation)

    async def _refused(self, delivery: Delivery, error: Refusal) -> BotError:
        """What a refusal means for the delivery."""
        users = delivery.destination.users
        is_person = delivery.kind is DeliveryKind.POST and len(users) == 1
        reason = reasons.reason(error.code, status=error.status, is_shared=not is_person)
        is_missing = reasons.is_conversation_missing(error.status, error.code)
        # A token that Teams did not take is not sent again; the next may be taken.
        if is_missing or error.status == UNAUTHORISED:
            return patience.put_off(
                reason,
                before=await self._put_off(delivery),
                waits=WAITS,
                account_gone=is_person and is_missing,
            )
        return CannotDeliver(reason, account_gone=is_person and error.code in reasons.GONE)

    async def _put_off(self, delivery: Delivery) -> int:
        return await self._store(lambda store: store.put_off(delivery.key))

    def _content(self, delivery: Delivery) -> Json:
        if delivery.message is None:
            raise CannotDeliver(NO_MESSAGE)
        return render.activity(delivery.message, self._base_url)
