"""One due run of a job, and how it stands."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.ids import CommunityId, OccurrenceId, ScheduleId


class OccurrenceState(StrEnum):
    """Waiting, being computed, done, skipped with a reason, or failed after several attempts."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One due run of a job.

    ``moved_to`` is the local time at which it happens where that is not its label, and ``note``
    says why; the note of one that was left out is its reason.
    """

    id: OccurrenceId
    community: CommunityId
    schedule: ScheduleId | None
    job: str
    subject: str
    label: datetime
    zone: str
    due_at: datetime
    state: OccurrenceState
    reason: str
    attempts: int
    moved_to: datetime | None = None
    note: str = ""

    @property
    def at(self) -> datetime:
        """The local time at which it happens."""
        return self.moved_to or self.label


def occurrence_of(row: sa.Row[Any]) -> Occurrence:
    """A row of the table as what it stands for."""
    return Occurrence(
        id=OccurrenceId(row.id),
        community=CommunityId(row.community),
        schedule=ScheduleId(row.schedule) if row.schedule is not None else None,
        job=row.job,
        subject=row.subject,
        label=row.label,
        zone=row.zone,
        due_at=row.due_at,
        state=OccurrenceState(row.state),
        reason=row.reason,
        attempts=row.attempts,
        moved_to=row.moved_to,
        note=row.note,
    )
