"""A learning session in the announcements channels, where an organiser wants it seen."""

from datetime import datetime

from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import sessions
from bot.domain.channels import Purpose
from bot.domain.sessions import Session
from bot.errors import MemberError
from bot.views import sessions_told as views
from handlers import finding
from handlers.sessions_log import note
from storage import channel_posts, sessions_telling
from storage.unit_of_work import UnitOfWork

routes = Routes()


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
