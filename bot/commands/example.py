"""``example add|remove``: an invented community in which everything can be tried."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from random import Random

import typer

from bot.app import opened
from bot.commands import example_announcements, example_sessions, example_stories
from bot.domain import calm, coffee, coffee_matching, coffee_meeting, example, pairing
from bot.domain import south_east_london as sel
from bot.domain.coffee import Group, Met, Participation, Place, Round, RoundState, Setup
from bot.domain.community import Settings
from bot.domain.example import Invented
from bot.domain.members import Member, slot_start
from bot.errors import CommandError
from bot.ids import CommunityId, MemberId
from bot.times import instant, local, utc_now
from bot.views.coffee_groups import STARTERS
from handlers import introductions
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from storage.web import web_account

app = typer.Typer(help="The example community, in which all is invented.", no_args_is_help=True)

SEED = 2021
ZONE = "Europe/London"
PEOPLE = 60
IN_COFFEE = 54
PAUSED_WEEKS = (1, 2, 4)
AVOIDS = 3
ROUNDS = 4
# A few came after the first round, so that the first rounds are smaller.
LATECOMERS = 8
# So many introductions stand in the channel: more than a screen of them.
NEWCOMERS = 8
MET = 0.7
# Of the groups that did not meet, so many said so; the others pressed nothing.
SAID_WHY = 0.5
ANSWERED = 0.8
WORTH_IT = 0.9
WITH_NOTE = 0.2
NOTES = (
    "We found three people we both should meet.",
    "I had no idea how referrals look from the other side.",
    "We walked round the park instead. Recommended!",
    "Short, but we will meet again.",
    "I learned what a care home needs from us at discharge.",
)


@app.command()
def add() -> None:
    """Add the example community."""
    with opened() as house:
        make(house.database, now=utc_now())
    typer.echo(f"“{example.COMMUNITY}” is there, with {PEOPLE} invented people.")


@app.command()
def remove() -> None:
    """Take the example community away, with everything in it."""
    with opened() as house:
        take_away(house.database)
    typer.echo(f"“{example.COMMUNITY}” is gone.")


def is_there(database: Database) -> bool:
    """Whether there is an example community."""
    with database.transaction() as db:
        return _found(db) is not None


def add_if_missing(database: Database, *, now: datetime) -> None:
    """Make the example community unless it is there."""
    if not is_there(database):
        make(database, now=now)


def make(database: Database, *, now: datetime, seed: int = SEED) -> CommunityId:
    """The example community, all of it in one transaction; the same people for the same seed.

    Raises ``CommandError`` where there is one already.
    """
    with database.transaction() as db:
        if _found(db) is not None:
            raise CommandError("The example community is there already.")
        community = db.communities.add(
            example.COMMUNITY, zone=ZONE, purpose=example.PURPOSE, is_example=True, now=now
        )
        db.communities.add_terms(community, sel.seed_words())
        db.communities.add_organisations(community, sel.seed_organisations())
        settings = Settings(example.COMMUNITY, ZONE, example.CONTACTS)
        db.communities.save_settings(community, settings)

        # Whoever tries it out at night wants to see what happens.
        db.calm_setups.save(calm.Setup(community, hours=calm.NO_HOURS))
        rng = Random(seed)
        setup = Setup(community, weeks=2, weekday=1, time=time(9, 0), zone=ZONE, is_running=True)
        upcoming = coffee.recurrence(setup, after=local(now, ZONE))
        labels = [upcoming.start - timedelta(weeks=2 * ago) for ago in range(ROUNDS + 1, 1, -1)]
        joined = instant(labels[0], ZONE) - timedelta(weeks=2)
        people = _members(db, community, example.invent(seed, PEOPLE), now=joined)
        past = _Past(db, setup, rng, people)
        past.prepare(now=joined)
        for label in labels:
            past.hold(label)
        past.settle(now=now)
        for member in people[-NEWCOMERS:]:
            introductions.post(db, member, now=now)
        example_stories.tell(db, people, rng, now=now)

        example_sessions.make(db, community, people, now=now, rng=rng)
        example_announcements.make(db, community, people, now=now, rng=rng)

        db.coffee.save_setup(setup)
        db.schedule.set_recurring(community, "coffee round", upcoming, now=now, lead=setup.lead)
        return community


def take_away(database: Database) -> None:
    """Delete the example community; raises ``CommandError`` where there is none."""
    with database.transaction() as db:
        community = _found(db)
        if community is None:
            raise CommandError("There is no example community.")
        db.communities.remove(community)


def _found(db: UnitOfWork) -> CommunityId | None:
    return next((each.id for each in db.communities.all() if each.is_example), None)


def _members(
    db: UnitOfWork, community: CommunityId, invented: Sequence[Invented], *, now: datetime
) -> list[Member]:
    """The invented people, introduced and on the web chat."""
    db.workspaces.add_web(community, now=now)
    people = []
    for each in invented:
        number = db.members.add(
            community,
            each.name,
            now=now,
            zone=ZONE,
            email=each.email,
            role=each.role,
            is_example=True,
        )
        db.members.introduce(
            number, name=each.name, profile=each.profile, show_email=each.show_email, now=now
        )
        account = web_account(community, number)
        db.members.add_account(community, number, account, now=now, name=each.name)
        people.append(db.members.get(number))
    return people


class _Past:
    """The rounds that were held, made one after the other with the planner itself."""

    def __init__(self, db: UnitOfWork, setup: Setup, rng: Random, people: Sequence[Member]) -> None:
        self._db = db
        self._setup = setup
        self._rng = rng
        self._members = {each.id: each for each in people[:IN_COFFEE]}
        self._parts = {each: coffee.joined(Participation(each)) for each in self._members}
        self._held = 0

    def prepare(self, *, now: datetime) -> None:
        """People join, and a few never want to meet somebody."""
        community = self._setup.community
        for part in self._parts.values():
            self._db.coffee.save(community, part, now=now)
        several = self._rng.sample(list(self._members), 2 * AVOIDS)
        for one, other in zip(several[:AVOIDS], several[AVOIDS:], strict=True):
            self._db.coffee.avoid(community, one, other)

    def hold(self, label: datetime) -> None:
        """One round: planned, told, answered and closed."""
        late = LATECOMERS * (ROUNDS - 1 - self._held) // (ROUNDS - 1)
        there = list(self._members)[: IN_COFFEE - late]
        taking_part = [
            (self._members[each], self._parts[each])
            for each in there
            if self._parts[each].takes_part(label.date())
        ]
        community = self._setup.community
        closes = coffee.closes(self._setup, label)
        begun = self._db.coffee.add_round(
            community,
            label=label,
            zone=ZONE,
            state=RoundState.CLOSED,
            seed=self._rng.randrange(2**31),
            theme=None,
            sends_at=instant(label, ZONE),
            closes_at=instant(closes, ZONE),
        )
        plan = pairing.plan_round(
            coffee_matching.people(
                taking_part, self._db.coffee.avoids(community), dict.fromkeys(there, "web")
            ),
            self._db.coffee.history(community),
            coffee_matching.constraints(self._setup, None),
            round=begun.number,
            seed=begun.seed,
        )
        self._db.coffee.save_round(
            replace(
                begun,
                score=plan.score,
                bound=plan.bound,
                repeats=plan.repeats,
                unmatched=plan.unmatched,
            )
        )
        for planned in plan.groups:
            together = [self._members[MemberId(int(each))] for each in planned]
            self._db.coffee.add_group(
                begun,
                [member.id for member in together],
                starter=self._rng.randrange(len(STARTERS)),
                slots=coffee_meeting.common_slots(together),
            )
        for group in self._db.coffee.groups(begun.id):
            self._answer(begun, group)
        self._held += 1

    def settle(self, *, now: datetime) -> None:
        """What the rounds left behind: silences counted, and a few who pause now."""
        today = local(now, ZONE).date()
        active = [each for each in self._parts if self._parts[each].takes_part(today)]
        for each, weeks in zip(
            self._rng.sample(active, len(PAUSED_WEEKS)), PAUSED_WEEKS, strict=True
        ):
            until = today + timedelta(weeks=weeks)
            self._parts[each] = coffee.paused(self._parts[each], until)
        for part in self._parts.values():
            self._db.coffee.save(self._setup.community, part, now=now)

    def _answer(self, of: Round, group: Group) -> None:
        """What each of a group pressed by the end of the round."""
        asked = coffee.asks(self._setup, of.label)
        met = self._outcome()
        # One of them answers for certain, or nobody does.
        places = [
            self._answered(place, met, at=asked, is_sure=place is group.places[0])
            for place in group.places
        ]
        meets_at = slot_start(group.slots[0], after=of.label.date()) if group.slots else None
        self._db.coffee.save_group(
            replace(
                group,
                places=tuple(places),
                meets_at=meets_at if met is Met.YES else None,
            )
        )
        for place in places:
            part = self._parts[place.member]
            was_silent = all(each.pressed_at is None for each in places)
            self._parts[place.member] = coffee.after_round(part, was_silent=was_silent)

    def _outcome(self) -> Met | None:
        """Whether a group met; None where nobody said."""
        if self._rng.random() < MET:
            return Met.YES
        if self._rng.random() < SAID_WHY:
            return self._rng.choice((Met.NOT_YET, Met.COULDNT))
        return None

    def _answered(self, place: Place, met: Met | None, *, at: datetime, is_sure: bool) -> Place:
        if met is None or not (is_sure or self._rng.random() < ANSWERED):
            return place
        moment = instant(at, ZONE) + timedelta(minutes=self._rng.randrange(1, 600))
        if met is not Met.YES:
            return replace(place, met=met, pressed_at=moment)
        return replace(
            place,
            met=Met.YES,
            worth=self._rng.random() < WORTH_IT,
            note=self._rng.choice(NOTES) if self._rng.random() < WITH_NOTE else "",
            pressed_at=moment,
        )
