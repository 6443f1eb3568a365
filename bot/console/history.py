"""Who changed what: the audit log."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.console.checks import whole_number
from bot.console.front import Asker
from storage.audit import Entry
from storage.unit_of_work import UnitOfWork

SIZE = 50
# Nobody turns more pages than this; the export has the whole log.
MOST_PAGES = 100


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the log, the newest entries first."""

    entries: tuple[Entry, ...]
    number: int
    has_later: bool

    @property
    def has_earlier(self) -> bool:
        """Whether newer entries stand on the page before."""
        return self.number > 1


def look(db: UnitOfWork, asker: Asker, query: Mapping[str, str]) -> Page:
    """The page of the log that the address asks for."""
    number = min(max(whole_number(query.get("page", "")) or 1, 1), MOST_PAGES)
    end = number * SIZE
    found = db.audit.latest(asker.community.id, limit=end + 1)
    return Page(found[end - SIZE : end], number, has_later=len(found) > end and number < MOST_PAGES)
