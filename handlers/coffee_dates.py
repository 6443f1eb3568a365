"""Coffee, when an organiser leaves the next round out, and what differs from the rhythm."""

from datetime import datetime

from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain.coffee import RoundState
from bot.errors import MemberError
from bot.ids import CommunityId
from bot.times import Slot
from bot.views import coffee_dates as views
from storage.occurrences import OccurrenceState
from storage.unit_of_work import UnitOfWork

routes = Routes()

JOB = "coffee round"
LEFT_OUT = "an organiser left it out"


@routes.route("coffee skip", help="Leave the next round out.", role=Role.ORGANISER, once=True)
def skip(request: Request, db: UnitOfWork) -> Reply:
    """The next round does not go out; one that has begun is another matter."""
    _check_none_has_begun(request, db)
    left_out = db.recurrences.skip_next(request.community, JOB, reason=LEFT_OUT)
    if left_out is None:
        raise MemberError("No round is planned that could be left out. “coffee setup” plans them.")
    _note(request, db, "coffee skip", left_out.label)
    return views.skipped(left_out.at, next_round(db, request.community))


@routes.route(
    "coffee skip undo", help="Plan the round again that was left out.", role=Role.ORGANISER,
    once=True,
)  # fmt: skip
def take_back(request: Request, db: UnitOfWork) -> Reply:
    """The round that was last left out goes out after all, while its time has not passed."""
    back = db.recurrences.take_back_skip(request.community, JOB, reason=LEFT_OUT, now=request.now)
    if back is None:
        raise MemberError("No round that you left out is still to come.")
    _note(request, db, "coffee skip undo", back.label)
    return views.skip_taken_back(back.at)


def next_round(db: UnitOfWork, community: CommunityId) -> datetime | None:
    """The local time at which the next round goes out."""
    upcoming = db.recurrences.upcoming(community, JOB)
    return upcoming.at if upcoming else None


def ahead(db: UnitOfWork, community: CommunityId, *, now: datetime) -> tuple[Slot, ...]:
    """The next round, after those before it that are left out, each with its reason."""
    upcoming = db.recurrences.upcoming(community, JOB)
    if upcoming is None:
        return ()
    left_out = db.recurrences.left_out(community, JOB, now=now)
    return (
        *(Slot(each.label, None, each.reason) for each in left_out if each.label < upcoming.label),
        Slot(upcoming.label, upcoming.at, upcoming.note),
    )


def _check_none_has_begun(request: Request, db: UnitOfWork) -> None:
    """Raise ``MemberError`` where the next round is more than a plan already."""
    drafts = db.coffee.rounds(request.community, RoundState.DRAFTED, RoundState.APPROVED)
    if drafts:
        raise MemberError(
            f"Round {drafts[0].number} is drafted already: “coffee cancel round” ends it. "
            "After that you can leave the next one out."
        )
    drafting = db.schedule.of(request.community, "coffee draft", limit=1)
    if drafting and drafting[0].state is OccurrenceState.WAITING:
        raise MemberError(
            "The next round has begun: people were asked whether they take part. "
            "Once it is drafted, “coffee cancel round” ends it."
        )


def _note(request: Request, db: UnitOfWork, action: str, label: datetime) -> None:
    """Write it into the audit log, with the day of the round."""
    db.audit.add(
        request.community, request.member, action=action,
        subject=f"round of {label:%Y-%m-%d}", now=request.now,
    )  # fmt: skip
