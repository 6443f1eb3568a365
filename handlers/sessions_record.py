"""What somebody took part in, and the community's sessions in their own calendar."""

from datetime import timedelta

from bot.chat import arguments
from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.errors import MemberError
from bot.views import sessions_record as views
from storage.sessions_links import Purpose
from storage.sessions_record import record_of
from storage.unit_of_work import UnitOfWork

routes = Routes()

# Long enough to download a file, short enough that a forwarded address opens nothing.
FILE_LASTS = timedelta(hours=1)
# One for each device, and some to spare.
MOST_FEEDS = 5


@routes.route(
    "my time", usage="[year]", example="my time 2026",
    help="Sessions attended and meetings confirmed; for you alone.",
    sensitive=True,
)  # fmt: skip
def my_time(request: Request, db: UnitOfWork) -> Reply:
    """A certificate of participation, and the same as a file for an hour."""
    year = arguments.number(request.text, what="the year") if request.text else None
    found = record_of(db, request.member, year=year)
    if not found.entries:
        return views.nothing_yet(year)
    secret = db.session_links.make(
        request.community, request.member, Purpose.HOURS, expires_at=request.now + FILE_LASTS
    )
    community = db.communities.get(request.community)
    return views.certificate(
        found, name=request.name, community=community.name, year=year, secret=secret,
        today=request.today,
    )  # fmt: skip


@routes.route(
    "sessions calendar", help="An address that brings all sessions into your calendar.",
    sensitive=True,
)  # fmt: skip
def calendar(request: Request, db: UnitOfWork) -> Reply:
    """A new address of the feed, told once."""
    if db.session_links.count(request.member, Purpose.FEED) >= MOST_FEEDS:
        raise MemberError(
            f"You have {MOST_FEEDS} addresses already. “sessions calendar stop” ends all of them, "
            "and then I make you a new one."
        )
    secret = db.session_links.make(request.community, request.member, Purpose.FEED)
    return views.feed(secret)


@routes.route("sessions calendar stop", help="End your calendar addresses.", sensitive=True)
def stop_calendar(request: Request, db: UnitOfWork) -> Reply:
    """No address of mine opens any more, whoever has it."""
    return views.feed_stopped(db.session_links.revoke(request.member, Purpose.FEED))
