"""Who changed what: the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot import times
from bot.console import csv_files
from bot.console.front import Asker
from bot.console.paging import Pager, pager
from bot.domain import audit
from bot.domain.audit import Wanted
from bot.errors import NotUnderstood
from bot.views import audit as views
from bot.views.audit import Line
from storage.audit import Entry
from storage.unit_of_work import UnitOfWork

SIZE = 50
MAX_SEARCH = 200
# More than anybody reads, and made in a moment; the export has the whole log.
IN_FILE = 10_000


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the log, the newest entries first; ``mistake`` says why a date was not read."""

    lines: tuple[Line, ...]
    pager: Pager
    words: str
    mistake: str = ""


def look(db: UnitOfWork, asker: Asker, query: Mapping[str, str], *, path: str) -> Page:
    """The page of the log that the address asks for."""
    words, wanted, mistake = _asked(asker, query)
    zone = asker.community.zone
    total = db.audit.count(asker.community.id, wanted, zone=zone)
    turning = pager(query, total=total, size=SIZE, path=path, kept=("words",))
    entries = db.audit.search(
        asker.community.id, wanted, zone=zone, limit=SIZE, offset=turning.offset
    )
    return Page(tuple(_line(each, zone) for each in entries), turning, words, mistake)


def file(db: UnitOfWork, asker: Asker, query: Mapping[str, str]) -> str:
    """What the address asks for, as comma-separated text; times are local."""
    _, wanted, _ = _asked(asker, query)
    zone = asker.community.zone
    entries = db.audit.search(asker.community.id, wanted, zone=zone, limit=IN_FILE)
    lines = (_line(each, zone) for each in entries)
    return csv_files.written(
        (f"When ({zone})", "Who", "What", "About"),
        [(f"{each.at:%Y-%m-%d %H:%M}", each.actor, each.did, each.about) for each in lines],
    )


def _asked(asker: Asker, query: Mapping[str, str]) -> tuple[str, Wanted, str]:
    """The words in the address and what they ask for; everything where a date can't be read."""
    words = query.get("words", "")[:MAX_SEARCH]
    today = times.today(asker.now, asker.community.zone)
    try:
        return words, audit.asked(words, today=today), ""
    except NotUnderstood as error:
        return words, Wanted(), str(error)


def _line(entry: Entry, zone: str) -> Line:
    return Line(
        times.local(entry.at, zone),
        entry.actor,
        views.deed(entry.action),
        views.about(entry.subject, entry.about),
    )
