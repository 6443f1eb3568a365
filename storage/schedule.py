"""What is due lives here: recurrences, and one row for each of their occurrences.

An occurrence is unique on (community, job, subject, label), so that several replicas may tick and
one row wins.
"""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import sqlalchemy as sa

from bot.ids import CommunityId, OccurrenceId, ScheduleId
from bot.times import MOST_MOVED, IfOff, Recurrence, Slot, instant, local, slots_after
from storage.occurrences import Occurrence, OccurrenceState, occurrence_of
from storage.rows import insert_new, insert_row
from storage.tables import occurrences, schedules

__all__ = ["Occurrence", "OccurrenceState", "ScheduleStore"]

# Before every label there is.
NEVER = datetime(1, 1, 1)  # noqa: DTZ001 - labels are naive.


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

        It replaces the former recurrence of the job and subject, whose pause goes on. An
        occurrence that has not begun moves, but for one whose time has come: it is still done.
        Returns the local time of the next one, None where there is none.
        """
        former = self.of_job(community, job, subject)
        if former is not None:
            self.take_away(ScheduleId(former.id), due_after=now)
            self._connection.execute(schedules.delete().where(schedules.c.id == former.id))
        number = insert_row(
            self._connection,
            schedules,
            community=community,
            job=job,
            subject=subject,
            rule=recurrence.rule,
            start=recurrence.start,
            zone=recurrence.zone,
            if_off=recurrence.if_off,
            weekends_off=recurrence.weekends_off,
            lead_minutes=int(lead.total_seconds() // 60),
            paused_until=former.paused_until if former is not None else None,
        )
        return self.plan_anew(ScheduleId(number), now=now)

    def stop_recurring(
        self, community: CommunityId, job: str, *, now: datetime, subject: str = ""
    ) -> None:
        """No further occurrences; one that has not begun is taken away."""
        found = self.of_job(community, job, subject)
        if found is None:
            return
        schedule = ScheduleId(found.id)
        self.take_away(schedule, due_after=now)
        self._connection.execute(
            occurrences.delete().where(
                occurrences.c.schedule == schedule,
                occurrences.c.state == OccurrenceState.WAITING,
            )
        )
        self._connection.execute(schedules.delete().where(schedules.c.id == schedule))

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

    def holds(self, occurrence: OccurrenceId, *, began: datetime | None) -> bool:
        """Whether an occurrence is still with whoever began it then; None: with nobody.

        It then stays so until the transaction ends.
        """
        row = self._connection.execute(
            sa.select(occurrences.c.state, occurrences.c.run_at)
            .where(occurrences.c.id == occurrence)
            .with_for_update()
        ).one()
        if began is None:
            return bool(row.state == OccurrenceState.WAITING)
        return bool(row.state == OccurrenceState.RUNNING and row.run_at == began)

    def get(self, occurrence: OccurrenceId) -> Occurrence:
        """The occurrence of this number, which must exist."""
        row = self._connection.execute(
            sa.select(occurrences).where(occurrences.c.id == occurrence)
        ).one()
        return occurrence_of(row)

    def finish(
        self, occurrence: Occurrence, state: OccurrenceState, *, now: datetime, reason: str = ""
    ) -> None:
        """Settle an occurrence and make the next one of its schedule wait."""
        self._settle(occurrence.id, state=state, reason=reason, run_at=now)
        if occurrence.schedule is not None:
            self.plan_next(occurrence.schedule, after=occurrence.label)

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
        return tuple(occurrence_of(row) for row in rows)

    def next_label(self, community: CommunityId, job: str) -> datetime | None:
        """The label of the next waiting occurrence of a job."""
        return self._connection.execute(
            sa.select(sa.func.min(occurrences.c.label)).where(
                occurrences.c.community == community,
                occurrences.c.job == job,
                occurrences.c.state == OccurrenceState.WAITING,
            )
        ).scalar()

    def of_job(self, community: CommunityId, job: str, subject: str) -> sa.Row[Any] | None:
        """The schedule of a job and subject."""
        return self._connection.execute(
            sa.select(schedules).where(
                schedules.c.community == community,
                schedules.c.job == job,
                schedules.c.subject == subject,
            )
        ).one_or_none()

    def take_away(
        self, schedule: ScheduleId, *, due_after: datetime, since: datetime = NEVER
    ) -> None:
        """Forget what was planned or left out ahead of its time, of the labels from one on.

        What is being tried again has begun and stays.
        """
        self._moved()
        planned = (occurrences.c.state == OccurrenceState.WAITING) & (occurrences.c.attempts == 0)
        left_out = occurrences.c.state == OccurrenceState.SKIPPED
        self._connection.execute(
            occurrences.delete().where(
                occurrences.c.schedule == schedule,
                occurrences.c.due_at > due_after,
                occurrences.c.label >= since,
                planned | left_out,
            )
        )

    def plan_anew(self, schedule: ScheduleId, *, now: datetime) -> datetime | None:
        """Make the first occurrence that is due after now wait; its local time."""
        row = self._connection.execute(
            sa.select(schedules.c.zone, schedules.c.lead_minutes).where(schedules.c.id == schedule)
        ).one()
        soonest = local(now + timedelta(minutes=row.lead_minutes), row.zone)
        # A label that has passed may have been moved to a day that is yet to come.
        return self.plan_next(schedule, after=soonest - MOST_MOVED, past=soonest)

    def plan_next(
        self, schedule: ScheduleId, *, after: datetime, past: datetime = NEVER
    ) -> datetime | None:
        """Make the next occurrence after a label wait; its local time, None where there is none.

        Those that happen at or before ``past``, or during a pause, are passed over. What a day
        off leaves out on the way is written down with its reason.
        """
        row = self._connection.execute(
            sa.select(schedules).where(schedules.c.id == schedule)
        ).one_or_none()
        if row is None:
            return None
        self._moved()
        waiting: datetime | None = self._connection.execute(
            sa.select(sa.func.coalesce(occurrences.c.moved_to, occurrences.c.label))
            .where(
                occurrences.c.schedule == schedule, occurrences.c.state == OccurrenceState.WAITING
            )
            .limit(1)
        ).scalar()
        if waiting is not None:
            return waiting
        if row.paused_until is not None:
            first_day = datetime.combine(row.paused_until, time())
            past = max(past, first_day - timedelta.resolution)
            after = max(after, first_day - MOST_MOVED)
        recurrence = Recurrence(row.rule, row.start, row.zone, IfOff(row.if_off), row.weekends_off)
        for slot in slots_after(recurrence, after):
            if (slot.at or slot.label) <= past:
                continue
            # A label that was run early has its row already: the one after it is next.
            is_new = insert_new(self._connection, occurrences, _planned(row, slot))
            if is_new and slot.at:
                return slot.at
        return None

    def _settle(self, occurrence: OccurrenceId, **values: Any) -> None:
        self._moved()
        self._connection.execute(
            occurrences.update().where(occurrences.c.id == occurrence).values(**values)
        )


def _planned(schedule: sa.Row[Any], slot: Slot) -> dict[str, Any]:
    """The row of an occurrence that waits, or is left out ahead of its time."""
    lead = timedelta(minutes=schedule.lead_minutes)
    return {
        "community": schedule.community,
        "schedule": schedule.id,
        "job": schedule.job,
        "subject": schedule.subject,
        "label": slot.label,
        "zone": schedule.zone,
        "due_at": instant(slot.at or slot.label, schedule.zone) - lead,
        "state": OccurrenceState.WAITING if slot.at else OccurrenceState.SKIPPED,
        "reason": "" if slot.at else slot.note,
        "moved_to": slot.at if slot.at != slot.label else None,
        "note": slot.note if slot.at else "",
    }
