"""Learning sessions, when an organiser plans, changes or cancels one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from bot import times
from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import sessions, sessions_form
from bot.domain.calm import AT_HAND, Weight
from bot.domain.members import Vocabulary
from bot.domain.sessions import Kind, Register, Scope, Session, State
from bot.domain.sessions_form import Typed
from bot.domain.sessions_topics import Topic, TopicState
from bot.errors import FormErrors, NotFound
from bot.ids import SeriesId, TopicId
from bot.views import sessions_forms as forms
from bot.views import sessions_organising as views
from bot.views import sessions_told as told
from handlers import finding, sessions_places, sessions_posts, sessions_series
from handlers.sessions import reader
from handlers.sessions_log import note
from storage import sessions_planning, sessions_telling
from storage.unit_of_work import UnitOfWork

routes = Routes()

FIELDS = (
    "title", "about", "speakers", "date", "time", "minutes", "capacity", "place", "link",
    "dial_in", "priority",
)  # fmt: skip


@routes.route(
    "sessions create", usage="[title]", example="sessions create Frailty at home",
    help="Plan a learning session or an open chair.",
    role=Role.ORGANISER, once=True,
)  # fmt: skip
def create(request: Request, db: UnitOfWork) -> Reply:
    """A form, filled in with a topic where one is to be planned, and what it sends in."""
    zone = db.communities.get(request.community).zone
    topic = _topic(request, db)
    if not request.is_submitted:
        return forms.create_form(
            title=topic.title if topic else request.text[:120],
            value=f"topic {topic.id}" if topic else "",
            zone=zone,
            priorities=_priorities(request, db),
            tomorrow=times.today(request.now, zone) + timedelta(days=1),
        )

    typed = _read(request, db, kind=request.choice("kind", Kind), zone=zone)
    new = Session(
        sessions_planning.NOBODY_YET,
        request.community,
        typed.details,
        typed.starts,
        zone,
        request.member,
    )
    session = db.sessions.add(replace(new, draws_at=sessions.draw_time(new, now=request.now)))
    sessions_planning.plan(db, session, now=request.now)
    note(request, db, "sessions create", session)
    if topic is not None:
        _plan_topic(request, db, topic, session)
    return views.planned(Register(session), reader(request))


@routes.route(
    "sessions edit", usage="number", example="sessions edit 3",
    help="Change a session; those who come are told.",
    role=Role.ORGANISER, once=True,
)  # fmt: skip
def edit(request: Request, db: UnitOfWork) -> Reply:
    """A form, and what it sends in: for one session, or for all later ones of its series."""
    session = finding.session(request, db)
    sessions.check_ahead(session, now=request.now)
    if not request.is_submitted:
        return forms.edit_form(session, priorities=_priorities(request, db))

    register = db.sessions.held(session.id)
    before = register.session
    typed = _read(request, db, kind=before.details.kind, zone=before.zone, before=before)
    scope = request.choice("scope", Scope) if before.series else Scope.THIS
    if scope is Scope.LATER and typed.starts.date() != before.starts.date():
        raise FormErrors({"date": views.ONE_DAY_ONLY})
    after = sessions.changed(before, typed.details, typed.starts)
    series = before.series if scope is Scope.LATER else None
    later = _later(db, series, before, typed) if series is not None else ()
    if after == before:
        return views.unchanged(before)

    number = apply(request, db, register, after)
    for each, changed in later:
        number += apply(request, db, each, changed)
    if series is not None:
        sessions_series.carry_on(request, db, series, before, after)
    note(request, db, "sessions edit", after)
    now_is = db.sessions.register(db.sessions.get(after.id))
    return views.edited(now_is, reader(request), told=number, later=len(later))


@routes.route(
    "sessions cancel", usage="number", example="sessions cancel 3",
    help="Call a session off; those who come are told.",
    role=Role.ORGANISER, once=True,
)  # fmt: skip
def cancel(request: Request, db: UnitOfWork) -> Reply:
    """A form that asks for a word to those who come, and what it sends in."""
    session = finding.session(request, db)
    sessions.check_ahead(session, now=request.now)
    register = db.sessions.held(session.id)
    if not request.is_submitted:
        return forms.cancel_form(register)

    why = request.field("why")
    after = replace(register.session, state=State.CANCELLED, sequence=session.sequence + 1)
    db.sessions.save(after)
    sessions_planning.take_back(db, after, reason=sessions_planning.CANCELLED, now=request.now)
    sessions_telling.call_back(db, after, now=request.now)
    register = replace(register, session=after)
    sessions_telling.tell(
        db, after, register.concerned, lambda to: told.cancelled(register, why, to),
        what="cancelled", weight=Weight.URGENT, now=request.now,
    )  # fmt: skip
    sessions_posts.revise(db, after, now=request.now)
    note(request, db, "sessions cancel", after)
    return views.cancelled(after, told=len(register.concerned))


def apply(request: Request, db: UnitOfWork, register: Register, after: Session) -> int:
    """Keep a changed session, move what is planned around it, and tell whom it concerns.

    Returns how many were told.
    """
    before = register.session
    is_moved = after.moves != before.moves
    if is_moved:
        sessions_planning.take_back(db, before, reason=sessions_planning.MOVED, now=request.now)
        sessions_telling.call_reminders_back(db, before, now=request.now)
        if after.is_to_be_drawn:
            after = replace(after, draws_at=sessions.draw_time(after, now=request.now))
    db.sessions.save(after)
    if is_moved:
        sessions_planning.plan(db, after, now=request.now)

    register = replace(register, session=after)
    what = sessions.changes(before, after)
    concerned = register.concerned if what else ()
    # Whoever would set out for the old time has to know as early as for the new one.
    soonest = min(before.begins, after.begins)
    sessions_telling.tell(
        db, after, concerned,
        lambda to: told.changed(register, before, what, to, now=request.now),
        what=f"changed:{after.sequence}",
        weight=Weight.URGENT if soonest - request.now <= AT_HAND else Weight.ALONE,
        now=request.now,
        about=soonest,
    )  # fmt: skip
    sessions_posts.revise(db, after, now=request.now)
    sessions_places.pass_on(db, register, cause=f"capacity:{after.sequence}", now=request.now)
    return len(concerned)


def _later(
    db: UnitOfWork, series: SeriesId, before: Session, typed: Typed
) -> tuple[tuple[Register, Session], ...]:
    """The later sessions of a series, each with what it becomes."""
    following = sessions.later_in_series(before, db.sessions.of_series(series))
    held = [db.sessions.held(each.id) for each in following]
    changed = [
        sessions.changed(
            each.session,
            sessions.with_changes_of(each.session.details, before.details, typed.details),
            sessions.at_new_hour(each.session.starts, before.starts, typed.starts),
        )
        for each in held
    ]
    pairs = zip(held, changed, strict=True)
    return tuple((each, after) for each, after in pairs if after != each.session)


def _read(
    request: Request, db: UnitOfWork, *, kind: Kind, zone: str, before: Session | None = None
) -> Typed:
    typed = {name: request.field(name) for name in FIELDS}
    # A priority that was retired stays what a session is about.
    former = before.details.priority if before else ""
    if typed["priority"] not in {"", former, *_priorities(request, db)}:
        raise FormErrors({"priority": "Please choose one of these."})
    today = times.today(request.now, zone)
    return sessions_form.read(typed, kind=kind, zone=zone, now=request.now, today=today)


def _priorities(request: Request, db: UnitOfWork) -> Sequence[str]:
    return db.communities.terms(request.community, Vocabulary.PRIORITY)


def _topic(request: Request, db: UnitOfWork) -> Topic | None:
    """The topic that is to be planned: "topic 5"."""
    word, _, rest = request.text.partition(" ")
    number = arguments.identity(rest)
    if word != "topic" or number is None:
        return None
    topic = db.session_topics.find(request.community, TopicId(number))
    if topic is None:
        raise NotFound("I can’t find that topic. Type “sessions topics” for all of them.")
    return topic


def _plan_topic(request: Request, db: UnitOfWork, topic: Topic, session: Session) -> None:
    """The topic is settled, and whoever voted for it hears of it."""
    db.session_topics.settle(topic.id, TopicState.PLANNED, session=session.id)
    others = [each for each in topic.voters if each != request.member]
    sessions_telling.tell(
        db, session, others, lambda to: told.topic_planned(topic.title, session, to),
        what="topic", weight=Weight.CAN_WAIT, now=request.now,
    )  # fmt: skip
