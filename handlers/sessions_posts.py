"""A learning session in the announcements channels, where an organiser wants it seen."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import sessions
from bot.domain.calm import Weight
from bot.domain.channels import Purpose
from bot.domain.sessions import Session
from bot.domain.taking_down import Gone, Item, Kind
from bot.errors import MemberError
from bot.ids import MemberId, SessionId
from bot.views import sessions_told as views
from bot.views import taking_down
from handlers import finding
from handlers.sessions_log import note
from storage import channel_posts, sessions_telling
from storage.unit_of_work import UnitOfWork

routes = Routes()

# A post of a session that was longer ago is taken down by its number.
LATELY = timedelta(days=30)
NEWEST = 100


@routes.route(
    "sessions post", usage="number", example="sessions post 3",
    help="Post a session in the announcements channels.",
    role=Role.ORGANISER,
)  # fmt: skip
def post(request: Request, db: UnitOfWork) -> Reply:
    """Where it stands already it is said anew there, and not a second time."""
    session = finding.session(request, db)
    sessions.check_ahead(session, now=request.now)
    number = channel_posts.publish(
        db, request.community, Purpose.ANNOUNCEMENTS, lambda _: views.post(session),
        subject=_subject(session), now=request.now,
    )  # fmt: skip
    if not number:
        raise MemberError(
            "No channel is set for announcements. Type “channel announcements here” in one."
        )
    note(request, db, "sessions post", session)
    return views.posted(session, number)


def revise(db: UnitOfWork, session: Session, *, now: datetime) -> None:
    """What stands in channels says what holds now."""
    db.posted.revise(session.community, _subject(session), lambda _: views.post(session), now=now)


def _subject(session: Session) -> str:
    return f"{sessions_telling.subject(session)}:post"


def _recent(request: Request, db: UnitOfWork, member: MemberId | None) -> Sequence[Item]:
    shown = (
        each
        for each in db.sessions.since(request.community, request.now - LATELY, limit=NEWEST)
        if member is None or each.organiser == member
    )
    return [_item(each) for each in shown if db.posted.is_shown(request.community, _subject(each))]


def _find(request: Request, db: UnitOfWork, number: int) -> Item | None:
    session = db.sessions.find(request.community, SessionId(number))
    if session is None or not db.posted.is_shown(request.community, _subject(session)):
        return None
    return _item(session)


def _remove(request: Request, db: UnitOfWork, item: Item, reason: str) -> Gone:
    """The post goes; the session itself takes place, and is cancelled by its own command."""
    session = db.sessions.get(SessionId(item.number))
    posts = db.posted.take_down(request.community, _subject(session), now=request.now)
    note(request, db, "sessions post taken down", session)
    if session.organiser is not None and session.organiser != request.member:
        sessions_telling.tell(
            db,
            session,
            (session.organiser,),
            lambda _: taking_down.post_was_taken_down(session.title, reason),
            what=f"post-taken-down:{request.now:%Y%m%d%H%M%S}",
            weight=Weight.ALONE,
            now=request.now,
        )
    return Gone(posts)


def _item(session: Session) -> Item:
    return Item("session post", session.id, session.title, session.organiser, session.begins)


KIND = Kind("session post", _recent, _find, _remove)
"""What sessions contribute to “take down”: their posts in channels."""
