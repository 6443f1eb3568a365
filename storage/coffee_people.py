"""The people of the coffee programme as the planner sees them, gathered from several tables."""

from collections.abc import Callable
from datetime import datetime

from bot.domain import coffee_matching, pairing
from bot.domain.coffee import Mode, Participation
from bot.domain.members import Member, MemberState
from bot.ids import CommunityId, MemberId, platform_of
from bot.times import instant
from storage.unit_of_work import UnitOfWork


def everybody(
    db: UnitOfWork, community: CommunityId, *, now: datetime
) -> tuple[tuple[pairing.Person, ...], tuple[Member, ...]]:
    """All who have joined, and those of them whom no account reaches."""
    return _gathered(db, community, lambda _: True, now=now)


def silent(db: UnitOfWork, community: CommunityId, label: datetime) -> frozenset[MemberId]:
    """Those who have joined and want to hear nothing when a round of this label goes out."""
    parts = [part.member for part in db.coffee.participants(community)]
    zone = db.coffee.setup(community).zone
    return db.calm.silent(parts, at=instant(label, zone))


def taking_part(
    db: UnitOfWork, community: CommunityId, label: datetime, *, now: datetime
) -> tuple[tuple[pairing.Person, ...], tuple[Member, ...]]:
    """Those on whom the round of this label counts, and those of them whom no account reaches."""
    asked = db.coffee.setup(community).mode is Mode.ASKED
    answers = db.coffee.opted(community, label)
    unheard = silent(db, community, label)
    return _gathered(
        db,
        community,
        lambda part: (
            part.takes_part(label.date())
            and part.member not in unheard
            and answers.get(part.member, not asked)
        ),
        now=now,
    )


def _gathered(
    db: UnitOfWork,
    community: CommunityId,
    wanted: Callable[[Participation], bool],
    *,
    now: datetime,
) -> tuple[tuple[pairing.Person, ...], tuple[Member, ...]]:
    parts = {part.member: part for part in db.coffee.participants(community) if wanted(part)}
    reachable = db.members.reachable(parts)
    active = [each for each in reachable.values() if each.member.state is MemberState.ACTIVE]
    platforms: dict[MemberId, str] = {
        each.member.id: platform_of(each.account.lane) for each in active if each.account
    }
    people = coffee_matching.people(
        [(each.member, parts[each.member.id]) for each in active if each.account],
        db.coffee.avoids(community),
        platforms,
        weeks=db.coffee.setup(community).weeks,
        guests=_guests(db, community, now=now),
    )
    return people, tuple(each.member for each in active if each.account is None)


def _guests(db: UnitOfWork, community: CommunityId, *, now: datetime) -> frozenset[MemberId]:
    """Who came to the last session that is over; everybody with a place where nobody noted it."""
    last = db.sessions.past(community, now=now, limit=1)
    going = [each for of in db.sessions.registers(last) for each in of.going]
    came = [each.member for each in going if each.attended]
    is_noted = any(each.attended is not None for each in going)
    return frozenset(came if is_noted else [each.member for each in going])
