"""How a job is registered and what it gets to see: the counterpart of a route."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any, TypeVar

from bot.ids import CommunityId


@dataclass(frozen=True, slots=True)
class Run:
    """One occurrence that is due.

    ``label`` is the naive local date-time that names the occurrence and ``at`` the one at which
    it happens: another where a bank holiday moved it. ``due`` and ``now`` are aware UTC.
    ``subject`` says what it is about ("round:7"); ``zone`` is the schedule's.
    """

    community: CommunityId
    job: str
    subject: str
    label: datetime
    at: datetime
    due: datetime
    now: datetime
    zone: str
    rng: Random


@dataclass(frozen=True, slots=True)
class Work:
    """Long computing between two transactions.

    ``compute(argument)`` runs in a worker process (both must pickle, and it touches no database);
    ``finish(run, db, result)`` runs in a second transaction and returns False when what was read
    for the computing has changed meanwhile: then the occurrence is run again from the start.
    """

    compute: Callable[[Any], Any]
    argument: Any
    finish: Callable[[Run, Any, Any], bool]


JobFunction = Callable[[Run, Any], Work | None]
MissedFunction = Callable[[Run, Any], None]
F = TypeVar("F", bound=JobFunction)


# How late each kind may still be done, after the bot was off: a reminder is soon pointless, a
# question can wait until the evening, a round or an announcement is welcome a day later, and what
# closes or keeps house is done however late it is.
REMINDER = timedelta(hours=2)
PROMPT = timedelta(hours=12)
ROUND = timedelta(hours=24)
ALWAYS = timedelta.max


@dataclass(frozen=True, slots=True)
class Job:
    """A name, the function that does it, and how late it may still be done.

    Later than ``catch_up`` an occurrence is skipped, visibly, with the reason "too late"; what is
    to follow from that, ``missed`` does instead.
    """

    name: str
    function: JobFunction
    catch_up: timedelta
    missed: MissedFunction | None = None


class Schedule:
    """Jobs by name; a programme's file makes one, and ``jobs`` merges them."""

    def __init__(self, jobs: Iterable[Job] = ()) -> None:
        self._jobs: dict[str, Job] = {}
        for job in jobs:
            self._add(job)

    def job(
        self, name: str, *, catch_up: timedelta, missed: MissedFunction | None = None
    ) -> Callable[[F], F]:
        """Mark a function as the one that does a job; the function stays as it is."""

        def mark(function: F) -> F:
            self._add(Job(name, function, catch_up, missed))
            return function

        return mark

    def __iter__(self) -> Iterator[Job]:
        return iter(self._jobs.values())

    def get(self, name: str) -> Job | None:
        """The job of exactly this name."""
        return self._jobs.get(name)

    def _add(self, job: Job) -> None:
        if job.name in self._jobs:
            raise ValueError(f"Two functions want the job “{job.name}”.")
        self._jobs[job.name] = job
