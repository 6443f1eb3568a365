"""What goes out: every way a delivery can end, and what follows from it."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from bot import delivery
from bot.chat import messages
from bot.chat.messages import Account
from bot.chat.platform import DeliveryKind, Destination, Receipt
from bot.chat.requests import Profile, Role
from bot.delivery import ATTEMPTS, BATCH, PAUSED, STOPPING, Delivery
from bot.errors import CannotDeliver, DatabaseUnready, TryLater, Uncertain
from bot.views import deliveries as views
from storage.outbox import State
from tests.leaders import START
from tests.posting import ADA, HELLO, SECOND, SLACK, TEAMS, WEB, Post


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
