"""Prompts, when organisers set up recurring questions."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import audience_words, cadences
from bot.domain import prompts as rules
from bot.domain.announcements import Way
from bot.domain.channels import Purpose
from bot.domain.opt_outs import Unasked
from bot.domain.prompt_questions import Pack
from bot.domain.prompts import Series
from bot.errors import FormErrors, MemberError, NotFound, NotUnderstood
from bot.ids import PromptSeriesId
from bot.times import IfOff, local
from bot.views import channels as channel_views
from bot.views import opt_outs as opt_out_views
from bot.views import prompts as views
from bot.views.common import day
from bot.views.prompts import Standing
from handlers import announcements_form
from storage import prompting, prompts
from storage.unit_of_work import UnitOfWork

routes = Routes()

T = TypeVar("T")

JOB = "prompt ask"
LEFT_OUT = "an organiser left it out"
WHICH = "Which prompts? Type “prompts” to see them with their numbers."


@routes.route(
    "prompts", help="Recurring questions: what is asked when and where.", role=Role.ORGANISER
)
def listing(request: Request, db: UnitOfWork) -> Reply:
    """All series, each with when it asks next."""
    return views.listing(
        [standing(db, each, now=request.now) for each in db.prompts.running(request.community)]
    )


@routes.route("prompts new", help="Set up recurring questions.", role=Role.ORGANISER)
def new(request: Request, db: UnitOfWork) -> Reply:
    """A form for a new series."""
    return views.form(None, announcements_form.places(db, request.community, Purpose.PROMPTS))


@routes.route(
    "prompts edit",
    usage="number",
    example="prompts edit 1",
    help="Change when, where and what is asked.",
    role=Role.ORGANISER,
)
def edit(request: Request, db: UnitOfWork) -> Reply:
    """The form with what is set."""
    found = _find(request, db)
    places = announcements_form.places(db, request.community, Purpose.PROMPTS)
    return views.form(found, places)


@routes.route("prompts save", hidden=True, role=Role.ORGANISER, once=True)
def save(request: Request, db: UnitOfWork) -> Reply:
    """Keep what was filled in, and plan the questions anew."""
    if not request.is_submitted:
        return edit(request, db) if request.text else new(request, db)

    before = _find(request, db) if request.text else None
    filled = _chosen(request, db, before)
    if before is None:
        kept = db.prompts.add(filled, now=request.now)
    else:
        kept = filled
        db.prompts.save(kept)
    db.schedule.set_recurring(
        request.community,
        JOB,
        kept.cadence.recurrence(kept.zone, kept.if_off),
        subject=prompts.subject(kept),
        now=request.now,
    )
    _note(request, db, "prompts save", kept)
    opening = f"Prompts {kept.number} are {'changed' if before else 'set up'}."
    return views.standing(standing(db, kept, now=request.now), opening=opening)


@routes.route(
    "prompts show",
    usage="number",
    example="prompts show 1",
    help="What is asked when and where.",
    role=Role.ORGANISER,
)
def show(request: Request, db: UnitOfWork) -> Reply:
    """How a series stands."""
    return views.standing(standing(db, _find(request, db), now=request.now))


@routes.route(
    "prompts preview",
    usage="number",
    example="prompts preview 1",
    help="The next question, as it will look.",
    role=Role.ORGANISER,
)
def preview(request: Request, db: UnitOfWork) -> Reply:
    """The next question."""
    found = _find(request, db)
    question = rules.next_question(found, db.prompts.asked(found))
    name = db.communities.get(request.community).name
    say = views.asked_of_person if found.way is Way.DIRECT else views.asked_in_channel
    return views.preview(say(question, found, name), standing(db, found, now=request.now))


@routes.route(
    "prompts ask",
    usage="number",
    example="prompts ask 1",
    help="Ask the next question now.",
    role=Role.ORGANISER,
    once=True,
)
def ask(request: Request, db: UnitOfWork) -> Reply:
    """The next question, besides the plan; the job does the work."""
    found = _find(request, db)
    label = local(request.now, found.zone).replace(second=0, microsecond=0)
    if not db.schedule.add(
        request.community,
        JOB,
        subject=f"{prompts.subject(found)}{prompts.BY_HAND}",
        label=label,
        zone=found.zone,
    ):
        raise MemberError("A question was asked this very minute.")
    _note(request, db, "prompts ask", found)
    return views.asked_now(found)


@routes.route(
    "prompts pause",
    usage="number [for how long]",
    example="prompts pause 1 2 weeks",
    help="Ask nothing for a while.",
    role=Role.ORGANISER,
)
def pause(request: Request, db: UnitOfWork) -> Reply:
    """Nothing is asked before a day; asked for without one, a form asks for it."""
    number, _, rest = request.text.strip().partition(" ")
    found = _find(request, db, number)
    words = request.field("until") if request.is_submitted else rest
    if not words:
        return views.pause_form(found)
    try:
        until = arguments.until(words, today=local(request.now, found.zone).date())
    except NotUnderstood as error:
        if request.is_submitted:
            raise FormErrors({"until": str(error)}) from error
        raise
    subject = prompts.subject(found)
    db.recurrences.pause(request.community, JOB, until=until, now=request.now, subject=subject)
    _note(request, db, "prompts pause", found)
    opening = f"Prompts {found.number} pause until {day(until)}."
    return views.standing(standing(db, found, now=request.now), opening=opening)


@routes.route(
    "prompts resume",
    usage="number",
    example="prompts resume 1",
    help="Go on after a pause.",
    role=Role.ORGANISER,
)
def resume(request: Request, db: UnitOfWork) -> Reply:
    """Questions are asked again."""
    found = _find(request, db)
    subject = prompts.subject(found)
    db.recurrences.resume(request.community, JOB, now=request.now, subject=subject)
    _note(request, db, "prompts resume", found)
    opening = f"Prompts {found.number} go on."
    return views.standing(standing(db, found, now=request.now), opening=opening)


@routes.route(
    "prompts skip",
    usage="number",
    example="prompts skip 1",
    help="Leave the next question out.",
    role=Role.ORGANISER,
    once=True,
)
def skip(request: Request, db: UnitOfWork) -> Reply:
    """The next question is not asked at its time; the question itself comes another time."""
    found = _find(request, db)
    subject = prompts.subject(found)
    left_out = db.recurrences.skip_next(request.community, JOB, reason=LEFT_OUT, subject=subject)
    if left_out is None:
        raise MemberError("No question is planned that could be left out.")
    _note(request, db, "prompts skip", found)
    return views.skipped(found, left_out.at, _upcoming(db, found))


@routes.route(
    "prompts skip undo",
    usage="number",
    example="prompts skip undo 1",
    help="Ask the question that was left out.",
    role=Role.ORGANISER,
    once=True,
)
def take_back(request: Request, db: UnitOfWork) -> Reply:
    """What was last left out is asked after all, while its time has not passed."""
    found = _find(request, db)
    back = db.recurrences.take_back_skip(
        request.community, JOB, reason=LEFT_OUT, now=request.now, subject=prompts.subject(found)
    )
    if back is None:
        raise MemberError("No question that you left out is still to come.")
    _note(request, db, "prompts skip undo", found)
    return views.standing(standing(db, found, now=request.now))


@routes.route(
    "prompts stop", usage="number", example="prompts stop 2", help="End them.", role=Role.ORGANISER
)
def stop(request: Request, db: UnitOfWork) -> Reply:
    """Nothing more is asked."""
    found = _find(request, db)
    subject = prompts.subject(found)
    db.schedule.stop_recurring(request.community, JOB, subject=subject, now=request.now)
    db.prompts.save(replace(found, has_ended=True))
    _note(request, db, "prompts stop", found)
    return views.ended(found)


@routes.route("prompts off", help="Get no more questions by message.", hidden=True)
def off(request: Request, db: UnitOfWork) -> Reply:
    """A member gets no more of them."""
    db.opt_outs.add(request.community, request.member, Unasked.PROMPTS)
    return opt_out_views.stopped(Unasked.PROMPTS)


@routes.route("prompts on", help="Get questions by message again.", hidden=True)
def on(request: Request, db: UnitOfWork) -> Reply:
    """A member gets them again."""
    db.opt_outs.remove(request.member, Unasked.PROMPTS)
    return opt_out_views.resumed(Unasked.PROMPTS)


def standing(db: UnitOfWork, series: Series, *, now: datetime) -> Standing:
    """How a series stands."""
    subject = prompts.subject(series)
    until = db.recurrences.paused_until(series.community, JOB, subject=subject)
    today = local(now, series.zone).date()
    left_out = db.recurrences.left_out(series.community, JOB, now=now, subject=subject)
    return Standing(
        series=series,
        upcoming=_upcoming(db, series),
        paused_until=until if until and until > today else None,
        asked=len(db.prompts.asked(series)),
        left_out=tuple(views.left_out(each.label, each.reason) for each in left_out),
        channels=tuple(
            "the web chat" if each.platform == "web" else channel_views.named(each)
            for each in prompting.channels(db, series)
        ),
        people=prompting.people(db, series),
    )


def _find(request: Request, db: UnitOfWork, words: str | None = None) -> Series:
    asked = request.text if words is None else words
    number = arguments.identity(asked.strip().lstrip("#"))
    found = db.prompts.find(request.community, number) if number is not None else None
    if found is None:
        raise NotFound(WHICH)
    return found


def _chosen(request: Request, db: UnitOfWork, before: Series | None) -> Series:
    """The series that was filled in; raises ``FormErrors`` for what needs mending."""
    zone = db.communities.get(request.community).zone
    picked = request.choices("packs")
    if not set(picked) <= set(Pack):
        raise FormErrors({"packs": announcements_form.ONE_OF_THESE})
    known = announcements_form.known(db, request.community)
    series = Series(
        id=before.id if before else PromptSeriesId(0),
        community=request.community,
        number=before.number if before else 0,
        made_by=before.made_by if before else request.member,
        cadence=_mended("cadence", lambda: _cadence(request, before, zone)),
        packs=tuple(map(Pack, picked)),
        own=_mended("own", lambda: rules.own_questions(request.field("own"))),
        way=request.choice("way", Way),
        lanes=announcements_form.lanes_of(request, db, Purpose.PROMPTS),
        audience=_mended(
            "audience", lambda: audience_words.parse(request.field("audience"), known)
        ),
        zone=zone,
        if_off=request.choice("if_off", IfOff),
        made_at=before.made_at if before else request.now,
    )
    if not series.questions:
        raise FormErrors({"own": "Choose a theme above, or write a question of your own."})
    return series


def _cadence(request: Request, before: Series | None, zone: str) -> cadences.Cadence:
    """As typed; where that says what was set before, the weeks stay the same."""
    found = cadences.cadence(request.required("cadence"), after=local(request.now, zone))
    if before is None or before.zone != zone:
        return found
    same = cadences.said(before.cadence) == cadences.said(found)
    return before.cadence if same else found


def _mended(name: str, read: Callable[[], T]) -> T:
    """What was read from a field; a sentence on what is wrong with it marks the field."""
    try:
        return read()
    except FormErrors:
        raise
    except MemberError as error:
        raise FormErrors({name: str(error)}) from error


def _upcoming(db: UnitOfWork, series: Series) -> datetime | None:
    found = db.recurrences.upcoming(series.community, JOB, subject=prompts.subject(series))
    return found.at if found else None


def _note(request: Request, db: UnitOfWork, action: str, about: Series) -> None:
    db.audit.add(
        request.community, request.member, action=action,
        subject=f"prompts {about.number}", now=request.now,
    )  # fmt: skip
