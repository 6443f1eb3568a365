"""The community itself: arriving and leaving, and cards that come again."""

from datetime import datetime, time, timedelta

from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.domain.calm import Programme, Weight
from bot.domain.members import MemberState
from bot.errors import MemberError
from bot.times import at, instant, local
from bot.views import common
from bot.views import community as views
from handlers import accounts_asking, departures, introductions, stories_posts
from storage.unit_of_work import UnitOfWork

routes = Routes()

# "Later today" is in three hours, but not in the evening; "tomorrow" is the next morning, or the
# member's best time.
LATER = timedelta(hours=3)
LATEST_HOUR = 18
MORNING = time(9, 0)


@routes.route("joined", event=True)
def joined(request: Request, db: UnitOfWork) -> Reply | None:
    """Somebody came to a workspace: they are greeted, once in their life here."""
    db.members.set_account_active(request.account, is_active=True)
    if db.members.get(request.member).state is MemberState.UNCONFIRMED:
        accounts_asking.ask(request, db)
    else:
        greet(request, db)
    return None


@routes.route("left", event=True)
def left(request: Request, db: UnitOfWork) -> Reply | None:
    """An account works no longer; nothing is sent to it.

    Nobody waits for a coffee with somebody whom nothing reaches any more.
    """
    db.members.set_account_active(request.account, is_active=False)
    member = db.members.get(request.member)
    if not db.members.accounts_of(member.id):
        departures.leave_coffees(request, db, member)
    return None


@routes.route("changed", event=True)
def changed(request: Request, db: UnitOfWork) -> Reply | None:
    """A platform says something new of an account."""
    db.members.set_account_active(request.account, is_active=request.profile.is_active)
    if request.profile.address:
        db.members.set_account_address(request.account, request.profile.address)
    renamed = db.accounts.follow(request.account, request.profile)
    if renamed is not None:
        introductions.renamed(db, db.members.get(renamed), now=request.now)
        stories_posts.renamed(db, renamed, now=request.now)
    return None


@routes.route("installed", event=True)
def installed(request: Request, db: UnitOfWork) -> Reply | None:
    """A workspace took the bot in, perhaps again: who is there is read, and works again."""
    db.outbox.fetch_members(request.community, request.account.lane, now=request.now)
    return None


@routes.route("uninstalled", event=True)
def uninstalled(request: Request, db: UnitOfWork) -> Reply | None:
    """The bot was removed from a workspace."""
    db.workspaces.uninstall(request.account.lane, now=request.now)
    return None


@routes.route("later", hidden=True, once=True)
def later(request: Request, db: UnitOfWork) -> Reply:
    """The card that was tapped comes again, later today or tomorrow."""
    best = db.calm_setups.wishes(request.member).best_time or MORNING
    when = _later_today(request, best) if request.text == "today" else _tomorrow(request, best)
    if not db.outbox.again_later(
        request.community,
        request.token,
        request.account,
        at=instant(when, request.zone),
        now=request.now,
    ):
        raise MemberError("I can’t find that card any more. Type “help” to see what you can do.")
    return common.again_later(when)


def greet(request: Request, db: UnitOfWork) -> None:
    """Greet somebody who was never greeted, at any hour: whoever comes in is there now."""
    if not db.members.set_greeted(request.member, now=request.now):
        return
    community = db.communities.get(request.community)
    member = db.members.get(request.member)
    here = accounts_asking.linked_at(db, request.member, request.account)
    greeting = views.greeting(member, community.name, community.purpose, is_guest=here.is_guest)
    db.calm.send(
        request.community,
        request.member,
        greeting,
        programme=Programme.INTRODUCTIONS,
        weight=Weight.URGENT,
        key=f"greeting:{request.member}",
        subject="greeting",
        now=request.now,
    )


def _later_today(request: Request, best: time) -> datetime:
    now = local(request.now, request.zone).replace(second=0, microsecond=0)
    if now.hour >= LATEST_HOUR:
        return _tomorrow(request, best)
    return min(now + LATER, max(at(request.today, LATEST_HOUR), now + timedelta(minutes=30)))


def _tomorrow(request: Request, best: time) -> datetime:
    return datetime.combine(request.today + timedelta(days=1), best)
