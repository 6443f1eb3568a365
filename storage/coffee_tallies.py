"""The coffee programme in a few figures that name nobody, gathered in a statement each."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa

from bot.domain.coffee import Met, ParticipationState
from bot.domain.members import MemberState
from bot.ids import CommunityId, RoundId
from storage.tables import coffee_groups, coffee_participations, coffee_places, members
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Parts:
    """How many take part in coffee, pause until a date, or rest after silent rounds."""

    active: int
    pausing: int
    resting: int


@dataclass(frozen=True, slots=True)
class Tally:
    """A round in a few figures. ``crossing`` is the share of pairs from two organisations."""

    groups: int = 0
    people: int = 0
    met_groups: int = 0
    answered: int = 0
    crossing: float | None = None

    @property
    def met_rate(self) -> float | None:
        """The share of groups in which somebody said that they met."""
        return self.met_groups / self.groups if self.groups else None


def parts(db: UnitOfWork, community: CommunityId, today: date) -> Parts:
    """How many active members are in coffee, and how."""
    part = coffee_participations.c
    kind = sa.case(
        (part.state == ParticipationState.RESTING, "resting"),
        (part.paused_until > today, "pausing"),
        else_="active",
    ).label("kind")
    rows = db.connection.execute(
        sa.select(kind, sa.func.count().label("people"))
        .select_from(coffee_participations.join(members, members.c.id == part.member))
        .where(
            part.community == community,
            part.state != ParticipationState.LEFT,
            members.c.state == MemberState.ACTIVE,
        )
        .group_by(kind)
    )
    people = {row.kind: int(row.people) for row in rows}
    return Parts(people.get("active", 0), people.get("pausing", 0), people.get("resting", 0))


def tallies(db: UnitOfWork, rounds: Iterable[RoundId]) -> dict[RoundId, Tally]:
    """These rounds in a few figures each."""
    numbers = list(rounds)
    crossing = _crossing(db, numbers)
    held = (
        sa.select(
            coffee_groups.c.round,
            sa.func.count().label("people"),
            sa.func.max(sa.case((coffee_places.c.met == Met.YES, 1), else_=0)).label("met"),
            sa.func.count(coffee_places.c.met).label("answered"),
        )
        .select_from(_PLACES)
        .where(coffee_groups.c.round.in_(numbers))
        .group_by(coffee_groups.c.id, coffee_groups.c.round)
        .subquery()
    )
    rows = db.connection.execute(
        sa.select(
            held.c.round,
            sa.func.count().label("groups"),
            sa.func.sum(held.c.people).label("people"),
            sa.func.sum(held.c.met).label("met"),
            sa.func.sum(held.c.answered).label("answered"),
        ).group_by(held.c.round)
    )
    found = {
        RoundId(row.round): Tally(
            int(row.groups),
            int(row.people),
            int(row.met),
            int(row.answered),
            crossing.get(row.round),
        )
        for row in rows
    }
    return {number: found.get(number, Tally()) for number in numbers}


def _crossing(db: UnitOfWork, rounds: list[RoundId]) -> dict[int, float]:
    """The share of pairs from two organisations, of those who both told theirs."""
    one, other = coffee_places.alias("one"), coffee_places.alias("other")
    first, second = members.alias("first"), members.alias("second")
    differ = sa.case((first.c.organisation != second.c.organisation, 1.0), else_=0.0)
    rows = db.connection.execute(
        sa.select(coffee_groups.c.round, sa.func.avg(differ).label("share"))
        .select_from(
            coffee_groups.join(one, one.c.group == coffee_groups.c.id)
            .join(
                other,
                (other.c.group == coffee_groups.c.id) & (other.c.member > one.c.member),
            )
            .join(first, first.c.id == one.c.member)
            .join(second, second.c.id == other.c.member)
        )
        .where(
            coffee_groups.c.round.in_(rounds),
            first.c.organisation != "",
            second.c.organisation != "",
        )
        .group_by(coffee_groups.c.round)
    )
    return {row.round: float(row.share) for row in rows}


_PLACES = coffee_groups.join(coffee_places, coffee_places.c.group == coffee_groups.c.id)
