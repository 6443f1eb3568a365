"""The coffee programme: the drafted round, the one under way, the setup and the rounds so far."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot import times
from bot.console import drafts, words
from bot.console.drafts import Draft
from bot.console.front import Asker
from bot.console.paging import Pager, pager
from bot.domain.coffee import IfUnapproved, Mode, Round, RoundState, Setup
from bot.views import coffee as coffee_views
from bot.views import coffee_dates as date_views
from bot.views import coffee_rounds as views
from bot.views.common import listed
from handlers import coffee_dates
from storage import coffee_tallies
from storage.coffee_tallies import Tally
from storage.overview import Overview
from storage.schedule import OccurrenceState
from storage.unit_of_work import UnitOfWork

NEWEST = 5
SIZE = 25
# What may be waiting to be computed at this moment.
MAKING = frozenset({"coffee round", "coffee draft", "coffee redraft", "coffee send"})
LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Held:
    """A round in the list: when it went out, how it stands, and its figures."""

    round: Round
    when: datetime
    state: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class Page:
    """All that stands on the page.

    ``changes`` are sentences on what was moved or left out; ``is_skipped`` says that an organiser
    left one out, ``is_making`` that a round is being matched or sent.
    """

    setup: Setup
    facts: tuple[tuple[str, str], ...]
    upcoming: datetime | None
    changes: tuple[str, ...]
    is_skipped: bool
    draft: Draft | None
    under_way: Held | None
    newest: tuple[Held, ...]
    total: int
    is_making: bool


@dataclass(frozen=True, slots=True)
class Rounds:
    """A page of all rounds, the newest first."""

    held: tuple[Held, ...]
    pager: Pager


def look(db: UnitOfWork, asker: Asker, query: Mapping[str, str], *, path: str) -> Page:
    """How coffee stands now."""
    community = asker.community.id
    setup = db.coffee.setup(community)
    ahead = coffee_dates.ahead(db, community, now=asker.now)
    rounds = db.coffee.rounds(community)
    sent = [each for each in rounds if each.state is RoundState.SENT][:1]
    newest = [each for each in rounds if not each.is_draft][:NEWEST]
    return Page(
        setup=setup,
        facts=facts_of(setup),
        upcoming=coffee_dates.next_round(db, community),
        changes=tuple(date_views.changes(ahead)),
        is_skipped=any(each.note == coffee_dates.LEFT_OUT for each in ahead),
        draft=drafts.look(db, asker, query, path=path),
        under_way=next(iter(held(db, sent)), None),
        newest=held(db, newest),
        total=len(rounds),
        is_making=_is_making(db, asker),
    )


def rounds(db: UnitOfWork, asker: Asker, query: Mapping[str, str], *, path: str) -> Rounds:
    """All rounds, a page at a time."""
    found = db.coffee.rounds(asker.community.id)
    turning = pager(query, total=len(found), size=SIZE, path=path)
    return Rounds(held(db, found[turning.offset : turning.last]), turning)


def held(db: UnitOfWork, of: tuple[Round, ...] | list[Round]) -> tuple[Held, ...]:
    """Rounds with their figures."""
    tallies = coffee_tallies.tallies(db, [each.id for each in of])
    return tuple(
        Held(
            each,
            times.local(each.sends_at, each.zone),
            words.ROUNDS[each.state],
            tallies[each.id],
        )
        for each in of
    )


def facts_of(setup: Setup) -> tuple[tuple[str, str], ...]:
    """The setup, line by line."""
    review = "Organisers are not asked; it goes out by itself"
    if setup.review:
        holds = setup.if_unapproved is IfUnapproved.HOLD
        review = (
            "Organisers review it; without an approval it is held"
            if holds
            else "Organisers review it; without an approval it goes out all the same"
        )
    everybody = setup.mode is Mode.STANDING
    return (
        ("Rounds", words.sentence(coffee_views.rhythm(setup)).rstrip(".")),
        ("On a bank holiday", date_views.IF_OFF[setup.if_off]),
        ("Groups of", str(setup.group_size)),
        (
            "In a round",
            "Everybody who joined" if everybody else "Those who say yes before each round",
        ),
        ("Before it goes out", review),
        ("Never matched", listed([views.APART[each] for each in sorted(setup.apart)]) or "–"),
        ("Theme", views.THEMES[setup.theme]),
    )


def _is_making(db: UnitOfWork, asker: Asker) -> bool:
    due = Overview(db.connection).planned(
        asker.community.id,
        (OccurrenceState.WAITING, OccurrenceState.RUNNING),
        limit=LOOKED_AT,
    )
    return any(each.job in MAKING and each.due_at <= asker.now for each in due)
