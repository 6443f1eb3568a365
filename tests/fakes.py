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
    """Delivers into inboxes and channels, and changes and deletes what is there.

    What is put into ``troubles`` is raised instead, once each; a channel in ``refused`` takes
    nothing, for the reason that stands there.
    """

    name: str
    inboxes: dict[Account, list[Message]] = field(default_factory=lambda: defaultdict(list))
    channels: dict[str, dict[str, Message]] = field(default_factory=lambda: defaultdict(dict))
    refused: dict[str, str] = field(default_factory=dict)
    told: dict[str, dict[Account, Message]] = field(default_factory=dict)
    deliveries: list[Delivery] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    people: tuple = ()

    async def send(self, delivery: Delivery) -> Receipt:
        if self.troubles:
            raise self.troubles.pop(0)
        self.deliveries.append(delivery)
        if delivery.kind is DeliveryKind.FETCH_MEMBERS:
            return Receipt(people=self.people)
        if delivery.receipt.message in self.told:
            self._change_told(delivery)
            return delivery.receipt
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
        self.told[number] = {}
        for user in delivery.destination.users:
            account = Account(delivery.lane, user)
            self.inboxes[account].append(delivery.message)
            self.told[number][account] = delivery.message
        return Receipt(conversation="C1", message=number)

    def _change_told(self, delivery: Delivery) -> None:
        """Change or delete what stands in the inboxes that got it."""
        for account, before in self.told[delivery.receipt.message].items():
            inbox = self.inboxes[account]
            at = next(at for at, each in enumerate(inbox) if each is before)
            after = [delivery.message] if delivery.message is not None else []
            inbox[at : at + 1] = after
        if delivery.message is None:
            self.told.pop(delivery.receipt.message)
        else:
            changed = dict.fromkeys(self.told[delivery.receipt.message], delivery.message)
            self.told[delivery.receipt.message] = changed

    def channel(self, name: str) -> list[Message]:
        """What is to be seen in a channel, oldest first, without one-time tokens."""
        return [stamped(each, "") for each in self.channels[name].values()]
