"""The audit log: who did what, and when, a page at a time."""

from bot import times
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import audit as domain
from bot.views import audit as views
from bot.views.audit import Line
from handlers import exporting
from storage.audit import Entry
from storage.unit_of_work import UnitOfWork

routes = Routes()

# Lines that can be read on a phone without scrolling for long.
SIZE = 20


@routes.route(
    "audit",
    usage="[words]",
    example="audit coffee since 1 November",
    help="Who did what: “audit coffee since 1 March”.",
    role=Role.ORGANISER,
    sensitive=True,
)
def audit(request: Request, db: UnitOfWork) -> Reply:
    """A page of the log: all of it, or what has these words and is of these days."""
    wanted = domain.asked(request.text, today=request.today)
    total = db.audit.count(request.community, wanted, zone=request.zone)
    pages = max(1, -(-total // SIZE))
    number = min(wanted.page, pages)
    entries = db.audit.search(
        request.community, wanted, zone=request.zone, limit=SIZE, offset=(number - 1) * SIZE
    )
    return views.page(
        [_line(each, request.zone) for each in entries],
        total=total,
        number=number,
        pages=pages,
        asked=domain.written(wanted),
    )


@routes.route("audit file", hidden=True, role=Role.ORGANISER, sensitive=True)
def file(request: Request, db: UnitOfWork) -> Reply:
    """The whole log as a file, for an hour."""
    return views.file(exporting.link(request, db))


def _line(entry: Entry, zone: str) -> Line:
    return Line(
        times.local(entry.at, zone),
        entry.actor,
        views.deed(entry.action),
        views.about(entry.subject, entry.about),
    )
