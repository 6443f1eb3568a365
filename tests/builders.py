"""Dull builders: whatever matters to a test is written in the test."""

from typing import Any

from bot.chat.requests import Role
from bot.domain.coffee import Group, Met, Place, PlaceState
from bot.domain.members import Member, MemberState, Profile
from bot.ids import CommunityId, GroupId, MemberId, RoundId


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
