"""What of learning sessions stands on the home page."""

from datetime import timedelta

from bot.chat.requests import Request, Role
from bot.domain.sessions import SignUpState
from bot.views import sessions_home as views
from bot.views.home import Line
from handlers.sessions import reader
from storage.unit_of_work import UnitOfWork

# Later than that nobody remembers how a session was.
ASKED_FOR = timedelta(days=14)


def lines(request: Request, db: UnitOfWork) -> list[Line]:
    """My sessions to come, how those were that I was at, and when I am reminded."""
    reading = reader(request)
    signed = db.sessions.of_member(request.member, SignUpState.GOING, SignUpState.WAITING)
    coming = [each for each in signed if each.is_planned and each.ends > request.now]
    shown = [views.signed_up(each, reading) for each in db.sessions.registers(coming)]
    if request.role is Role.ORGANISER:
        mine = db.sessions.organised_by(request.community, request.member, now=request.now)
        shown += views.looked_after(mine, reading)
    leads = db.session_answers.leads(request.member)
    return [*_questions(request, db), *shown, *([views.reminders(leads)] if signed else ())]


def _questions(request: Request, db: UnitOfWork) -> list[Line]:
    since = request.now - ASKED_FOR
    had_a_place = db.sessions.of_member(request.member, SignUpState.GOING)
    over = [each for each in had_a_place if each.is_planned and since < each.ends <= request.now]
    return [
        views.how_was_it(register.session)
        for register in db.sessions.registers(over)
        if (own := register.of(request.member)) is not None
        and own.attended is not False
        and db.session_answers.feedback_of(register.session.id, request.member) is None
    ]
