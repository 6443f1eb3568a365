"""Deliveries, as organisers follow, stop and settle them."""

from collections.abc import Mapping
from dataclasses import replace

from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.errors import NotFound
from bot.ids import OutboxId, RoundId, platform_of
from bot.times import local
from bot.views import deliveries as views
from storage.outbox import State
from storage.sends import Send
from storage.unit_of_work import UnitOfWork

routes = Routes()

# Each brings two buttons, and Slack and Teams take few parts in a message.
SHOWN = 8
# With the doubts below them they stay within what Slack and Teams show.
SHOWN_SENDS = 3
SHOWN_REASONS = 3
OVER = "Nothing of that waits any more. Type “deliveries” to see what became of it."
# Names are short, and a list of more is read in the console.
SHOWN_LOST = 20
SETTLED = "That message is settled already. Type “deliveries” to see what is left."


@routes.route(
    "deliveries",
    help="How far messages to many are, and which may not have arrived.",
    role=Role.ORGANISER,
    sensitive=True,
)
def deliveries(request: Request, db: UnitOfWork) -> Reply:
    """What goes out to many, and the uncertain messages, the newest first."""
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
    sends = [
        replace(
            send_line(each, rounds),
            reasons=db.sends.reasons(request.community, each.subject, limit=SHOWN_REASONS),
        )
        for each in db.sends.newest(request.community, now=request.now, limit=SHOWN_SENDS)
    ]
    return views.overview(sends, lines, db.doubts.count(request.community))


@routes.route("deliveries stop", hidden=True, role=Role.ORGANISER)
def stop(request: Request, db: UnitOfWork) -> Reply:
    """Send nothing more of a message to many."""
    cancelled = db.sends.stop(request.community, request.text, now=request.now)
    send = db.sends.about(request.community, request.text)
    if send is None or not cancelled:
        raise NotFound(OVER)
    db.audit.add(
        request.community,
        request.member,
        action="deliveries stop",
        subject=f"{send.subject}, {cancelled} cancelled",
        now=request.now,
    )
    rounds = {each.id: each.number for each in db.coffee.rounds(request.community)}
    return views.stopped(send_line(send, rounds), cancelled)


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


def send_line(send: Send, rounds: Mapping[RoundId, int]) -> views.SendLine:
    """A send in the words and numbers of the views."""
    return views.SendLine(
        what=views.subject(send.subject, rounds),
        subject=send.subject,
        total=send.total,
        sent=send.counts[State.SENT],
        waiting=send.counts[State.QUEUED],
        sending=send.counts[State.SENDING],
        cannot=send.counts[State.CANNOT],
        uncertain=send.counts[State.UNCERTAIN],
        cancelled=send.counts[State.CANCELLED],
    )


def _number(request: Request) -> OutboxId:
    number = arguments.identity(request.text)
    if number is None:
        raise NotFound(SETTLED)
    return OutboxId(number)


def _note(request: Request, db: UnitOfWork, action: str, number: OutboxId) -> None:
    db.audit.add(
        request.community, request.member, action=action, subject=str(number), now=request.now
    )
