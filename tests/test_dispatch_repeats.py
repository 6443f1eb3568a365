"""What a platform tells twice has one effect, on whichever replica it is told again."""

import asyncio
import threading
from dataclasses import dataclass, field
from datetime import timedelta

import pytest
import sqlalchemy as sa
from structlog.testing import capture_logs

from bot.chat.messages import Account, message, text
from bot.chat.requests import Incoming, Kind, Mark, Outcome, Profile
from bot.chat.routes import Routes
from bot.dispatch import Dispatch
from bot.errors import MemberError
from bot.ids import Lane
from storage.database import Database
from storage.tables import heard, members, taps
from tests.builders import slack_workspace
from tests.leaders import START

SLACK = Lane("slack:T1")
ADA, BEN = Account(SLACK, "U1"), Account(SLACK, "U2")
MARK = Mark(("slack", "Ev1"), timedelta(hours=1))
DONE = Outcome(message(text("Done.")))
SAID = Incoming(ADA, Kind.WORDS, text="count 7", marks=(MARK,))


@dataclass
class House:
    """A database with Ada in it, and routes that count what they did."""

    database: Database
    routes: Routes = field(default_factory=Routes)
    done: list[str] = field(default_factory=list)
    failures: list[Exception] = field(default_factory=list)

    def replica(self) -> Dispatch:
        return Dispatch(self.database, self.routes, clock=lambda: START, seed=1)

    def rows(self, table: sa.Table) -> int:
        with self.database.transaction() as db:
            count = sa.select(sa.func.count()).select_from(table)
            return db.connection.execute(count).scalar_one()


@pytest.fixture
def house(any_database: Database) -> House:
    made = House(any_database)
    with any_database.transaction() as db:
        community = db.communities.add("Leaders", zone="Europe/London", now=START)
        slack_workspace(db, community, "T1", now=START)
        ada = db.members.add(community, "Ada Obi", zone="Europe/London", now=START)
        db.members.add_account(community, ada, ADA, now=START)

    @made.routes.route("count")
    def count(request, db):
        made.done.append(request.text)
        if made.failures:
            raise made.failures.pop()
        return DONE.reply

    @made.routes.route("answer", traceless=True, hidden=True)
    def answer(request, db):
        made.done.append(request.text)
        return DONE.reply

    @made.routes.route("uninstalled", event=True)
    def uninstalled(request, db):
        made.done.append(request.route)

    return made


async def test_what_is_told_again_is_done_once_whichever_replica_hears_it(house):
    with capture_logs() as logged:
        told = [await house.replica()(SAID) for _ in range(3)]

    assert (told, house.done) == ([DONE, Outcome(), Outcome()], ["7"])
    assert logged == [{"event": "heard_before", "kind": Kind.WORDS, "log_level": "info"}] * 2


async def test_of_many_at_once_one_is_done(house):
    replicas = [house.replica() for _ in range(4)]

    told = await asyncio.gather(*(each(SAID) for each in replicas))

    assert sorted(told, key=str) == sorted([DONE, *[Outcome()] * 3], key=str)
    assert house.done == ["7"]


@pytest.mark.parametrize("failure", [MemberError("Not on a Sunday."), RuntimeError("a bug")])
async def test_what_was_rolled_back_is_new_when_it_is_told_again(house, failure):
    house.failures.append(failure)
    dispatch = house.replica()

    with capture_logs():
        refused = await dispatch(SAID)
    told = [await dispatch(SAID) for _ in range(2)]

    assert refused not in (DONE, Outcome())
    assert told == [DONE, Outcome()]


async def test_what_befell_a_workspace_is_heard_once(house):
    event = Incoming(Account(SLACK, ""), Kind.EVENT, route="uninstalled", marks=(MARK,))

    for _ in range(2):
        await house.replica()(event)

    assert house.done == ["uninstalled"]


async def test_what_carries_no_mark_is_done_as_often_as_it_is_told(house):
    dispatch = house.replica()

    for _ in range(2):
        await dispatch(Incoming(ADA, Kind.WORDS, text="count 7"))

    assert (house.done, house.rows(heard)) == (["7", "7"], 0)


@pytest.mark.parametrize(
    "asked",
    [
        Incoming(ADA, Kind.WORDS, text="answer 7", marks=(MARK,)),
        Incoming(ADA, Kind.TAP, text="7", route="answer", token="t", marks=(MARK,)),
        Incoming(ADA, Kind.SUBMIT, text="7", route="answer", token="t", marks=(MARK,)),
    ],
    ids=lambda asked: asked.kind,
)
async def test_of_a_traceless_route_nothing_is_kept(house, asked):
    with capture_logs() as logged:
        told = [await house.replica()(asked) for _ in range(2)]

    assert (told, house.done) == ([DONE, DONE], ["7", "7"])
    assert (house.rows(heard), house.rows(taps), logged) == (0, 0, [])


async def test_two_things_of_a_stranger_at_once_make_one_member(house):
    """The second begins while the first is not committed, as on two replicas."""
    is_under_way, goes_on = threading.Event(), threading.Event()

    @house.routes.route("joined", event=True)
    def joined(request, db):
        is_under_way.set()
        goes_on.wait(5)

    first = Incoming(BEN, Kind.EVENT, route="joined", profile=Profile("Ben"))
    second = Incoming(BEN, Kind.WORDS, text="count 8", profile=Profile("Ben"))
    one = asyncio.create_task(house.replica()(first))
    await asyncio.to_thread(is_under_way.wait, 5)
    other = asyncio.create_task(house.replica()(second))
    await asyncio.wait({other}, timeout=0.3)
    goes_on.set()

    assert [await one, await other] == [Outcome(), DONE]
    assert (house.done, house.rows(members)) == (["8"], 2)
