"""What the pages ask is answered the same on both databases."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from bot.chat import messages
from bot.chat.messages import Account
from bot.domain import coffee as rules
from bot.domain.coffee import Met, Participation, RoundState
from bot.domain.members import Profile
from bot.ids import Lane
from storage import coffee_tallies
from storage.coffee_tallies import Parts, Tally
from storage.database import Database
from storage.drain import Settled
from storage.outbox import State
from storage.overview import LaneNow, Overview, Wanted
from storage.schedule import OccurrenceState

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


def test_questions_have_the_same_answers(any_database: Database) -> None:
    with any_database.transaction() as db:
        here = db.communities.add("Here", zone="Europe/London", now=NOW)
        lane = db.workspaces.add_web(here, now=NOW)
        people = [
            db.members.add(
                here, name, now=NOW, zone="Europe/London",
                profile=Profile(organisation=organisation, job="GP"),
            )
            for name, organisation in (("Ada", "One"), ("Ben", "Two"), ("Cy", "Two"), ("Di", ""))
        ]  # fmt: skip
        for each in people[:3]:
            db.members.add_account(here, each, Account(lane, str(each)), now=NOW)
            db.coffee.save(here, rules.joined(Participation(each)), now=NOW)
        paused = rules.paused(db.coffee.participation(people[1]), date(2026, 12, 1))
        db.coffee.save(here, paused, now=NOW)
        one = db.coffee.add_round(
            here, label=datetime(2026, 11, 24, 9), zone="Europe/London",
            state=RoundState.SENT, seed=1, theme=None, sends_at=NOW, closes_at=NOW,
        )  # fmt: skip
        for pair in (people[:2], people[1:3], people[2:]):
            db.coffee.add_group(one, pair, starter=0, slots=())
        group = db.coffee.groups(one.id)[0]
        first = replace(group.places[0], met=Met.YES)
        second = replace(group.places[1], met=Met.NOT_YET)
        db.coffee.save_group(replace(group, places=(first, second)))
        for number in range(3):
            db.outbox.post(
                here, Account(lane, "1"), messages.message(), key=str(number), subject="greeting",
                now=NOW, member=people[0], not_before=NOW - timedelta(minutes=number),
            )  # fmt: skip
        claimed = db.drain.claim(lane, "c", now=NOW, limit=1)
        db.drain.settle("c", Settled(claimed[0], State.CANNOT, NOW, reason="closed"))
        db.schedule.add(
            here, "upkeep", subject="", label=datetime(2026, 11, 24, 3), zone="UTC",
        )  # fmt: skip

        overview = Overview(db.connection)
        listed = overview.listed(here, "two gp", Wanted.IN_COFFEE, limit=5)
        answers = (
            coffee_tallies.parts(db, here, date(2026, 11, 24)),
            coffee_tallies.parts(db, here, date(2026, 12, 1)),
            coffee_tallies.tallies(db, [one.id]),
            coffee_tallies.tallies(db, []),
            [(each.member.name, each.is_in_coffee) for each in listed],
            overview.how_many(here, "", Wanted.UNREACHABLE),
            overview.how_many(here, "ADA", Wanted.NOT_IN_COFFEE),
            dict(overview.states(here)),
            overview.trouble(here, since=NOW - timedelta(1)),
            overview.trouble(here, since=NOW + timedelta(1)),
            overview.lanes(here, now=NOW),
            [each.name for each in overview.deliveries(here, (), limit=5)],
            [each.name for each in overview.deliveries(here, (State.CANNOT,), limit=5)],
            len(overview.planned(here, (OccurrenceState.WAITING,), limit=5)),
            len(overview.planned(here, (OccurrenceState.DONE,), limit=5, since=NOW)),
        )

    assert answers == (
        Parts(2, 1, 0),
        Parts(3, 0, 0),
        {one.id: Tally(groups=3, people=6, met_groups=1, answered=2, crossing=0.5)},
        {},
        [("Ben", True), ("Cy", True)],
        1,
        0,
        {State.CANNOT: 1, State.QUEUED: 2},
        ((State.CANNOT, "closed", 1),),
        (),
        (LaneNow(Lane(lane), 2, timedelta(minutes=2), 0, 1),),
        ["", "", "Ada"],
        ["Ada"],
        1,
        0,
    )
