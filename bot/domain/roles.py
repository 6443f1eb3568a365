"""Who looks after a community: there is always somebody."""

from collections.abc import Collection

from bot.chat.requests import Role
from bot.domain.members import Member
from bot.errors import MemberError
from bot.ids import MemberId


def may_add(member: Member) -> None:
    """Whether somebody can be made an organiser; raises ``MemberError`` with the reason."""
    if member.role is Role.ORGANISER:
        raise MemberError(f"{member.name} is an organiser already.")


def may_remove(member: Member, organisers: Collection[MemberId]) -> None:
    """Whether an organiser can be a plain member again; raises ``MemberError`` with the reason."""
    if member.role is not Role.ORGANISER:
        raise MemberError(f"{member.name} is no organiser.")
    if not set(organisers) - {member.id}:
        raise MemberError(
            f"{member.name} is the last organiser. Make somebody else one first, with "
            "“organiser add”."
        )
