"""Two members become one, with the rounds of coffee they are in."""

from dataclasses import replace

from bot.chat.messages import Account
from bot.chat.requests import Request
from bot.domain import pairing
from bot.domain.coffee import Group, GroupState, Place, PlaceState, Round, RoundState
from bot.domain.members import Member
from bot.ids import MemberId, platform_of
from handlers import coffee_groups, coffee_review, introductions, stories_posts
from storage import joining
from storage.unit_of_work import UnitOfWork
from storage.web import web_account

PARTNER_LEFT = "their partner left before it went out"
OWN_ACCOUNT = "the other account in their group was their own"


def join(request: Request, db: UnitOfWork, kept: MemberId, other: MemberId) -> Member:
    """Make two members one who is never twice in a round; the one who stays.

    Raises ``MemberError`` where one of them is not part of the community.
    """
    rounds = db.coffee.rounds(request.community, *coffee_review.DRAFTS, RoundState.SENT)
    for of in rounds:
        if of.is_draft:
            _leave_draft(request, db, of, kept, other)
        else:
            _leave_round(request, db, of, kept, other)
    held = {of.id: _seats(db, of, kept, other) for of in rounds}

    member = joining.join(db.connection, kept, other, now=request.now)
    introductions.take_over(db, member, other, now=request.now)
    stories_posts.renamed(db, member.id, now=request.now)
    for of in rounds:
        if of.is_draft:
            _check_draft(request, db, of, kept)
        elif held[of.id] and not _seats(db, of, kept):
            _leave_over(db, of, (kept,), OWN_ACCOUNT)
    actor = kept if request.member == other else request.member
    db.audit.add(request.community, actor, action="accounts joined", now=request.now)
    return member


def account_after(account: Account, member: Member) -> Account:
    """The account once it is the member's: a place in the web chat is named after its member."""
    is_web = platform_of(account.lane) == "web"
    return web_account(member.community, member.id) if is_web else account


def _leave_draft(
    request: Request, db: UnitOfWork, of: Round, kept: MemberId, other: MemberId
) -> None:
    """Both are in a draft: the other is taken out, so that nobody else is left alone."""
    drafted = {each for group in db.coffee.groups(of.id) for each in group.people}
    if {kept, other} <= drafted:
        alone = coffee_review.take_out(request, db, of, other)
        _leave_over(db, of, alone, PARTNER_LEFT)


def _check_draft(request: Request, db: UnitOfWork, of: Round, kept: MemberId) -> None:
    """What the two wished for together may forbid the group that one of them was in."""
    mine = [group for group in db.coffee.groups(of.id) if kept in group.people]
    if any(not coffee_review.is_allowed(db, of, group.people) for group in mine):
        alone = coffee_review.take_out(request, db, of, kept)
        _leave_over(db, of, (*alone, kept), pairing.BLOCKED)


def _leave_round(
    request: Request, db: UnitOfWork, of: Round, kept: MemberId, other: MemberId
) -> None:
    """One of the places they hold in a round under way stays, the kept member's if it can."""
    taken = sorted(_seats(db, of, kept, other), key=lambda seat: _rank(seat[0], seat[1], kept))
    stays: Group | None = None
    for group, place in taken:
        if not _is_live(group, place):
            continue
        if stays is None:
            stays = group
        elif place.state is PlaceState.SEEKING:
            db.coffee.save_place(group.id, replace(place, state=PlaceState.OUT))
        elif group.id != stays.id:
            # What waits to tell them of it comes to nothing.
            db.accounts.cancel_about_group(place.member, group.id, group.round, now=request.now)
            coffee_groups.step_out(db, group, place.member, PlaceState.OUT, now=request.now)


def _seats(db: UnitOfWork, of: Round, *people: MemberId) -> list[tuple[Group, Place]]:
    return [
        (group, place)
        for group in db.coffee.groups(of.id)
        for place in group.places
        if place.member in people
    ]


def _is_live(group: Group, place: Place) -> bool:
    return place.state is PlaceState.SEEKING or (
        place.state is PlaceState.IN and group.state is GroupState.OPEN
    )


def _rank(group: Group, place: Place, kept: MemberId) -> tuple[bool, bool, int]:
    return (place.state is not PlaceState.IN, place.member != kept, group.id)


def _leave_over(db: UnitOfWork, of: Round, people: tuple[MemberId, ...], reason: str) -> None:
    if not people:
        return
    fresh = db.coffee.round(of.id)
    gaps = tuple(pairing.Unmatched(str(each), reason) for each in people)
    known = tuple(gap for gap in fresh.unmatched if gap.id not in {each.id for each in gaps})
    db.coffee.save_round(replace(fresh, unmatched=(*known, *gaps)))
