"""Two members become one, with the rounds of coffee they are in."""

from dataclasses import replace

from bot.chat.messages import Account
from bot.chat.requests import Request
from bot.domain import accounts, pairing
from bot.domain.coffee import PlaceState, Round, RoundState
from bot.domain.members import Member
from bot.ids import MemberId, platform_of
from handlers import coffee_groups, coffee_review, introductions, stories_posts
from storage import joining
from storage.unit_of_work import UnitOfWork
from storage.web import web_account


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
            _leave_over(db, of, (kept,), accounts.OWN_ACCOUNT)
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
        _leave_over(db, of, alone, accounts.PARTNER_LEFT)


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
    for group, place in accounts.given_up(_seats(db, of, kept, other), kept):
        if place.state is PlaceState.SEEKING:
            db.coffee.save_place(group.id, replace(place, state=PlaceState.OUT))
        else:
            # What waits to tell them of it comes to nothing.
            db.accounts.cancel_about_group(place.member, group.id, group.round, now=request.now)
            coffee_groups.step_out(db, group, place.member, PlaceState.OUT, now=request.now)


def _seats(db: UnitOfWork, of: Round, *people: MemberId) -> tuple[accounts.Seat, ...]:
    return accounts.seats(db.coffee.groups(of.id), *people)


def _leave_over(db: UnitOfWork, of: Round, people: tuple[MemberId, ...], reason: str) -> None:
    if people:
        db.coffee.save_round(accounts.left_over(db.coffee.round(of.id), people, reason))
