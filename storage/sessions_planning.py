"""What is to happen around a learning session, planned in one place and taken back there.

Everything is named after the session and its moves, so that a session moved away and back has its
reminders again. What a move left behind finds the session moved, and does nothing.
"""

from dataclasses import replace
from datetime import datetime

from bot.domain import sessions
from bot.domain import sessions_timing as timing
from bot.domain.sessions import Session
from bot.ids import CommunityId, SeriesId, SessionId
from bot.times import Recurrence, Slot, instant, local
from storage.unit_of_work import UnitOfWork

REMINDER, DRAW, FEEDBACK = "session reminder", "session draw", "session feedback"
REPEAT = "session repeat"
# Why what was planned around a session does not happen.
CANCELLED, MOVED = "an organiser cancelled the session", "the session was moved"
NOBODY_YET = SessionId(0)


def plan(db: UnitOfWork, session: Session, *, now: datetime) -> None:
    """Plan the reminders, the draw and the question afterwards of a session as it is now."""
    quiet = db.calm_setups.of(session.community).hours
    for each in timing.reminders(session, quiet, now=now):
        _add(db, session, REMINDER, f"{subject(session)}:{each.lead}", each.label)
    if session.draws_at is not None and not session.is_drawn:
        _add(db, session, DRAW, subject(session), local(session.draws_at, session.zone))
    _add(db, session, FEEDBACK, subject(session), local(session.ends, session.zone))


def make(
    db: UnitOfWork,
    community: CommunityId,
    series: SeriesId,
    slot: Slot,
    *,
    zone: str,
    now: datetime,
) -> Session | None:
    """The next session of a series, planned; None where there is one, or its time has passed."""
    starts = slot.at or slot.label
    if db.sessions.has_label(series, slot.label) or instant(starts, zone) <= now:
        return None
    details, organiser = db.sessions.series(series)
    new = Session(
        NOBODY_YET,
        community,
        details,
        sessions.session_at(starts, zone),
        zone,
        organiser,
        series=series,
        label=slot.label,
    )
    made = db.sessions.add(replace(new, draws_at=sessions.draw_time(new, now=now)))
    plan(db, made, now=now)
    return made


def make_ahead(
    db: UnitOfWork,
    community: CommunityId,
    series: SeriesId,
    recurring: Recurrence,
    *,
    now: datetime,
) -> tuple[Session, ...]:
    """All sessions of a series that can be signed up for now and were not made yet."""
    zone = recurring.zone
    last = local(now + timing.SERIES_AHEAD, zone)
    slots = timing.slots_until(recurring, after=local(now, zone), last=last)
    made = (make(db, community, series, slot, zone=zone, now=now) for slot in slots)
    return tuple(each for each in made if each is not None)


def series_subject(series: SeriesId) -> str:
    """What the steps of a series are about."""
    return f"series:{series}"


def take_back(db: UnitOfWork, session: Session, *, reason: str, now: datetime) -> None:
    """Skip all that was planned around a session as it was, and say why."""
    for tail in ("", *(f":{lead}" for lead in timing.LEADS)):
        db.schedule.cancel(
            session.community, subject=f"{subject(session)}{tail}", reason=reason, now=now
        )


def subject(session: Session) -> str:
    """What the steps around a session are about, until it is moved."""
    return f"session:{session.id}:{session.moves}"


def read_subject(words: str) -> tuple[SessionId, int, int]:
    """The session, its moves, and the minutes before it (0 where it is no reminder)."""
    number, moves, lead = (*words.split(":")[1:], "0")[:3]
    return SessionId(int(number)), int(moves), int(lead)


def _add(db: UnitOfWork, session: Session, job: str, subject: str, label: datetime) -> None:
    db.schedule.add(session.community, job, subject=subject, label=label, zone=session.zone)
