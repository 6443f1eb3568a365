"""What is due lives here: recurrences, and one row for each of their occurrences.

An occurrence is unique on (community, job, subject, label), so that several replicas may tick and
one row wins.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.ids import CommunityId, OccurrenceId, ScheduleId
from bot.times import Recurrence, instant, labels_after, local
from storage.rows import insert_new, insert_row
from storage.tables import occurrences, schedules


class OccurrenceState(StrEnum):
    """Waiting, being computed, done, skipped with a reason, or failed after several attempts."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    SKIPPED = "skipped"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One due run of a job."""

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


class ScheduleStore:
    """The schedules and occurrences of all communities."""

    def __init__(self, connection: sa.Connection, moved: Callable[[], None]) -> None:
        self._connection = connection
        self._moved = moved

    def set_recurring(
        self,
        community: CommunityId,
        job: str,
        recurrence: Recurrence,
        *,
        now: datetime,
        lead: timedelta = timedelta(),
        subject: str = "",
    ) -> datetime | None:
        """Do a job at every label of the recurrence, ``lead`` earlier than the label.

        It replaces the former recurrence of the job and subject; an occurrence that has not begun
        moves. Returns the next label, None where there is none.
        """
        self.stop_recurring(community, job, subject=subject)
        number = insert_row(
            self._connection,
            schedules,
            community=community,
            job=job,
            subject=subject,
            rule=recurrence.rule,
            start=recurrence.start,
            zone=recurrence.zone,
            lead_minutes=int(lead.total_seconds() // 60),
        )
        schedule = ScheduleId(number)
        return self._add_next(schedule, after=local(now + lead, recurrence.zone))

    def stop_recurring(self, community: CommunityId, job: str, *, subject: str = "") -> None:
        """No further occurrences; one that has not begun is taken away."""
        chosen = (
            (schedules.c.community == community)
            & (schedules.c.job == job)
            & (schedules.c.subject == subject)
        )
        found = self._connection.execute(sa.select(schedules.c.id).where(chosen)).scalar()
        if found is None:
            return
        self._connection.execute(
            occurrences.delete().where(
                occurrences.c.schedule == found, occurrences.c.state == OccurrenceState.WAITING
            )
        )
        self._connection.execute(schedules.delete().where(chosen))

    def add(
        self,
        community: CommunityId,
        job: str,
        *,
        subject: str,
        label: datetime,
        zone: str,
    ) -> bool:
        """Do a job once at a local time; False when the same was asked before."""
        self._moved()
        return bool(
            insert_new(
                self._connection,
                occurrences,
                {
                    "community": community,
                    "job": job,
                    "subject": subject,
                    "label": label,
                    "zone": zone,
                    "due_at": instant(label, zone),
                    "state": OccurrenceState.WAITING,
                },
            )
        )

    def hasten(self, community: CommunityId, job: str, *, subject: str, now: datetime) -> bool:
        """Make a waiting occurrence due now; False where none is waiting."""
        self._moved()
        result = self._connection.execute(
            occurrences.update()
            .where(
                occurrences.c.community == community,
                occurrences.c.job == job,
                occurrences.c.subject == subject,
                occurrences.c.state == OccurrenceState.WAITING,
            )
            .values(due_at=now)
        )
        return bool(result.rowcount)

    def cancel(self, community: CommunityId, *, subject: str, reason: str, now: datetime) -> None:
        """Skip everything that is still waiting about a subject."""
        self._connection.execute(
            occurrences.update()
            .where(
                occurrences.c.community == community,
                occurrences.c.subject == subject,
                occurrences.c.state == OccurrenceState.WAITING,
            )
            .values(state=OccurrenceState.SKIPPED, reason=reason, run_at=now)
        )

    def due(self, now: datetime, *, limit: int) -> tuple[OccurrenceId, ...]:
        """What is due by now, the earliest first."""
        rows = self._connection.execute(
            sa.select(occurrences.c.id)
            .where(occurrences.c.state == OccurrenceState.WAITING, occurrences.c.due_at <= now)
            .order_by(occurrences.c.due_at, occurrences.c.id)
            .limit(limit)
        )
        return tuple(OccurrenceId(row.id) for row in rows)

    def next_due(self) -> datetime | None:
        """When the next waiting occurrence is due."""
        return self._connection.execute(
            sa.select(occurrences.c.due_at)
            .where(occurrences.c.state == OccurrenceState.WAITING)
            .order_by(occurrences.c.due_at)
            .limit(1)
        ).scalar()

    def begin(self, occurrence: OccurrenceId, *, now: datetime) -> Occurrence | None:
        """Take an occurrence on; None where another process was faster."""
        result = self._connection.execute(
            occurrences.update()
            .where(occurrences.c.id == occurrence, occurrences.c.state == OccurrenceState.WAITING)
            .values(state=OccurrenceState.RUNNING, run_at=now)
        )
        return self.get(occurrence) if result.rowcount else None

    def get(self, occurrence: OccurrenceId) -> Occurrence:
        """The occurrence of this number, which must exist."""
        row = self._connection.execute(
            sa.select(occurrences).where(occurrences.c.id == occurrence)
        ).one()
        return _occurrence(row)

    def finish(
        self, occurrence: Occurrence, state: OccurrenceState, *, now: datetime, reason: str = ""
    ) -> None:
        """Settle an occurrence and make the next one of its schedule wait."""
        self._settle(occurrence.id, state=state, reason=reason, run_at=now)
        if occurrence.schedule is not None:
            self._add_next(occurrence.schedule, after=occurrence.label)

    def retry(self, occurrence: OccurrenceId, *, at: datetime, reason: str) -> None:
        """Put an occurrence back to be tried again later."""
        self._settle(occurrence, state=OccurrenceState.WAITING, reason=reason, due_at=at)

    def count_attempt(self, occurrence: OccurrenceId) -> int:
        """One more attempt of an occurrence broke; how many did by now."""
        return int(
            self._connection.execute(
                occurrences.update()
                .where(occurrences.c.id == occurrence)
                .values(attempts=occurrences.c.attempts + 1)
                .returning(occurrences.c.attempts)
            ).scalar_one()
        )

    def release(self, *, before: datetime) -> int:
        """Put back what a process that died left running since before an instant; how many."""
        result = self._connection.execute(
            occurrences.update()
            .where(occurrences.c.state == OccurrenceState.RUNNING, occurrences.c.run_at <= before)
            .values(state=OccurrenceState.WAITING)
        )
        return int(result.rowcount)

    def of(self, community: CommunityId, job: str, *, limit: int) -> tuple[Occurrence, ...]:
        """The newest occurrences of a job, the latest label first."""
        rows = self._connection.execute(
            sa.select(occurrences)
            .where(occurrences.c.community == community, occurrences.c.job == job)
            .order_by(occurrences.c.label.desc())
            .limit(limit)
        )
        return tuple(_occurrence(row) for row in rows)

    def next_label(self, community: CommunityId, job: str) -> datetime | None:
        """The label of the next waiting occurrence of a job."""
        return self._connection.execute(
            sa.select(sa.func.min(occurrences.c.label)).where(
                occurrences.c.community == community,
                occurrences.c.job == job,
                occurrences.c.state == OccurrenceState.WAITING,
            )
        ).scalar()

    def _add_next(self, schedule: ScheduleId, *, after: datetime) -> datetime | None:
        row = self._connection.execute(
            sa.select(schedules).where(schedules.c.id == schedule)
        ).one_or_none()
        if row is None:
            return None
        self._moved()
        for label in labels_after(Recurrence(row.rule, row.start, row.zone), after):
            waiting = {
                "community": row.community,
                "schedule": schedule,
                "job": row.job,
                "subject": row.subject,
                "label": label,
                "zone": row.zone,
                "due_at": instant(label, row.zone) - timedelta(minutes=row.lead_minutes),
                "state": OccurrenceState.WAITING,
            }
            # A label that was run early has its row already: the one after it is next.
            if insert_new(self._connection, occurrences, waiting):
                return label
        return None

    def _settle(self, occurrence: OccurrenceId, **values: Any) -> None:
        self._moved()
        self._connection.execute(
            occurrences.update().where(occurrences.c.id == occurrence).values(**values)
        )


def _occurrence(row: sa.Row[Any]) -> Occurrence:
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
    )
