"""Deliveries, when an organiser settles what may not have arrived."""

from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.errors import NotFound
from bot.ids import OutboxId, platform_of
from bot.times import local
from bot.views import deliveries as views
from storage.unit_of_work import UnitOfWork

routes = Routes()

# Each brings two buttons, and Slack and Teams take few parts in a message.
SHOWN = 8
# Names are short, and a list of more is read in the console.
SHOWN_LOST = 20
SETTLED = "That message is settled already. Type “deliveries” to see what is left."


@routes.route(
    "deliveries",
    help="Messages of which I don’t know whether they arrived.",
    role=Role.ORGANISER,
    sensitive=True,
)
def deliveries(request: Request, db: UnitOfWork) -> Reply:
    """The uncertain messages, the newest first."""
    rounds = {each.id: each.number for each in db.coffee.rounds(request.community)}
    lines = [
        views.Line(
            id=each.id,
            what=views.subject(each.subject, rounds),
            name=each.name,
            platform=platform_of(each.lane),
            reason=each.reason,
            tried=local(each.settled_at, request.zone),
        )
        for each in db.doubts.newest(request.community, limit=SHOWN)
    ]
    return views.doubts(lines, db.doubts.count(request.community))


@routes.route(
    "unreached",
    help="Who can’t be reached any more where they used to be, and why.",
    role=Role.ORGANISER,
    sensitive=True,
)
def unreached(request: Request, db: UnitOfWork) -> Reply:
    """Accounts that are gone, the newest first, and where their owners are reached now."""
    lost = db.gone.newest(request.community, limit=SHOWN_LOST)
    reached = db.members.accounts(each.member for each in lost)
    lines = [
        views.LostLine(
            name=each.name,
            platform=platform_of(each.lane),
            reason=each.reason,
            now=next((platform_of(at.lane) for at in reached.get(each.member, ())), ""),
        )
        for each in lost
    ]
    return views.unreached(lines, db.gone.count(request.community))


@routes.route("delivery again", hidden=True, role=Role.ORGANISER)
def again(request: Request, db: UnitOfWork) -> Reply:
    """Send an uncertain message once more."""
    number = _number(request)
    if not db.doubts.send_again(request.community, number, now=request.now):
        raise NotFound(SETTLED)
    _note(request, db, "delivery again", number)
    return views.sent_again()


@routes.route("delivery leave", hidden=True, role=Role.ORGANISER)
def leave(request: Request, db: UnitOfWork) -> Reply:
    """Leave an uncertain message as it is."""
    number = _number(request)
    if not db.doubts.leave(request.community, number, now=request.now):
        raise NotFound(SETTLED)
    _note(request, db, "delivery leave", number)
    return views.left()


def _number(request: Request) -> OutboxId:
    number = arguments.identity(request.text)
    if number is None:
        raise NotFound(SETTLED)
    return OutboxId(number)


def _note(request: Request, db: UnitOfWork, action: str, number: OutboxId) -> None:
    db.audit.add(
        request.community, request.member, action=action, subject=str(number), now=request.now
    )
