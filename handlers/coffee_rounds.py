"""Coffee, when an organiser sets it up, reviews a draft or looks at the report."""

from dataclasses import replace
from enum import StrEnum

from bot import times
from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import coffee, coffee_report, pairing
from bot.domain.coffee import Apart, IfUnapproved, Mode, Round, RoundState, Setup
from bot.errors import FormErrors, MemberError, NotFound, NotUnderstood
from bot.ids import MemberId
from bot.times import IfOff, Recurrence, local
from bot.views import coffee_rounds as views
from handlers import coffee_dates
from storage.occurrences import OccurrenceState
from storage.unit_of_work import UnitOfWork

routes = Routes()


class Review(StrEnum):
    """The form's one question on reviewing a round."""

    NO = "no"
    SEND = "send"
    HOLD = "hold"


class GroupSize(StrEnum):
    """How many meet."""

    TWO = "2"
    THREE = "3"
    FOUR = "4"


# The question of the round under way is among the newest so many.
ROUNDS_LOOKED_AT = 10
TOLD = (RoundState.SENT, RoundState.CLOSED)


@routes.route(
    "coffee setup", help="How often, how many, who is kept apart.", role=Role.ORGANISER, once=True
)
def setup(request: Request, db: UnitOfWork) -> Reply:
    """A form, and what it sends in: the rounds are scheduled anew."""
    now_set = db.coffee.setup(request.community)
    if not request.is_submitted:
        return views.setup_form(now_set)

    chosen = _chosen(request, now_set, zone=db.communities.get(request.community).zone)
    db.coffee.save_setup(chosen)
    upcoming = db.schedule.set_recurring(
        request.community,
        "coffee round",
        _recurrence(request, db, now_set, chosen),
        lead=chosen.lead,
        now=request.now,
    )
    note_action(request, db, "coffee setup")
    ahead = coffee_dates.ahead(db, request.community, now=request.now)
    return views.setup_saved(chosen, upcoming, ahead)


@routes.route("coffee stop rounds", help="No further rounds go out.", role=Role.ORGANISER)
def stop(request: Request, db: UnitOfWork) -> Reply:
    """Rounds under way run to their end."""
    db.schedule.stop_recurring(request.community, "coffee round", now=request.now)
    db.coffee.save_setup(replace(db.coffee.setup(request.community), is_running=False))
    note_action(request, db, "coffee stop rounds")
    return views.stopped()


@routes.route("coffee run", help="Match everybody who is in, now.", role=Role.ORGANISER, once=True)
def run(request: Request, db: UnitOfWork) -> Reply:
    """A round of its own, besides the scheduled ones; reviewed where the setup says so."""
    zone = db.coffee.setup(request.community).zone
    label = local(request.now, zone).replace(second=0, microsecond=0)
    if db.coffee.round_at(request.community, label) is not None:
        raise MemberError("A round was drafted this very minute. Try again in the next one.")
    db.schedule.add(
        request.community, "coffee draft", subject=f"coffee:{label:%Y-%m-%dT%H:%M}:now",
        label=label, zone=zone,
    )  # fmt: skip
    note_action(request, db, "coffee run")
    return views.started_now()


@routes.route("coffee ask", help="Ask “Did you meet?” now.", role=Role.ORGANISER)
def ask(request: Request, db: UnitOfWork) -> Reply:
    """The question of the round under way, before its time."""
    rounds = db.coffee.rounds(request.community, RoundState.SENT)
    if not rounds:
        raise MemberError("No round is under way. Type “coffee run” to begin one.")
    of = rounds[0]
    if not _ask_now(request, db, of):
        raise MemberError(f"Everybody in round {of.number} has been asked already.")
    note_action(request, db, "coffee ask", of)
    return views.asked_now(len(db.coffee.groups(of.id)))


def _ask_now(request: Request, db: UnitOfWork, of: Round) -> bool:
    """Have the question asked; False where everybody was. One that came too late counts not."""
    subject = f"round:{of.id}"
    if db.schedule.hasten(request.community, "coffee question", subject=subject, now=request.now):
        return True
    asked = [
        each.state
        for each in db.schedule.of(request.community, "coffee question", limit=ROUNDS_LOOKED_AT)
        if each.subject == subject
    ]
    if OccurrenceState.DONE in asked:
        return False
    return db.schedule.add(
        request.community,
        "coffee question",
        subject=subject,
        label=local(request.now, of.zone),
        zone=of.zone,
    )


@routes.route(
    "coffee report",
    usage="[round]",
    example="coffee report 1",
    help="What a round came to.",
    role=Role.ORGANISER,
)
def report(request: Request, db: UnitOfWork) -> Reply:
    """The figures of the newest round that went out, or of the one named."""
    told = db.coffee.rounds(request.community, *TOLD)
    if not told:
        return views.no_report()
    wanted = arguments.number(request.text, what="the round") if request.text else told[0].number
    found = [each for each in told if each.number == wanted]
    if not found:
        raise NotFound(f"Round {wanted} has no report. The newest is round {told[0].number}.")
    figures = figures_of(db, found[0])
    went_out = times.local(found[0].sends_at, found[0].zone)
    return views.report(
        found[0], figures, went_out=went_out, numbers=[each.number for each in told]
    )


def figures_of(db: UnitOfWork, of: Round) -> coffee_report.Report:
    """The figures of a round."""
    groups = db.coffee.groups(of.id)
    earlier = [
        tuple(MemberId(int(each)) for each in group)
        for held in db.coffee.history(of.community).rounds
        if held.number < of.number
        for group in held.groups
    ]
    people = {each for group in (*earlier, *(group.people for group in groups)) for each in group}
    everybody = db.members.many(people)
    return coffee_report.report(
        groups,
        everybody,
        earlier,
        left_out=left_out(db, of),
        repeats=of.repeats,
        quality=quality(of),
    )


def quality(of: Round) -> str:
    """How good its matching was."""
    return pairing.Plan(
        of.number, of.seed, (), of.unmatched, of.score, of.bound, of.repeats
    ).quality


def left_out(db: UnitOfWork, of: Round) -> list[tuple[str, str]]:
    """Who had no group, by name, with the reason; nobody whom an organiser has stopped."""
    found = db.members.many(MemberId(int(gap.id)) for gap in of.unmatched)
    names = {number: each for number, each in found.items() if each.may_be_named}
    return [
        (names[MemberId(int(gap.id))].name, gap.reason)
        for gap in of.unmatched
        if MemberId(int(gap.id)) in names
    ]


def _recurrence(request: Request, db: UnitOfWork, former: Setup, chosen: Setup) -> Recurrence:
    """The rounds from now on; where neither rhythm nor lead changed, the weeks stay the same."""
    planned = db.recurrences.recurrence(request.community, "coffee round")
    before = (former.rhythm, former.zone, former.lead)
    if planned and before == (chosen.rhythm, chosen.zone, chosen.lead):
        return replace(planned, if_off=chosen.if_off)
    return coffee.recurrence(chosen, after=local(request.now + chosen.lead, chosen.zone))


def _chosen(request: Request, former: Setup, *, zone: str) -> Setup:
    try:
        rhythm = arguments.rhythm(request.field("rhythm"))
    except NotUnderstood as error:
        raise FormErrors({"rhythm": str(error)}) from error
    review = request.choice("review", Review)
    theme = request.field("theme")
    if theme not in {"none", *pairing.Theme}:
        raise FormErrors({"theme": "Please choose one of these."})
    return replace(
        former,
        weeks=rhythm.weeks,
        weekday=rhythm.weekday,
        time=rhythm.time,
        zone=zone,
        group_size=int(request.choice("size", GroupSize)),
        mode=request.choice("mode", Mode),
        review=review is not Review.NO,
        if_unapproved=IfUnapproved.HOLD if review is Review.HOLD else IfUnapproved.SEND,
        apart=frozenset(each for each in Apart if each in request.choices("apart")),
        theme=None if theme == "none" else pairing.Theme(theme),
        is_running=True,
        if_off=request.choice("if_off", IfOff),
    )


def note_action(request: Request, db: UnitOfWork, action: str, of: Round | None = None) -> None:
    """Write an organiser's action into the audit log, with the round and without names."""
    subject = f"round {of.number}" if of else ""
    db.audit.add(request.community, request.member, action=action, subject=subject, now=request.now)
