"""What organisers ask about a whole community: its members, deliveries and schedule.

Nothing here tells who avoids whom, who paused, what anybody answered or what a message said.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot.domain.coffee import ParticipationState
from bot.domain.members import Member, MemberState
from bot.ids import CommunityId, Lane, MemberId, OutboxId
from storage import mail_addresses
from storage.members import Members
from storage.outbox import CONFIDENTIAL, State
from storage.retention import WORDLESS
from storage.schedule import OccurrenceState
from storage.tables import (
    accounts,
    coffee_participations,
    members,
    occurrences,
    outbox,
)

TROUBLE = (State.CANNOT, State.UNCERTAIN)
"""The states of a delivery that an organiser may have to do something about."""


class Wanted(StrEnum):
    """Which members a list shows."""

    EVERYBODY = "everybody"
    IN_COFFEE = "in coffee"
    NOT_IN_COFFEE = "not in coffee"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Listed:
    """A member in a list; whether they joined coffee, pausing or not."""

    member: Member
    is_in_coffee: bool


@dataclass(frozen=True, slots=True)
class Sending:
    """A row of the outbox. ``name`` is empty unless somebody may not have been reached.

    For any other row it would tell who was asked again, and so who had not answered. ``is_doubt``
    says that an organiser can still settle it.
    """

    id: OutboxId
    subject: str
    lane: Lane
    name: str
    state: State
    reason: str
    added_at: datetime
    settled_at: datetime | None
    not_before: datetime
    is_doubt: bool


@dataclass(frozen=True, slots=True)
class LaneNow:
    """A lane's waiting rows, how long the oldest is overdue, and how many rows had trouble."""

    lane: Lane
    waiting: int
    overdue: timedelta
    sent: int
    trouble: int


@dataclass(frozen=True, slots=True)
class Planned:
    """An occurrence of a job; ``run_at`` is when it was last begun."""

    job: str
    subject: str
    label: datetime
    zone: str
    due_at: datetime
    run_at: datetime | None
    state: OccurrenceState
    reason: str
    note: str


class Overview:
    """Answers about one community at a time; reads only.

    ``has_mail`` says that an e-mail address reaches whom nothing else does.
    """

    def __init__(self, connection: sa.Connection, *, has_mail: bool = False) -> None:
        self._connection = connection
        self._has_mail = has_mail

    def listed(
        self, community: CommunityId, words: str, wanted: Wanted, *, limit: int, offset: int = 0
    ) -> tuple[Listed, ...]:
        """Active members by name whose name, organisation, place or role holds the words."""
        rows = self._connection.execute(
            sa.select(members.c.id, _joined_coffee().label("is_in"))
            .where(*_chosen(community, words, wanted, has_mail=self._has_mail))
            .order_by(members.c.name, members.c.id)
            .limit(limit)
            .offset(offset)
        ).all()
        found = Members(self._connection).many(MemberId(row.id) for row in rows)
        return tuple(Listed(found[row.id], bool(row.is_in)) for row in rows)

    def how_many(self, community: CommunityId, words: str, wanted: Wanted) -> int:
        """How many members such a list has altogether."""
        statement = sa.select(sa.func.count()).select_from(members)
        return int(
            self._connection.execute(
                statement.where(*_chosen(community, words, wanted, has_mail=self._has_mail))
            ).scalar_one()
        )

    def states(self, community: CommunityId) -> Counter[State]:
        """How many deliveries are in each state."""
        rows = self._connection.execute(
            sa.select(outbox.c.state, sa.func.count().label("rows"))
            .where(outbox.c.community == community, outbox.c.subject != CONFIDENTIAL)
            .group_by(outbox.c.state)
        )
        return Counter({State(row.state): int(row.rows) for row in rows})

    def trouble(
        self, community: CommunityId, *, since: datetime
    ) -> tuple[tuple[State, str, int], ...]:
        """Deliveries that could not be made or are uncertain, by reason, the commonest first."""
        many = sa.func.count().label("rows")
        rows = self._connection.execute(
            sa.select(outbox.c.state, outbox.c.reason, many)
            .where(
                outbox.c.community == community,
                outbox.c.subject != CONFIDENTIAL,
                outbox.c.state.in_(TROUBLE),
                outbox.c.settled_at >= since,
            )
            .group_by(outbox.c.state, outbox.c.reason)
            .order_by(many.desc(), outbox.c.reason)
        )
        return tuple((State(row.state), row.reason, int(row.rows)) for row in rows)

    def lanes(self, community: CommunityId, *, now: datetime) -> tuple[LaneNow, ...]:
        """Every lane the community ever used, by name."""
        waiting = outbox.c.state == State.QUEUED
        rows = self._connection.execute(
            sa.select(
                outbox.c.lane,
                _count_if(waiting).label("waiting"),
                sa.func.min(sa.case((waiting, outbox.c.not_before))).label("oldest"),
                _count_if(outbox.c.state == State.SENT).label("sent"),
                _count_if(outbox.c.state.in_(TROUBLE)).label("trouble"),
            )
            .where(outbox.c.community == community, outbox.c.subject != CONFIDENTIAL)
            .group_by(outbox.c.lane)
            .order_by(outbox.c.lane)
        )
        return tuple(
            LaneNow(
                Lane(row.lane),
                int(row.waiting),
                max(now - row.oldest, timedelta()) if row.oldest else timedelta(),
                int(row.sent),
                int(row.trouble),
            )
            for row in rows
        )

    def deliveries(
        self, community: CommunityId, states: Sequence[State], *, limit: int, offset: int = 0
    ) -> tuple[Sending, ...]:
        """The newest rows of the outbox, of these states where some are named."""
        name = sa.case((outbox.c.state.in_(TROUBLE), members.c.name), else_="").label("name")
        statement = (
            sa.select(outbox, name)
            .select_from(outbox.outerjoin(members, members.c.id == outbox.c.member))
            .where(outbox.c.community == community, outbox.c.subject != CONFIDENTIAL)
            .order_by(outbox.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        if states:
            statement = statement.where(outbox.c.state.in_(states))
        return tuple(_sending(row) for row in self._connection.execute(statement))

    def planned(
        self,
        community: CommunityId,
        states: Sequence[OccurrenceState],
        *,
        limit: int,
        since: datetime | None = None,
        before: datetime | None = None,
    ) -> tuple[Planned, ...]:
        """Occurrences in these states: what waits by when it is due, all else the newest first.

        ``before`` leaves out what is not to happen and whose time has not come.
        """
        ahead = OccurrenceState.WAITING in states
        statement = sa.select(occurrences).where(
            occurrences.c.community == community, occurrences.c.state.in_(states)
        )
        if since is not None:
            statement = statement.where(occurrences.c.due_at >= since)
        if before is not None:
            has_passed = occurrences.c.due_at < before
            statement = statement.where(has_passed | occurrences.c.run_at.is_not(None))
        order = occurrences.c.due_at if ahead else occurrences.c.due_at.desc()
        rows = self._connection.execute(statement.order_by(order, occurrences.c.id).limit(limit))
        return tuple(_planned(row) for row in rows)


def _count_if(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[int]:
    return sa.func.sum(sa.case((condition, 1), else_=0))


def _joined_coffee() -> sa.ColumnElement[bool]:
    return sa.exists().where(
        coffee_participations.c.member == members.c.id,
        coffee_participations.c.state != ParticipationState.LEFT,
    )


def _chosen(
    community: CommunityId, words: str, wanted: Wanted, *, has_mail: bool
) -> tuple[sa.ColumnElement[bool], ...]:
    reached = sa.exists().where(
        accounts.c.member == members.c.id,
        accounts.c.is_active,
        accounts.c.is_retired.is_(False),
    )
    by_mail = sa.and_(*mail_addresses.MAY_GET_MAIL, mail_addresses.EXISTS, sa.literal(has_mail))
    of_them: dict[Wanted, tuple[sa.ColumnElement[bool], ...]] = {
        Wanted.EVERYBODY: (),
        Wanted.IN_COFFEE: (_joined_coffee(),),
        Wanted.NOT_IN_COFFEE: (sa.not_(_joined_coffee()),),
        Wanted.UNREACHABLE: (sa.not_(reached), sa.not_(by_mail)),
    }
    searched = (members.c.name, members.c.organisation, members.c.place, members.c.job)
    # Every word must be found somewhere: "lewisham nurse".
    found = tuple(
        sa.or_(*(column.icontains(word, autoescape=True) for column in searched))
        for word in words.split()
    )
    return (
        members.c.community == community,
        members.c.state == MemberState.ACTIVE,
        *of_them[wanted],
        *found,
    )


def _sending(row: sa.Row[Any]) -> Sending:
    return Sending(
        id=OutboxId(row.id),
        subject=row.subject,
        lane=Lane(row.lane),
        name=row.name or "",
        state=State(row.state),
        reason=row.reason,
        added_at=row.added_at,
        settled_at=row.settled_at,
        not_before=row.not_before,
        is_doubt=row.state == State.UNCERTAIN and row.message not in {None, WORDLESS},
    )


def _planned(row: sa.Row[Any]) -> Planned:
    return Planned(
        job=row.job,
        subject=row.subject,
        label=row.label,
        zone=row.zone,
        due_at=row.due_at,
        run_at=row.run_at,
        state=OccurrenceState(row.state),
        reason=row.reason,
        note=row.note,
    )
