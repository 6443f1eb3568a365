"""Learning sessions, when it is time: remind, draw, repeat, and ask how it was."""

from dataclasses import replace

from bot.chat.schedule import ALWAYS, PROMPT, REMINDER, Run, Schedule
from bot.domain import sessions_places
from bot.domain.calm import Weight
from bot.domain.sessions import Register, Session, SignUp
from bot.ids import SeriesId
from bot.times import Slot
from bot.views import sessions_answers as answers
from bot.views import sessions_told as views
from storage import sessions_planning, sessions_telling
from storage.sessions_planning import DRAW, FEEDBACK, REPEAT
from storage.sessions_planning import REMINDER as REMIND
from storage.unit_of_work import UnitOfWork

schedule = Schedule()

A_DAY = 24 * 60


@schedule.job(REMIND, catch_up=REMINDER)
def remind(run: Run, db: UnitOfWork) -> None:
    """Those who have a place and want this reminder get it; never after the start."""
    session = _session(run, db)
    if session is None or not session.is_ahead(run.now):
        return
    lead = sessions_planning.read_subject(run.subject)[2]
    register = db.sessions.register(session)
    wanted = db.session_answers.leads_of(each.member for each in register.going)
    sessions_telling.tell(
        db,
        session,
        [member for member, leads in wanted.items() if lead in leads],
        lambda to: views.reminder(register, to, now=run.now),
        # Two that fall into the same quiet hours are one.
        what=f"reminder:{session.moves}:{run.label:%Y%m%d%H%M}",
        weight=Weight.ALONE if lead <= A_DAY else Weight.CAN_WAIT,
        now=run.now,
    )


@schedule.job(DRAW, catch_up=ALWAYS)
def draw(run: Run, db: UnitOfWork) -> None:
    """The places of an open chair are drawn, and all who put their name in hear of it."""
    found = _session(run, db)
    if found is None or not found.is_ahead(run.now) or not found.is_to_be_drawn:
        return
    register = db.sessions.held(found.id)
    had_one = db.sessions.had_an_open_chair(run.community)
    lucky, waiting = sessions_places.drawn(register, had_one, rng=run.rng)
    register = _kept(db, register, (*lucky, *waiting))
    winners = {each.member for each in lucky}
    sessions_telling.tell(
        db,
        found,
        register.concerned,
        lambda to: (
            views.drawn(register, to, now=run.now)
            if to.id in winners
            else views.not_drawn(register, to)
        ),
        what="drawn",
        weight=Weight.ALONE,
        now=run.now,
    )


@schedule.job(REPEAT, catch_up=ALWAYS)
def repeat(run: Run, db: UnitOfWork) -> None:
    """The next session of a series can be signed up for."""
    series = SeriesId(int(run.subject.removeprefix("series:")))
    slot = Slot(run.label, run.at)
    sessions_planning.make(db, run.community, series, slot, zone=run.zone, now=run.now)


@schedule.job(FEEDBACK, catch_up=PROMPT)
def ask(run: Run, db: UnitOfWork) -> None:
    """Those who had a place are asked how it was, unless it is known that they were not there."""
    session = _session(run, db)
    if session is None or not session.is_planned:
        return
    register = db.sessions.register(session)
    given = db.session_answers.materials(session.id)
    sessions_telling.tell(
        db,
        session,
        [each.member for each in register.going if each.attended is not False],
        lambda _: answers.feedback_question(session, given),
        what="feedback",
        weight=Weight.CAN_WAIT,
        now=run.now,
    )


def _session(run: Run, db: UnitOfWork) -> Session | None:
    """The session that an occurrence is about; None where it was moved since."""
    number, moves, _ = sessions_planning.read_subject(run.subject)
    session = db.sessions.find(run.community, number)
    return session if session is not None and session.moves == moves else None


def _kept(db: UnitOfWork, register: Register, signups: tuple[SignUp, ...]) -> Register:
    """The register after the draw."""
    session = replace(register.session, is_drawn=True)
    db.sessions.save(session)
    for each in signups:
        db.sessions.save_signup(session, each)
    return db.sessions.register(session)
