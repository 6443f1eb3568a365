"""What the rows of the coffee programme say."""

from typing import Any

import sqlalchemy as sa

from bot.domain import pairing
from bot.domain.coffee import (
    Apart,
    Group,
    GroupState,
    IfUnapproved,
    Met,
    Mode,
    Participation,
    ParticipationState,
    Place,
    PlaceState,
    Priority,
    Round,
    RoundState,
    Setup,
)
from bot.ids import CommunityId, GroupId, MemberId, RoundId
from bot.times import IfOff
from storage.tables import coffee_groups, coffee_places, coffee_rounds


def rounds(connection: sa.Connection, *conditions: Any, limit: int) -> tuple[Round, ...]:
    """The rounds for which these conditions hold, the newest first."""
    rows = connection.execute(
        sa.select(coffee_rounds)
        .where(*conditions)
        .order_by(coffee_rounds.c.number.desc())
        .limit(limit)
    )
    return tuple(_round(row) for row in rows)


def groups(connection: sa.Connection, *conditions: Any) -> tuple[Group, ...]:
    """The groups for which these conditions hold, the oldest first."""
    rows = connection.execute(
        sa.select(coffee_groups).where(*conditions).order_by(coffee_groups.c.id)
    ).all()
    places: dict[int, list[Place]] = {row.id: [] for row in rows}
    joined = coffee_places.join(coffee_groups, coffee_groups.c.id == coffee_places.c.group)
    for row in connection.execute(
        sa.select(coffee_places)
        .select_from(joined)
        .where(*conditions)
        .order_by(coffee_places.c.member)
    ):
        places[row.group].append(_place(row))
    return tuple(_group(row, places[row.id]) for row in rows)


def setup_of(row: sa.Row[Any]) -> Setup:
    """The setup in a row of ``coffee_setups``."""
    return Setup(
        community=CommunityId(row.community),
        weeks=row.weeks,
        weekday=row.weekday,
        time=row.time,
        zone=row.zone,
        group_size=row.group_size,
        mode=Mode(row.mode),
        review=row.review,
        if_unapproved=IfUnapproved(row.if_unapproved),
        apart=frozenset(Apart(each) for each in row.apart),
        theme=pairing.Theme(row.theme) if row.theme else None,
        is_running=row.is_running,
        if_off=IfOff(row.if_off),
    )


def participation_of(row: sa.Row[Any]) -> Participation:
    """The part in a row of ``coffee_participations``."""
    return Participation(
        member=MemberId(row.member),
        state=ParticipationState(row.state),
        paused_until=row.paused_until,
        frequency=pairing.Frequency(row.frequency),
        priority=Priority(row.priority),
        group_size=row.group_size,
        silent_rounds=row.silent_rounds,
    )


def _round(row: sa.Row[Any]) -> Round:
    return Round(
        id=RoundId(row.id),
        community=CommunityId(row.community),
        number=row.number,
        label=row.label,
        zone=row.zone,
        state=RoundState(row.state),
        seed=row.seed,
        theme=pairing.Theme(row.theme) if row.theme else None,
        sends_at=row.sends_at,
        closes_at=row.closes_at,
        score=row.score,
        bound=row.bound,
        repeats=row.repeats,
        unmatched=tuple(pairing.Unmatched(who, reason) for who, reason in row.unmatched),
    )


def _place(row: sa.Row[Any]) -> Place:
    return Place(
        member=MemberId(row.member),
        state=PlaceState(row.state),
        met=Met(row.met) if row.met else None,
        worth=row.worth,
        note=row.note,
        slots=tuple(row.slots),
        shares=tuple(row.shares),
        pressed_at=row.pressed_at,
    )


def _group(row: sa.Row[Any], places: list[Place]) -> Group:
    return Group(
        id=GroupId(row.id),
        round=RoundId(row.round),
        places=tuple(places),
        state=GroupState(row.state),
        is_locked=row.is_locked,
        starter=row.starter,
        slots=tuple(row.slots),
        calendar=row.calendar,
        meets_at=row.meets_at,
        sequence=row.sequence,
    )
