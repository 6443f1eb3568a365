"""What a drainer left under way, and drainers that take a lane over from each other."""

import asyncio
from collections import Counter
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot.chat.platform import DeliveryKind, Receipt
from bot.delivery import BATCH, DIED, ONCE_MORE
from bot.errors import CannotDeliver, TryLater, Uncertain
from storage import codec
from storage.drain import Settled
from storage.outbox import Priority, State
from storage.tables import outbox
from tests.fakes import FakePlatform
from tests.leaders import START
from tests.posting import ADA, SECOND, SLACK, Post


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


@pytest.fixture
def post(database) -> Post:
    return Post(database)


@pytest.fixture
def any_post(any_database) -> Post:
    """The same where two may be at it, on both databases."""
    return Post(any_database)


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
