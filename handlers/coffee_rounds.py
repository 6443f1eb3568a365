"""Coffee, when an organiser sets it up, reviews a draft or looks at the report."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from bot import times
from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import coffee, coffee_report, pairing
from bot.domain.coffee import Apart, Group, IfUnapproved, Mode, Round, RoundState, Setup
from bot.domain.members import Member
from bot.errors import FormErrors, MemberError, NotFound, NotUnderstood
from bot.ids import MemberId
from bot.times import local
from bot.views import coffee_groups as group_views
from bot.views import coffee_rounds as views
from handlers import finding
from handlers.coffee import next_round
from storage import coffee_people
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


DRAFTS = (RoundState.DRAFTED, RoundState.APPROVED, RoundState.HELD)
TOLD = (RoundState.SENT, RoundState.CLOSED)


@routes.route("coffee setup", help="How often, how many, who is kept apart.", role=Role.ORGANISER)
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
        coffee.recurrence(chosen, after=local(request.now + chosen.lead, chosen.zone)),
        lead=chosen.lead,
        now=request.now,
    )
    _note(request, db, "coffee setup")
    return views.setup_saved(chosen, upcoming)


@routes.route("coffee stop rounds", help="No further rounds go out.", role=Role.ORGANISER)
def stop(request: Request, db: UnitOfWork) -> Reply:
    """Rounds under way run to their end."""
    db.schedule.stop_recurring(request.community, "coffee round")
    db.coffee.save_setup(replace(db.coffee.setup(request.community), is_running=False))
    _note(request, db, "coffee stop rounds")
    return views.stopped()


@routes.route("coffee run", help="Match everybody who is in, now.", role=Role.ORGANISER)
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
    _note(request, db, "coffee run")
    return views.started_now()


@routes.route("coffee review", usage="[page]", help="See the drafted round.", role=Role.ORGANISER)
def review(request: Request, db: UnitOfWork) -> Reply:
    """A page of the draft with its reasons."""
    draft = _draft_if_any(request, db)
    if draft is None:
        return views.no_draft(next_round(db, request.community))
    page = int(request.text) if request.text.isascii() and request.text.isdigit() else 1
    return _draft_page(db, draft, page=max(page, 1))


@routes.route("coffee lock", hidden=True, role=Role.ORGANISER)
def lock(request: Request, db: UnitOfWork) -> Reply:
    """A group stays as it is when the round is drafted anew, or no longer."""
    draft = _draft(request, db)
    groups = db.coffee.groups(draft.id)
    number = arguments.number(request.text, what="the group")
    if not 1 <= number <= len(groups):
        raise NotFound(f"There is no group {number} in this round. Look at “coffee review”.")
    group = groups[number - 1]
    db.coffee.save_group(replace(group, is_locked=not group.is_locked))
    _note(request, db, "coffee lock", draft)
    return views.locked(number, is_locked=not group.is_locked)


@routes.route(
    "coffee swap", usage="@person with @person", help="Swap two people of a draft.",
    role=Role.ORGANISER,
)  # fmt: skip
def swap(request: Request, db: UnitOfWork) -> Reply:
    """Two people change places, unless a hard rule forbids it; which one is not said."""
    first, between, second = request.text.partition(" with ")
    if not between:
        raise NotUnderstood("Whom with whom? Try “coffee swap Ada with Ben”.")
    one = finding.person(request, db, first)
    other = finding.person(request, db, second)
    draft = _draft(request, db)
    groups = db.coffee.groups(draft.id)

    swapped = coffee.swapped([group.people for group in groups], one.id, other.id)
    changed = [
        (group, people)
        for group, people in zip(groups, swapped, strict=True)
        if set(people) != set(group.people)
    ]
    everybody, rules = _planner(db, draft)
    for _, people in changed:
        if not coffee.is_legal([everybody[each] for each in people if each in everybody], rules):
            raise MemberError(f"{one.name} and {other.name} can’t be swapped: cannot be paired.")
    _replace(db, draft, groups, changed)
    _note(request, db, "coffee swap", draft)
    names = db.members.many(each for _, people in changed for each in people)
    return views.swapped([[names[each].name for each in people] for _, people in changed])


@routes.route(
    "coffee remove", usage="@person", help="Take somebody out of a draft.", role=Role.ORGANISER
)
def remove(request: Request, db: UnitOfWork) -> Reply:
    """A partner left alone joins another group where one may take them."""
    gone = finding.person(request, db, request.text)
    draft = _draft(request, db)
    groups = db.coffee.groups(draft.id)
    if all(gone.id not in group.people for group in groups):
        raise NotFound(f"{gone.name} is not in this round. Look at “coffee review”.")

    everybody, rules = _planner(db, draft)
    rest, alone = coffee.placed(
        [group.people for group in groups],
        gone.id,
        everybody,
        db.coffee.history(request.community),
        rules,
        number=draft.number,
    )
    db.coffee.opt_in(request.community, gone.id, draft.label, wants=False)
    before = {frozenset(group.people): group for group in groups}
    kept = [before[frozenset(people)] for people in rest if frozenset(people) in before]
    made = [people for people in rest if frozenset(people) not in before]
    db.coffee.clear_groups(draft, keep=[group.id for group in kept])
    for people in made:
        _add_group(db, draft, people, like=groups[0])
    _note(request, db, "coffee remove", draft)
    return views.removed(gone.name, db.members.get(alone).name if alone is not None else None)


@routes.route("coffee approve", help="Let the drafted round go out.", role=Role.ORGANISER)
def approve(request: Request, db: UnitOfWork) -> Reply:
    """It goes out at its time; a held one, or one whose time has passed, at once."""
    draft = _draft(request, db)
    db.coffee.save_round(replace(draft, state=RoundState.APPROVED))
    _note(request, db, "coffee approve", draft)
    if draft.state is RoundState.HELD or draft.sends_at <= request.now:
        _send_now(request, db, draft)
        return views.sending()
    return views.approved(draft, draft.label)


@routes.route("coffee send now", hidden=True, role=Role.ORGANISER)
def send_now(request: Request, db: UnitOfWork) -> Reply:
    """A draft goes out at once."""
    draft = _draft(request, db)
    db.coffee.save_round(replace(draft, state=RoundState.APPROVED))
    _note(request, db, "coffee send now", draft)
    _send_now(request, db, draft)
    return views.sending()


@routes.route("coffee redraft", help="Draft anew around the locks.", role=Role.ORGANISER)
def redraft(request: Request, db: UnitOfWork) -> Reply:
    """Locked groups stay; everybody else is matched once more."""
    draft = _draft(request, db)
    label = local(request.now, draft.zone)
    db.schedule.add(
        request.community, "coffee redraft", subject=f"round:{draft.id}", label=label,
        zone=draft.zone,
    )  # fmt: skip
    _note(request, db, "coffee redraft", draft)
    return views.started_now()


@routes.route("coffee cancel round", help="Cancel the drafted round.", role=Role.ORGANISER)
def cancel(request: Request, db: UnitOfWork) -> Reply:
    """Nobody was told of a draft, so nobody is told of its end."""
    draft = _draft(request, db)
    db.coffee.save_round(replace(draft, state=RoundState.CANCELLED))
    db.schedule.cancel(
        request.community, subject=f"round:{draft.id}", reason="the round was cancelled",
        now=request.now,
    )  # fmt: skip
    _note(request, db, "coffee cancel round", draft)
    return views.cancelled(draft)


@routes.route("coffee ask", help="Ask “Did you meet?” now.", role=Role.ORGANISER)
def ask(request: Request, db: UnitOfWork) -> Reply:
    """The question of the round under way, before its time."""
    rounds = db.coffee.rounds(request.community, RoundState.SENT)
    if not rounds:
        raise MemberError("No round is under way. Type “coffee run” to begin one.")
    of = rounds[0]
    if not db.schedule.hasten(
        request.community, "coffee question", subject=f"round:{of.id}", now=request.now
    ):
        raise MemberError(f"Everybody in round {of.number} has been asked already.")
    _note(request, db, "coffee ask", of)
    return views.asked_now(len(db.coffee.groups(of.id)))


@routes.route("coffee report", usage="[round]", help="What a round came to.", role=Role.ORGANISER)
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
    """Who had no group, by name, with the reason."""
    names = db.members.many(MemberId(int(gap.id)) for gap in of.unmatched)
    return [
        (names[MemberId(int(gap.id))].name, gap.reason)
        for gap in of.unmatched
        if MemberId(int(gap.id)) in names
    ]


def drafted_groups(
    groups: Sequence[Group], names: Mapping[MemberId, Member], theme: pairing.Theme | None
) -> list[views.DraftedGroup]:
    """The groups of a draft as organisers see them, numbered from 1."""
    return [
        views.DraftedGroup(
            number=number,
            names=tuple(names[each].name for each in group.people if each in names),
            why=group_views.why(
                coffee.why([names[each] for each in group.people if each in names], theme),
                of=len(group.people),
            ),
            is_locked=group.is_locked,
        )
        for number, group in enumerate(groups, start=1)
    ]


def _draft_page(db: UnitOfWork, draft: Round, *, page: int) -> Reply:
    groups = db.coffee.groups(draft.id)
    names = db.members.many(each for group in groups for each in group.people)
    listing = drafted_groups(groups, names, draft.theme)
    return views.drafted(
        draft,
        listing[(page - 1) * views.PAGE : page * views.PAGE],
        total=len(groups),
        page=page,
        left_out=left_out(db, draft),
        quality=quality(draft),
        sends=draft.label,
    )


def _draft(request: Request, db: UnitOfWork) -> Round:
    draft = _draft_if_any(request, db)
    if draft is None:
        raise MemberError("No round is waiting for review. Type “coffee report” for the last one.")
    return draft


def _draft_if_any(request: Request, db: UnitOfWork) -> Round | None:
    drafts = db.coffee.rounds(request.community, *DRAFTS, limit=1)
    return drafts[0] if drafts else None


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
    )


def _planner(
    db: UnitOfWork, draft: Round
) -> tuple[dict[MemberId, pairing.Person], pairing.Constraints]:
    """Everybody as the planner sees them, by member, and the rules."""
    rules = coffee.constraints(db.coffee.setup(draft.community), draft.theme)
    people, _ = coffee_people.everybody(db, draft.community)
    return {MemberId(int(each.id)): each for each in people}, rules


def _replace(
    db: UnitOfWork,
    draft: Round,
    groups: Sequence[Group],
    changed: Sequence[tuple[Group, tuple[MemberId, ...]]],
) -> None:
    gone = {group.id for group, _ in changed}
    db.coffee.clear_groups(draft, keep=[group.id for group in groups if group.id not in gone])
    for group, people in changed:
        _add_group(db, draft, people, like=group)


def _add_group(db: UnitOfWork, draft: Round, people: tuple[MemberId, ...], *, like: Group) -> None:
    told = db.members.many(people)
    db.coffee.add_group(
        draft,
        sorted(people),
        starter=like.starter,
        slots=coffee.common_slots(tuple(told.values())),
    )


def _send_now(request: Request, db: UnitOfWork, draft: Round) -> None:
    if not db.schedule.hasten(
        request.community, "coffee send", subject=f"round:{draft.id}", now=request.now
    ):
        db.schedule.add(
            request.community, "coffee send", subject=f"round:{draft.id}",
            label=local(request.now, draft.zone), zone=draft.zone,
        )  # fmt: skip


def _note(request: Request, db: UnitOfWork, action: str, of: Round | None = None) -> None:
    subject = f"round {of.number}" if of else ""
    db.audit.add(request.community, request.member, action=action, subject=subject, now=request.now)
