"""A database with one member in it and a delivery over fake platforms, for the tests of both."""

from dataclasses import dataclass
from datetime import timedelta

from bot.chat.messages import Account, message, text
from bot.chat.platform import DeliveryKind, Destination
from bot.delivery import BATCH, Delivery
from bot.ids import Lane
from jobs import RESULTS
from storage.outbox import Priority, State
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
