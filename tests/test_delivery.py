"""What goes out: every way a delivery can end, and who may send it."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot import delivery
from bot.chat import messages
from bot.chat.messages import Account, message, text
from bot.chat.platform import DeliveryKind, Destination, Receipt
from bot.chat.requests import Profile, Role
from bot.delivery import ATTEMPTS, BATCH, DIED, ONCE_MORE, PAUSED, STOPPING, Delivery
from bot.errors import CannotDeliver, DatabaseUnready, TryLater, Uncertain
from bot.ids import Lane
from bot.views import deliveries as views
from jobs import RESULTS
from storage import codec
from storage.drain import Settled
from storage.outbox import Priority, State
from storage.tables import outbox
from tests.fakes import FakePlatform, at_once
from tests.leaders import START

SLACK, WEB, TEAMS = Lane("slack:T1"), Lane("web:1"), Lane("teams:X")
ADA = Account(SLACK, "U1")
HELLO = message(text("Hello."))
SECOND = timedelta(seconds=1)


class Watched(FakePlatform):
    """A fake that does something while a message is being sent."""

    meanwhile = None

    async def send(self, asked):
        if self.meanwhile is not None:
            await self.meanwhile()
        return await super().send(asked)


@dataclass
class Searched(FakePlatform):
    """A fake that can be asked what became of a message."""

    found: dict[str, Receipt | None] = field(default_factory=dict)
    trouble: Exception | None = None
    asked: dict[str, object] = field(default_factory=dict)

    async def find(self, delivery, *, since):
        if self.trouble is not None:
            raise self.trouble
        self.asked[delivery.key] = since
        if delivery.key not in self.found:
            raise Uncertain("may not look")
        return self.found[delivery.key]


class Post:
    """A database with Ada in it, and a delivery over fake platforms."""

    def __init__(self, database) -> None:
        self.database = database
        self.now = START
        # What a process takes for the time that passed, in seconds.
        self.passed = 0.0
        self.slack, self.web = Watched("slack"), Watched("web")
        self.delivery = self.drainer()
        with database.transaction() as db:
            self.community = db.communities.add("Leaders", zone="Europe/London", now=START)
            self.ada = db.members.add(
                self.community, "Ada", zone="Europe/London", email="ada@leaders.example", now=START
            )
            db.members.add_account(self.community, self.ada, ADA, now=START)

    def drainer(self) -> Delivery:
        return Delivery(
            self.database,
            {"slack": self.slack, "web": self.web},
            clock=lambda: self.now,
            results=RESULTS,
            timer=lambda: self.passed,
            sleep=at_once,
        )

    def queue(
        self,
        *keys: str,
        account: Account = ADA,
        users: tuple[str, ...] = (),
        priority: Priority = Priority.PERSONAL,
    ) -> None:
        with self.database.transaction() as db:
            for key in keys:
                db.outbox.add(
                    self.community,
                    account.lane,
                    DeliveryKind.POST,
                    Destination(users=users or (account.user,)),
                    message=HELLO,
                    key=key,
                    subject="s",
                    now=self.now,
                    priority=priority,
                )

    def claim(self, name: str, *, limit: int = BATCH):
        with self.database.transaction() as db:
            return db.drain.claim(SLACK, name, now=self.now, limit=limit)

    def ended(self) -> dict[str, tuple[State, str]]:
        with self.database.transaction() as db:
            rows = db.outbox.rows(self.community, limit=100)
        return {row.key: (row.state, row.reason) for row in reversed(rows)}

    def is_due(self) -> bool:
        with self.database.transaction() as db:
            return SLACK in db.drain.pending(self.now)

    @property
    def sent(self) -> list[str]:
        return [each.key for each in self.slack.deliveries]


@pytest.fixture
def post(database) -> Post:
    return Post(database)


@pytest.fixture
def any_post(any_database) -> Post:
    """The same where two may be at it, on both databases."""
    return Post(any_database)


async def test_what_is_queued_is_sent_once_with_its_receipt(any_post):
    any_post.queue("a", "b")

    handled = [await any_post.delivery.drain(SLACK) for _ in range(2)]

    assert handled == [2, 0]
    assert any_post.sent == ["a", "b"]
    assert any_post.slack.inboxes == {ADA: [HELLO, HELLO]}
    assert any_post.ended() == {"a": (State.SENT, ""), "b": (State.SENT, "")}


async def test_a_drain_goes_on_past_its_batch_and_stays_in_its_lane(post):
    post.queue(*(f"{number:02}" for number in range(BATCH + 3)))
    post.queue("web", account=Account(WEB, "1"))

    assert await post.delivery.drain(SLACK) == BATCH + 3
    assert post.sent == [f"{number:02}" for number in range(BATCH + 3)]
    assert post.ended()["web"] == (State.QUEUED, "")
    assert await post.delivery.drain(WEB) == 1


async def test_an_unknown_platform_can_not_be_delivered_to(post):
    post.queue("a", account=Account(TEAMS, "U1"))

    await post.delivery.drain(TEAMS)

    assert post.ended() == {
        "a": (State.CANNOT, "the bot is not connected to this platform now"),
    }


async def test_what_a_platform_never_takes_is_settled_with_its_reason(post):
    post.queue("a", "b")
    post.slack.troubles = [CannotDeliver("the channel is gone")]

    await post.delivery.drain(SLACK)

    assert post.ended() == {"a": (State.CANNOT, "the channel is gone"), "b": (State.SENT, "")}
    with post.database.transaction() as db:
        assert db.members.accounts_of(post.ada) == (ADA,)


async def test_an_account_that_is_gone_is_written_to_no_more(post):
    post.queue("a")
    post.slack.troubles = [CannotDeliver("the account is gone", account_gone=True)]

    await post.delivery.drain(SLACK)

    assert post.ended() == {"a": (State.CANNOT, "the account is gone")}
    with post.database.transaction() as db:
        assert db.members.accounts_of(post.ada) == ()


async def test_a_group_that_is_gone_says_nothing_about_each_account(post):
    post.queue("a", users=("U1", "U2"))
    post.slack.troubles = [CannotDeliver("somebody is gone", account_gone=True)]

    await post.delivery.drain(SLACK)

    with post.database.transaction() as db:
        assert db.members.accounts_of(post.ada) == (ADA,)


async def test_what_may_have_arrived_is_not_sent_again(post):
    post.queue("a")
    post.slack.troubles = [Uncertain("the connection broke off")]

    await post.delivery.drain(SLACK)
    post.now += timedelta(days=1)
    await post.delivery.drain(SLACK)

    assert post.sent == []
    assert post.ended() == {"a": (State.UNCERTAIN, "the connection broke off")}


async def test_a_platform_that_never_answers_leaves_it_uncertain(post, monkeypatch):
    monkeypatch.setattr(delivery, "SEND_TIMEOUT_SECONDS", 0.01)
    post.slack.meanwhile = asyncio.Event().wait
    post.queue("a")

    await post.delivery.drain(SLACK)

    assert post.ended() == {"a": (State.UNCERTAIN, "the platform did not answer")}


async def test_anything_else_is_tried_again_ever_later(post):
    post.queue("a")
    post.slack.troubles = [OSError("no route") for _ in range(3)]
    waits = []

    for _ in range(3):
        await post.delivery.drain(SLACK)
        begun = post.now
        while not post.is_due():
            post.now += SECOND
        waits.append((post.now - begun).total_seconds())
    tried = post.ended()
    await post.delivery.drain(SLACK)

    assert waits == [4, 8, 16]
    assert tried == {"a": (State.QUEUED, "OSError")}
    assert post.sent == ["a"]


async def test_after_so_many_attempts_it_is_given_up(post):
    post.queue("a")
    post.slack.troubles = [OSError("no route") for _ in range(ATTEMPTS + 1)]

    with capture_logs() as logged:
        for _ in range(ATTEMPTS + 1):
            await post.delivery.drain(SLACK)
            post.now += delivery.LONGEST_RETRY

    broke = [line for line in logged if line["event"] == "delivery_broke"]
    failed = f"it failed {ATTEMPTS} times (OSError, ref {broke[-1]['reference']})"
    assert post.ended() == {"a": (State.CANNOT, failed)}
    assert len(post.slack.troubles) == 1
    assert [(line["lane"], line["key"]) for line in broke] == [(SLACK, "a")] * ATTEMPTS


async def test_a_workspace_that_asks_for_patience_pauses_its_whole_lane(any_post):
    any_post.queue("a", "b")
    any_post.queue("web", account=Account(WEB, "1"))
    any_post.slack.troubles = [TryLater("ratelimited", after=30 * SECOND)]

    await any_post.delivery.drain(SLACK)
    any_post.queue("c")
    await any_post.delivery.drain(WEB)
    before = any_post.ended()
    any_post.now += 29 * SECOND
    is_due_early = any_post.is_due()
    any_post.now += SECOND
    await any_post.delivery.drain(SLACK)

    assert before == {
        "a": (State.QUEUED, "ratelimited"),
        # Under way too: the platform is not asked in vain.
        "b": (State.QUEUED, PAUSED),
        "web": (State.SENT, ""),
        "c": (State.QUEUED, ""),
    }
    assert is_due_early is False
    assert any_post.sent == ["a", "b", "c"]


async def test_patience_for_one_message_lets_the_others_go(post):
    post.queue("a", "b")
    post.slack.troubles = [TryLater("not yet", after=30 * SECOND, whole_lane=False)]

    await post.delivery.drain(SLACK)

    assert post.sent == ["b"]
    assert post.ended() == {"a": (State.QUEUED, "not yet"), "b": (State.SENT, "")}


async def test_patience_is_no_failed_attempt(post):
    post.queue("a", "b")
    for _ in range(ATTEMPTS + 1):
        post.slack.troubles = [TryLater("ratelimited", after=SECOND)]
        await post.delivery.drain(SLACK)
        post.now += SECOND
    post.slack.troubles = [OSError("once")]

    await post.delivery.drain(SLACK)

    assert post.ended() == {"a": (State.QUEUED, "OSError"), "b": (State.SENT, "")}


async def test_what_was_taken_over_between_claim_and_send_is_not_sent(any_post):
    any_post.queue("a", "b")

    async def taken_over():
        any_post.slack.meanwhile = None
        # This drainer slept for so long that another settled its rows as those of a dead one.
        any_post.passed += 60
        any_post.now += timedelta(minutes=1)
        await any_post.drainer().drain(SLACK)

    any_post.slack.meanwhile = taken_over
    await any_post.delivery.drain(SLACK)

    assert any_post.sent == ["a"]
    assert any_post.ended() == {"a": (State.SENT, ""), "b": (State.UNCERTAIN, DIED)}


async def test_what_is_cancelled_while_it_is_queued_is_not_sent(post):
    post.queue(*(f"{number:02}" for number in range(BATCH + 2)))

    async def cancelled():
        post.slack.meanwhile = None
        with post.database.transaction() as db:
            db.outbox.cancel(post.community, "s", now=post.now)

    post.slack.meanwhile = cancelled
    await post.delivery.drain(SLACK)

    # Those taken on already went out; the two behind them did not.
    assert len(post.sent) == BATCH
    assert [state for state, _ in post.ended().values()] == [State.SENT] * BATCH + [
        State.CANCELLED
    ] * 2


async def test_a_stop_puts_back_what_was_not_begun(post):
    post.queue("a", "b", "c")

    async def stop():
        post.delivery.stop()

    post.slack.meanwhile = stop
    await post.delivery.drain(SLACK)
    left = post.ended()
    await post.drainer().drain(SLACK)

    assert left == {
        "a": (State.SENT, ""),
        "b": (State.QUEUED, STOPPING),
        "c": (State.QUEUED, STOPPING),
    }
    assert post.sent == ["a", "b", "c"]


async def test_what_a_dead_process_was_sending_is_uncertain_and_stays_so(any_post):
    any_post.queue("a", "b")
    any_post.claim("dead", limit=1)
    any_post.now += SECOND

    with capture_logs() as logged:
        await any_post.delivery.drain(SLACK)
        await any_post.delivery.drain(SLACK)

    assert any_post.sent == ["b"]
    assert any_post.ended() == {"a": (State.UNCERTAIN, DIED), "b": (State.SENT, "")}
    assert logged == [
        {"event": "rows_left_under_way", "lane": SLACK, "count": 1, "log_level": "warning"}
    ]


async def test_what_a_dead_process_was_sending_is_looked_up_where_it_can_be(any_post):
    any_post.queue("there", "not there", "unknown")
    any_post.claim("dead")
    any_post.now += SECOND
    any_post.slack = any_post.delivery._platforms["slack"] = Searched(
        "slack", found={"there": Receipt("D1", "7"), "not there": None}
    )

    await any_post.delivery.drain(SLACK)

    assert any_post.ended() == {
        "there": (State.SENT, ""),
        "not there": (State.SENT, ""),
        "unknown": (State.UNCERTAIN, DIED),
    }
    assert any_post.slack.asked == dict.fromkeys(("there", "not there", "unknown"), START)
    assert any_post.sent == ["not there"]
    with any_post.database.transaction() as db:
        receipts = {
            row.key: row.receipt and codec.load_receipt(row.receipt)
            for row in db.connection.execute(outbox.select())
        }
    assert receipts["there"] == Receipt("D1", "7")


async def test_what_a_platform_is_too_busy_to_look_up_stays_in_doubt(post):
    post.queue("a")
    post.claim("dead")
    post.now += SECOND
    post.delivery._platforms["slack"] = Searched(
        "slack", trouble=TryLater("ratelimited", after=SECOND), found={"a": Receipt("D1", "7")}
    )

    await post.delivery.drain(SLACK)

    assert post.ended() == {"a": (State.UNCERTAIN, DIED)}


async def test_a_personal_reminder_is_sent_once_more_and_not_twice(any_post):
    any_post.queue("personal", "again", priority=Priority.REMINDER)
    any_post.queue("for two", priority=Priority.REMINDER, users=("U1", "U2"))
    any_post.claim("dead")
    any_post.now += SECOND
    with any_post.database.transaction() as db:
        db.connection.execute(
            outbox.update().where(outbox.c.key == "again").values(reason=ONCE_MORE)
        )

    await any_post.delivery.drain(SLACK)

    assert any_post.sent == ["personal"]
    assert any_post.ended() == {
        "personal": (State.SENT, ""),
        "again": (State.UNCERTAIN, DIED),
        "for two": (State.UNCERTAIN, DIED),
    }


async def test_answer_that_comes_after_a_row_was_queued_again_is_too_late(any_post):
    any_post.queue("a", priority=Priority.REMINDER)
    [row] = any_post.claim("dead")
    any_post.now += SECOND

    await any_post.delivery.drain(SLACK)
    with any_post.database.transaction() as db:
        is_taken = db.drain.settle("dead", Settled(row, State.CANNOT, any_post.now, reason="late"))

    assert not is_taken
    assert any_post.ended() == {"a": (State.SENT, "")}


async def test_what_comes_to_the_same_when_done_twice_is_done_again(any_post):
    with any_post.database.transaction() as db:
        db.outbox.fetch_members(any_post.community, SLACK, now=START)
    any_post.claim("dead")
    any_post.now += SECOND

    await any_post.delivery.drain(SLACK)

    assert [each.kind for each in any_post.slack.deliveries] == [DeliveryKind.FETCH_MEMBERS]


async def test_organisers_are_told_of_doubts_once_an_hour_however_many(any_post):
    with any_post.database.transaction() as db:
        db.members.set_role(any_post.ada, Role.ORGANISER)

    for number in range(3):
        any_post.queue(f"{number}a", f"{number}b")
        any_post.slack.troubles = [Uncertain("who knows"), Uncertain("who knows")]
        await any_post.delivery.drain(SLACK)
        any_post.now += timedelta(minutes=40)

    assert [messages.stamped(each, "") for each in any_post.slack.inboxes[ADA]] == [
        views.doubted()
    ] * 2


async def test_the_list_of_people_that_was_fetched_is_taken_in(post):
    with post.database.transaction() as db:
        ben = db.members.add(
            post.community, "Ben", zone="Europe/London", email="ben@leaders.example", now=START
        )
        db.outbox.add(
            post.community,
            SLACK,
            DeliveryKind.FETCH_MEMBERS,
            Destination(),
            key="members",
            subject="members",
            now=post.now,
        )
    post.slack.people = (
        ("U1", Profile("Ada", is_active=False)),
        ("U8", Profile("Ada", "ada@leaders.example")),
        ("U9", Profile("Ben", "ben@leaders.example")),
    )

    await post.delivery.drain(SLACK)

    with post.database.transaction() as db:
        # Ada had an account, and an address alone gives her no second one.
        assert db.members.accounts_of(post.ada) == ()
        assert db.members.accounts_of(ben) == (Account(SLACK, "U9"),)
    assert post.ended() == {"members": (State.SENT, "")}


async def test_a_drainer_that_was_taken_over_sends_nothing_beside_its_successor(any_post):
    any_post.queue(*(f"{number:02}" for number in range(BATCH)))
    other = any_post.drainer()

    async def taken_over():
        any_post.slack.meanwhile = None
        # All of the former's rows are settled, and what comes next is the successor's to send.
        any_post.passed += 60
        await other.drain(SLACK)
        any_post.queue("next")

    any_post.slack.meanwhile = taken_over
    handled = await any_post.delivery.drain(SLACK)
    former = any_post.sent
    await other.drain(SLACK)

    assert handled == BATCH
    assert former == ["00"]
    assert any_post.sent == ["00", "next"]
    assert Counter(state for state, _ in any_post.ended().values()) == {
        State.SENT: 2,
        State.UNCERTAIN: BATCH - 1,
    }


async def test_drainers_that_take_over_from_each_other_lose_nothing_and_send_nothing_twice(
    any_post,
):
    keys = [f"{number:02}" for number in range(3 * BATCH)]
    any_post.queue(*keys)

    await asyncio.gather(*(any_post.drainer().drain(SLACK) for _ in range(3)))

    ended = any_post.ended()
    doubtful = [key for key, (state, _) in ended.items() if state is State.UNCERTAIN]
    assert sorted({*any_post.sent, *doubtful}) == keys
    assert len(set(any_post.sent)) == len(any_post.sent)
    assert {key for key, (state, _) in ended.items() if state is State.SENT} == set(any_post.sent)


async def test_nothing_follows_from_a_delivery_that_was_taken_over(post):
    post.queue("a")
    post.slack.troubles = [CannotDeliver("the account is gone", account_gone=True)]

    async def taken_over():
        with post.database.transaction() as db:
            db.connection.execute(outbox.update().values(claim="another"))

    post.slack.meanwhile = taken_over
    await post.delivery.drain(SLACK)

    assert post.ended() == {"a": (State.SENDING, "")}
    with post.database.transaction() as db:
        assert db.members.accounts_of(post.ada) == (ADA,)


async def test_results_hear_how_each_delivery_ended(post):
    heard = []
    told = Delivery(
        post.database,
        {"slack": post.slack},
        clock=lambda: post.now,
        results=[lambda _, settled: heard.append(settled)],
    )
    post.queue("a", "b", "c")
    post.slack.troubles = [CannotDeliver("gone", account_gone=True), Uncertain("who knows")]

    await told.drain(SLACK)

    assert [(each.row.delivery.key, each.state, each.reason) for each in heard] == [
        ("a", State.CANNOT, "gone"),
        ("b", State.UNCERTAIN, "who knows"),
        ("c", State.SENT, ""),
    ]
    assert [each.account_gone for each in heard] == [True, False, False]
    assert (heard[2].receipt, heard[2].row.subject) == (Receipt("C1", "1"), "s")


@pytest.fixture
def refusing_post(post, monkeypatch):
    """A post whose database takes no settlement, three times."""
    refusals = [DatabaseUnready("full")] * 3

    def refuse(_db, _ended):
        if refusals:
            raise refusals.pop()

    monkeypatch.setattr(delivery, "UNREADY_SECONDS", 0.0)
    post.delivery = Delivery(
        post.database, {"slack": post.slack}, clock=lambda: post.now, results=[refuse]
    )
    return post


async def test_what_was_sent_is_written_down_as_soon_as_the_database_takes_it(refusing_post):
    refusing_post.queue("a")

    with capture_logs() as logged:
        await refusing_post.delivery.drain(SLACK)

    assert [line["event"] for line in logged] == ["settling_waits"] * 3
    assert refusing_post.ended() == {"a": (State.SENT, "")}
    assert len(refusing_post.slack.deliveries) == 1


async def test_stop_does_not_wait_for_a_database_that_takes_nothing(refusing_post):
    refusing_post.queue("a")

    async def stop() -> None:
        refusing_post.delivery.stop()

    refusing_post.slack.meanwhile = stop
    with pytest.raises(DatabaseUnready):
        await refusing_post.delivery.drain(SLACK)


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
