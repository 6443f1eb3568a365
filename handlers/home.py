"""The home page: where a member stands, at a glance.

A programme that has something to show there adds a function to ``LINES``.
"""

from collections.abc import Callable, Iterable

from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.views import home as views
from bot.views.home import Line
from handlers import accounts_home, calm_home, coffee_home, sessions_home, stories_home
from handlers.community import greet
from storage.unit_of_work import UnitOfWork

routes = Routes()

LINES: tuple[Callable[[Request, UnitOfWork], Iterable[Line]], ...] = (
    coffee_home.lines,
    sessions_home.lines,
    stories_home.lines,
    calm_home.lines,
    accounts_home.lines,
)
"""What each programme shows, in the order in which it stands within a part of the page."""


@routes.route("home", help="Where you stand, at a glance.")
def home(request: Request, db: UnitOfWork) -> Reply:
    """The home page of a chat; opening it for the first time brings the greeting."""
    greet(request, db)
    member = db.members.get(request.member)
    community = db.communities.get(request.community)
    lines = [line for of_programme in LINES for line in of_programme(request, db)]
    return views.home(member, community.name, lines, purpose=community.purpose)
