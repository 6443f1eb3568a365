"""Coffee, when it is time: ask, draft, send, nudge, ask again and close."""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.chat.schedule import REMINDER, ROUND, Run, Schedule, Work
from bot.domain import coffee, coffee_matching, pairing
from bot.domain.calm import Programme, Weight
from bot.domain.coffee import (
    IfUnapproved,
    Mode,
    Round,
    RoundState,
)
from bot.domain.coffee_matching import Draft
from bot.domain.pairing.rules import NO_GROUP_LEFT
from bot.ids import MemberId
from bot.times import instant, local
from bot.views import coffee as member_views
from bot.views import coffee_groups as group_views
from bot.views import coffee_review as review_views
from bot.views import coffee_rounds as views
from jobs import coffee_missed
from jobs.coffee_telling import (
    add_groups,
    label_of,
    round_of,
    shifted,
    tell_groups,
    tell_organisers,
)
from storage import coffee_people
from storage.unit_of_work import UnitOfWork

schedule = Schedule()

MAX_SEED = 2**31 - 1
PARTNER_LEFT = "their partner left before it went out"


@schedule.job("coffee round", catch_up=ROUND, missed=coffee_missed.no_round)
def begin(run: Run, db: UnitOfWork) -> Work | None:
    """A round begins: where each round asks, the question goes out, else it is drafted."""
    setup = db.coffee.setup(run.community)
    if setup.mode is not Mode.ASKED:
        return draft(run, db)

    parts = db.coffee.participants(run.community)
    db.calm.send_each(
        run.community,
        [part.member for part in parts if part.takes_part(run.at.date())],
        lambda _: member_views.question_of_taking_part(run.at, f"{run.at:%Y-%m-%dT%H:%M}"),
        programme=Programme.COFFEE,
        weight=Weight.ORDINARY,
        key=f"coffee:{run.community}:in:{run.at:%Y-%m-%dT%H:%M}",
        subject=f"coffee:{run.at:%Y-%m-%dT%H:%M}",
        now=run.now,
        about=instant(run.at, run.zone),
    )
    review = coffee.REVIEW_LEAD if setup.review else timedelta()
    db.schedule.add(
        run.community,
        "coffee draft",
        subject=f"coffee:{run.at:%Y-%m-%dT%H:%M}",
        label=run.at - review,
        zone=run.zone,
    )
    return None


@schedule.job("coffee draft", catch_up=ROUND, missed=coffee_missed.no_round)
def draft(run: Run, db: UnitOfWork) -> Work | None:
    """A round is drafted: read here, planned in a worker process, kept by ``_keep``."""
    label = label_of(run)
    people, _ = coffee_people.taking_part(db, run.community, label, now=run.now)
    setup = db.coffee.setup(run.community)
    seed = run.rng.randrange(MAX_SEED)
    history = db.coffee.history(run.community)
    number = max((each.number for each in db.coffee.rounds(run.community, limit=1)), default=0)
    if len(people) < 2:
        tell_organisers(
            run,
            db,
            views.nobody_to_match(len(people)),
            key=f"coffee:{run.community}:nobody:{label:%Y-%m-%dT%H:%M}",
        )
        return None
    wanted = Draft(
        people,
        history,
        coffee_matching.constraints(setup, setup.theme),
        number=number + 1,
        seed=seed,
    )

    def keep(run: Run, db: UnitOfWork, plan: pairing.Plan) -> bool:
        again, _ = coffee_people.taking_part(db, run.community, label, now=run.now)
        if again != people:
            return False
        _keep_round(run, db, label, plan)
        return True

    return Work(coffee_matching.plan, wanted, keep)


@schedule.job("coffee redraft", catch_up=ROUND, missed=coffee_missed.no_step)
def redraft(run: Run, db: UnitOfWork) -> Work | None:
    """A draft is made anew around its locked groups."""
    of = round_of(run, db)
    if not of.is_draft:
        return None
    people, _ = coffee_people.taking_part(db, run.community, of.label, now=run.now)
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
        coffee_matching.constraints(setup, of.theme),
        number=of.number,
        seed=run.rng.randrange(MAX_SEED),
        locked=tuple(tuple(map(str, group.people)) for group in locked),
    )

    def keep(run: Run, db: UnitOfWork, plan: pairing.Plan) -> bool:
        still = db.coffee.round(of.id)
        again, _ = coffee_people.taking_part(db, run.community, of.label, now=run.now)
        if again != people or not still.is_draft:
            return not still.is_draft
        db.coffee.clear_groups(of, keep=[group.id for group in locked])
        kept = {frozenset(group.people) for group in locked}
        add_groups(run, db, of, [each for each in _members(plan) if frozenset(each) not in kept])
        db.coffee.save_round(_with_plan(replace(still, state=RoundState.DRAFTED), plan))
        tell_organisers(
            run,
            db,
            review_views.to_review(
                of,
                groups=len(plan.groups),
                hours=None,
                sends=local(of.sends_at, of.zone),
                held=setup.if_unapproved is IfUnapproved.HOLD,
            ),
            key=f"coffee:{of.id}:redrafted:{run.label:%Y%m%d%H%M%S%f}",
        )
        return True

    return Work(coffee_matching.plan, wanted, keep)


@schedule.job("coffee remind review", catch_up=REMINDER)
def remind_review(run: Run, db: UnitOfWork) -> Work | None:
    """All organisers are reminded of a draft that nobody approved."""
    of = round_of(run, db)
    if of.state is not RoundState.DRAFTED:
        return None
    setup = db.coffee.setup(run.community)
    hours = max(round((of.sends_at - run.now).total_seconds() / 3600), 1)
    tell_organisers(
        run,
        db,
        review_views.to_review(
            of,
            groups=len(db.coffee.groups(of.id)),
            hours=hours,
            sends=local(of.sends_at, of.zone),
            held=setup.if_unapproved is IfUnapproved.HOLD,
        ),
        key=f"coffee:{of.id}:remind:{hours}",
    )
    return None


@schedule.job("coffee send", catch_up=ROUND, missed=coffee_missed.not_sent)
def send(run: Run, db: UnitOfWork) -> Work | None:
    """A draft goes out, or is held where nobody approved it and the setup says so."""
    of = round_of(run, db)
    if of.state not in {RoundState.DRAFTED, RoundState.APPROVED} or shifted(run, db):
        return None
    setup = db.coffee.setup(run.community)
    if of.state is RoundState.DRAFTED and setup.if_unapproved is IfUnapproved.HOLD:
        db.coffee.save_round(replace(of, state=RoundState.HELD))
        tell_organisers(run, db, review_views.held(of), key=f"coffee:{of.id}:held")
        return None

    _repair(run, db, of)
    _send(run, db, db.coffee.round(of.id))
    return None


def _keep_round(run: Run, db: UnitOfWork, label: datetime, plan: pairing.Plan) -> None:
    setup = db.coffee.setup(run.community)
    # A round run by hand and reviewed gives organisers as long as a scheduled one.
    is_past = instant(label, run.zone) <= run.now
    sends = local(run.now + coffee.REVIEW_LEAD, run.zone) if is_past and setup.review else label
    of = db.coffee.add_round(
        run.community,
        label=label,
        zone=run.zone,
        state=RoundState.DRAFTED,
        seed=plan.seed,
        theme=setup.theme,
        sends_at=max(instant(sends, run.zone), run.now),
        closes_at=instant(coffee.closes(setup, sends), run.zone),
    )
    db.coffee.save_round(_with_plan(of, plan))
    of = db.coffee.round(of.id)
    add_groups(run, db, of, _members(plan))
    if not setup.review:
        _send(run, db, of)
        return

    subject = f"round:{of.id}"
    db.schedule.add(run.community, "coffee send", subject=subject, label=sends, zone=run.zone)
    for lead in coffee.REVIEW_REMINDERS:
        db.schedule.add(
            run.community,
            "coffee remind review",
            subject=subject,
            label=sends - lead,
            zone=run.zone,
        )
    tell_organisers(
        run,
        db,
        review_views.to_review(
            of,
            groups=len(plan.groups),
            hours=None,
            sends=sends,
            held=setup.if_unapproved is IfUnapproved.HOLD,
        ),
        key=f"coffee:{of.id}:drafted",
    )


def _send(run: Run, db: UnitOfWork, of: Round) -> None:
    """Tell every group, those left out and the organisers, and plan the rest of the round."""
    setup = db.coffee.setup(run.community)
    of = replace(of, state=RoundState.SENT, sends_at=run.now)
    db.coffee.save_round(of)
    groups = db.coffee.groups(of.id)
    tell_groups(run, db, of, groups)

    alone = db.members.reachable(MemberId(int(gap.id)) for gap in of.unmatched)
    db.calm.send_each(
        run.community,
        alone,
        lambda _: group_views.nobody_this_time(),
        programme=Programme.COFFEE,
        weight=Weight.ORDINARY,
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

    _, unreachable = coffee_people.taking_part(db, run.community, of.label, now=run.now)
    names = {str(each.member.id): each.member.name for each in alone.values()}
    plan = pairing.Plan(of.number, of.seed, (), of.unmatched, of.score, of.bound, of.repeats)
    tell_organisers(
        run,
        db,
        views.sent(
            of,
            groups=len(groups),
            people=sum(len(group.people) for group in groups),
            quality=plan.quality,
            left_out=[(names[gap.id], gap.reason) for gap in of.unmatched if gap.id in names],
            unreachable=[member.name for member in unreachable],
        ),
        key=f"coffee:{of.id}:sent",
    )


def _repair(run: Run, db: UnitOfWork, of: Round) -> None:
    """Who paused or left since the draft is taken out; nobody else is left alone for it.

    Those who asked since to be kept apart are parted, of which nobody reads anything.
    """
    people, _ = coffee_people.taking_part(db, run.community, of.label, now=run.now)
    here = {MemberId(int(each.id)): each for each in people}
    groups = db.coffee.groups(of.id)
    gone = {each for group in groups for each in group.people if each not in here}
    together = coffee_matching.parted([group.people for group in groups], here)
    if not gone and len(together) == len(groups):
        return

    rules = coffee_matching.constraints(db.coffee.setup(run.community), of.theme)
    history = db.coffee.history(run.community)
    repaired = coffee_matching.without(together, gone, here, history, rules, number=of.number)
    before = {frozenset(group.people): group.id for group in groups}
    made = [each for each in repaired.groups if frozenset(each) not in before]
    kept = [before[frozenset(each)] for each in repaired.groups if frozenset(each) in before]
    db.coffee.clear_groups(of, keep=kept)
    add_groups(run, db, of, made)
    score, repeats = coffee_matching.rated(repaired.groups, here, history, rules, number=of.number)
    lost_partner = {each for group in groups for each in group.people if gone & {*group.people}}
    left_over = [
        pairing.Unmatched(str(each), PARTNER_LEFT if each in lost_partner else NO_GROUP_LEFT)
        for each in repaired.alone
    ]
    still = [gap for gap in of.unmatched if MemberId(int(gap.id)) in here]
    db.coffee.save_round(replace(of, unmatched=(*still, *left_over), score=score, repeats=repeats))


def _members(plan: pairing.Plan) -> list[tuple[MemberId, ...]]:
    return [tuple(MemberId(int(each)) for each in group) for group in plan.groups]


def _with_plan(of: Round, plan: pairing.Plan) -> Round:
    return replace(
        of, score=plan.score, bound=plan.bound, repeats=plan.repeats, unmatched=plan.unmatched
    )
