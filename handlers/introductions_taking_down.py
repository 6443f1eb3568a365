"""Introductions, as “take down” sees them: a member's own, and everybody's for organisers."""

from collections.abc import Sequence
from datetime import UTC, datetime

from bot.chat.requests import Request
from bot.domain.calm import Programme, Weight
from bot.domain.members import Member, MemberState
from bot.domain.taking_down import Gone, Item, Kind
from bot.ids import MemberId
from bot.views import taking_down as views
from handlers import introductions
from storage.unit_of_work import UnitOfWork

NAME = "introduction"
_NEVER = datetime.min.replace(tzinfo=UTC)


def _recent(request: Request, db: UnitOfWork, member: MemberId | None) -> Sequence[Item]:
    people = [db.members.get(member)] if member else db.members.everybody(request.community)
    introduced = [each for each in people if each.is_introduced]
    newest = sorted(introduced, key=lambda each: each.introduced_at or _NEVER, reverse=True)
    return [_item(each) for each in newest]


def _find(request: Request, db: UnitOfWork, number: int) -> Item | None:
    member = db.members.find(request.community, MemberId(number))
    is_there = member is not None and member.is_introduced and member.state is MemberState.ACTIVE
    return _item(member) if member is not None and is_there else None


def _remove(request: Request, db: UnitOfWork, item: Item, reason: str) -> Gone:
    member = db.members.get(MemberId(item.number))
    db.members.withdraw(member.id)
    posts = introductions.take_down(db, member, now=request.now)
    if member.id != request.member:
        db.audit.add(
            request.community,
            request.member,
            action="introduction taken down",
            subject=f"member:{member.id}",
            now=request.now,
        )
        db.calm.send(
            request.community,
            member.id,
            views.introduction_was_taken_down(reason),
            programme=Programme.INTRODUCTIONS,
            weight=Weight.ALONE,
            key=f"introduction:{member.id}:taken-down:{request.now:%Y%m%d%H%M%S}",
            subject="taken down",
            now=request.now,
        )
    return Gone(posts)


def _item(member: Member) -> Item:
    return Item(NAME, member.id, member.name, member.id, member.introduced_at)


KIND = Kind(
    NAME, _recent, _find, _remove, elsewhere="cards of coffees that showed parts of the profile"
)
"""What introductions contribute to “take down”."""
