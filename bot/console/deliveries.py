"""What went out, what waits and what could not be delivered; never a message's words."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot.console import csv_files, progress, words
from bot.console.front import Asker
from bot.console.paging import Pager, pager
from bot.console.progress import Going
from bot.ids import OutboxId
from bot.views import deliveries as views
from storage.outbox import State
from storage.overview import TROUBLE, LaneNow, Overview, Sending
from storage.unit_of_work import UnitOfWork

SIZE = 50
# More than anybody reads, and made in a moment.
IN_FILE = 10_000


@dataclass(frozen=True, slots=True)
class Line:
    """A delivery, or ``messages`` of them that read the same and left together.

    ``name`` is told only where somebody may not have been reached. ``doubt`` is the number of what
    an organiser can have sent again, or leave.
    """

    what: str
    name: str
    lane: str
    state: str
    is_trouble: bool
    reason: str
    added_at: datetime
    settled_at: datetime | None
    messages: int = 1
    doubt: OutboxId | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A lane, by the name people know."""

    name: str
    now: LaneNow


@dataclass(frozen=True, slots=True)
class Page:
    """The states with their numbers, the lanes, and a page of the newest rows."""

    counts: tuple[tuple[State, str, int], ...]
    total: int
    lanes: tuple[Lane, ...]
    lines: tuple[Line, ...]
    chosen: State | None
    pager: Pager
    sends: tuple[Going, ...]


def look(db: UnitOfWork, asker: Asker, query: Mapping[str, str], *, path: str) -> Page:
    """The deliveries of the state that the address asks for, the newest first."""
    community = asker.community.id
    overview = Overview(db.connection)
    asked = query.get("state", "")
    chosen = State(asked) if asked in set(State) else None
    counts = overview.states(community)
    total = counts[chosen] if chosen else counts.total()
    turning = pager(query, total=total, size=SIZE, path=path, kept=("state",))
    rows = overview.deliveries(
        community, (chosen,) if chosen else (), limit=SIZE, offset=turning.offset
    )
    names = words.lane_names(db, community)
    numbers = words.round_numbers(db, community)
    return Page(
        counts=tuple((state, label, counts[state]) for state, label in words.DELIVERIES.items()),
        total=counts.total(),
        lanes=tuple(
            Lane(names.get(each.lane) or words.platform(each.lane), each)
            for each in overview.lanes(community, now=asker.now)
        ),
        lines=_together(
            [
                _line(each, views.subject(each.subject, numbers), names.get(each.lane))
                for each in rows
            ]
        ),
        chosen=chosen,
        pager=turning,
        sends=progress.going(db, asker, numbers),
    )


def file(db: UnitOfWork, asker: Asker) -> str:
    """Whom messages may not have reached, and why, as comma-separated text; times are UTC."""
    community = asker.community.id
    names = words.lane_names(db, community)
    numbers = words.round_numbers(db, community)
    rows = Overview(db.connection).deliveries(community, TROUBLE, limit=IN_FILE)
    lines = [
        _line(each, views.subject(each.subject, numbers), names.get(each.lane)) for each in rows
    ]
    return csv_files.written(
        ("To", "What", "Workspace", "State", "Reason", "Asked for (UTC)", "Settled (UTC)"),
        [
            (
                each.name,
                each.what,
                each.lane,
                each.state,
                each.reason,
                _utc(each.added_at),
                _utc(each.settled_at),
            )
            for each in lines
        ],
    )


def _utc(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else ""


def _together(lines: list[Line]) -> tuple[Line, ...]:
    """The lines, those that follow each other and read the same made one."""
    found: list[Line] = []
    for line in lines:
        if found and _read(found[-1]) == _read(line):
            found[-1] = replace(found[-1], messages=found[-1].messages + 1)
        else:
            found.append(line)
    return tuple(found)


def _read(line: Line) -> tuple[object, ...]:
    """What can be read of a line; times are told to the minute."""
    settled = f"{line.settled_at:%Y%m%d%H%M}" if line.settled_at else ""
    added = f"{line.added_at:%Y%m%d%H%M}"
    return line.what, line.name, line.lane, line.state, line.reason, added, settled, line.doubt


def _line(row: Sending, what: str, lane: str | None) -> Line:
    return Line(
        what=what,
        name=row.name,
        lane=lane or words.platform(row.lane),
        state=words.DELIVERIES[row.state],
        is_trouble=row.state in {State.CANNOT, State.UNCERTAIN},
        reason=words.sentence(row.reason),
        added_at=row.added_at,
        settled_at=row.settled_at,
        doubt=row.id if row.is_doubt else None,
    )
