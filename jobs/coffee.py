"""Coffee, when it is time: ask, draft, send, nudge, ask again and close."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.schedule import Run, Schedule, Work
from bot.domain import coffee, pairing
from bot.domain.coffee import (
    Draft,
    Group,
    GroupState,
    IfUnapproved,
    Met,
    Mode,
    ParticipationState,
    PlaceState,
    Round,
    RoundState,
)
from bot.domain.members import Vocabulary
from bot.ids import GroupId, MemberId, RoundId
from bot.times import instant, local
from bot.views import coffee as member_views
from bot.views import coffee_groups as group_views
from bot.views import coffee_rounds as views
from storage import coffee_people
from storage.outbox import Priority
from storage.unit_of_work import UnitOfWork

schedule = Schedule()

# A round a day late is still welcome; a nudge or question half a day late too.
ROUND_CATCH_UP = timedelta(hours=24)
REMINDER_CATCH_UP = timedelta(hours=2)
QUESTION_CATCH_UP = timedelta(hours=48)
# The round has to be closed however late it is.
CLOSE_CATCH_UP = timedelta(days=365)
MAX_SEED = 2**31 - 1


@schedule.job("coffee round", catch_up=ROUND_CATCH_UP)
def begin(run: Run, db: UnitOfWork) -> Work | None:
    """A round begins: where each round asks, the question goes out, else it is drafted."""
    setup = db.coffee.setup(run.community)
    if setup.mode is not Mode.ASKED:
        return draft(run, db)

    parts = db.coffee.participants(run.community)
    wanted = [part.member for part in parts if part.takes_part(run.label.date())]
    db.outbox.post_each(
        run.community,
        db.members.reachable(wanted).values(),
        lambda _: member_views.question_of_taking_part(run.label, f"{run.label:%Y-%m-%dT%H:%M}"),
        key=f"coffee:{run.community}:in:{run.label:%Y-%m-%dT%H:%M}",
        subject=f"coffee:{run.label:%Y-%m-%dT%H:%M}",
        now=run.now,
    )
    review = coffee.REVIEW_LEAD if setup.review else timedelta()
    db.schedule.add(
        run.community,
        "coffee draft",
        subject=f"coffee:{run.label:%Y-%m-%dT%H:%M}",
        label=run.label - review,
        zone=run.zone,
    )
    return None


@schedule.job("coffee draft", catch_up=ROUND_CATCH_UP)
def draft(run: Run, db: UnitOfWork) -> Work | None:
    """A round is drafted: read here, planned in a worker process, kept by ``_keep``."""
    label = _label(run)
    people, _ = coffee_people.taking_part(db, run.community, label)
    setup = db.coffee.setup(run.community)
    seed = run.rng.randrange(MAX_SEED)
    history = db.coffee.history(run.community)
    number = max((each.number for each in db.coffee.rounds(run.community, limit=1)), default=0)
    if len(people) < 2:
        _tell_organisers(
            db, run, views_key=f"coffee:{run.community}:nobody:{label:%Y-%m-%dT%H:%M}",
            message=views.nobody_to_match(len(people)),
        )  # fmt: skip
        return None
    wanted = Draft(
        people, history, coffee.constraints(setup, setup.theme), number=number + 1, seed=seed
    )

    def keep(run: Run, db: UnitOfWork, plan: pairing.Plan) -> bool:
        again, _ = coffee_people.taking_part(db, run.community, label)
        if again != people:
            return False
        _keep_round(run, db, label, plan)
        return True

    return Work(coffee.plan, wanted, keep)


@schedule.job("coffee redraft", catch_up=ROUND_CATCH_UP)
def redraft(run: Run, db: UnitOfWork) -> Work | None:
    """A draft is made anew around its locked groups."""
    of = _round(run, db)
    if not of.is_draft:
        return None
    people, _ = coffee_people.taking_part(db, run.community, of.label)
    setup = db.coffee.setup(run.community)
    known = {each.id for each in people}
    locked = [
        group
        for group in db.coffee.groups(of.id)
        if group.is_locked and known.issuperset(map(str, group.people))
    ]
    wanted = Draft(
        people,
        db.coffee.history(run.community),
        coffee.constraints(setup, of.theme),
        number=of.number,
        seed=run.rng.randrange(MAX_SEED),
        locked=tuple(tuple(map(str, group.people)) for group in locked),
    )

    def keep(run: Run, db: UnitOfWork, plan: pairing.Plan) -> bool:
        still = db.coffee.round(of.id)
        again, _ = coffee_people.taking_part(db, run.community, of.label)
        if again != people or not still.is_draft:
            return not still.is_draft
        db.coffee.clear_groups(of, keep=[group.id for group in locked])
        kept = {frozenset(group.people) for group in locked}
        _add_groups(run, db, of, [each for each in _members(plan) if frozenset(each) not in kept])
        db.coffee.save_round(_with_plan(replace(still, state=RoundState.DRAFTED), plan))
        _tell_organisers(
            db, run, views_key=f"coffee:{of.id}:redrafted:{run.label:%Y%m%d%H%M%S%f}",
            message=views.to_review(
                of, groups=len(plan.groups), hours=None, sends=of.label,
                held=setup.if_unapproved is IfUnapproved.HOLD,
            ),
        )  # fmt: skip
        return True

    return Work(coffee.plan, wanted, keep)


@schedule.job("coffee remind review", catch_up=REMINDER_CATCH_UP)
def remind_review(run: Run, db: UnitOfWork) -> Work | None:
    """All organisers are reminded of a draft that nobody approved."""
    of = _round(run, db)
    if of.state is not RoundState.DRAFTED:
        return None
    setup = db.coffee.setup(run.community)
    hours = max(round((of.sends_at - run.now).total_seconds() / 3600), 1)
    _tell_organisers(
        db, run, views_key=f"coffee:{of.id}:remind:{hours}",
        message=views.to_review(
            of, groups=len(db.coffee.groups(of.id)), hours=hours, sends=of.label,
            held=setup.if_unapproved is IfUnapproved.HOLD,
        ),
    )  # fmt: skip
    return None


@schedule.job("coffee send", catch_up=ROUND_CATCH_UP)
def send(run: Run, db: UnitOfWork) -> Work | None:
    """A draft goes out, or is held where nobody approved it and the setup says so."""
    of = _round(run, db)
    if of.state not in {RoundState.DRAFTED, RoundState.APPROVED}:
        return None
    setup = db.coffee.setup(run.community)
    if of.state is RoundState.DRAFTED and setup.if_unapproved is IfUnapproved.HOLD:
        db.coffee.save_round(replace(of, state=RoundState.HELD))
        _tell_organisers(db, run, views_key=f"coffee:{of.id}:held", message=views.held(of))
        return None

    _drop_those_who_left(run, db, of)
    _send(run, db, db.coffee.round(of.id))
    return None


@schedule.job("coffee rematch", catch_up=ROUND_CATCH_UP)
def rematch(run: Run, db: UnitOfWork) -> Work | None:
    """Those who look for someone else, and those left out, meet each other where they may."""
    of = db.coffee.round(RoundId(int(run.subject.split(":")[1])))
    if of.state is not RoundState.SENT:
        return None
    groups = db.coffee.groups(of.id)
    seeking = [
        (group, place.member)
        for group in groups
        for place in group.places
        if place.state is PlaceState.SEEKING
    ]
    settled = {
        member
        for group in groups
        if group.state is GroupState.OPEN
        for member in group.present
        if len(group.present) > 1
    }
    left_over = {MemberId(int(gap.id)) for gap in of.unmatched} - settled
    people, _ = coffee_people.everybody(db, run.community)
    part = {part.member: part for part in db.coffee.participants(run.community)}
    free = {
        each.id: each
        for each in people
        if MemberId(int(each.id)) in {member for _, member in seeking} | left_over
        and part[MemberId(int(each.id))].takes_part(run.label.date())
    }
    rules = coffee.constraints(db.coffee.setup(run.community), of.theme)
    history = db.coffee.history(run.community)
    for group, member in seeking:
        seeker = free.pop(str(member), None)
        if seeker is None:
            continue
        found = coffee.best_match(seeker, free.values(), history, rules, now=of.number)
        if found is None:
            free[seeker.id] = seeker
            continue
        free.pop(found.id)
        pair = (member, MemberId(int(found.id)))
        for other_group, other in seeking:
            if other in pair:
                _settle_seeker(db, other_group.id, other, of.id)
        made = _add_groups(run, db, of, [pair])
        _tell_groups(run, db, of, made)
        del group
    return None


@schedule.job("coffee nudge", catch_up=QUESTION_CATCH_UP)
def nudge(run: Run, db: UnitOfWork) -> Work | None:
    """Groups in which nobody pressed a button are nudged, once a round."""
    of = _round(run, db)
    if of.state is not RoundState.SENT:
        return None
    for group in _open(db.coffee.groups(of.id)):
        if group.is_silent:
            _ask_each(run, db, of, group, "nudge")
    return None


@schedule.job("coffee question", catch_up=QUESTION_CATCH_UP)
def question(run: Run, db: UnitOfWork) -> Work | None:
    """Everybody who has not said so is asked: did you meet."""
    of = _round(run, db)
    if of.state is not RoundState.SENT:
        return None
    for group in _open(db.coffee.groups(of.id)):
        _ask_each(run, db, of, group, "met")
    return None


@schedule.job("coffee close", catch_up=CLOSE_CATCH_UP)
def close(run: Run, db: UnitOfWork) -> Work | None:
    """The round closes; those silent for the third time rest until they come back."""
    of = _round(run, db)
    if of.state is not RoundState.SENT:
        return None
    groups = db.coffee.groups(of.id)
    pressed: dict[MemberId, bool] = {}
    for group in groups:
        for place in group.places:
            pressed[place.member] = pressed.get(place.member, False) or bool(place.pressed_at)
    people = db.members.reachable(pressed)
    resting = []
    for member, was_pressed in pressed.items():
        before = db.coffee.participation(member)
        after = coffee.after_round(before, was_silent=not was_pressed)
        if after != before:
            db.coffee.save(run.community, after, now=run.now)
        if after.state is ParticipationState.RESTING and before.state is not after.state:
            resting.append(people[member])
    db.outbox.post_each(
        run.community,
        resting,
        lambda _: member_views.rested(),
        key=f"coffee:{of.id}:rest",
        subject=f"round:{of.id}",
        now=run.now,
    )
    db.coffee.save_round(replace(of, state=RoundState.CLOSED))
    return None


def _label(run: Run) -> datetime:
    """The label of the round that a draft is for: the schedule's, or the one in the subject."""
    if run.job == "coffee round":
        return run.label
    return datetime.strptime(run.subject[7:23], "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - labels are naive.


def _round(run: Run, db: UnitOfWork) -> Round:
    return db.coffee.round(RoundId(int(run.subject.removeprefix("round:"))))


def _keep_round(run: Run, db: UnitOfWork, label: datetime, plan: pairing.Plan) -> None:
    setup = db.coffee.setup(run.community)
    of = db.coffee.add_round(
        run.community,
        label=label,
        zone=run.zone,
        state=RoundState.DRAFTED,
        seed=plan.seed,
        theme=setup.theme,
        sends_at=max(instant(label, run.zone), run.now),
        closes_at=instant(coffee.closes(setup, label), run.zone),
    )
    db.coffee.save_round(_with_plan(of, plan))
    of = db.coffee.round(of.id)
    _add_groups(run, db, of, _members(plan))
    if not setup.review:
        _send(run, db, of)
        return

    subject = f"round:{of.id}"
    sends = of.label if of.sends_at > run.now else local(run.now + coffee.REVIEW_LEAD, run.zone)
    db.schedule.add(run.community, "coffee send", subject=subject, label=sends, zone=run.zone)
    for lead in coffee.REVIEW_REMINDERS:
        db.schedule.add(
            run.community, "coffee remind review", subject=subject, label=sends - lead,
            zone=run.zone,
        )  # fmt: skip
    _tell_organisers(
        db, run, views_key=f"coffee:{of.id}:drafted",
        message=views.to_review(
            of, groups=len(plan.groups), hours=None, sends=sends,
            held=setup.if_unapproved is IfUnapproved.HOLD,
        ),
    )  # fmt: skip


def _send(run: Run, db: UnitOfWork, of: Round) -> None:
    """Tell every group, those left out and the organisers, and plan the rest of the round."""
    setup = db.coffee.setup(run.community)
    of = replace(of, state=RoundState.SENT)
    db.coffee.save_round(of)
    groups = db.coffee.groups(of.id)
    _tell_groups(run, db, of, groups)

    alone = db.members.reachable(MemberId(int(gap.id)) for gap in of.unmatched)
    db.outbox.post_each(
        run.community,
        alone.values(),
        lambda _: group_views.nobody_this_time(),
        key=f"coffee:{of.id}:nobody",
        subject=f"round:{of.id}",
        now=run.now,
    )
    went_out = local(run.now, run.zone)
    begun = max(of.label, went_out)
    for job, label in (
        ("coffee nudge", coffee.nudges(setup, begun)),
        ("coffee question", coffee.asks(setup, begun)),
        ("coffee close", coffee.closes(setup, begun)),
    ):
        db.schedule.add(run.community, job, subject=f"round:{of.id}", label=label, zone=run.zone)

    _, unreachable = coffee_people.taking_part(db, run.community, of.label)
    names = {str(each.member.id): each.member.name for each in alone.values()}
    plan = pairing.Plan(of.number, of.seed, (), of.unmatched, of.score, of.bound, of.repeats)
    _tell_organisers(
        db, run, views_key=f"coffee:{of.id}:sent",
        message=views.sent(
            of,
            groups=len(groups),
            people=sum(len(group.people) for group in groups),
            quality=plan.quality,
            left_out=[(names[gap.id], gap.reason) for gap in of.unmatched if gap.id in names],
            unreachable=[member.name for member in unreachable],
        ),
    )  # fmt: skip


def _drop_those_who_left(run: Run, db: UnitOfWork, of: Round) -> None:
    """Who paused or left since the draft is taken out; a partner left alone joins a group."""
    people, _ = coffee_people.taking_part(db, run.community, of.label)
    everybody, _ = coffee_people.everybody(db, run.community)
    by_member = {MemberId(int(each.id)): each for each in everybody}
    here = {MemberId(int(each.id)) for each in people}
    groups = db.coffee.groups(of.id)
    gone = [each for group in groups for each in group.people if each not in here]
    if not gone:
        return

    rules = coffee.constraints(db.coffee.setup(run.community), of.theme)
    history = db.coffee.history(run.community)
    rest = [group.people for group in groups]
    unmatched = list(of.unmatched)
    for member in gone:
        rest, alone = coffee.placed(rest, member, by_member, history, rules, number=of.number)
        if alone is not None:
            unmatched.append(pairing.Unmatched(str(alone), "their partner left before it went out"))
    before = {frozenset(group.people): group.id for group in groups}
    kept = [before[frozenset(each)] for each in rest if frozenset(each) in before]
    db.coffee.clear_groups(of, keep=kept)
    _add_groups(run, db, of, [each for each in rest if frozenset(each) not in before])
    db.coffee.save_round(replace(of, unmatched=tuple(unmatched)))


def _tell_groups(run: Run, db: UnitOfWork, of: Round, groups: Sequence[Group]) -> None:
    stages = db.communities.terms(run.community, Vocabulary.STAGE)
    people = db.members.reachable({each for group in groups for each in group.people})
    today = local(run.now, of.zone).date()
    for group in groups:
        meeting = coffee.meeting(group, of, people, stages, today=today)
        db.outbox.post_together(
            run.community,
            meeting.people,
            lambda to, meeting=meeting: group_views.invitation(meeting, to=to),  # type: ignore[misc]
            key=f"coffee:{of.id}:{group.id}",
            subject=f"round:{of.id}",
            now=run.now,
        )


def _ask_each(run: Run, db: UnitOfWork, of: Round, group: Group, what: str) -> None:
    """Ask each one still in a group about the others, unless they have said."""
    for place in group.places:
        if place.state is not PlaceState.IN or place.met in {Met.YES, Met.COULDNT}:
            continue
        names = [each.name for each in db.members.many(group.others(place.member)).values()]
        say = group_views.nudge if what == "nudge" else group_views.did_you_meet
        db.outbox.post_each(
            run.community,
            db.members.reachable([place.member]).values(),
            lambda _, names=names, say=say: say(group.id, names),  # type: ignore[misc]
            key=f"coffee:{group.id}:{what}",
            subject=f"round:{of.id}",
            now=run.now,
            priority=Priority.REMINDER,
        )


def _open(groups: Iterable[Group]) -> list[Group]:
    return [group for group in groups if group.state is GroupState.OPEN and len(group.present) > 1]


def _add_groups(
    run: Run, db: UnitOfWork, of: Round, groups: Iterable[tuple[MemberId, ...]]
) -> list[Group]:
    made = []
    for people in groups:
        told = db.members.many(people)
        number = db.coffee.add_group(
            of,
            people,
            starter=run.rng.randrange(len(group_views.STARTERS)),
            slots=coffee.common_slots(tuple(told.values())),
        )
        made.append(number)
    return [group for group in db.coffee.groups(of.id) if group.id in set(made)]


def _members(plan: pairing.Plan) -> list[tuple[MemberId, ...]]:
    return [tuple(MemberId(int(each)) for each in group) for group in plan.groups]


def _with_plan(of: Round, plan: pairing.Plan) -> Round:
    return replace(
        of, score=plan.score, bound=plan.bound, repeats=plan.repeats, unmatched=plan.unmatched
    )


def _settle_seeker(db: UnitOfWork, group: GroupId, member: MemberId, of: RoundId) -> None:
    """Somebody who looked for someone else has found them."""
    for each in db.coffee.groups(of):
        if each.id == group:
            db.coffee.save_place(group, replace(each.place(member), state=PlaceState.OUT))


def _tell_organisers(db: UnitOfWork, run: Run, *, views_key: str, message: object) -> None:
    organisers = db.members.organisers(run.community)
    reachable = db.members.reachable(each.id for each in organisers)
    db.outbox.post_each(
        run.community,
        reachable.values(),
        lambda _: message,  # type: ignore[arg-type, return-value]
        key=views_key,
        subject="organisers",
        now=run.now,
    )
