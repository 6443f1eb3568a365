"""How the community is doing: the same figures for every member."""

from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.views import community_report as views
from storage import community_report
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route(
    "how are we doing",
    usage="[who]",
    example="how are we doing who",
    help="Our main figures, misses included.",
)
def doing(request: Request, db: UnitOfWork) -> Reply:
    """The main figures, or with "who" who is here and who is not."""
    found = community_report.standing(db, request.community, now=request.now)
    if request.text.strip("?!. ").casefold() == views.WHO:
        return views.who(found)
    return views.report(found, db.communities.get(request.community).name)
