"""Why the community exists: everybody may read it, organisers write it."""

from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes, may
from bot.domain import identifiable
from bot.domain import purpose as rules
from bot.views import purpose as views
from handlers import refusals
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route("purpose", help="Why this community exists.")
def purpose(request: Request, db: UnitOfWork) -> Reply:
    """The organisers' own words."""
    community = db.communities.get(request.community)
    is_organiser = may(request.role, Role.ORGANISER)
    return views.why(community.name, community.purpose, is_organiser=is_organiser)


@routes.route(
    "purpose change",
    usage="[words]",
    example="purpose change We learn from each other",
    help="Say anew why we exist.",
    role=Role.ORGANISER,
    once=True,
)
def change(request: Request, db: UnitOfWork) -> Reply:
    """A form, or the words typed: newcomers, the home page and the help read them from now on."""
    words = request.field("purpose") if request.is_submitted else request.text
    if not words and not request.is_submitted:
        return views.form(db.communities.get(request.community).purpose)
    with refusals.told(request):
        told = rules.checked(words)
        identifiable.refuse({"purpose": told}, today=request.today)
    db.communities.set_purpose(request.community, told)
    db.audit.add(request.community, request.member, action="purpose changed", now=request.now)
    return views.changed(told)
