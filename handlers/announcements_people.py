"""Announcements, when somebody confirms one, and when organisers look who has."""

from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import announcements as rules
from bot.domain.announcement_reach import Outcome
from bot.domain.opt_outs import Unasked
from bot.errors import MemberError, NotFound
from bot.times import local
from bot.views import announcements as views
from bot.views import announcements_sent as sent_views
from bot.views import opt_outs as opt_out_views
from bot.views.common import moment
from handlers.announcements import find, note
from storage import announcing
from storage.unit_of_work import UnitOfWork

routes = Routes()

NOT_YOURS = "That announcement was not sent to you, so there is nothing to confirm."
TROUBLED = (Outcome.COULD_NOT, Outcome.UNSURE)


@routes.route("announce read", hidden=True)
def read(request: Request, db: UnitOfWork) -> Reply:
    """A member confirms that they have read an announcement; saying so again changes nothing."""
    found = find(request, db)
    if not found.wants_acknowledgement:
        raise NotFound(NOT_YOURS)
    when = db.recipients.acknowledge(found, request.member, now=request.now)
    if when is None:
        raise NotFound(NOT_YOURS)
    name = db.communities.get(request.community).name
    letter = views.letter(found, name, asks=False)
    return views.confirmed(letter, moment(local(when, request.zone)))


@routes.route(
    "announce people",
    usage="number",
    example="announce people 1",
    help="Who missed it and why, and who has confirmed it.",
    role=Role.ORGANISER,
    sensitive=True,
)
def people(request: Request, db: UnitOfWork) -> Reply:
    """Who could not be reached, and who has not confirmed yet."""
    found = find(request, db)
    if not found.has_begun or not found.is_direct:
        raise MemberError(f"Announcement {found.number} was sent to nobody by name.")
    most = views.MOST_NAMES
    troubled = db.recipients.people(found, limit=most, outcomes=TROUBLED)
    silent = db.recipients.people(
        found, limit=most, outcomes=(Outcome.DELIVERED,), acknowledged=False
    )
    return sent_views.people(found, troubled, silent, db.recipients.tally(found))


@routes.route(
    "announce remind",
    usage="number",
    example="announce remind 1",
    help="Remind those who have not confirmed it.",
    role=Role.ORGANISER,
    once=True,
)
def remind(request: Request, db: UnitOfWork) -> Reply:
    """Those who have it and have not confirmed it are asked once more."""
    found = rules.reminded(find(request, db), now=request.now)
    name = db.communities.get(request.community).name
    message = views.reminder(views.letter(found, name))
    reminded = announcing.remind(db, found, message, now=request.now)
    if not reminded:
        raise MemberError("Everybody who has it has confirmed it. There is nobody to remind.")
    db.announcements.save(found)
    note(request, db, "announce remind", found)
    return sent_views.reminded(found, reminded)


@routes.route(
    "announce take down",
    usage="number",
    example="announce take down 4",
    help="Remove it wherever it stands.",
    role=Role.ORGANISER,
)
def take_down(request: Request, db: UnitOfWork) -> Reply:
    """Remove it from every chat and channel, as far as they can be reached."""
    found = rules.taken_down(find(request, db), now=request.now)
    announcing.take_down(db, found, now=request.now)
    db.announcements.save(found)
    note(request, db, "announce take down", found)
    return sent_views.taken_down(found)


@routes.route("announce off", help="Get no more announcements by message.", hidden=True)
def off(request: Request, db: UnitOfWork) -> Reply:
    """A member gets no more of them."""
    db.opt_outs.add(request.community, request.member, Unasked.ANNOUNCEMENTS)
    return opt_out_views.stopped(Unasked.ANNOUNCEMENTS)


@routes.route("announce on", help="Get announcements again.", hidden=True)
def on(request: Request, db: UnitOfWork) -> Reply:
    """A member gets them again."""
    db.opt_outs.remove(request.member, Unasked.ANNOUNCEMENTS)
    return opt_out_views.resumed(Unasked.ANNOUNCEMENTS)
