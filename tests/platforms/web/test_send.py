from datetime import UTC, datetime

import pytest

from bot.chat.messages import Account, Message
from bot.chat.platform import Delivery, DeliveryKind, Destination, Receipt
from bot.errors import CannotDeliver
from bot.ids import Lane
from bot.platforms.web.app import Web
from bot.platforms.web.hub import Hub
from bot.platforms.web.send import WebPlatform
from tests.platforms.web.fakes import LANE, Bot, MemoryStore, Transactions, said
from tests.platforms.web.place import NOW, settings

HELLO, CHANGED = said("Hello"), said("Changed")


@pytest.fixture
def store() -> MemoryStore:
    return MemoryStore()


@pytest.fixture
def platform(store: MemoryStore) -> WebPlatform:
    return WebPlatform(Transactions(store), Hub(), lambda: NOW)


def post(*users: str, key: str = "coffee:41:7", message: Message | None = HELLO) -> Delivery:
    return Delivery(key, LANE, DeliveryKind.POST, Destination(users), message)


def change(kind: DeliveryKind, receipt: Receipt, message: Message | None = None) -> Delivery:
    return Delivery("later", LANE, kind, Destination(), message, receipt)


def texts(store: MemoryStore) -> dict[str, list[Message | None]]:
    return {
        account.user: [line.message for line in lines] for account, lines in store.lines.items()
    }


async def test_post_keeps_a_line_for_each_user(platform: WebPlatform, store: MemoryStore) -> None:
    receipt = await platform.send(post("1", "a,b@example.org"))

    assert texts(store) == {"1": [HELLO], "a,b@example.org": [HELLO]}
    assert receipt == Receipt("1,a%2Cb@example.org", "1,2")


@pytest.mark.parametrize("users", [("1",), ("1", "2", "3")])
async def test_post_tried_again_adds_nothing(
    platform: WebPlatform, store: MemoryStore, users: tuple[str, ...]
) -> None:
    receipts = [await platform.send(post(*users)) for _ in range(3)]

    assert texts(store) == {user: [HELLO] for user in users}
    assert receipts == [receipts[0]] * 3


async def test_post_is_for_all_users_or_none(platform: WebPlatform, store: MemoryStore) -> None:
    keep = store.keep_message

    def fail_for_the_second(account: Account, *rest: object, **named: object) -> object:
        if account.user == "2":
            raise RuntimeError("disk full")
        return keep(account, *rest, **named)  # type: ignore[arg-type]

    store.keep_message = fail_for_the_second  # type: ignore[assignment]

    with pytest.raises(RuntimeError):
        await platform.send(post("1", "2"))

    assert texts(store) == {}


async def test_update_replaces_everybodys_line(platform: WebPlatform, store: MemoryStore) -> None:
    receipt = await platform.send(post("1", "a,b"))
    await platform.send(post("1", key="other"))

    again = await platform.send(change(DeliveryKind.UPDATE, receipt, CHANGED))

    assert texts(store) == {"1": [CHANGED, HELLO], "a,b": [CHANGED]}
    assert again == receipt


async def test_update_reaches_those_who_still_have_the_line(
    platform: WebPlatform, store: MemoryStore
) -> None:
    receipt = await platform.send(post("1", "2"))
    store.remove_message(Account(LANE, "1"), 1)

    await platform.send(change(DeliveryKind.UPDATE, receipt, CHANGED))

    assert texts(store) == {"1": [], "2": [CHANGED]}


async def test_update_of_a_line_that_is_gone_cannot_be(
    platform: WebPlatform, store: MemoryStore
) -> None:
    receipt = await platform.send(post("1"))
    store.remove_message(Account(LANE, "1"), 1)

    with pytest.raises(CannotDeliver, match="no longer in the conversation"):
        await platform.send(change(DeliveryKind.UPDATE, receipt, CHANGED))


async def test_delete_takes_the_line_away_once_and_for_all(
    platform: WebPlatform, store: MemoryStore
) -> None:
    receipt = await platform.send(post("1", "2"))

    for _ in range(2):
        assert await platform.send(change(DeliveryKind.DELETE, receipt)) == receipt

    assert texts(store) == {"1": [], "2": []}


def in_channel(key: str = "introduction:7:web:1", message: Message = HELLO) -> Delivery:
    return Delivery(key, LANE, DeliveryKind.POST, Destination(channel="introductions"), message)


def seen(store: MemoryStore, lane: Lane = LANE) -> list[Message]:
    return [post.message for post in store.posts(lane, "introductions", before=None, limit=9)]


async def test_post_in_a_channel_is_kept_once_for_everybody(
    platform: WebPlatform, store: MemoryStore
) -> None:
    receipts = [await platform.send(in_channel()) for _ in range(3)]
    await platform.send(in_channel("introduction:8:web:1", CHANGED))

    assert receipts == [Receipt("#introductions", "1")] * 3
    assert (seen(store), seen(store, Lane("web:2"))) == ([CHANGED, HELLO], [])
    assert texts(store) == {}


async def test_post_in_a_channel_is_changed_and_taken_away(
    platform: WebPlatform, store: MemoryStore
) -> None:
    receipt = await platform.send(in_channel())

    await platform.send(change(DeliveryKind.UPDATE, receipt, CHANGED))
    changed = seen(store)
    for _ in range(2):
        assert await platform.send(change(DeliveryKind.DELETE, receipt)) == receipt

    assert (changed, seen(store)) == ([CHANGED], [])


async def test_a_line_of_somebody_whose_name_looks_like_a_channel_is_theirs(
    platform: WebPlatform, store: MemoryStore
) -> None:
    receipt = await platform.send(post("#introductions"))

    await platform.send(change(DeliveryKind.UPDATE, receipt, CHANGED))

    assert texts(store) == {"#introductions": [CHANGED]}


IMPOSSIBLE = [
    (post(), "names nobody"),
    (post("1", message=None), "no message"),
    (Delivery("k", LANE, DeliveryKind.POST, Destination(channel="c")), "no message"),
    (Delivery("k", LANE, DeliveryKind.FETCH_MEMBERS, Destination(channel="c")), "no member list"),
    (change(DeliveryKind.UPDATE, Receipt("#c", "1"), HELLO), "no longer in the channel"),
    (change(DeliveryKind.UPDATE, Receipt("#c", "x"), HELLO), "never delivered"),
    (change(DeliveryKind.DELETE, Receipt("#c", "²")), "never delivered"),
    (change(DeliveryKind.FETCH_MEMBERS, Receipt()), "no member list"),
    (change(DeliveryKind.UPDATE, Receipt("1", "1")), "no message"),
    (change(DeliveryKind.UPDATE, Receipt(), HELLO), "never delivered"),
    (change(DeliveryKind.DELETE, Receipt("1,2", "1")), "never delivered"),
    (change(DeliveryKind.DELETE, Receipt("1", "x")), "never delivered"),
]


@pytest.mark.parametrize(("delivery", "reason"), IMPOSSIBLE)
async def test_impossible_deliveries_say_why(
    platform: WebPlatform, store: MemoryStore, delivery: Delivery, reason: str
) -> None:
    with pytest.raises(CannotDeliver, match=reason):
        await platform.send(delivery)

    assert texts(store) == {}


async def test_clock_is_the_machines_unless_told_otherwise(store: MemoryStore) -> None:
    before = datetime.now(UTC)

    web = Web(settings(), Bot(), Transactions(store))
    await web.platform.send(post("1"))

    assert before <= store.lines[Account(LANE, "1")][0].at <= datetime.now(UTC)
