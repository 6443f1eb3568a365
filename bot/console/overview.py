"""The first page: how the community stands, and what needs an organiser."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import times
from bot.console import words
from bot.console.drafts import sends
from bot.console.front import Asker
from bot.domain.coffee import Round, RoundState, Setup
from bot.views import coffee as coffee_views
from handlers.coffee_dates import next_round
from handlers.coffee_review import DRAFTS
from storage import coffee_tallies
from storage.coffee_tallies import Parts, Tally
from storage.outbox import State
from storage.overview import Overview, Planned, Wanted
from storage.schedule import OccurrenceState
from storage.unit_of_work import UnitOfWork

# What went wrong longer ago is history, not something to do.
LATELY = timedelta(days=14)
MOST_REASONS = 3
MOST_DRAFTS = 3
MOST_OCCURRENCES = 5
# Enough to find that many among those which an organiser stopped.
LOOKED_AT = 50


@dataclass(frozen=True, slots=True)
class Failing:
    """Deliveries of one state and what stood in their way, with how many of each."""

    total: int
    reasons: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Ran:
    """An occurrence that did not run as planned."""

    what: str
    when: datetime
    zone: str
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class Page:
    """All that stands on the page."""

    members: int
    parts: Parts
    setup: Setup
    rhythm: str
    upcoming: datetime | None
    drafts: tuple[tuple[Round, datetime | None], ...]
    under_way: tuple[Round, ...]
    tally: Tally
    closes: datetime | None
    unreachable: int
    could_not: Failing
    uncertain: Failing
    missed: tuple[Ran, ...]

    @property
    def is_calm(self) -> bool:
        """Whether nothing needs an organiser."""
        return not (
            self.drafts
            or self.unreachable
            or self.could_not.total
            or self.uncertain.total
            or self.missed
        )


def look(db: UnitOfWork, asker: Asker) -> Page:
    """The community as it is now."""
    community = asker.community.id
    overview = Overview(db.connection, has_mail=db.has_mail)
    setup = db.coffee.setup(community)
    under_way = db.coffee.rounds(community, RoundState.SENT, limit=1)
    drafts = tuple(
        (each, sends(db, each)) for each in db.coffee.rounds(community, *DRAFTS, limit=MOST_DRAFTS)
    )
    trouble = overview.trouble(community, since=asker.now - LATELY)
    missed = overview.planned(
        community,
        (OccurrenceState.SKIPPED, OccurrenceState.FAILED),
        limit=LOOKED_AT,
        since=asker.now - LATELY,
    )
    return Page(
        members=db.members.count(community),
        parts=coffee_tallies.parts(db, community, times.today(asker.now, asker.community.zone)),
        setup=setup,
        rhythm=coffee_views.rhythm(setup),
        upcoming=_upcoming(next_round(db, community), [when for _, when in drafts]),
        drafts=drafts,
        under_way=under_way,
        tally=_tally(db, under_way),
        closes=times.local(under_way[0].closes_at, under_way[0].zone) if under_way else None,
        unreachable=overview.how_many(community, "", Wanted.UNREACHABLE),
        could_not=_failing(trouble, State.CANNOT),
        uncertain=_failing(trouble, State.UNCERTAIN),
        missed=tuple(ran(each) for each in missed if _is_trouble(each))[:MOST_OCCURRENCES],
    )


def _is_trouble(occurrence: Planned) -> bool:
    """Whether it was missed; what was left out ahead of its time was never begun."""
    return occurrence.reason not in words.NO_TROUBLE and occurrence.run_at is not None


def ran(occurrence: Planned) -> Ran:
    """An occurrence in words."""
    return Ran(
        what=words.job(occurrence.job),
        when=occurrence.label,
        zone=occurrence.zone,
        state=words.OCCURRENCES[occurrence.state],
        why=words.outcome(occurrence.state, occurrence.reason, occurrence.note),
    )


def _upcoming(planned: datetime | None, drafted: list[datetime | None]) -> datetime | None:
    """When the next round goes out: a draft that will, or the one that is planned."""
    return min((when for when in (planned, *drafted) if when), default=None)


def _tally(db: UnitOfWork, rounds: tuple[Round, ...]) -> Tally:
    if not rounds:
        return Tally()
    return coffee_tallies.tallies(db, [rounds[0].id])[rounds[0].id]


def _failing(trouble: tuple[tuple[State, str, int], ...], state: State) -> Failing:
    found = [(reason, rows) for of, reason, rows in trouble if of is state]
    return Failing(sum(rows for _, rows in found), tuple(found[:MOST_REASONS]))
