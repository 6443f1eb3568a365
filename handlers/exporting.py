"""The community's data, for organisers to take away."""

from datetime import timedelta

from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.views import exporting as views
from storage.sessions_links import Purpose
from storage.unit_of_work import UnitOfWork

routes = Routes()

# Long enough to download a file, short enough that a forwarded address opens nothing.
LASTS = timedelta(hours=1)


@routes.route(
    "export", help="The community’s data as files for a spreadsheet.", role=Role.ORGANISER,
    sensitive=True,
)  # fmt: skip
def export(request: Request, db: UnitOfWork) -> Reply:
    """An address that opens for an hour."""
    db.audit.add(request.community, request.member, action="export", now=request.now)
    return views.ready(db.communities.get(request.community).name, link(request, db))


def link(request: Request, db: UnitOfWork) -> str:
    """The secret of an address at which the organiser downloads for an hour."""
    return db.session_links.make(
        request.community, request.member, Purpose.EXPORT, expires_at=request.now + LASTS
    )
