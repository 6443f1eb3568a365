"""A month of the example community: what its people do, day by day, and a ledger of what they got.

The clock is the test's own and stops at whatever is due next: a job, a message that waited, an act
of somebody. Everything below the platform is real.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import sqlalchemy as sa

from bot import times
from bot.chat.messages import Message
from bot.chat.platform import Delivery as Handed
from bot.chat.platform import DeliveryKind
from bot.commands import example
from bot.delivery import Delivery
from bot.dispatch import Dispatch
from bot.domain import calm
from bot.domain.calm import Hours
from bot.ids import MemberId
from bot.scheduler import Scheduler
from handlers import ROUTES
from jobs import RESULTS, SCHEDULE
from storage.database import Database
from storage.outbox import State
from storage.tables import accounts, held, outbox, unasked
from storage.web import web_account
from tests.fakes import FakePlatform, at_once
from tests.leaders import START, Community, Leader

ZONE = "Europe/London"
DAYS = 31
# The Monday after brings what the last days kept.
AFTERWARDS = timedelta(days=8)
USUAL = Hours()
Act = Callable[["Month"], Awaitable[object]]


@dataclass
class Ledger(FakePlatform):
    """A platform that notes what it was handed, to whom and when."""

    clock: Callable[[], datetime] = lambda: START
    handed: list[tuple[datetime, Handed]] = field(default_factory=list)

    async def send(self, delivery):
        receipt = await super().send(delivery)
        if delivery.kind is DeliveryKind.POST:
            self.handed.append((self.clock(), delivery))
        return receipt


class ExampleCommunity(Community):
    """The example community on the web chat, as calm as a community is unless it says otherwise."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = START
        self._begin_to_hear()
        self.ledger = Ledger("web", clock=lambda: self.now)
        self.slack, self.teams, self.web = FakePlatform("slack"), FakePlatform("teams"), self.ledger
        self.platforms = {each.name: each for each in (self.slack, self.teams, self.web)}
        self.platform = "web"
        self._looked_at = Counter()
        self.pool = ThreadPoolExecutor(1)
        self.dispatch = Dispatch(database, ROUTES, clock=lambda: self.now, seed=1)
        self.scheduler = Scheduler(database, SCHEDULE, clock=lambda: self.now, pool=self.pool)
        self.delivery = Delivery(
            database, self.platforms, clock=lambda: self.now, results=RESULTS, sleep=at_once
        )
        self.id = example.make(database, now=START)
        with database.transaction() as db:
            db.calm_setups.save(calm.Setup(self.id))
            looks_after = [each.id for each in db.members.organisers(self.id)]
            everybody = db.members.everybody(self.id)
            self.people = sorted(everybody, key=lambda each: (each.id not in looks_after, each.id))
            account = web_account(self.id, self.people[0].id)
            self.lanes = {"web": account.lane}

    def person(self, number: int) -> Leader:
        """One of the invented people; the organisers come first."""
        member = self.people[number]
        return Leader(self, member.id, member.name, web_account(self.id, member.id))


@dataclass(frozen=True, slots=True)
class Got:
    """Something that nobody asked for reached somebody."""

    at: datetime
    key: str
    member: MemberId
    weight: calm.Weight
    message: Message

    @property
    def week(self) -> int:
        """Its week, Monday to Sunday, counted in the year."""
        return times.local(self.at, ZONE).isocalendar().week


@dataclass
class Month:
    """The month, and what became of each message that anybody meant to send."""

    community: ExampleCommunity
    # What waits for "Your week" as last seen: the key with its member.
    kept: dict[str, MemberId] = field(default_factory=dict)
    # What of it stood in a "Your week".
    told: set[str] = field(default_factory=set)
    # What was called back, and by whose act.
    called_back: dict[str, str] = field(default_factory=dict)
    # What was only kept after the last day, for a week of which the ledger tells nothing.
    later: set[str] = field(default_factory=set)
    is_over: bool = False
    # Whom something was for, by what its keys begin with, as it was when it was said.
    meant: dict[str, set[MemberId]] = field(default_factory=dict)
    # From when to when somebody wanted to hear nothing; the end is open until they say so.
    silences: dict[MemberId, tuple[datetime, datetime | None]] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        return self.community.now

    def person(self, number: int) -> Leader:
        return self.community.person(number)

    async def until(self, moment: datetime) -> None:
        """Let time pass, stopping wherever something is due."""
        while (due := self._next()) is not None and due <= moment:
            self.community.now = max(due, self.now)
            await self.community.settle()
            self._look("the bot")
        self.community.now = moment
        await self.community.settle()
        self._look("the bot")

    async def act(self, name: str, act: Act) -> None:
        """Somebody does something; what it calls back is put down to it."""
        await act(self)
        await self.community.settle()
        self._look(name)

    def _next(self) -> datetime | None:
        with self.community.database.transaction() as db:
            waits = db.connection.execute(
                sa.select(sa.func.min(outbox.c.not_before)).where(
                    outbox.c.state == State.QUEUED, outbox.c.not_before > self.now
                )
            ).scalar()
            due = [each for each in (db.schedule.next_due(), waits) if each is not None]
        return min(due, default=None)

    def _look(self, act: str) -> None:
        """Note what waits now, and what waited and is gone."""
        with self.community.database.transaction() as db:
            columns = (held.c.key, held.c.member, held.c.told_at)
            rows = db.connection.execute(sa.select(*columns)).all()
            stopped = db.connection.execute(
                sa.select(outbox.c.key).where(
                    outbox.c.state == State.CANCELLED,
                    outbox.c.settled_at == self.now,
                    outbox.c.kind == DeliveryKind.POST,
                )
            ).scalars()
            gone = set(stopped)
        now = {row.key: MemberId(row.member) for row in rows}
        self.told |= {row.key for row in rows if row.told_at is not None}
        for key in [*(self.kept.keys() - now.keys()), *sorted(gone - now.keys())]:
            self.called_back.setdefault(key, act)
        if self.is_over:
            self.later |= now.keys() - self.kept.keys()
        self.kept.update(now)

    def ends(self) -> None:
        """The month is over: what is meant from now on is no part of it."""
        self.is_over = True

    def fell_silent(self, member: MemberId) -> None:
        with self.community.database.transaction() as db:
            until = db.calm_setups.wishes(member).silent_until
        self.silences[member] = (self.now, until)

    def hears_again(self, member: MemberId) -> None:
        since, _ = self.silences[member]
        self.silences[member] = (since, self.now)

    def is_silent(self, member: MemberId) -> bool:
        """Whether somebody wants to hear nothing at the end."""
        return member in self.silences and self.silences[member][1] is None

    def owners(self) -> dict[str, MemberId]:
        """Whose the accounts in the web chat are."""
        with self.community.database.transaction() as db:
            rows = db.connection.execute(sa.select(accounts.c.user, accounts.c.member))
            return {row.user: MemberId(row.member) for row in rows}

    def active(self) -> list[MemberId]:
        """Everybody who is part of the community now."""
        with self.community.database.transaction() as db:
            everybody = db.members.everybody(self.community.id)
        return [each.id for each in everybody]


async def lived(database: Database, plan: Sequence[tuple[datetime, str, Act]]) -> Month:
    """The month from its first day to its last, and the days until all that waited has come."""
    month = Month(ExampleCommunity(database))
    end = START + timedelta(days=DAYS)
    for label, name, act in sorted(plan, key=lambda each: each[0]):
        await month.until(times.instant(label, ZONE))
        await month.act(name, act)
    await month.until(end)
    month.ends()
    await month.until(end + AFTERWARDS)
    return month


def received(month: Month) -> list[Got]:
    """What reached members unasked, by what the platform was handed."""
    with month.community.database.transaction() as db:
        rows = db.connection.execute(
            sa.select(outbox.c.key, unasked.c.weight).join(unasked, unasked.c.outbox == outbox.c.id)
        )
        weights = {row.key: calm.Weight(row.weight) for row in rows}
    owners = month.owners()
    return [
        Got(at, handed.key, owners[user], weights[handed.key], handed.message)
        for at, handed in month.community.ledger.handed
        for user in handed.destination.users
        if handed.key in weights and handed.message is not None
    ]
