"""The series of recurring questions: when each asks next, and what."""

from dataclasses import dataclass

from bot.console.front import Asker
from bot.console.looks import facts, sentences
from bot.domain import prompts as rules
from bot.domain.prompts import Series
from bot.views import prompts as views
from handlers import prompts
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Standing:
    """A series as the page shows it; ``notes`` are what was left out and what is missing."""

    series: Series
    facts: tuple[tuple[str, str], ...]
    question: str
    notes: tuple[str, ...]
    is_paused: bool
    is_planned: bool
    is_left_out: bool


@dataclass(frozen=True, slots=True)
class Page:
    """All series that run, the newest first."""

    series: tuple[Standing, ...]


def look(db: UnitOfWork, asker: Asker) -> Page:
    """The series of the community."""
    running = db.prompts.running(asker.community.id)
    return Page(tuple(_standing(db, asker, each) for each in running))


def _standing(db: UnitOfWork, asker: Asker, series: Series) -> Standing:
    at = prompts.standing(db, series, now=asker.now)
    card = views.standing(at)
    _, *notes = sentences(card)
    return Standing(
        series=series,
        facts=facts(card),
        question=rules.next_question(series, db.prompts.asked(series)).text,
        notes=tuple(notes),
        is_paused=at.paused_until is not None,
        is_planned=at.upcoming is not None,
        is_left_out=bool(at.left_out),
    )
