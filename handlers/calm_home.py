"""What of calm stands on the home page."""

from collections.abc import Iterator

from bot.chat.requests import Request
from bot.views import calm_home as views
from bot.views.home import Line
from storage.unit_of_work import UnitOfWork


def lines(request: Request, db: UnitOfWork) -> Iterator[Line]:
    """What is quiet now, and what waits for "Your week"."""
    kept = db.your_week.waiting([request.member]).get(request.member, [])
    if kept:
        yield views.waiting(len(kept))
    yield from views.standing(
        db.calm_setups.wishes(request.member),
        db.calm_setups.of(request.community),
        now=request.now,
        zone=request.zone,
    )
