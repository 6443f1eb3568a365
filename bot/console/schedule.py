"""What is planned, what ran, and what did not."""

from dataclasses import dataclass
from datetime import datetime

from bot.console import words
from bot.console.front import Asker
from bot.console.overview import Ran, ran
from bot.views import deliveries as views
from storage.overview import Overview, Planned
from storage.schedule import OccurrenceState
from storage.unit_of_work import UnitOfWork

MOST = 25


@dataclass(frozen=True, slots=True)
class Due:
    """Something that is planned, and what it is about."""

    what: str
    about: str
    at: datetime
    is_running: bool
    is_left_out: bool
    note: str


@dataclass(frozen=True, slots=True)
class Past:
    """Something whose time has come, and what became of it."""

    ran: Ran
    about: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Page:
    """What is planned by time; what was skipped or failed, and what ran, the newest first."""

    due: tuple[Due, ...]
    missed: tuple[Past, ...]
    done: tuple[Past, ...]
    most: int = MOST


def look(db: UnitOfWork, asker: Asker) -> Page:
    """The schedule of the community."""
    community = asker.community.id
    overview = Overview(db.connection)
    numbers = words.round_numbers(db, community)
    waiting = overview.planned(
        community, (OccurrenceState.WAITING, OccurrenceState.RUNNING), limit=MOST
    )
    skipped = overview.planned(community, (OccurrenceState.SKIPPED,), limit=MOST, since=asker.now)
    left_out = [each for each in skipped if each.run_at is None]
    missed = overview.planned(
        community,
        (OccurrenceState.SKIPPED, OccurrenceState.FAILED),
        limit=MOST,
        before=asker.now,
    )
    done = overview.planned(community, (OccurrenceState.DONE,), limit=MOST)

    def about(of: Planned) -> str:
        """The round or session it is about, where it is about one."""
        is_told = of.subject.startswith(("round:", "session:"))
        return views.subject(of.subject, numbers) if is_told else ""

    return Page(
        due=tuple(
            Due(
                words.job(each.job),
                about(each),
                each.due_at,
                each.state is OccurrenceState.RUNNING,
                each.state is OccurrenceState.SKIPPED,
                words.before_its_time(each.state, each.reason, each.note),
            )
            for each in sorted((*waiting, *left_out), key=lambda each: each.due_at)
        ),
        missed=tuple(Past(ran(each), about(each), each.run_at) for each in missed),
        done=tuple(Past(ran(each), about(each), each.run_at) for each in done),
    )
