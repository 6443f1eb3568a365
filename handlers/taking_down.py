"""Take down: whatever was posted, by whoever wrote it or by an organiser, wherever it stands."""

from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes, may
from bot.domain.taking_down import Item, Kind
from bot.errors import FormErrors, NotFound
from bot.views import taking_down as views
from handlers import (
    announcements_taking_down,
    introductions_taking_down,
    sessions_posts,
    stories_taking_down,
)
from storage.unit_of_work import UnitOfWork

routes = Routes()

KINDS: tuple[Kind, ...] = (
    stories_taking_down.KIND,
    introductions_taking_down.KIND,
    sessions_posts.KIND,
    announcements_taking_down.KIND,
)
"""What can be taken down; a programme that posts something adds its kind here."""


@routes.route(
    "take down",
    usage="[story 12]",
    example="take down introduction 2",
    help="Take something down that was posted.",
    once=True,
)
def take_down(request: Request, db: UnitOfWork) -> Reply:
    """A list, or one of it after a question; what is somebody else's needs a reason."""
    if not request.text:
        return _listing(request, db)
    kind, item = _found(request, db)
    if item.owner == request.member:
        return views.sure(item)
    if not request.is_submitted:
        return views.form(item)
    reason = request.required("reason", views.WHY)
    if len(reason) > views.LONGEST_REASON:
        raise FormErrors({"reason": f"Please keep this below {views.LONGEST_REASON} characters."})
    return views.done(item, kind.remove(request, db, item, reason), kind.elsewhere)


@routes.route("take down sure", hidden=True, once=True)
def take_down_sure(request: Request, db: UnitOfWork) -> Reply:
    """One's own is gone."""
    kind, item = _found(request, db)
    if item.owner != request.member:
        return views.form(item)
    return views.done(item, kind.remove(request, db, item, ""), kind.elsewhere)


def _listing(request: Request, db: UnitOfWork) -> Reply:
    found: list[Item] = []
    for kind in KINDS:
        whose = None if may(request.role, kind.role) else request.member
        found.extend(kind.recent(request, db, whose))
    newest = sorted(
        found, key=lambda each: (each.at is not None, each.at or request.now), reverse=True
    )
    return views.listing(
        newest[: views.MOST_LISTED],
        request.zone,
        request.member,
        total=len(newest),
        of_all=request.role is not Role.MEMBER,
    )


def _found(request: Request, db: UnitOfWork) -> tuple[Kind, Item]:
    """What is meant, if the asker may take it down."""
    name, _, words = request.text.strip().lower().rpartition(" ")
    number = arguments.identity(words.removeprefix("#"))
    for kind in KINDS:
        if kind.name != name or number is None:
            continue
        item = kind.find(request, db, number)
        if item and (item.owner == request.member or may(request.role, kind.role)):
            return kind, item
    raise NotFound(views.GONE)
