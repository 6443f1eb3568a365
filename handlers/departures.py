"""Somebody takes no part any more: what others waited for from them ends, without a word on why.

For whoever an organiser takes out, for a while or for good. Their own settings stay, so that all
is as it was should they come back.
"""

from dataclasses import dataclass

from bot.chat.requests import Request
from bot.domain.coffee import GroupState, PlaceState, RoundState
from bot.domain.members import Member
from bot.ids import MemberId
from handlers import coffee_groups, coffee_review, introductions, sessions_places
from storage import silence
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Left:
    """What somebody left behind: coffees that ended, messages cancelled, posts taken down.

    ``alone`` are those left without a group in a draft that nobody has been told of.
    """

    coffees: int = 0
    cancelled: int = 0
    posts: int = 0
    alone: tuple[MemberId, ...] = ()


def see_off(request: Request, db: UnitOfWork, leaving: Member) -> Left:
    """End what others wait for; ``leaving`` must be taken out already, so that nothing is sent.

    Their stories stay: those belong to co-authors and to the community too.
    """
    cancelled = silence.fall(db.connection, leaving, now=request.now)
    coffees = leave_coffees(request, db, leaving)
    alone = _leave_draft(request, db, leaving)
    sessions_places.see_off(db, leaving, now=request.now)
    posts = introductions.take_down(db, leaving, now=request.now)
    return Left(coffees, cancelled, posts, alone)


def leave_coffees(request: Request, db: UnitOfWork, leaving: Member) -> int:
    """Take somebody out of every coffee under way; how many the others now know of."""
    left = 0
    for of, group in db.coffee.groups_of(leaving.id):
        state = group.place(leaving.id).state
        if of.state is not RoundState.SENT or state is PlaceState.OUT:
            continue
        if state is PlaceState.SEEKING or group.state is not GroupState.OPEN:
            # The others were told when they began to look for someone else.
            db.coffee.save_place(group.id, coffee_groups.given_up(group, leaving.id))
            continue
        coffee_groups.step_out(
            db, group, leaving.id, PlaceState.OUT, now=request.now, is_named=False
        )
        left += 1
    return left


def _leave_draft(request: Request, db: UnitOfWork, leaving: Member) -> tuple[MemberId, ...]:
    drafts = db.coffee.rounds(leaving.community, *coffee_review.DRAFTS, limit=1)
    if not drafts:
        return ()
    groups = db.coffee.groups(drafts[0].id)
    if all(leaving.id not in group.people for group in groups):
        return ()
    return coffee_review.take_out(request, db, drafts[0], leaving.id)
