"""What of coffee stands on the home page."""

from collections.abc import Iterator
from datetime import datetime

from bot.chat.requests import Request, Role
from bot.domain.coffee import Group, GroupState, PlaceState, RoundState
from bot.times import local
from bot.views import coffee_home as views
from bot.views.home import Line, Part, lines_of
from handlers.coffee import LABEL, upcoming
from storage.occurrences import OccurrenceState
from storage.unit_of_work import UnitOfWork

DRAFTS = (RoundState.DRAFTED, RoundState.APPROVED, RoundState.HELD)


def lines(request: Request, db: UnitOfWork) -> list[Line]:
    """My coffees and what I was asked about them; to organisers, the drafted round."""
    return [
        *_questions(request, db),
        *lines_of(Part.COFFEE, upcoming(request, db)),
        *_drafts(request, db),
    ]


def _questions(request: Request, db: UnitOfWork) -> Iterator[Line]:
    asked = _asked_to_take_part(request, db)
    if asked is not None:
        yield views.are_you_in(asked, f"{asked:{LABEL}}")
    for of, group in db.coffee.groups_of(request.member):
        mine = group.place(request.member)
        is_open = of.state is RoundState.SENT and group.state is GroupState.OPEN
        if not is_open or mine.state is not PlaceState.IN or not group.others(request.member):
            continue
        if mine.met is None and _was_asked(request, db, group):
            yield views.did_you_meet(group.id, _names(request, db, group))
        elif mine.met is None and group.slots and not (group.meets_at or mine.slots):
            yield views.which_times(group.id, _names(request, db, group))


def _asked_to_take_part(request: Request, db: UnitOfWork) -> datetime | None:
    """When the round goes out about which the member was asked; None where they have said."""
    part = db.coffee.participation(request.member)
    begun = db.schedule.of(request.community, "coffee draft", limit=1)
    if (
        not part.takes_part(request.today)
        or not begun
        or begun[0].state is not OccurrenceState.WAITING
    ):
        return None
    label = begun[0].subject.removeprefix("coffee:")
    key = f"coffee:{request.community}:in:{label}:{request.member}"
    if not db.outbox.was_added(request.community, key):
        return None
    when = datetime.strptime(label, LABEL)  # noqa: DTZ007 - labels are naive.
    return None if request.member in db.coffee.opted(request.community, when) else when


def _was_asked(request: Request, db: UnitOfWork, group: Group) -> bool:
    key = f"coffee:{group.id}:met:{request.member}"
    return db.outbox.was_added(request.community, key)


def _names(request: Request, db: UnitOfWork, group: Group) -> list[str]:
    return [each.name for each in db.members.many(group.others(request.member)).values()]


def _drafts(request: Request, db: UnitOfWork) -> list[Line]:
    if request.role is not Role.ORGANISER:
        return []
    return [
        views.drafted(each, local(each.sends_at, each.zone))
        for each in db.coffee.rounds(request.community, *DRAFTS)
    ]
