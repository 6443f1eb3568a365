"""Learning sessions, when a member looks for one, signs up or gives a place back."""

import re

from bot.chat.messages import Message
from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.domain import sessions_places as rules
from bot.domain import sessions_timing as timing
from bot.domain.sessions import Register, SignUpState, Witness
from bot.errors import FormErrors, MemberError, NotUnderstood
from bot.ids import SessionId
from bot.views import sessions as views
from bot.views import sessions_answers as answers
from handlers import finding, sessions_places
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route(
    "sessions", usage="[words]", example="sessions frailty", help="Learning sessions to come."
)
def overview(request: Request, db: UnitOfWork) -> Reply:
    """Those to come, or those whose title, speakers or priority hold the words."""
    upcoming = db.sessions.upcoming(request.community, now=request.now)
    wanted = request.text.casefold()
    found = [
        each
        for each in upcoming
        if wanted in f"{each.title} {each.details.speakers} {each.details.priority}".casefold()
    ]
    shown = db.sessions.registers(found[: views.MOST_LISTED])
    return views.listing(shown, reader(request), total=len(found), words=request.text)


@routes.route(
    "sessions show",
    usage="number or title",
    example="sessions show 3",
    help="All about one session.",
)
def show(request: Request, db: UnitOfWork) -> Reply:
    """The card of a session; how to join online only for those with a place."""
    register = db.sessions.register(finding.session(request, db))
    return card(request, db, register)


@routes.route(
    "sessions sign up",
    usage="number or title",
    example="sessions sign up 3",
    help="Take a place, or join the waitlist.",
)
def sign_up(request: Request, db: UnitOfWork) -> Reply:
    """A place, a turn on the waitlist or in the draw; asking again changes nothing."""
    session = finding.session(request, db)
    register = sessions_places.take(db, session.id, request.member, now=request.now)
    leads = db.session_answers.leads(request.member)
    return views.signed_up(register, reader(request), leads=leads)


@routes.route(
    "sessions leave",
    usage="number or title",
    example="sessions leave 3",
    help="Give a place back, so another has it.",
)
def leave(request: Request, db: UnitOfWork) -> Reply:
    """The first who waits has it at once, with time to decline."""
    session = finding.session(request, db)
    before = db.sessions.register(session)
    own = sessions_places.give_back(db, session.id, request.member, now=request.now)
    return views.left(session, own, had_place=before.has(request.member, SignUpState.GOING))


@routes.route("sessions mine", help="The sessions you signed up for.")
def mine(request: Request, db: UnitOfWork) -> Reply:
    """Those to come in which I have a place or wait for one."""
    signed = db.sessions.of_member(request.member, SignUpState.GOING, SignUpState.WAITING)
    coming = [each for each in signed if each.is_planned and each.ends > request.now]
    return views.mine(db.sessions.registers(coming), reader(request))


@routes.route("sessions past", help="The sessions that were, with their materials.")
def past(request: Request, db: UnitOfWork) -> Reply:
    """The newest first."""
    found = db.sessions.past(request.community, now=request.now, limit=views.MOST_LISTED)
    return views.past([(each, db.session_answers.materials(each.id)) for each in found])


@routes.route(
    "sessions reminders",
    usage="[1 day, 1 hour | none]",
    example="sessions reminders 1 hour",
    help="When I remind you of sessions.",
)
def reminders(request: Request, db: UnitOfWork) -> Reply:
    """A form, or typed: "1 day, 1 hour" or "none"."""
    if request.is_submitted:
        chosen = request.choices("leads")
        if not set(chosen) <= set(map(str, timing.LEADS)):
            raise FormErrors({"leads": "Please choose some of these."})
        leads = tuple(lead for lead in timing.LEADS if str(lead) in chosen)
    elif request.text:
        leads = _typed_leads(request.text)
    else:
        return answers.reminders_form(db.session_answers.leads(request.member))
    db.session_answers.save_leads(request.community, request.member, leads)
    return answers.reminders_saved(leads)


@routes.route(
    "sessions here",
    usage="[number]",
    example="sessions here 3",
    help="Check in, so that it counts in “my time”.",
)
def here(request: Request, db: UnitOfWork) -> Reply:
    """I am at a session; without a number it is the one of mine that is on now."""
    register = db.sessions.held(_now_on(request, db))
    session, own = register.session, register.of(request.member)
    if own is None or own.state is not SignUpState.GOING:
        raise MemberError(
            f"You have no place in “{session.title}”. Its organiser can add you to those who came."
        )
    if not session.is_planned or not timing.can_check_in(session, now=request.now):
        raise MemberError(answers.no_check_in(session, request.zone))
    noted = rules.attendance(own, was_there=True, witness=Witness.SELF)
    db.sessions.save_signup(session, noted)
    return answers.checked_in(session)


def card(request: Request, db: UnitOfWork, register: Register) -> Message:
    """A session's card as the asker may see it."""
    given = db.session_answers.materials(register.session.id)
    return views.card(register, reader(request), given)


def reader(request: Request) -> views.Reader:
    """Who reads the reply."""
    is_private = request.channel is None
    return views.Reader(request.member, request.zone, request.now, is_private=is_private)


def _now_on(request: Request, db: UnitOfWork) -> SessionId:
    if request.text:
        return finding.session(request, db).id
    signed = db.sessions.of_member(request.member, SignUpState.GOING)
    on = [each for each in signed if timing.can_check_in(each, now=request.now)]
    if not on:
        raise MemberError("None of your sessions is on now. Type “sessions mine” for them.")
    return on[-1].id


def _typed_leads(words: str) -> tuple[int, ...]:
    if words.strip().lower() == "none":
        return ()
    parts = re.split(r",|\band\b", words.lower())
    asked = {timing.lead_of(part) for part in parts if part.strip()}
    if not asked or None in asked:
        raise NotUnderstood(answers.no_such_reminder(words))
    return tuple(lead for lead in timing.LEADS if lead in asked)
