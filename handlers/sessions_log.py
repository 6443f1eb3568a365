"""What organisers do with learning sessions, in the audit log."""

from bot.chat.requests import Request
from bot.domain.sessions import Session
from storage.unit_of_work import UnitOfWork


def note(request: Request, db: UnitOfWork, action: str, session: Session) -> None:
    """Write an organiser's action into the audit log, with the session and without names."""
    db.audit.add(
        request.community, request.member, action=action,
        subject=f"session {session.id}", now=request.now,
    )  # fmt: skip
