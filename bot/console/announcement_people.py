"""What became of an announcement for each person, in plain words, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.console import words
from bot.console.paging import Pager, pager
from bot.domain.announcement_reach import Outcome, Person, Tally
from bot.domain.announcements import Announcement
from bot.views import announcements_sent as views
from storage.unit_of_work import UnitOfWork

SIZE = 30


class Wanted(StrEnum):
    """Which of the people are shown."""

    EVERYBODY = "everybody"
    DELIVERED = "delivered"
    WAITING = "waiting"
    UNSURE = "unsure"
    COULD_NOT = "could-not"
    CANCELLED = "cancelled"
    CONFIRMED = "confirmed"
    SILENT = "silent"


LABELS = {
    Wanted.EVERYBODY: "Everybody",
    Wanted.DELIVERED: "Delivered",
    Wanted.WAITING: "Waiting",
    Wanted.UNSURE: "May have arrived",
    Wanted.COULD_NOT: "Could not",
    Wanted.CANCELLED: "Not sent",
    Wanted.CONFIRMED: "Confirmed",
    Wanted.SILENT: "Not confirmed",
}
_EVERY = tuple(Outcome)
_OUTCOMES: Mapping[Wanted, tuple[Outcome, ...]] = {
    Wanted.DELIVERED: (Outcome.DELIVERED,),
    Wanted.WAITING: (Outcome.WAITING, Outcome.KEPT),
    Wanted.UNSURE: (Outcome.UNSURE,),
    Wanted.COULD_NOT: (Outcome.COULD_NOT,),
    Wanted.CANCELLED: (Outcome.CANCELLED,),
    Wanted.SILENT: (Outcome.DELIVERED,),
}
_CONFIRMED: Mapping[Wanted, bool] = {Wanted.CONFIRMED: True, Wanted.SILENT: False}


@dataclass(frozen=True, slots=True)
class Line:
    """A person in the list; ``reason`` says why they may have missed it."""

    name: str
    organisation: str
    outcome: str
    is_trouble: bool
    is_delivered: bool
    reason: str
    at: datetime | None
    confirmed_at: datetime | None


@dataclass(frozen=True, slots=True)
class People:
    """A page of the people, and the choices with how many each shows."""

    lines: tuple[Line, ...]
    pager: Pager
    chosen: Wanted
    counts: tuple[tuple[Wanted, str, int], ...]


def people(
    db: UnitOfWork, of: Announcement, tally: Tally, query: Mapping[str, str], *, path: str
) -> People:
    """Those whom the address asks for; a wish that is not known asks for everybody."""
    asked = query.get("show", "")
    chosen = Wanted(asked) if asked in set(Wanted) else Wanted.EVERYBODY
    outcomes = _OUTCOMES.get(chosen, _EVERY)
    confirmed = _CONFIRMED.get(chosen)
    total = db.recipients.count_people(of, outcomes=outcomes, acknowledged=confirmed)
    turning = pager(query, total=total, size=SIZE, path=path, kept=("show",))
    found = db.recipients.people(
        of, limit=SIZE, offset=turning.offset, outcomes=outcomes, acknowledged=confirmed
    )
    return People(tuple(map(_line, found)), turning, chosen, tuple(_counts(db, of, tally, chosen)))


def _counts(
    db: UnitOfWork, of: Announcement, tally: Tally, chosen: Wanted
) -> list[tuple[Wanted, str, int]]:
    """The choices that show somebody, and the one that is chosen."""
    numbers = {
        Wanted.EVERYBODY: tally.people,
        Wanted.DELIVERED: tally.delivered,
        Wanted.WAITING: tally.waiting,
        Wanted.UNSURE: tally.unsure,
        Wanted.COULD_NOT: tally.could_not,
        Wanted.CANCELLED: tally.cancelled,
    }
    if of.wants_acknowledgement:
        numbers[Wanted.CONFIRMED] = tally.acknowledged
        numbers[Wanted.SILENT] = db.recipients.count_unacknowledged(of)
    always = {Wanted.EVERYBODY, chosen}
    return [
        (each, LABELS[each], number) for each, number in numbers.items() if number or each in always
    ]


def _line(person: Person) -> Line:
    return Line(
        name=person.name,
        organisation=person.organisation,
        outcome=views.OUTCOMES[person.outcome],
        is_trouble=person.outcome in {Outcome.COULD_NOT, Outcome.UNSURE},
        is_delivered=person.outcome is Outcome.DELIVERED,
        reason=words.sentence(views.reason(person)) if person.reason else "",
        at=person.at,
        confirmed_at=person.acknowledged_at,
    )
