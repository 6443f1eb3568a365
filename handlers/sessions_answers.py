"""Learning sessions, when a member says what they need, how it was, or looks for materials."""

from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.domain import sessions, sessions_places
from bot.domain.calm import Weight
from bot.domain.sessions import Session, SignUp, SignUpState, Witness
from bot.domain.sessions_after import Feedback, Worth
from bot.errors import MemberError, NotUnderstood
from bot.views import sessions_answers as views
from bot.views import sessions_told as told
from handlers import finding
from storage import sessions_telling
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route(
    "sessions needs", usage="number or title", example="sessions needs 3",
    help="Tell the organiser what you need to take part.",
    sensitive=True,
)  # fmt: skip
def needs(request: Request, db: UnitOfWork) -> Reply:
    """A form, and what it sends in: for the session's organiser, and for nobody else."""
    session = finding.session(request, db)
    register = db.sessions.register(session)
    sessions.check_ahead(session, now=request.now)
    if not register.has(request.member, SignUpState.GOING, SignUpState.WAITING):
        raise MemberError(f"Sign up first: “sessions sign up {session.id}”.")
    if not request.is_submitted:
        return views.needs_form(session, db.session_answers.need(session.id, request.member))

    words = request.field("words")[: views.LONGEST_WORDS]
    db.session_answers.save_need(request.community, session.id, request.member, words)
    organiser = None if session.organiser is None else db.members.get(session.organiser)
    if words and organiser is not None and organiser.id != request.member:
        sessions_telling.tell(
            db,
            session,
            (organiser.id,),
            lambda _: told.somebody_needs(session),
            # Whoever corrects their words within the hour does not call the organiser again.
            what=f"needs:{request.member}:{request.now:%Y%m%d%H}",
            weight=Weight.ALONE,
            now=request.now,
        )
    return views.needs_kept(session, words, organiser.name if organiser else "")


@routes.route("sessions worth", hidden=True)
def worth(request: Request, db: UnitOfWork) -> Reply:
    """One tap after a session: "7 yes"."""
    session, own = _been_to(request, db)
    said = request.text.partition(" ")[2]
    if said not in set(Worth):
        choices = " or ".join(f"“sessions worth {session.id} {each}”" for each in Worth)
        raise NotUnderstood(f"{views.WORTH_QUESTION} Answer {choices}.")
    before = db.session_answers.feedback_of(session.id, request.member)
    answer = Feedback(Worth(said), before.words if before else "")
    db.session_answers.save_feedback(request.community, session.id, request.member, answer)
    _note(db, session, own, was_there=True)
    return views.worth_noted(session, answer)


@routes.route(
    "sessions feedback",
    usage="number",
    example="sessions feedback 3",
    help="Say how a session was.",
)
def feedback(request: Request, db: UnitOfWork) -> Reply:
    """Two questions in a form, and what it sends in."""
    session, own = _been_to(request, db)
    if not request.is_submitted:
        before = db.session_answers.feedback_of(session.id, request.member)
        return views.feedback_form(session, before)
    words = request.field("words")[: views.LONGEST_WORDS]
    answer = Feedback(request.choice("worth", Worth), words)
    db.session_answers.save_feedback(request.community, session.id, request.member, answer)
    _note(db, session, own, was_there=True)
    return views.feedback_kept(session)


@routes.route("sessions absent", hidden=True)
def absent(request: Request, db: UnitOfWork) -> Reply:
    """I had a place and was not there."""
    session, own = _been_to(request, db)
    _note(db, session, own, was_there=False)
    return views.absent(session)


@routes.route(
    "sessions materials",
    usage="number",
    example="sessions materials 3",
    help="Slides and recordings of a session.",
)
def materials(request: Request, db: UnitOfWork) -> Reply:
    """What was given out for a session."""
    session = finding.session(request, db)
    return views.materials(session, db.session_answers.materials(session.id))


def _been_to(request: Request, db: UnitOfWork) -> tuple[Session, SignUp]:
    """A session that has begun, and the place that the asker had in it."""
    session = finding.session(request, db)
    own = db.sessions.held(session.id).of(request.member)
    if own is None or own.state is not SignUpState.GOING or not session.is_planned:
        raise MemberError(f"You had no place in “{session.title}”.")
    if request.now < session.begins:
        raise MemberError(f"“{session.title}” is still to come.")
    return session, own


def _note(db: UnitOfWork, session: Session, own: SignUp, *, was_there: bool) -> None:
    noted = sessions_places.attendance(own, was_there=was_there, witness=Witness.SELF)
    db.sessions.save_signup(session, noted)
