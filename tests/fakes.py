"""Small honest fakes of the platforms: they take deliveries and remember who got what."""

from collections import defaultdict
from dataclasses import dataclass, field

from bot.chat.messages import Account, Message
from bot.chat.platform import Delivery, DeliveryKind, Receipt


@dataclass
class FakePlatform:
    """Delivers into inboxes; what is put into ``troubles`` is raised instead, once each."""

    name: str
    inboxes: dict[Account, list[Message]] = field(default_factory=lambda: defaultdict(list))
    deliveries: list[Delivery] = field(default_factory=list)
    troubles: list[Exception] = field(default_factory=list)
    people: tuple = ()

    async def send(self, delivery: Delivery) -> Receipt:
        if self.troubles:
            raise self.troubles.pop(0)
        self.deliveries.append(delivery)
        if delivery.kind is DeliveryKind.FETCH_MEMBERS:
            return Receipt(people=self.people)
        assert delivery.message is not None
        for user in delivery.destination.users:
            self.inboxes[Account(delivery.lane, user)].append(delivery.message)
        return Receipt(conversation="C1", message=str(len(self.deliveries)))
