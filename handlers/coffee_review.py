"""Coffee, when an organiser reviews a drafted round."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import coffee_matching, coffee_meeting, pairing
from bot.domain.coffee import Group, Round, RoundState
from bot.domain.members import Member
from bot.errors import MemberError, NotFound, NotUnderstood
from bot.ids import MemberId
from bot.times import local
from bot.views import coffee_groups as group_views
from bot.views import coffee_review as views
from handlers import coffee_rounds, finding
from handlers.coffee_dates import next_round
from storage import coffee_people
from storage.unit_of_work import UnitOfWork

routes = Routes()

DRAFTS = (RoundState.DRAFTED, RoundState.APPROVED, RoundState.HELD)


@routes.route(
    "coffee review",
    usage="[page]",
    example="coffee review 2",
    help="See the drafted round.",
    role=Role.ORGANISER,
)
def review(request: Request, db: UnitOfWork) -> Reply:
    """A page of the draft with its reasons."""
    draft = _draft_if_any(request, db)
    if draft is None:
        return views.no_draft(next_round(db, request.community))
    page = arguments.identity(request.text) or 1
    return _draft_page(db, draft, page=page)


@routes.route("coffee lock", hidden=True, role=Role.ORGANISER)
def lock(request: Request, db: UnitOfWork) -> Reply:
    """A group stays as it is when the round is drafted anew, or no longer: "41 on"."""
    draft = _draft(request, db)
    groups = db.coffee.groups(draft.id)
    named, _, switch = request.text.partition(" ")
    found = [at for at, group in enumerate(groups) if group.id == arguments.identity(named)]
    if not found:
        raise NotFound("That group has changed since. Look at “coffee review”.")
    is_locked = switch != "off"
    db.coffee.save_group(replace(groups[found[0]], is_locked=is_locked))
    coffee_rounds.note_action(request, db, "coffee lock", draft)
    return views.locked(found[0] + 1, is_locked=is_locked)


@routes.route(
    "coffee swap", usage="@person with @person", example="coffee swap @Ada Obi with @Ben Lee",
    help="Swap two people of a draft.",
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

    swapped = coffee_matching.swapped([group.people for group in groups], one.id, other.id)
    changed = [
        (group, people)
        for group, people in zip(groups, swapped, strict=True)
        if set(people) != set(group.people)
    ]
    everybody, rules = _planner(db, draft, now=request.now)
    for _, people in changed:
        if not coffee_matching.is_legal(
            [everybody[each] for each in people if each in everybody], rules
        ):
            raise MemberError(f"{one.name} and {other.name} can’t be swapped: cannot be paired.")
    db.coffee.clear_groups(
        draft, keep={group.id for group in groups} - {group.id for group, _ in changed}
    )
    for _, people in changed:
        _add_group(request, db, draft, people)
    _rate_anew(db, draft, everybody, rules)
    coffee_rounds.note_action(request, db, "coffee swap", draft)
    names = db.members.many(each for _, people in changed for each in people)
    return views.swapped([[names[each].name for each in people] for _, people in changed])


@routes.route(
    "coffee remove",
    usage="@person",
    example="coffee remove @Ben Lee",
    help="Take somebody out of a draft.",
    role=Role.ORGANISER,
)
def remove(request: Request, db: UnitOfWork) -> Reply:
    """A partner left alone joins another group where one may take them."""
    gone = finding.person(request, db, request.text)
    draft = _draft(request, db)
    groups = db.coffee.groups(draft.id)
    if all(gone.id not in group.people for group in groups):
        raise NotFound(f"{gone.name} is not in this round. Look at “coffee review”.")

    db.coffee.opt_in(request.community, gone.id, draft.label, wants=False)
    alone = take_out(request, db, draft, gone.id)
    coffee_rounds.note_action(request, db, "coffee remove", draft)
    names = db.members.many(alone)
    return views.removed(gone.name, [member.name for member in names.values()])


def take_out(
    request: Request, db: UnitOfWork, draft: Round, gone: MemberId
) -> tuple[MemberId, ...]:
    """Take somebody out of a draft, changing as little as can be; who is left alone for it."""
    groups = db.coffee.groups(draft.id)
    everybody, rules = _planner(db, draft, now=request.now)
    repaired = coffee_matching.without(
        [group.people for group in groups],
        {gone, *(each for group in groups for each in group.people if each not in everybody)},
        everybody,
        db.coffee.history(request.community),
        rules,
        number=draft.number,
        locked=[group.people for group in groups if group.is_locked],
    )
    before = {frozenset(group.people): group for group in groups}
    kept = [before[frozenset(each)] for each in repaired.groups if frozenset(each) in before]
    db.coffee.clear_groups(draft, keep=[group.id for group in kept])
    for people in repaired.groups:
        if frozenset(people) not in before:
            _add_group(request, db, draft, people)
    _rate_anew(db, draft, everybody, rules)
    return repaired.alone


def is_allowed(db: UnitOfWork, draft: Round, people: tuple[MemberId, ...]) -> bool:
    """Whether everybody in a group of a draft takes part and the hard rules allow it."""
    # No hard rule asks for the time: it only says whose session was the last.
    everybody, rules = _planner(db, draft, now=draft.sends_at)
    if any(each not in everybody for each in people):
        return False
    return coffee_matching.is_legal([everybody[each] for each in people], rules)


@routes.route(
    "coffee approve", help="Let the drafted round go out.", role=Role.ORGANISER, once=True
)
def approve(request: Request, db: UnitOfWork) -> Reply:
    """It goes out at its time; a held one, or one whose time has passed, at once."""
    draft = _draft(request, db)
    db.coffee.save_round(replace(draft, state=RoundState.APPROVED))
    coffee_rounds.note_action(request, db, "coffee approve", draft)
    if draft.state is RoundState.HELD or draft.sends_at <= request.now:
        _send_now(request, db, draft)
        return views.sending()
    return views.approved(draft, local(draft.sends_at, draft.zone))


@routes.route("coffee send now", hidden=True, role=Role.ORGANISER, once=True)
def send_now(request: Request, db: UnitOfWork) -> Reply:
    """A draft goes out at once."""
    draft = _draft(request, db)
    db.coffee.save_round(replace(draft, state=RoundState.APPROVED))
    coffee_rounds.note_action(request, db, "coffee send now", draft)
    _send_now(request, db, draft)
    return views.sending()


@routes.route("coffee redraft", help="Draft anew around the locks.", role=Role.ORGANISER, once=True)
def redraft(request: Request, db: UnitOfWork) -> Reply:
    """Locked groups stay; everybody else is matched once more."""
    draft = _draft(request, db)
    label = local(request.now, draft.zone)
    db.schedule.add(
        request.community, "coffee redraft", subject=f"round:{draft.id}", label=label,
        zone=draft.zone,
    )  # fmt: skip
    coffee_rounds.note_action(request, db, "coffee redraft", draft)
    return views.redrafting()


@routes.route(
    "coffee cancel round", help="Cancel the drafted round.", role=Role.ORGANISER, once=True
)
def cancel(request: Request, db: UnitOfWork) -> Reply:
    """Nobody was told of a draft, so nobody is told of its end."""
    draft = _draft(request, db)
    db.coffee.save_round(replace(draft, state=RoundState.CANCELLED))
    db.schedule.cancel(
        request.community, subject=f"round:{draft.id}", reason="the round was cancelled",
        now=request.now,
    )  # fmt: skip
    coffee_rounds.note_action(request, db, "coffee cancel round", draft)
    return views.cancelled(draft)


def drafted_groups(
    groups: Sequence[Group],
    names: Mapping[MemberId, Member],
    theme: pairing.Theme | None,
    *,
    who: str = "they",
) -> list[views.DraftedGroup]:
    """The groups of a draft as organisers see them, numbered from 1.

    The reasons speak of ``who``: "they", or "you" where it is what the members will read.
    """
    return [
        views.DraftedGroup(
            id=group.id,
            number=number,
            names=tuple(names[each].name for each in group.people if each in names),
            why=group_views.why(
                coffee_meeting.why([names[each] for each in group.people if each in names], theme),
                of=len(group.people),
                who=who,
            ),
            is_locked=group.is_locked,
        )
        for number, group in enumerate(groups, start=1)
    ]


def _draft_page(db: UnitOfWork, draft: Round, *, page: int) -> Reply:
    groups = db.coffee.groups(draft.id)
    names = db.members.many(each for group in groups for each in group.people)
    listing = drafted_groups(groups, names, draft.theme)
    page = min(page, max(-(-len(groups) // views.PAGE), 1))
    return views.drafted(
        draft,
        listing[(page - 1) * views.PAGE : page * views.PAGE],
        total=len(groups),
        page=page,
        left_out=coffee_rounds.left_out(db, draft),
        quality=coffee_rounds.quality(draft),
        sends=local(draft.sends_at, draft.zone),
    )


def _draft(request: Request, db: UnitOfWork) -> Round:
    draft = _draft_if_any(request, db)
    if draft is None:
        raise MemberError("No round is waiting for review. Type “coffee report” for the last one.")
    return draft


def _draft_if_any(request: Request, db: UnitOfWork) -> Round | None:
    drafts = db.coffee.rounds(request.community, *DRAFTS, limit=1)
    return drafts[0] if drafts else None


def _planner(
    db: UnitOfWork, draft: Round, *, now: datetime
) -> tuple[dict[MemberId, pairing.Person], pairing.Constraints]:
    """Everybody as the planner sees them, by member, and the rules."""
    rules = coffee_matching.constraints(db.coffee.setup(draft.community), draft.theme)
    people, _ = coffee_people.everybody(db, draft.community, now=now)
    return {MemberId(int(each.id)): each for each in people}, rules


def _add_group(
    request: Request, db: UnitOfWork, draft: Round, people: tuple[MemberId, ...]
) -> None:
    told = db.members.many(people)
    db.coffee.add_group(
        draft,
        sorted(people),
        starter=request.rng.randrange(len(group_views.STARTERS)),
        slots=coffee_meeting.common_slots(tuple(told.values())),
    )


def _rate_anew(
    db: UnitOfWork,
    draft: Round,
    everybody: Mapping[MemberId, pairing.Person],
    rules: pairing.Constraints,
) -> None:
    """The score and repeats of a draft that was changed by hand."""
    groups = [group.people for group in db.coffee.groups(draft.id)]
    known = [group for group in groups if all(each in everybody for each in group)]
    score, repeats = coffee_matching.rated(
        known, everybody, db.coffee.history(draft.community), rules, number=draft.number
    )
    db.coffee.save_round(replace(draft, score=score, repeats=repeats))


def _send_now(request: Request, db: UnitOfWork, draft: Round) -> None:
    if not db.schedule.hasten(
        request.community, "coffee send", subject=f"round:{draft.id}", now=request.now
    ):
        db.schedule.add(
            request.community, "coffee send", subject=f"round:{draft.id}",
            label=local(request.now, draft.zone), zone=draft.zone,
        )  # fmt: skip
