"""Telling members of a learning session what they have not asked for: all of it goes this way.

What is urgent ignores quiet hours only where the session is near; see :mod:`bot.domain.calm`.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

from bot.chat.messages import Message
from bot.domain.calm import Programme, Weight
from bot.domain.members import Member
from bot.domain.sessions import Session
from bot.ids import MemberId
from storage.unit_of_work import UnitOfWork


def tell(
    db: UnitOfWork,
    session: Session,
    people: Iterable[MemberId],
    message: Callable[[Member], Message],
    *,
    what: str,
    weight: Weight,
    now: datetime,
    about: datetime | None = None,
) -> None:
    """Send each of these people a message of their own about a session, once for ``what``.

    Whoever is not part of the community now is told nothing. ``what`` of a reminder begins with
    that word. ``about`` is when it begins, unless it was to begin at another time.
    """
    begins = about or session.begins
    db.calm.send_each(
        session.community,
        people,
        message,
        programme=Programme.SESSIONS,
        weight=weight,
        key=f"session:{session.id}:{what}",
        subject=f"{subject(session)}:reminder" if what.startswith("reminder") else subject(session),
        now=now,
        about=begins if now < begins else None,
    )


def call_back(db: UnitOfWork, session: Session, *, now: datetime) -> None:
    """Send nothing more of what is still waiting to go out about a session."""
    db.outbox.cancel(session.community, subject(session), now=now)
    call_reminders_back(db, session, now=now)


def call_reminders_back(db: UnitOfWork, session: Session, *, now: datetime) -> None:
    """Send no reminder that names a time which does not hold any more."""
    db.outbox.cancel(session.community, f"{subject(session)}:reminder", now=now)


def subject(session: Session) -> str:
    """What everything about a session is sent under."""
    return f"session:{session.id}"
