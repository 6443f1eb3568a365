"""What one round came to: its figures, how it compares, and the same as a file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import times
from bot.console import coffee, csv_files, words
from bot.console.checks import whole_number
from bot.console.coffee import Held
from bot.console.front import Asker
from bot.console.refusals import Refused
from bot.domain.coffee import Round, RoundState
from bot.domain.coffee_report import Report
from bot.views import coffee_rounds as views
from bot.views.common import listed, percent
from handlers.coffee_rounds import figures_of
from storage.unit_of_work import UnitOfWork

# As many rounds as half a year of fortnightly coffee has.
COMPARED = 12
MOST_TIES = 30
MOST_LEFT_OUT = 100
# The picture's size in its own units; the page scales it.
WIDTH, HEIGHT, MARGIN = 480, 180, 34


@dataclass(frozen=True, slots=True)
class Point:
    """A round in the picture: where it stands, what to write, and whether it still runs."""

    x: int
    y: int
    number: int
    label: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Trend:
    """The met rate over the rounds as a picture, and in words for those who don't see it."""

    points: tuple[Point, ...]
    line: str
    words: str


@dataclass(frozen=True, slots=True)
class Page:
    """A round and its figures; ``figures`` is None for one that was cancelled."""

    round: Round
    state: str
    when: datetime
    closes: datetime
    figures: Report | None
    crossing: tuple[tuple[str, float | None], ...] = ()
    ties: tuple[tuple[str, str], ...] = ()
    left_out: tuple[tuple[str, str], ...] = ()
    compared: tuple[Held, ...] = ()
    trend: Trend | None = None


def find(db: UnitOfWork, asker: Asker, number: str) -> Round:
    """The community's round of this number; raises ``Refused`` where there is none."""
    wanted = whole_number(number)
    for each in db.coffee.rounds(asker.community.id):
        if each.number == wanted:
            return each
    raise Refused(404, "There is no round of this number. Look at the list of rounds.")


def look(db: UnitOfWork, of: Round) -> Page:
    """The report of a round that went out or was cancelled."""
    page = Page(
        round=of,
        state=words.ROUNDS[of.state],
        when=times.local(of.sends_at, of.zone),
        closes=times.local(of.closes_at, of.zone),
        figures=None,
    )
    if not of.was_sent:
        return page
    figures = figures_of(db, of)
    told = db.coffee.rounds(of.community, RoundState.SENT, RoundState.CLOSED)
    before = [each for each in told if each.number <= of.number][:COMPARED]
    compared = coffee.held(db, before)
    return Page(
        round=of,
        state=page.state,
        when=page.when,
        closes=page.closes,
        figures=figures,
        crossing=tuple((views.BOUNDARIES[name], each) for name, each in figures.crossing.items()),
        ties=figures.new_ties[:MOST_TIES],
        left_out=figures.left_out[:MOST_LEFT_OUT],
        compared=compared,
        trend=trend(compared),
    )


def trend(compared: Sequence[Held]) -> Trend | None:
    """The met rate from the oldest round to the newest; None for fewer than two rounds."""
    rated = [(each, each.tally.met_rate) for each in reversed(compared)]
    known = [(each, rate) for each, rate in rated if rate is not None]
    if len(known) < 2:
        return None
    step = (WIDTH - 2 * MARGIN) / (len(known) - 1)
    points = tuple(
        Point(
            x=round(MARGIN + place * step),
            y=round(HEIGHT - MARGIN - rate * (HEIGHT - 2 * MARGIN)),
            number=each.round.number,
            label=percent(rate),
            is_open=each.round.state is RoundState.SENT,
        )
        for place, (each, rate) in enumerate(known)
    )
    told = listed(
        [
            f"{point.label} in round {point.number}{' so far' if point.is_open else ''}"
            for point in points
        ]
    )
    return Trend(
        points,
        line=" ".join(f"{point.x},{point.y}" for point in points),
        words=f"Groups that met: {told}.",
    )


def file(of: Round, figures: Report) -> str:
    """The figures as a CSV file that names nobody; shares are from 0 to 1."""
    rows: list[tuple[str, str, str | int | float]] = [
        ("Round", "Number", of.number),
        ("Round", "Went out (UTC)", f"{of.sends_at:%Y-%m-%d %H:%M}"),
        ("Round", "State", words.ROUNDS[of.state]),
        ("People", "Groups", figures.groups),
        ("People", "People", figures.people),
        ("People", "Groups of three or more", figures.trios),
        ("People", "Left out", len(figures.left_out)),
        ("Meetings", "Groups that met", figures.met_groups),
        ("Meetings", "Share of groups that met", _share(figures.met_rate)),
        ("Meetings", "People who answered", figures.answered),
        ("Meetings", "People asked", figures.asked),
        ("Meetings", "Said it was worth it", figures.worth),
        ("Meetings", "Answered “Worth it?”", figures.worth_asked),
        ("Meetings", "Could not make it", figures.could_not),
        ("Meetings", "Pairs that had met before", figures.repeats),
        *(
            ("Across boundaries", views.BOUNDARIES[name], _share(share))
            for name, share in figures.crossing.items()
        ),
        *(("New ties", one, other) for one, other in figures.new_ties),
    ]
    return csv_files.written(("Part", "What", "Value"), rows)


def _share(share: float | None) -> str | float:
    return "" if share is None else round(share, 4)
