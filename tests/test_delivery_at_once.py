"""Several deliveries under way at once: their order, and what ends them."""

import asyncio

import pytest

from bot.chat.messages import Account
from bot.delivery import BATCH, STOPPING
from bot.errors import DatabaseUnready
from storage.outbox import Priority, State
from storage.tables import outbox
from tests.fakes import FakePlatform
from tests.posting import SLACK, Post


class Gated(FakePlatform):
    """A fake that keeps what it is given until it is let go, each message by its key."""

    def __init__(self) -> None:
        super().__init__("slack")
        self.begun: list[str] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.most = self.now = 0

    async def send(self, asked):
        self.begun.append(asked.key)
        self.now += 1
        self.most = max(self.most, self.now)
        try:
            await self.gates.setdefault(asked.key, asyncio.Event()).wait()
        finally:
            self.now -= 1
        await asked.leave()
        return await super().send(asked)

    def let_go(self, *keys: str) -> None:
        for key in keys:
            self.gates.setdefault(key, asyncio.Event()).set()

    async def beginning(self, count: int) -> list[str]:
        async with asyncio.timeout(10):
            while len(self.begun) < count:  # noqa: ASYNC110 - a drainer goes on in between.
                await asyncio.sleep(0)
        return self.begun


@pytest.fixture
def post(database) -> Post:
    return Post(database)


@pytest.fixture
async def gated(post):
    """A post whose platform waits, and the drain that is under way; ended at the end."""
    post.slack = post.delivery._platforms["slack"] = Gated()
    draining: list[asyncio.Task[int]] = []

    def drain() -> asyncio.Task[int]:
        draining.append(asyncio.create_task(post.delivery.drain(SLACK)))
        return draining[-1]

    post.drain = drain
    yield post
    for each in draining:
        each.cancel()
    await asyncio.gather(*draining, return_exceptions=True)


def people(count: int) -> list[tuple[str, Account]]:
    return [(f"{number:02}", Account(SLACK, f"U{number}")) for number in range(count)]


async def test_a_few_are_under_way_at_once_and_the_next_begins_as_one_ends(gated):
    for key, account in people(BATCH + 2):
        gated.queue(key, account=account)
    drain = gated.drain()

    first = list(await gated.slack.beginning(BATCH))
    gated.slack.let_go("03")
    then = list(await gated.slack.beginning(BATCH + 1))
    gated.slack.let_go(*(key for key, _ in people(BATCH + 2)))

    assert await drain == BATCH + 2
    assert first == [key for key, _ in people(BATCH)]
    assert then[BATCH:] == ["10"]
    assert gated.slack.most == BATCH


async def test_messages_to_one_person_leave_in_their_order(gated):
    gated.queue("first", "second")
    gated.queue("other", account=Account(SLACK, "U2"))
    drain = gated.drain()

    before = list(await gated.slack.beginning(2))
    gated.slack.let_go("other", "second")
    gated.slack.let_go("first")
    await drain

    assert before == ["first", "other"]
    assert gated.slack.begun == ["first", "other", "second"]


async def test_a_reminder_overtakes_an_announcement(gated):
    for key, account in people(50):
        gated.queue(key, account=account, priority=Priority.BULK)
    drain = gated.drain()
    await gated.slack.beginning(BATCH)

    gated.queue("reminder", priority=Priority.REMINDER)
    gated.slack.let_go(*(key for key, _ in people(50)), "reminder")
    await drain

    # Behind those under way at most.
    assert gated.slack.begun.index("reminder") <= BATCH + 1


async def test_what_is_cancelled_while_it_waits_its_turn_does_not_leave(gated):
    for key, account in people(3):
        gated.queue(key, account=account)
    drain = gated.drain()
    await gated.slack.beginning(3)

    with gated.database.transaction() as db:
        db.connection.execute(
            outbox.update().where(outbox.c.key == "01").values(state=State.CANCELLED)
        )
    gated.passed += 2
    gated.slack.let_go("00", "01", "02")
    await drain

    assert gated.sent == ["00", "02"]
    assert gated.ended() == {
        "00": (State.SENT, ""), "01": (State.CANCELLED, ""), "02": (State.SENT, ""),
    }  # fmt: skip


async def test_a_stop_while_messages_wait_their_turn_puts_them_back(gated):
    for key, account in people(2):
        gated.queue(key, account=account)
    drain = gated.drain()
    await gated.slack.beginning(2)

    gated.delivery.stop()
    gated.slack.let_go("00", "01")
    await drain

    assert gated.sent == []
    assert gated.ended() == {"00": (State.QUEUED, STOPPING), "01": (State.QUEUED, STOPPING)}


async def test_a_drain_that_is_cancelled_leaves_nothing_running(gated):
    before = asyncio.all_tasks()
    gated.queue("a")
    drain = gated.drain()
    await gated.slack.beginning(1)

    drain.cancel()
    await asyncio.wait([drain])

    assert asyncio.all_tasks() == before
    assert (gated.sent, gated.slack.now) == ([], 0)
    assert gated.ended() == {"a": (State.SENDING, "")}


async def test_a_message_that_can_not_be_looked_up_waits(gated):
    refusals = [DatabaseUnready("full")]
    gated.queue("a")
    drain = gated.drain()
    await gated.slack.beginning(1)
    run = gated.database.run

    async def refusing(act):
        if refusals:
            raise refusals.pop()
        return await run(act)

    gated.delivery._database.run = refusing
    gated.passed += 2
    gated.slack.let_go("a")
    await drain

    assert gated.sent == []
    assert gated.ended() == {"a": (State.QUEUED, "full")}
