"""Learning sessions, when an organiser looks after one: people, needs, attendance, materials."""

from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import sessions_after, sessions_places
from bot.domain.calm import Weight
from bot.domain.members import Member, MemberState
from bot.domain.sessions import Register, Session, SignUp, SignUpState, Witness
from bot.domain.sessions_timing import CHECK_IN_OPENS
from bot.errors import FormErrors, MemberError, NotAllowed, NotFound
from bot.ids import MemberId
from bot.views import sessions_answers as answers
from bot.views import sessions_forms as forms
from bot.views import sessions_organising as views
from bot.views import sessions_told as told
from handlers import finding
from handlers.sessions_log import note
from storage import sessions_telling
from storage.unit_of_work import UnitOfWork

routes = Routes()

# So many boxes fit into a card of Teams; whoever signs up while a form is open is not on it.
MOST_TICKED = 100


@routes.route(
    "sessions people", usage="number", example="sessions people 3",
    help="Who comes to a session, and who waits.",
    role=Role.ORGANISER, sensitive=True,
)  # fmt: skip
def people(request: Request, db: UnitOfWork) -> Reply:
    """The names, for planning."""
    register = db.sessions.register(finding.session(request, db))
    return views.people(register, _names(db, register))


@routes.route(
    "sessions needs read", usage="number", example="sessions needs read 3",
    help="What people need to take part in your session.",
    role=Role.ORGANISER, sensitive=True,
)  # fmt: skip
def read_needs(request: Request, db: UnitOfWork) -> Reply:
    """For the session's own organiser, and for no other."""
    session = finding.session(request, db)
    if session.organiser != request.member:
        raise NotAllowed(views.not_yours(_organiser(db, session)))
    said = db.session_answers.needs(session.id)
    names = db.members.many(said)
    return views.needs(session, [(names[each].name, words) for each, words in said.items()])


@routes.route(
    "sessions hand over", usage="number @person or me", example="sessions hand over 3 @Di Roy",
    help="Let somebody else look after a session.", role=Role.ORGANISER,
)  # fmt: skip
def hand_over(request: Request, db: UnitOfWork) -> Reply:
    """The session's own organiser hands it on; anybody may where there is none any more.

    With it goes what people need to take part, which no other organiser reads.
    """
    session = db.sessions.held(finding.session(request, db).id).session
    organiser = _organiser(db, session)
    if organiser is not None and organiser.id != request.member:
        raise NotAllowed(views.not_yours(organiser))
    words = request.text.partition(" ")[2]
    to = finding.person(request, db, f"#{request.member}" if words == "me" else words)
    if to.role is not Role.ORGANISER:
        raise MemberError(f"{to.name} is not an organiser. “role” gives somebody that role.")
    if to.id == session.organiser:
        raise MemberError(f"{to.name} looks after it already.")

    db.sessions.set_organiser(session, to.id)
    note(request, db, "sessions hand over", session)
    sessions_telling.tell(
        db, session, [] if to.id == request.member else [to.id],
        lambda to: told.handed_over(session, to),
        what=f"organiser:{request.now:%Y%m%d%H%M%S}", weight=Weight.ALONE, now=request.now,
    )  # fmt: skip
    return views.handed_over(session, to)


@routes.route(
    "sessions attendance", usage="number", example="sessions attendance 3",
    help="Note who was there.", role=Role.ORGANISER,
    sensitive=True,
)  # fmt: skip
def attendance(request: Request, db: UnitOfWork) -> Reply:
    """A form with everybody who has a place, and what it sends in: an organiser's word stands."""
    session = finding.session(request, db)
    if not session.is_planned or request.now < session.begins - CHECK_IN_OPENS:
        raise MemberError(answers.no_check_in(session, request.zone))
    register = db.sessions.held(session.id)
    first, last = _part(request)
    if not request.is_submitted:
        shown = [each for each in register.going if each.position > first][:MOST_TICKED]
        last = max((each.position for each in shown), default=first)
        names = db.members.many(each.member for each in shown)
        return forms.attendance_form(session, shown, names, value=f"{session.id} {first} {last}")

    here = set(request.choices("here"))
    for each in register.going:
        if first < each.position <= last:
            _note_there(db, session, each, was_there=str(each.member) in here)
    also = _also(request, db)
    if also is not None:
        _note_there(db, session, _walked_in(register, also.id), was_there=True)
    note(request, db, "sessions attendance", session)
    has_more = any(each.position > last for each in register.going)
    figures = sessions_after.report(db.sessions.register(session), ())
    return views.attendance_kept(
        session, here=figures.here, missing=figures.missing,
        rest=f"{session.id} {last}" if has_more else "",
    )  # fmt: skip


@routes.route(
    "sessions report", usage="number", example="sessions report 3",
    help="What a session came to.", role=Role.ORGANISER,
    sensitive=True,
)  # fmt: skip
def report(request: Request, db: UnitOfWork) -> Reply:
    """Places, attendance and feedback, without a name."""
    session = finding.session(request, db)
    if session.is_ahead(request.now):
        raise MemberError(f"“{session.title}” is still to come.")
    figures = sessions_after.report(
        db.sessions.register(session), db.session_answers.feedback(session.id)
    )
    return views.report(session, figures, zone=request.zone)


@routes.route(
    "sessions materials add", usage="number", example="sessions materials add 3",
    help="Give out slides, a recording or notes.",
    role=Role.ORGANISER, once=True,
)  # fmt: skip
def add_material(request: Request, db: UnitOfWork) -> Reply:
    """A form, and what it sends in; once a session is over, those who came hear of it."""
    session = finding.session(request, db)
    if not request.is_submitted:
        return forms.material_form(session)
    title = request.required("title")
    url = request.required("url")
    if not sessions_after.is_address(url):
        raise FormErrors({"url": "Please give the whole address, beginning with https://."})

    db.session_answers.add_material(request.community, session.id, title=title, url=url)
    note(request, db, "sessions materials add", session)
    given = db.session_answers.materials(session.id)
    is_over = request.now >= session.ends
    going = [each.member for each in db.sessions.register(session).going]
    concerned = [each for each in going if each != request.member] if is_over else []
    sessions_telling.tell(
        db, session, concerned, lambda _: told.new_materials(session, given),
        what=f"materials:{request.now:%Y%m%d}", weight=Weight.CAN_WAIT, now=request.now,
    )  # fmt: skip
    return views.material_kept(session, given)


@routes.route(
    "sessions materials remove", usage="number of the material",
    example="sessions materials remove 2",
    help="Take a material back.",
    role=Role.ORGANISER,
)  # fmt: skip
def remove_material(request: Request, db: UnitOfWork) -> Reply:
    """Nobody is shown it any more; a copy that somebody made is theirs."""
    number = arguments.identity(request.text)
    removed = None
    if number is not None:
        removed = db.session_answers.remove_material(request.community, number)
    if removed is None:
        raise NotFound("I can’t find that. Type “sessions materials” and the session’s number.")
    session = db.sessions.get(removed.session)
    note(request, db, "sessions materials remove", session)
    return views.material_removed(removed)


def _part(request: Request) -> tuple[int, int]:
    """The positions after which and up to which the form goes: "7 100 200"."""
    first, last = (*request.text.split()[1:], "0", "0")[:2]
    return arguments.identity(first) or 0, arguments.identity(last) or 0


def _names(db: UnitOfWork, register: Register) -> dict[MemberId, Member]:
    return db.members.many(register.concerned)


def _organiser(db: UnitOfWork, session: Session) -> Member | None:
    """Who looks after a session; None where they are no organiser any more."""
    if session.organiser is None:
        return None
    member = db.members.get(session.organiser)
    is_here = member.state is MemberState.ACTIVE and member.role is Role.ORGANISER
    return member if is_here else None


def _also(request: Request, db: UnitOfWork) -> Member | None:
    words = request.field("person")
    if not words:
        return None
    try:
        return finding.person(request, db, words)
    except MemberError as error:
        raise FormErrors({"person": str(error)}) from error


def _walked_in(register: Register, member: MemberId) -> SignUp:
    """The place of somebody who came without one."""
    last = max((each.position for each in register.signups), default=0)
    before = register.of(member) or SignUp(member, SignUpState.GOING, last + 1)
    return sessions_places.came(before)


def _note_there(db: UnitOfWork, session: Session, signup: SignUp, *, was_there: bool) -> None:
    noted = sessions_places.attendance(signup, was_there=was_there, witness=Witness.ORGANISER)
    db.sessions.save_signup(session, noted)
