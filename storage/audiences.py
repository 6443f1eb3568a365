"""An audience as JSON, and as the statement that finds those who are meant."""

import json
from typing import Any

import sqlalchemy as sa

from bot.domain.audience import (
    EVERYONE,
    Attribute,
    Audience,
    Both,
    Either,
    Everyone,
    Is,
    Not,
    Platform,
    Position,
    Programme,
)
from bot.domain.coffee import ParticipationState
from bot.domain.members import MemberState
from bot.ids import CommunityId
from storage.tables import accounts, coffee_participations, members

_COLUMNS = {
    Attribute.PLACE: members.c.place,
    Attribute.SECTOR: members.c.sector,
    Attribute.ORGANISATION: members.c.organisation,
    Attribute.PROFESSION: members.c.profession,
    Attribute.STAGE: members.c.stage,
    Attribute.KIND: members.c.kind,
}
_LANES = {Platform.SLACK: "slack:", Platform.TEAMS: "teams:", Platform.WEB: "web:"}


def dump(audience: Audience) -> list[Any]:
    """The audience as JSON: a word and what it is about."""
    match audience:
        case Is(attribute=attribute, value=value):
            return ["is", str(attribute), str(value)]
        case Not(part=part):
            return ["not", dump(part)]
        case Both(parts=parts):
            return ["both", *map(dump, parts)]
        case Either(parts=parts):
            return ["either", *map(dump, parts)]
        case Everyone():
            return ["everyone"]


def load(kept: list[Any]) -> Audience:
    """The audience of this JSON."""
    kind, *rest = kept
    if kind == "is":
        return Is(Attribute(rest[0]), rest[1])
    if kind == "not":
        return Not(load(rest[0]))
    if kind == "both":
        return Both(tuple(map(load, rest)))
    if kind == "either":
        return Either(tuple(map(load, rest)))
    return EVERYONE


def meant(community: CommunityId, audience: Audience) -> sa.Select[tuple[int]]:
    """The numbers of the active members who are meant."""
    return sa.select(members.c.id).where(
        members.c.community == community,
        members.c.state == MemberState.ACTIVE,
        _condition(audience),
    )


def _condition(audience: Audience) -> sa.ColumnElement[bool]:
    match audience:
        case Is():
            return _is(audience)
        case Not(part=part):
            return sa.not_(_condition(part))
        case Both(parts=parts):
            return sa.and_(*map(_condition, parts))
        case Either(parts=parts):
            return sa.or_(*map(_condition, parts))
        case Everyone():
            return sa.true()


def _is(one: Is) -> sa.ColumnElement[bool]:
    match one.attribute:
        case Attribute.INTEREST:
            # A list is stored as JSON, in which each word stands as it is written here.
            return sa.cast(members.c.interests, sa.Text).contains(
                json.dumps(one.value), autoescape=True
            )
        case Attribute.PROGRAMME if one.value == Programme.COFFEE:
            return sa.exists().where(
                coffee_participations.c.member == members.c.id,
                coffee_participations.c.state != ParticipationState.LEFT,
            )
        case Attribute.PROGRAMME:
            return members.c.introduced_at.is_not(None)
        case Attribute.PLATFORM:
            return sa.exists().where(
                accounts.c.member == members.c.id,
                accounts.c.lane.startswith(_LANES[Platform(one.value)]),
                accounts.c.is_active,
                accounts.c.is_retired.is_(False),
            )
        case Attribute.ROLE:
            return members.c.role == Position(one.value)
        case _:
            return _COLUMNS[one.attribute] == one.value
