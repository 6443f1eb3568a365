"""What of introductions and accounts stands on the home page."""

from bot.chat.requests import Request
from bot.domain import accounts
from bot.views import accounts_home as views
from bot.views.home import Line
from storage.unit_of_work import UnitOfWork


def lines(request: Request, db: UnitOfWork) -> list[Line]:
    """Whether I am introduced, and where I am written to."""
    used = accounts.in_use(db.accounts.linked(request.member))
    reached = [] if used is None else [views.reached_at(used)]
    return [views.introduction(db.members.get(request.member)), *reached]
