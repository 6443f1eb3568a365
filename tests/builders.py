"""Dull builders: whatever matters to a test is written in the test."""

from datetime import datetime
from typing import Any

from bot.chat.platform import Installation
from bot.chat.requests import Role
from bot.domain.coffee import Group, Met, Place, PlaceState
from bot.domain.members import Member, MemberState, Profile
from bot.ids import CommunityId, GroupId, Lane, MemberId, RoundId, lane_of
from storage.members import profile_columns
from storage.tables import members
from storage.unit_of_work import UnitOfWork


def member(name: str, number: int = 1, **profile: Any) -> Member:
    """A member without surprises."""
    return Member(
        id=MemberId(number),
        community=CommunityId(1),
        name=name,
        email=f"{name.lower().replace(' ', '.')}@leaders.example",
        role=Role.MEMBER,
        state=MemberState.ACTIVE,
        zone="Europe/London",
        profile=Profile(**profile),
    )


def group(*people: int, number: int = 1, met: Met | None = None, **more: Any) -> Group:
    """A group of these members, all of them still in it."""
    places = tuple(Place(MemberId(each), PlaceState.IN, met=met) for each in people)
    return Group(GroupId(number), RoundId(1), places, **more)


def slack_workspace(db: UnitOfWork, community: CommunityId, team: str, *, now: datetime) -> Lane:
    """A Slack workspace that installed the bot from the community's link."""
    lane = lane_of("slack", team)
    installed = Installation(lane, team, "", "xoxb-made-up", community=community)
    db.workspaces.install(installed, now=now)
    return lane


def set_profile(db: UnitOfWork, number: MemberId, profile: Profile) -> None:
    """Somebody has this profile, whether or not they introduced themselves."""
    values = profile_columns(profile)
    db.connection.execute(members.update().where(members.c.id == number).values(values))
