"""A lane under way: what overtakes, what pauses, what is stopped, and every state there is."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.chat.messages import Account, message, text
from bot.chat.platform import Receipt
from bot.delivery import Delivery
from bot.errors import CannotDeliver, TryLater, Uncertain
from bot.ids import CommunityId, Lane
from jobs import RESULTS
from storage.database import Database
from storage.outbox import Priority, State
from tests.fakes import FakePlatform
from tests.leaders import START

ONE, TWO = Lane("slack:T1"), Lane("slack:T2")
HELLO = message(text("Hello."))
# No more than so many are claimed or under way at once.
AT_ONCE = 10


@dataclass
class Watched(FakePlatform):
    """A fake that does something once it was asked for so many messages."""

    after: int = 0
    act: Callable[[], object] | None = None

    async def send(self, delivery) -> Receipt:
        if self.act is not None and len(self.deliveries) >= self.after:
            act, self.act = self.act, None
            act()
        return await super().send(delivery)


class Place:
    """A community with two workspaces."""

    def __init__(self, database: Database) -> None:
        self.database, self.now = database, START
        self.slack = Watched("slack")
        self.delivery = Delivery(
            database, {"slack": self.slack}, clock=lambda: self.now, results=RESULTS
        )
        with database.transaction() as db:
            self.community: CommunityId = db.communities.add(
                "Leaders", zone="Europe/London", now=START
            )

    def queue(
        self, *keys: str, lane: Lane = ONE, priority: Priority = Priority.BULK, subject: str = "s"
    ) -> None:
        with self.database.transaction() as db:
            for key in keys:
                db.outbox.post(
                    self.community,
                    Account(lane, key),
                    HELLO,
                    key=key,
                    subject=subject,
                    now=self.now,
                    priority=priority,
                )

    def stop(self) -> int:
        with self.database.transaction() as db:
            return db.sends.stop(self.community, "s", now=self.now)

    def counts(self, subject: str = "s") -> dict[State, int]:
        with self.database.transaction() as db:
            found = db.sends.about(self.community, subject)
        assert found is not None
        return dict(found.counts)

    @property
    def sent(self) -> list[str]:
        return [each.key for each in self.slack.deliveries]


@pytest.fixture
def place(database: Database) -> Place:
    return Place(database)


def many(number: int) -> list[str]:
    return [f"{each:04}" for each in range(number)]


async def test_reminder_overtakes_an_announcement_of_a_thousand(place: Place) -> None:
    place.queue(*many(1_000))
    place.slack.after = 25

    def remind() -> None:
        place.queue("reminder", priority=Priority.REMINDER, subject="r")
        place.slack.after = 25 + AT_ONCE
        place.slack.act = place.delivery.stop

    place.slack.act = remind
    await place.delivery.drain(ONE)

    assert "reminder" in place.sent[25 : 25 + AT_ONCE + 1]
    assert place.counts("r") == {State.SENT: 1}
    assert place.counts()[State.QUEUED] > 900


async def test_workspace_that_asks_for_patience_stops_no_other(place: Place) -> None:
    place.queue("a", "b", "c")
    place.queue("d", "e", "f", lane=TWO)
    patience = TryLater("ratelimited", after=timedelta(seconds=30))

    async def once(delivery) -> Receipt:
        if delivery.lane == ONE and place.now == START:
            raise patience
        return await FakePlatform.send(place.slack, delivery)

    place.slack.send = once  # type: ignore[method-assign]
    await asyncio.gather(place.delivery.drain(ONE), place.delivery.drain(TWO))
    others = list(place.sent)
    place.now += timedelta(seconds=29)
    await place.delivery.drain(ONE)
    still = list(place.sent)
    place.now += timedelta(seconds=1)
    await place.delivery.drain(ONE)

    assert sorted(others) == ["d", "e", "f"]
    assert still == others
    assert sorted(place.sent[3:]) == ["a", "b", "c"]


async def test_nothing_more_leaves_than_is_under_way_once_a_send_is_stopped(place: Place) -> None:
    place.queue(*many(300))
    stopped = []
    place.slack.after, place.slack.act = 20, lambda: stopped.append(place.stop())

    await place.delivery.drain(ONE)
    await place.delivery.drain(ONE)

    assert 20 <= len(place.sent) <= 20 + AT_ONCE
    assert stopped == [300 - len(place.sent)]
    assert place.counts() == {State.SENT: len(place.sent), State.CANCELLED: stopped[0]}


async def test_every_state_is_reached(place: Place) -> None:
    seen = []
    place.slack.troubles = [CannotDeliver("the channel is gone"), Uncertain("the line broke")]
    place.slack.after = 1

    def look() -> None:
        place.queue("later")
        seen.append(place.counts())

    place.slack.act = look
    place.queue("cancelled")
    place.stop()
    place.queue("one", "two", "three", "four")
    await place.delivery.drain(ONE)

    (midway,) = seen
    assert {State.QUEUED, State.SENDING, State.CANCELLED} <= midway.keys()
    assert place.counts() == {
        State.CANCELLED: 1,
        State.CANNOT: 1,
        State.UNCERTAIN: 1,
        State.SENT: 3,
    }


@pytest.mark.parametrize("whole_lane", [True, False])
async def test_what_was_stopped_under_way_is_not_tried_again(
    place: Place, whole_lane: bool
) -> None:
    place.queue("a", "b")
    place.slack.act = place.stop
    place.slack.troubles = [
        TryLater("wait", after=timedelta(seconds=1), whole_lane=whole_lane) for _ in range(2)
    ]

    await place.delivery.drain(ONE)
    place.now += timedelta(seconds=5)
    await place.delivery.drain(ONE)

    assert place.sent == []
    assert place.counts() == {State.CANCELLED: 2}


def test_send_of_another_community_is_not_stopped(place: Place) -> None:
    place.queue("a")
    with place.database.transaction() as db:
        other = db.communities.add("Others", zone="Europe/London", now=START)
        stopped = db.sends.stop(other, "s", now=START)

    assert stopped == 0
    assert place.counts() == {State.QUEUED: 1}
