"""A bulk send to twelve workspaces while its processes die, and the count of what became of it.

Of each process that dies it is kept what it had claimed and not settled: nothing else may be in
doubt afterwards.
"""

import asyncio
import itertools
import math
import random
import signal
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Account, message, text
from bot.chat.platform import DeliveryKind, Installation
from bot.domain.coffee import Mode, Participation, ParticipationState, Setup
from bot.ids import CommunityId, Lane
from bot.times import local, utc_now
from storage.database import Database
from storage.outbox import Priority, State
from storage.secrets import Vault
from storage.tables import outbox
from storage.unit_of_work import UnitOfWork
from tests.end_to_end import mortal
from tests.end_to_end.bot_process import environment, until
from tests.end_to_end.crashing_bot import DELIVERING, TAKEN
from tests.end_to_end.mortal import UNHARMED, Mortal, Plan
from tests.end_to_end.place import SECRET_KEY
from tests.end_to_end.watching_slack import WatchingSlack
from tests.slack_stand_in import SECRET
from tests.slack_workspaces import CLIENT_ID, CLIENT_SECRET

ZONE = "Europe/London"
LANES = 12
# One message of so many is a reminder, which may be sent once more where it can't be looked up.
REMINDERS = 5
# A process is killed so many seconds after it began to drain, at most.
MOMENTS = 1.5
RANDOM = "random"
# At one of the first so many passages of a step; a replica takes over a few lanes only.
PASSAGES = 12
TAKEN_OVER_BY_ONE = 4
# A process that does not come to its step in so many seconds is killed as at any moment.
STEP_WITHIN = 6.0
# How often it is looked whether a process still runs.
GLANCE = 0.1
# After so long at the latest another replica sends.
GOES_ON_WITHIN = 60
# What did not arrive and is told of all the same.
TOLD = frozenset({State.CANCELLED, State.CANNOT, State.UNCERTAIN})


@dataclass
class BulkSend:
    """Its database, its Slack, its processes, and what is known of them."""

    url: str
    folder: Path
    slack: WatchingSlack
    rng: random.Random
    steps: tuple[str, ...]
    settings: dict[str, str]
    # It is enough when processes died so often, and where that is wanted, at each of the steps.
    wanted: int = 0
    at_each_step: bool = False
    keys: list[str] = field(default_factory=list)
    processes: list[Mortal] = field(default_factory=list)
    planned: Counter[str] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    # How often a message was under way in a process that died or slept.
    unsettled: Counter[str] = field(default_factory=Counter)
    # The most that was ever under way in one lane.
    most_in_a_lane: int = 0

    def __post_init__(self) -> None:
        url = self.url.replace("postgresql://", "postgresql+psycopg://", 1)
        # To look without taking SQLite's one lock.
        self._engine = sa.create_engine(url, pool_pre_ping=True)
        self._community = self._prepare()
        self._numbers = itertools.count()
        self._turns = itertools.cycle((False, True))

    # What is to be sent.

    def _prepare(self) -> CommunityId:
        with self._transaction() as db:
            now = utc_now()
            community = db.communities.add("Leaders", zone=ZONE, now=now)
            for number in range(LANES):
                team, token = f"T{number:02}", f"xoxb-{number}"
                self.slack.workspace(team, f"Borough {number}", token=token)
                lane, user = Lane(f"slack:{team}"), f"U0BOT{team}"
                made = Installation(lane, team, team, token, user, community=community)
                db.workspaces.install(made, now=now)
        return community

    def queue(self, count: int) -> None:
        """A message to each of so many people more, spread over the workspaces."""
        with self._transaction() as db:
            now = utc_now()
            for number in range(len(self.keys), len(self.keys) + count):
                self.keys.append(f"{number:06}")
                db.outbox.post(
                    self._community,
                    self._person(number),
                    message(text(f"Message {number}")),
                    key=self.keys[-1],
                    subject="bulk",
                    now=now,
                    priority=Priority.BULK if number % REMINDERS else Priority.REMINDER,
                )

    def ask_everybody(self, count: int) -> None:
        """So many members are asked by the job of a coffee round that is due now."""
        with self._transaction() as db:
            now = utc_now()
            label = local(now, ZONE).replace(second=0, microsecond=0)
            db.coffee.save_setup(Setup(self._community, mode=Mode.ASKED, is_running=True))
            for number in range(count):
                member = db.members.add(self._community, f"Leader {number}", zone=ZONE, now=now)
                account = self._person(number)
                db.members.add_account(self._community, member, account, now=now)
                part = Participation(member, ParticipationState.ACTIVE)
                db.coffee.save(self._community, part, now=now)
                self.keys.append(f"coffee:{self._community}:in:{label:%Y-%m-%dT%H:%M}:{member}")
            db.schedule.add(
                self._community, "coffee round", subject="coffee", label=label, zone=ZONE
            )

    def _person(self, number: int) -> Account:
        team, user = f"T{number % LANES:02}", f"U{number:06}"
        self.slack.person(user, f"Leader {number}", team=team)
        return Account(Lane(f"slack:{team}"), user)

    @contextmanager
    def _transaction(self) -> Iterator[UnitOfWork]:
        database = Database(self.url, Vault(SECRET_KEY))
        with database.transaction() as db:
            yield db
        database.close()

    # The processes.

    async def begin(self, plan: Plan = UNHARMED) -> Mortal:
        """Start a bot, which dies as planned."""
        settings = environment(
            self.folder,
            DATABASE_URL=self.url,
            SECRET_KEY=SECRET_KEY,
            SLACK_CLIENT_ID=CLIENT_ID,
            SLACK_CLIENT_SECRET=CLIENT_SECRET,
            SLACK_SIGNING_SECRET=SECRET,
            SLACK_API_URL=self.slack.api_url,
            **self.settings,
        )
        settings["BASE_URL"] = f"http://127.0.0.1:{settings['PORT']}"
        name = f"bot-{next(self._numbers)}"
        process = await mortal.begin(settings, self.folder, plan, name=name)
        if plan.step == TAKEN:
            self.slack.kill(process.pid, at=plan.passage)
        self.processes.append(process)
        return process

    @property
    def is_enough(self) -> bool:
        """Whether processes died as often as they were to."""
        is_each = not self.at_each_step or all(self.kills[step] for step in self.steps)
        return self.kills.total() >= self.wanted and is_each

    async def replica(self) -> None:
        """One replica: it dies and is started again until that is enough and all is sent."""
        while True:
            process = await self.begin(UNHARMED if self.is_enough else self._plan())
            if await self._dies(process):
                continue
            if await process.leaves() != 0:
                # A step of its plan came while it left.
                self._count(process)
            # What was being looked up counted as uncertain, and may have gone back to the queue.
            if self.is_drained():
                return

    async def goes_on(self, *, count: int = 2 * LANES) -> None:
        """Returns when so many messages more were taken, or all are sent."""
        wanted = len(self.slack.said) + count
        await until(
            lambda: len(self.slack.said) >= wanted or self.is_drained(),
            what="message",
            within=GOES_ON_WITHIN,
        )

    async def falls_asleep(self) -> Mortal:
        """Whichever process has the most under way is stopped in the middle of it."""
        await self.goes_on()
        sleeper = await until(self._busiest, what="busy process", within=GOES_ON_WITHIN)
        assert sleeper is not None
        sleeper.send_signal(signal.SIGSTOP)
        # What it had told the database to commit is done without it.
        await asyncio.sleep(GLANCE)
        self._note_unsettled(sleeper)
        return sleeper

    async def sleeps(self, sleeper: Mortal, seconds: float) -> None:
        """It sleeps so long, and until another took over all that it has under way."""
        await asyncio.sleep(seconds)
        await until(lambda: not self._under_way(sleeper), what="heir", within=GOES_ON_WITHIN)
        sleeper.send_signal(signal.SIGCONT)

    async def end(self) -> None:
        """Whatever happened, leave no process behind."""
        for process in self.processes:
            if process.code is None:
                process.send_signal(signal.SIGKILL)
                await process.running.wait()
        self._engine.dispose()

    def _plan(self) -> Plan:
        """By turns a moment of ours, and one of the steps that had the fewest deaths so far."""
        moment = self.rng.uniform(0, MOMENTS)
        if next(self._turns):
            return Plan(moment=moment)
        steps = self.rng.sample(self.steps, len(self.steps))
        step = min(steps, key=lambda step: (self.kills[step], self.planned[step]))
        self.planned[step] += 1
        most = PASSAGES if step in DELIVERING else TAKEN_OVER_BY_ONE
        return Plan(step, self.rng.randint(1, most), STEP_WITHIN)

    async def _dies(self, process: Mortal) -> bool:
        """Whether a process dies, as planned or soon after, before all is sent."""
        at, sent, moved = math.inf, 0, time.monotonic()
        while not self.is_drained():
            if len(self.slack.said) > sent:
                sent, moved = len(self.slack.said), time.monotonic()
            assert time.monotonic() < moved + GOES_ON_WITHIN, process.printed
            self._note_load()
            if at == math.inf and process.claims:
                at = time.monotonic() + process.plan.moment
            if at <= time.monotonic() and not self.is_enough:
                process.send_signal(signal.SIGKILL)
            if await process.ends(min(max(at - time.monotonic(), GLANCE / 10), GLANCE)):
                self._count(process)
                return True
        return False

    def _count(self, process: Mortal) -> None:
        assert process.code == -signal.SIGKILL, process.printed
        step = TAKEN if process.pid in self.slack.killed else process.died_at
        self.kills[step or RANDOM] += 1
        self._note_unsettled(process)

    def _busiest(self) -> Mortal | None:
        load = {each.pid: len(self._under_way(each)) for each in self.processes}
        found = max(self.processes, key=lambda each: load[each.pid])
        return found if load[found.pid] else None

    def _note_load(self) -> None:
        is_under_way = outbox.c.state == State.SENDING
        chosen = sa.select(sa.func.count()).where(is_under_way).group_by(outbox.c.lane)
        with self._engine.connect() as connection:
            loads = connection.execute(chosen).scalars()
            self.most_in_a_lane = max(self.most_in_a_lane, *loads, 0)

    def _note_unsettled(self, process: Mortal) -> None:
        self.unsettled.update(self._under_way(process))

    def _under_way(self, process: Mortal) -> list[str]:
        claims = process.claims
        return [
            key
            for key, row in self._rows().items()
            if row.state == State.SENDING and row.claim in claims
        ]

    # What became of it.

    def is_drained(self) -> bool:
        """Whether all of it was queued, and nothing of it waits or is under way."""
        is_waiting = outbox.c.state.in_((State.QUEUED, State.SENDING))
        chosen = sa.select(
            sa.func.count(), sa.func.coalesce(sa.func.sum(sa.case((is_waiting, 1), else_=0)), 0)
        ).where(outbox.c.kind == DeliveryKind.POST)
        with self._engine.connect() as connection:
            total, waiting = connection.execute(chosen).one()
        return total == len(self.keys) and not waiting

    def lost(self) -> list[str]:
        """What neither arrived nor is told of."""
        rows = self._rows()
        is_told = {key for key, row in rows.items() if State(row.state) in TOLD}
        return [key for key in self.keys if not self.slack.taken[key] and key not in is_told]

    def doubtful(self) -> set[str]:
        """What is uncertain or came more than once."""
        uncertain = {key for key, row in self._rows().items() if row.state == State.UNCERTAIN}
        return uncertain | set(self.repeated())

    @property
    def repeats(self) -> int:
        """How many messages came too often."""
        return sum(len(times) - 1 for times in self.repeated().values())

    def repeated(self) -> dict[str, list[tuple[float, int]]]:
        """When and from which process each of them came."""
        return {key: self.slack.arrivals[key] for key in self.keys if self.slack.taken[key] > 1}

    @property
    def uncertain(self) -> int:
        return sum(row.state == State.UNCERTAIN for row in self._rows().values())

    def figures(self) -> dict[str, object]:
        """What became of the send, to be printed."""
        steps = ", ".join(f"{count} {step}" for step, count in sorted(self.kills.items()))
        return {
            "messages": len(self.keys),
            "kills": f"{self.kills.total()} ({steps})",
            "lost": len(self.lost()),
            "repeats": self.repeats,
            "uncertain": self.uncertain,
            "unsettled": self.unsettled.total(),
            "most in a lane": self.most_in_a_lane,
        }

    def _rows(self) -> dict[str, Any]:
        """Each message's row as it is now, by its key."""
        chosen = sa.select(outbox.c.key, outbox.c.state, outbox.c.claim, outbox.c.lane)
        with self._engine.connect() as connection:
            posts = connection.execute(chosen.where(outbox.c.kind == DeliveryKind.POST))
            return {row.key: row for row in posts}
