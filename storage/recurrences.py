"""Recurrences that pause, leave one out, or tell what comes next."""

from datetime import date, datetime

import sqlalchemy as sa

from bot.ids import CommunityId, OccurrenceId, ScheduleId
from bot.times import IfOff, Recurrence
from storage.occurrences import Occurrence, OccurrenceState, occurrence_of
from storage.schedule import ScheduleStore
from storage.tables import occurrences, schedules


class Recurrences:
    """The recurring jobs of all communities; each is named by its job and subject."""

    def __init__(self, connection: sa.Connection, schedule: ScheduleStore) -> None:
        self._connection = connection
        self._schedule = schedule

    def recurrence(
        self, community: CommunityId, job: str, *, subject: str = ""
    ) -> Recurrence | None:
        """When it recurs; None where it does not."""
        row = self._schedule.of_job(community, job, subject)
        if row is None:
            return None
        return Recurrence(row.rule, row.start, row.zone, IfOff(row.if_off), row.weekends_off)

    def pause(
        self, community: CommunityId, job: str, *, until: date, now: datetime, subject: str = ""
    ) -> datetime | None:
        """Nothing happens before the first day back; the local time of the next one after it.

        What is due already is still done. None where nothing recurs.
        """
        return self._pause(community, job, subject, until, now)

    def resume(
        self, community: CommunityId, job: str, *, now: datetime, subject: str = ""
    ) -> datetime | None:
        """Go on at once; the local time of the next one, None where nothing recurs."""
        return self._pause(community, job, subject, None, now)

    def paused_until(self, community: CommunityId, job: str, *, subject: str = "") -> date | None:
        """The first day back; None where it does not pause."""
        row = self._schedule.of_job(community, job, subject)
        found: date | None = row.paused_until if row is not None else None
        return found

    def skip_next(
        self, community: CommunityId, job: str, *, reason: str, subject: str = ""
    ) -> Occurrence | None:
        """Leave the next one out, in sight; what was left out, None where none is waiting."""
        upcoming = self.upcoming(community, job, subject=subject)
        if upcoming is None or upcoming.schedule is None:
            return None
        left_out = self._connection.execute(
            occurrences.update()
            .where(occurrences.c.id == upcoming.id, occurrences.c.state == OccurrenceState.WAITING)
            .values(state=OccurrenceState.SKIPPED, reason=reason)
        )
        if not left_out.rowcount:
            return None
        self._schedule.plan_next(upcoming.schedule, after=upcoming.label)
        return self._schedule.get(OccurrenceId(upcoming.id))

    def take_back_skip(
        self, community: CommunityId, job: str, *, reason: str, now: datetime, subject: str = ""
    ) -> Occurrence | None:
        """Plan again what was last left out for this reason; None where its time has passed."""
        found = [
            each
            for each in self.left_out(community, job, now=now, subject=subject)
            if each.reason == reason and each.schedule is not None
        ]
        if not found:
            return None
        last = found[-1]
        schedule = ScheduleId(last.schedule or 0)
        self._schedule.take_away(schedule, due_after=now, since=last.label)
        self._schedule.plan_next(schedule, after=last.label - datetime.resolution)
        return self.upcoming(community, job, subject=subject)

    def upcoming(self, community: CommunityId, job: str, *, subject: str = "") -> Occurrence | None:
        """The next occurrence that waits."""
        row = self._connection.execute(
            sa.select(occurrences)
            .where(
                occurrences.c.community == community,
                occurrences.c.job == job,
                occurrences.c.subject == subject,
                occurrences.c.state == OccurrenceState.WAITING,
            )
            .order_by(occurrences.c.due_at)
            .limit(1)
        ).one_or_none()
        return occurrence_of(row) if row is not None else None

    def left_out(
        self, community: CommunityId, job: str, *, now: datetime, subject: str = ""
    ) -> tuple[Occurrence, ...]:
        """What will not happen, and is said to be so before its time, the earliest first."""
        rows = self._connection.execute(
            sa.select(occurrences)
            .where(
                occurrences.c.community == community,
                occurrences.c.job == job,
                occurrences.c.subject == subject,
                occurrences.c.state == OccurrenceState.SKIPPED,
                occurrences.c.due_at > now,
                occurrences.c.run_at.is_(None),
            )
            .order_by(occurrences.c.label)
        )
        return tuple(occurrence_of(row) for row in rows)

    def _pause(
        self, community: CommunityId, job: str, subject: str, until: date | None, now: datetime
    ) -> datetime | None:
        row = self._schedule.of_job(community, job, subject)
        if row is None:
            return None
        schedule = ScheduleId(row.id)
        self._connection.execute(
            schedules.update().where(schedules.c.id == schedule).values(paused_until=until)
        )
        self._schedule.take_away(schedule, due_after=now)
        return self._schedule.plan_anew(schedule, now=now)
