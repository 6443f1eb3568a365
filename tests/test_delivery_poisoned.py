"""A row that something breaks over ends with a reference, and never keeps the others waiting."""

from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from bot.chat.messages import Account, message, text
from bot.chat.platform import Receipt
from bot.delivery import ATTEMPTS, DIED, LONGEST_RETRY, Delivery
from bot.errors import DatabaseUnready
from bot.ids import Lane
from storage.drain import Settled
from storage.outbox import State
from storage.tables import outbox
from storage.unit_of_work import UnitOfWork
from tests.fakes import FakePlatform, at_once
from tests.leaders import START

SLACK = Lane("slack:T1")
HELLO = message(text("Hello."))


class Breaks(FakePlatform):
    """Breaks over the message with the key "bad", as drawing it might."""

    async def send(self, delivery) -> Receipt:
        if delivery.key == "bad":
            raise ValueError("this can't be drawn")
        return await super().send(delivery)


class Lane1:
    """A lane with three messages, of which the second is bad."""

    def __init__(self, database, platform: FakePlatform | None = None, results=()) -> None:
        self.database, self.now = database, START
        self.platform = platform or FakePlatform("slack")
        self.delivery = Delivery(
            database,
            {"slack": self.platform},
            clock=lambda: self.now,
            results=results,
            sleep=at_once,
        )
        with database.transaction() as db:
            self.community = db.communities.add("Leaders", zone="Europe/London", now=START)
            for key in ("one", "bad", "three"):
                db.outbox.post(
                    self.community,
                    Account(SLACK, "U1"),
                    HELLO,
                    key=key,
                    subject="s",
                    now=START,
                )

    def spoil(self, **values: object) -> None:
        with self.database.transaction() as db:
            db.connection.execute(outbox.update().where(outbox.c.key == "bad").values(**values))

    @property
    def sent(self) -> list[str]:
        return [each.key for each in self.platform.deliveries]

    def ended(self) -> dict[str, tuple[State, str]]:
        with self.database.transaction() as db:
            rows = db.outbox.rows(self.community, limit=9)
        return {row.key: (row.state, row.reason) for row in reversed(rows)}


@pytest.mark.parametrize(
    "spoilt",
    [
        {"message": "{"},
        {"message": "[1, 2]"},
        {"message": '{"blocks": [{"kind": "Hologram"}]}'},
        {"message": '{"blocks": 7}'},
        {"destination": "null"},
        {"receipt": '{"where": 1}'},
        {"kind": "teleport"},
        {"priority": 7},
    ],
)
async def test_row_that_can_not_be_read_ends_alone(any_database, spoilt) -> None:
    lane = Lane1(any_database)
    lane.spoil(**spoilt)

    with capture_logs() as logged:
        await lane.delivery.drain(SLACK)
        handled = await lane.delivery.drain(SLACK)

    assert handled == 0
    if spoilt == {"priority": 7}:
        # What comes first is only a matter of order.
        assert sorted(lane.sent) == ["bad", "one", "three"]
        return
    state, reason = lane.ended().pop("bad")
    (line,) = [each for each in logged if each["event"] == "delivery_unreadable"]
    assert lane.sent == ["one", "three"]
    assert state is State.CANNOT
    assert reason == f"it can't be read, which is a fault of the bot (ref {line['reference']})"
    assert (line["key"], line["lane"]) == ("bad", SLACK)
    assert isinstance(line["exc_info"], Exception)


async def test_row_that_can_not_be_read_and_was_left_under_way_ends_too(database) -> None:
    lane = Lane1(database)
    with database.transaction() as db:
        db.drain.claim(SLACK, "dead", now=START, limit=2)
    lane.spoil(message="{")

    await lane.delivery.drain(SLACK)

    assert lane.ended()["bad"][0] is State.CANNOT
    assert lane.sent == ["three"]


async def test_message_that_breaks_its_platform_is_given_up_with_a_reference(database) -> None:
    lane = Lane1(database, Breaks("slack"))

    with capture_logs() as logged:
        await lane.delivery.drain(SLACK)
        others = list(lane.sent)
        for _ in range(ATTEMPTS):
            lane.now += LONGEST_RETRY
            await lane.delivery.drain(SLACK)

    references = [each["reference"] for each in logged if each["event"] == "delivery_broke"]
    assert others == ["one", "three"]
    assert len(set(references)) == ATTEMPTS
    assert lane.ended()["bad"] == (
        State.CANNOT,
        f"it failed {ATTEMPTS} times (ValueError, ref {references[-1]})",
    )


def breaking(error: Exception) -> Callable[[UnitOfWork, Settled], None]:
    def result(db: UnitOfWork, settled: Settled) -> None:
        if settled.row.delivery.key == "bad":
            db.audit.add(settled.row.community, None, action="half done", now=settled.now)
            raise error

    return result


async def test_result_that_breaks_takes_nothing_else_with_it(any_database) -> None:
    told = []
    lane = Lane1(
        any_database,
        results=(
            breaking(KeyError("nobody")),
            lambda _db, settled: told.append(settled.row.delivery.key),
        ),
    )

    with capture_logs() as logged:
        await lane.delivery.drain(SLACK)

    assert lane.sent == ["one", "bad", "three"]
    assert lane.ended() == dict.fromkeys(("one", "bad", "three"), (State.SENT, ""))
    assert told == ["one", "bad", "three"]
    with any_database.transaction() as db:
        assert db.audit.latest(lane.community, limit=9) == ()
    (line,) = [each for each in logged if each["event"] == "result_broke"]
    assert (line["key"], line["result"]) == ("bad", "result")


async def test_result_that_finds_the_database_full_is_asked_again(database) -> None:
    refused = [DatabaseUnready("full")]

    def result(_db: UnitOfWork, settled: Settled) -> None:
        if settled.row.delivery.key == "bad" and refused:
            raise refused.pop()

    lane = Lane1(database, results=(result,))

    await lane.delivery.drain(SLACK)

    assert refused == []
    assert lane.ended() == dict.fromkeys(("one", "bad", "three"), (State.SENT, ""))


async def test_result_that_breaks_over_what_was_left_holds_up_no_other(any_database) -> None:
    lane = Lane1(any_database, results=(breaking(KeyError("nobody")),))
    with any_database.transaction() as db:
        db.drain.claim(SLACK, "dead", now=START, limit=2)

    with capture_logs() as logged:
        await lane.delivery.drain(SLACK)
        handled = await lane.delivery.drain(SLACK)

    assert (lane.sent, handled) == (["three"], 0)
    assert [state for state, _ in lane.ended().values()] == [
        State.UNCERTAIN,
        State.UNCERTAIN,
        State.SENT,
    ]
    assert [each["key"] for each in logged if each["event"] == "result_broke"] == ["bad"]


class Confused(FakePlatform):
    """Breaks when it is asked what became of a message."""

    async def find(self, _delivery, *, since) -> Receipt | None:
        raise KeyError(since)


async def test_look_up_that_breaks_leaves_a_doubt_and_the_lane_goes_on(database) -> None:
    lane = Lane1(database, Confused("slack"))
    with database.transaction() as db:
        db.drain.claim(SLACK, "dead", now=START, limit=2)

    with capture_logs() as logged:
        await lane.delivery.drain(SLACK)

    assert lane.sent == ["three"]
    assert lane.ended()["bad"] == (State.UNCERTAIN, DIED)
    broke = [each["key"] for each in logged if each["event"] == "look_up_broke"]
    assert broke == ["one", "bad"]


async def test_database_that_is_full_while_a_result_breaks_loses_no_settlement(database) -> None:
    refused = [DatabaseUnready("full")]

    def result(_db: UnitOfWork, settled: Settled) -> None:
        if settled.row.delivery.key == "bad":
            raise KeyError("nobody")
        if settled.row.delivery.key == "three" and refused:
            raise refused.pop()

    lane = Lane1(database, results=(result,))

    with capture_logs():
        await lane.delivery.drain(SLACK)

    assert refused == []
    assert lane.ended() == dict.fromkeys(("one", "bad", "three"), (State.SENT, ""))
