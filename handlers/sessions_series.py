"""Learning sessions, when an organiser repeats one or stops a series."""

from dataclasses import replace
from datetime import date, datetime

from bot import times
from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import sessions
from bot.domain import sessions_timing as timing
from bot.domain.sessions import Session
from bot.errors import FormErrors, MemberError, NotUnderstood
from bot.ids import SeriesId
from bot.times import IfOff, Recurrence
from bot.views import sessions_forms as forms
from bot.views import sessions_organising as views
from handlers import finding
from handlers.sessions_log import note
from storage import sessions_planning
from storage.sessions_planning import REPEAT
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route(
    "sessions repeat", usage="number", example="sessions repeat 3",
    help="Hold a session again and again.",
    role=Role.ORGANISER, once=True,
)  # fmt: skip
def repeat(request: Request, db: UnitOfWork) -> Reply:
    """A form, and what it sends in; the sessions of the next eight weeks are planned at once."""
    session = finding.session(request, db)
    sessions.check_ahead(session, now=request.now)
    if _recurring(db, session) is not None:
        raise MemberError(
            f"“{session.title}” is in a series already. "
            f"“sessions repeat stop {session.id}” ends it; then you can begin another."
        )
    if not request.is_submitted:
        return forms.repeat_form(session)

    recurring = timing.recurrence(
        session.starts,
        request.choice("rhythm", timing.Rhythm),
        session.zone,
        until=_until(request, session),
        if_off=request.choice("if_off", IfOff),
    )
    series = db.sessions.add_series(session)
    _set(request, db, session, recurring, subject=sessions_planning.series_subject(series))
    made = sessions_planning.make_ahead(db, request.community, series, recurring, now=request.now)
    note(request, db, "sessions repeat", session)
    return views.repeated(made, session, following=_following(recurring, (session, *made)))


@routes.route(
    "sessions repeat stop", usage="number", example="sessions repeat stop 2",
    help="Plan no further sessions of a series.",
    role=Role.ORGANISER,
)  # fmt: skip
def stop(request: Request, db: UnitOfWork) -> Reply:
    """What is planned is still held: people have it in their diaries."""
    session = finding.session(request, db)
    if session.series is None or _recurring(db, session) is None:
        raise MemberError(f"“{session.title}” is not being repeated.")
    subject = sessions_planning.series_subject(session.series)
    db.schedule.stop_recurring(request.community, REPEAT, subject=subject, now=request.now)
    note(request, db, "sessions repeat stop", session)
    planned = [each for each in db.sessions.of_series(session.series) if each.is_ahead(request.now)]
    return views.series_stopped(session, planned)


def carry_on(
    request: Request, db: UnitOfWork, series: SeriesId, before: Session, after: Session
) -> None:
    """What an organiser changed for all later ones holds for those that a series is to bring."""
    details, organiser = db.sessions.series(series)
    details = sessions.with_changes_of(details, before.details, after.details)
    db.sessions.save_series(series, details, organiser=organiser)
    recurring = _recurring(db, after)
    if recurring is None or before.starts.time() == after.starts.time():
        return
    # Labels hold the time of day; what is planned must not count as something new.
    for each in db.sessions.of_series(series):
        label = datetime.combine((each.label or each.starts).date(), after.starts.time())
        db.sessions.save(replace(each, label=label))
    start = datetime.combine(recurring.start.date(), after.starts.time())
    recurring = replace(recurring, start=start)
    subject = sessions_planning.series_subject(series)
    _set(request, db, after, recurring, subject=subject)
    sessions_planning.make_ahead(db, request.community, series, recurring, now=request.now)


def _set(
    request: Request, db: UnitOfWork, session: Session, recurring: Recurrence, *, subject: str
) -> None:
    db.schedule.set_recurring(
        session.community,
        REPEAT,
        recurring,
        lead=timing.SERIES_AHEAD,
        subject=subject,
        now=request.now,
    )


def _recurring(db: UnitOfWork, session: Session) -> Recurrence | None:
    if session.series is None:
        return None
    subject = sessions_planning.series_subject(session.series)
    return db.recurrences.recurrence(session.community, REPEAT, subject=subject)


def _following(recurring: Recurrence, held: tuple[Session, ...]) -> datetime | None:
    """The first that members can't sign up for yet."""
    last = max(each.label or each.starts for each in held)
    slots = (slot.at for slot in times.slots_after(recurring, last) if slot.at is not None)
    return next(slots, None)


def _until(request: Request, session: Session) -> date | None:
    words = request.field("until")
    if not words:
        return None
    try:
        until = arguments.day(words, today=request.today)
    except NotUnderstood as error:
        raise FormErrors({"until": str(error)}) from error
    if until <= session.starts.date():
        raise FormErrors({"until": "That is before the session comes a second time."})
    return until
