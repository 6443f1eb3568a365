"""Telling members of a learning session what they have not asked for: all of it goes this way.

``Manner`` says of each message how it may reach people, for whoever keeps the calm.
"""

from collections.abc import Callable, Iterable
from datetime import datetime
from enum import StrEnum

from bot.chat.messages import Message
from bot.domain.members import Member, MemberState
from bot.domain.sessions import Session
from bot.ids import MemberId
from storage.outbox import Priority
from storage.unit_of_work import UnitOfWork


class Manner(StrEnum):
    """Goes alone at once; overtakes what else is waiting; or can wait for a weekly card."""

    ALONE = "alone"
    URGENT = "urgent"
    CAN_WAIT = "can wait"


_PRIORITIES = {
    Manner.ALONE: Priority.PERSONAL,
    Manner.URGENT: Priority.URGENT,
    Manner.CAN_WAIT: Priority.REMINDER,
}


def tell(
    db: UnitOfWork,
    session: Session,
    people: Iterable[MemberId],
    message: Callable[[Member], Message],
    *,
    what: str,
    manner: Manner,
    now: datetime,
) -> None:
    """Send each of these people a message of their own about a session, once for ``what``.

    Whoever is not part of the community now is told nothing. ``what`` of a reminder begins with
    that word.
    """
    here = [
        each
        for each in db.members.reachable(people).values()
        if each.member.state is MemberState.ACTIVE
    ]
    db.outbox.post_each(
        session.community,
        here,
        message,
        key=f"session:{session.id}:{what}",
        subject=f"{subject(session)}:reminder" if what.startswith("reminder") else subject(session),
        now=now,
        priority=_PRIORITIES[manner],
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
