"""Small honest fakes of the platforms: they take deliveries and remember who got what."""

from collections import defaultdict
from dataclasses import dataclass, field

from bot.chat.messages import Account, Message, stamped
from bot.chat.platform import Delivery, DeliveryKind, Receipt
from bot.errors import CannotDeliver


async def at_once(_seconds: float) -> None:
    """No time passes where delivery would wait."""


@dataclass
class FakePlatform:
    """Delivers into inboxes and channels, and changes and deletes what is in channels.

    What is put into ``troubles`` is raised instead, once each; a channel in ``refused`` takes
    nothing, for the reason that stands there.
    """

    name: str
    inboxes: dict[Account, list[Message]] = field(default_factory=lambda: defaultdict(list))
    channels: dict[str, dict[str, Message]] = field(default_factory=lambda: defaultdict(dict))
    refused: dict[str, str] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    people: tuple = ()

    async def send(self, delivery: Delivery) -> Receipt:
        if self.troubles:
            raise self.troubles.pop(0)
        self.deliveries.append(delivery)
        if delivery.kind is DeliveryKind.FETCH_MEMBERS:
            return Receipt(people=self.people)
        if delivery.kind is DeliveryKind.DELETE:
            self.channels[delivery.receipt.conversation].pop(delivery.receipt.message)
            return delivery.receipt
        assert delivery.message is not None
        if delivery.kind is DeliveryKind.UPDATE:
            assert delivery.receipt.message in self.channels[delivery.receipt.conversation]
            self.channels[delivery.receipt.conversation][delivery.receipt.message] = (
                delivery.message
            )
            return delivery.receipt
        number = str(len(self.deliveries))
        if channel := delivery.destination.channel:
            if channel in self.refused:
                raise CannotDeliver(self.refused[channel])
            self.channels[channel][number] = delivery.message
            return Receipt(conversation=channel, message=number)
        for user in delivery.destination.users:
            self.inboxes[Account(delivery.lane, user)].append(delivery.message)
        return Receipt(conversation="C1", message=number)

    def channel(self, name: str) -> list[Message]:
        """What is to be seen in a channel, oldest first, without one-time tokens."""
        return [stamped(each, "") for each in self.channels[name].values()]
