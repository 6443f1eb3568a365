"""A community to talk to: tests that read as dialogue.

    ada = await community.leader("Ada Obi")
    reply = await ada.says("coffee join")
    reply = await ada.taps(reply, "Set my preferences")

Everything below the platforms is real: dispatch, handlers, storage, scheduler and delivery.
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from bot import times
from bot.chat import messages
from bot.chat.forms import CheckField, ChoiceField, Form, TextField
from bot.chat.messages import Account, Button, Buttons, Message
from bot.chat.requests import Incoming, Kind, Outcome, Profile, Role
from bot.delivery import Delivery
from bot.dispatch import Dispatch
from bot.domain import members
from bot.domain.south_east_london import seed_organisations, seed_words
from bot.ids import CommunityId, Lane, MemberId, platform_of
from bot.scheduler import Scheduler
from handlers import ROUTES
from jobs import RESULTS, SCHEDULE
from storage.database import Database
from storage.unit_of_work import Touched, UnitOfWork
from tests import cards
from tests.builders import slack_workspace
from tests.fakes import FakePlatform, at_once

# A Monday in winter; London is on UTC.
START = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
SLACK = Lane("slack:T1")
TEAMS = Lane("teams:nhs")


def begun(database: Database) -> tuple[CommunityId, dict[str, Lane]]:
    """The community of a test and its lanes; made where the database has none."""
    with database.transaction() as db:
        lanes = {each.platform: each.lane for each in db.workspaces.all()}
        if lanes:
            return db.communities.all()[0].id, lanes
        community = db.communities.add(
            "Leaders of South East London", zone="Europe/London", now=START
        )
        db.communities.add_terms(community, seed_words())
        db.communities.add_organisations(community, seed_organisations())
        return community, {
            "slack": slack_workspace(db, community, "T1", now=START),
            "teams": db.workspaces.add_teams(community, "nhs", now=START),
            "web": db.workspaces.add_web(community, now=START),
        }


class Community:
    """One community with its own clock; time passes only when a test says so."""

    def __init__(self, database: Database, platform: str) -> None:
        self.database = database
        self.now = START
        self._begin_to_hear()
        self.slack = FakePlatform("slack")
        self.teams = FakePlatform("teams")
        self.web = FakePlatform("web")
        self.platforms = {each.name: each for each in (self.slack, self.teams, self.web)}
        self.platform = platform
        self._looked_at: Counter[str] = Counter()
        self.pool = ThreadPoolExecutor(1)
        self.dispatch = Dispatch(database, ROUTES, clock=lambda: self.now, seed=1)
        self.scheduler = Scheduler(database, SCHEDULE, clock=lambda: self.now, pool=self.pool)
        self.delivery = Delivery(
            database, self.platforms, clock=lambda: self.now, results=RESULTS, sleep=at_once
        )
        self.id, self.lanes = begun(database)

    async def leader(
        self,
        name: str,
        *,
        platform: str = "",
        also: str | tuple[str, ...] = (),
        address: str = "",
        role: Role = Role.MEMBER,
        show_email: bool = False,
        zone: str = "Europe/London",
        **profile: Any,
    ) -> "Leader":
        """Somebody with an account on the community's platform, or on another.

        ``also`` names further platforms, the preferred first, after ``platform``; "slack:T2" and
        "teams:trust" are other workspaces. ``address`` is what their Teams tenants call them.
        """
        homes = (platform or self.platform, *((also,) if isinstance(also, str) else also))
        with self.database.transaction() as db:
            number = db.members.add(
                self.id,
                name,
                now=self.now,
                zone=zone,
                email=f"{name.lower().replace(' ', '.')}@leaders.example",
                profile=members.Profile(**profile),
                role=role,
            )
            accounts = [self._account(db, home, number) for home in homes]
            for account in accounts:
                called = address if platform_of(account.lane) == "teams" else ""
                db.members.add_account(self.id, number, account, now=self.now, address=called)
                if platform_of(account.lane) == "web":
                    self._signs_in(db, number)
            db.members.set_greeted(number, now=self.now)
            if show_email:
                db.members.introduce(
                    number,
                    name=name,
                    profile=members.Profile(**profile),
                    show_email=True,
                    now=self.now,
                )
        return Leader(self, number, name, accounts[0])

    def stranger(self, name: str, *, platform: str, user: str = "", **profile: Any) -> "Leader":
        """Somebody whom nobody has met; a platform says this of them whenever they ask."""
        account = Account(self.lanes[platform], user or f"{platform}-{name.lower()}")
        return Leader(self, MemberId(0), name, account, Profile(name, **profile))

    def member(self, leader: "Leader") -> members.Member:
        """Whose account somebody speaks from, as it is kept now."""
        with self.database.transaction() as db:
            found = db.members.account_owner(leader.account)
        assert found is not None, leader
        return found

    def _signs_in(self, db: UnitOfWork, number: MemberId) -> None:
        secret = db.web.make_link(self.id, number, now=self.now)
        link, session = (sha256(each.encode()).hexdigest() for each in (secret, f"s{number}"))
        assert db.web.enter(link, session, now=self.now)

    async def organiser(self, name: str, **more: Any) -> "Leader":
        """Somebody who looks after the community."""
        return await self.leader(name, role=Role.ORGANISER, **more)

    def _account(self, db: UnitOfWork, home: str, number: MemberId) -> Account:
        """A new account of somebody; another workspace is connected on the way."""
        platform, _, external = home.partition(":")
        if home not in self.lanes:
            self.lanes[home] = (
                slack_workspace(db, self.id, external, now=self.now)
                if platform == "slack"
                else db.workspaces.add_teams(self.id, external, now=self.now)
            )
        return Account(self.lanes[home], str(number) if platform == "web" else f"U{number}")

    async def passes(self, time: timedelta = timedelta()) -> None:
        """Let time pass, do what is due on the way and deliver what it says."""
        end = self.now + time
        while True:
            with self.database.transaction() as db:
                upcoming = db.schedule.next_due()
            if upcoming is None or upcoming > end:
                break
            self.now = max(upcoming, self.now)
            await self.settle()
        self.now = end
        await self.settle()

    async def until(self, label: datetime, zone: str = "Europe/London") -> None:
        """Let time pass until a local date-time."""
        await self.passes(times.instant(label, zone) - self.now)

    async def settle(self) -> None:
        """Do what is due now and deliver what may go out now."""
        self._settled_at = self.now
        self._touched.schedule = False
        while await self.scheduler.tick():
            pass
        for lane in self.lanes.values():
            self._touched.lanes.discard(lane)
            await self.delivery.drain(lane)
        self._check_what_was_sent()

    def _check_what_was_sent(self) -> None:
        """No card leads nowhere; each is looked at once."""
        for platform in (self.slack, self.teams, self.web):
            looked_at = self._looked_at[platform.name]
            for delivery in platform.deliveries[looked_at:]:
                assert cards.dead_ends(delivery.message) == [], delivery
            self._looked_at[platform.name] = len(platform.deliveries)

    async def settle_touched(self) -> None:
        """The same, but like the running bot only where a commit has left something to do.

        Looking at every lane after every word was most of what the dialogues did.
        """
        if self._settled_at != self.now:
            await self.settle()
            return
        if self._touched.schedule:
            self._touched.schedule = False
            while await self.scheduler.tick():
                pass
        for lane in self.lanes.values():
            if lane in self._touched.lanes:
                self._touched.lanes.discard(lane)
                await self.delivery.drain(lane)
        self._check_what_was_sent()

    def _begin_to_hear(self) -> None:
        # What has been left to do since it was last done, and when that was.
        self._touched = Touched()
        self._settled_at: datetime | None = None
        self.database.listen(self._hear)

    def _hear(self, touched: Touched) -> None:
        self._touched.lanes |= touched.lanes
        self._touched.schedule |= touched.schedule

    def close(self) -> None:
        self.pool.shutdown()
        self.database.close()


@dataclass
class Leader:
    """One person of the community, who says words, taps buttons and reads messages."""

    community: Community
    id: MemberId
    name: str
    account: Account
    profile: Profile = field(default_factory=Profile)

    @property
    def inbox(self) -> list[Message]:
        """All messages that reached them, oldest first, without their one-time tokens."""
        return [messages.stamped(each, "") for each in self._received]

    @property
    def week(self) -> list[Message]:
        """All that waits for their "Your week", or was ever in one, oldest first."""
        with self.community.database.transaction() as db:
            kept = db.your_week.readable(self.id, now=START)
        return [each.message for each in kept]

    @property
    def last(self) -> Message:
        """The newest message that reached them, as they can tap it."""
        return self._received[-1]

    async def says(self, words: str, *, channel: str | None = None, channel_name: str = "") -> Any:
        """The reply to typed words."""
        said = Incoming(
            self.account, Kind.WORDS, text=words, channel=channel, channel_name=channel_name
        )
        return (await self._asks(said)).reply

    async def taps(self, card: Message, label: str) -> Any:
        """The reply to a tap on the button that begins with a label."""
        button = button_of(card, label)
        tapped = Incoming(
            self.account, Kind.TAP, text=button.value, route=button.route, token=card.token
        )
        reply = (await self._asks(tapped)).reply
        # A suggestion does not know what it leads to; every other button does.
        is_known = not button.label.startswith("Yes, ")
        assert button.opens_form or not (isinstance(reply, Form) and is_known), button
        return reply

    async def submits(self, form: Form, **answers: Any) -> Outcome:
        """The outcome of a form sent in: its initial values and these answers."""
        fields = {field.name: _initial(field) for field in form.fields}
        for name, answer in answers.items():
            assert name in fields, f"the form has no field {name}"
            fields[name] = (answer,) if isinstance(answer, str) else tuple(answer)
        return await self._asks(
            Incoming(
                self.account,
                Kind.SUBMIT,
                text=form.value,
                route=form.route,
                fields=fields,
                token=form.token,
            )
        )

    async def does(self, route: str, **more: Any) -> Outcome:
        """The outcome of an event that the platform saw."""
        return await self._asks(Incoming(self.account, Kind.EVENT, route=route, **more))

    @property
    def _received(self) -> list[Message]:
        return self.community.platforms[platform_of(self.account.lane)].inboxes[self.account]

    async def _asks(self, incoming: Incoming) -> Outcome:
        if incoming.profile == Profile():
            incoming = replace(incoming, profile=self.profile)
        outcome = await self.community.dispatch(incoming)
        assert cards.dead_ends(outcome.reply) == [], outcome.reply
        await self.community.settle_touched()
        return outcome


def button_of(card: Message, label: str) -> Button:
    """The button that begins with a label."""
    found = [
        item
        for block in card.blocks
        if isinstance(block, Buttons)
        for item in block.items
        if isinstance(item, Button) and item.label.startswith(label)
    ]
    assert found, f"no button “{label}” on: {messages.plain(card)}"
    return found[0]


def words(reply: Any) -> str:
    """A reply as plain text."""
    assert isinstance(reply, Message), reply
    return messages.plain(reply)


def _initial(field: Any) -> tuple[str, ...]:
    if isinstance(field, TextField):
        return (field.initial,) if field.initial else ()
    if isinstance(field, ChoiceField):
        return tuple(str(each) for each in field.initial)
    if isinstance(field, CheckField):
        return ("yes",) if field.initial else ()
    return ()
