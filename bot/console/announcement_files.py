"""What became of an announcement for each person, as a file for a spreadsheet."""

from dataclasses import dataclass

from bot import times
from bot.console import csv_files
from bot.console.checks import whole_number
from bot.console.front import Asker
from bot.console.refusals import Refused
from bot.domain.announcement_reach import Person
from bot.views import announcements_sent as views
from storage.unit_of_work import UnitOfWork

HEADS = ("Name", "Organisation", "Outcome", "Reason", "When", "Confirmed")


@dataclass(frozen=True, slots=True)
class File:
    """A file and what it is called."""

    name: str
    text: str


def look(db: UnitOfWork, asker: Asker, number: str) -> File:
    """The people of an announcement that went out; raises ``Refused`` where there is none."""
    wanted = whole_number(number)
    found = None if wanted is None else db.announcements.find(asker.community.id, wanted)
    if found is None or not found.has_begun:
        raise Refused(404, "No announcement of this number has gone out. “announce list” has all.")
    rows = (_row(person, found.zone) for person in db.recipients.people(found))
    return File(f"announcement-{found.number}.csv", csv_files.written(HEADS, rows))


def _row(person: Person, zone: str) -> tuple[str, ...]:
    at, confirmed = (
        "" if moment is None else f"{times.local(moment, zone):%Y-%m-%d %H:%M}"
        for moment in (person.at, person.acknowledged_at)
    )
    return (
        person.name,
        person.organisation,
        views.OUTCOMES[person.outcome],
        views.reason(person) if person.reason else "",
        at,
        confirmed,
    )
