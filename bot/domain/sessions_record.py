"""What a member has taken part in: sessions attended and meetings confirmed, for them alone."""

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from bot.domain import cells
from bot.domain.sessions import Session

# A coffee's length is not measured; half an hour is what members are asked for.
MEETING_MINUTES = 30
COLUMNS = ("date", "what", "with", "minutes")


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a record: a session attended, or a meeting that took place."""

    on: date
    what: str
    who: str
    minutes: int
    is_meeting: bool = False


@dataclass(frozen=True, slots=True)
class Record:
    """All of somebody's entries, the earliest first."""

    entries: tuple[Entry, ...]

    @property
    def sessions(self) -> int:
        """How many sessions were attended."""
        return sum(not each.is_meeting for each in self.entries)

    @property
    def meetings(self) -> int:
        """How many meetings were confirmed."""
        return sum(each.is_meeting for each in self.entries)

    @property
    def minutes(self) -> int:
        """How long all of it took."""
        return sum(each.minutes for each in self.entries)


def attended(session: Session) -> Entry:
    """The entry of a session."""
    return Entry(
        session.starts.date(), session.title, session.details.speakers, session.details.minutes
    )


def met(on: date, names: Sequence[str]) -> Entry:
    """The entry of a coffee."""
    return Entry(on, "Peer coffee", ", ".join(names), MEETING_MINUTES, is_meeting=True)


def record(entries: Sequence[Entry], *, year: int | None = None) -> Record:
    """The entries in order, all of them or those of a year."""
    wanted = (each for each in entries if year is None or each.on.year == year)
    return Record(tuple(sorted(wanted, key=lambda each: (each.on, each.is_meeting, each.what))))


def as_csv(of: Record) -> str:
    """The record as a spreadsheet's lines (RFC 4180); no cell is taken for a formula."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(COLUMNS)
    for each in of.entries:
        writer.writerow(
            (each.on.isoformat(), cells.safe(each.what), cells.safe(each.who), each.minutes)
        )
    return written.getvalue()
