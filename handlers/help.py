"""Help: all that the asker may say."""

from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes, may
from bot.views import common
from storage.unit_of_work import UnitOfWork


def with_help(programmes: Routes) -> Routes:
    """The routes of the programmes, and before them the help that lists them."""
    routes = Routes()

    @routes.route("help", help="All that you can say.")
    def help_page(request: Request, db: UnitOfWork) -> Reply:
        """Every command that the asker may use."""
        community = db.communities.get(request.community)
        listed = [each for each in routes if each.is_listed and may(request.role, each.role)]
        return common.help_page(community.name, community.purpose, listed)

    routes.include(programmes)
    return routes
