"""Coffee, while a round is under way: match again, nudge, ask and close."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

from bot.chat.messages import Message
from bot.chat.schedule import ALWAYS, PROMPT, ROUND, Run, Schedule
from bot.domain import coffee, coffee_matching, pairing
from bot.domain.calm import Programme, Weight
from bot.domain.coffee import (
    Group,
    GroupState,
    Met,
    Place,
    PlaceState,
    Round,
    RoundState,
)
from bot.ids import GroupId, MemberId, RoundId
from bot.views import coffee as member_views
from bot.views import coffee_answers as views
from jobs import coffee_missed
from jobs.coffee_telling import add_groups, round_of, tell_groups
from storage import coffee_people
from storage.unit_of_work import UnitOfWork

schedule = Schedule()


@schedule.job("coffee rematch", catch_up=ROUND, missed=coffee_missed.no_step)
def rematch(run: Run, db: UnitOfWork) -> None:
    """Those who look for someone else, and those left out, meet each other where they may."""
    of = db.coffee.round(RoundId(int(run.subject.split(":")[1])))
    if of.state is not RoundState.SENT:
        return
    groups = db.coffee.groups(of.id)
    seeking = _seeking(groups)
    free = _free(run, db, {*seeking, *_left_over(of, groups)})
    rules = coffee_matching.constraints(db.coffee.setup(run.community), of.theme)
    history = db.coffee.history(run.community)
    for member in seeking:
        seeker = free.pop(member, None)
        if seeker is None:
            continue
        found = coffee_matching.best_match(seeker, free.values(), history, rules, now=of.number)
        if found is None:
            free[member] = seeker
            continue
        other = MemberId(int(found.id))
        free.pop(other)
        _settle(db, [seeking[each] for each in (member, other) if each in seeking])
        tell_groups(run, db, of, add_groups(run, db, of, [(member, other)]))


@schedule.job("coffee nudge", catch_up=PROMPT, missed=coffee_missed.no_step)
def nudge(run: Run, db: UnitOfWork) -> None:
    """Groups in which nobody pressed a button are nudged, once a round."""
    _ask(run, db, views.nudge, what="nudge", only_silent=True)


@schedule.job("coffee question", catch_up=PROMPT, missed=coffee_missed.no_step)
def question(run: Run, db: UnitOfWork) -> None:
    """Everybody who has not said so is asked: did you meet."""
    _ask(run, db, views.did_you_meet, what="met", only_silent=False)


@schedule.job("coffee close", catch_up=ALWAYS)
def close(run: Run, db: UnitOfWork) -> None:
    """The round closes, and with it what was shared for it.

    Those silent for the third time rest until they come back.
    """
    of = round_of(run, db)
    if of.state is not RoundState.SENT:
        return
    pressed: dict[MemberId, bool] = {}
    for group in db.coffee.groups(of.id):
        for place in group.places:
            pressed[place.member] = pressed.get(place.member, False) or bool(place.pressed_at)
            if place.shares:
                # Addresses were given for this coffee only.
                db.coffee.save_place(group.id, replace(place, shares=()))
    resting = []
    for before in db.coffee.participants(run.community):
        if before.member not in pressed:
            continue
        after = coffee.after_round(before, was_silent=not pressed[before.member])
        if after != before:
            db.coffee.save(run.community, after, now=run.now)
        if after.state is not before.state:
            resting.append(before.member)
    db.calm.send_each(
        run.community,
        resting,
        lambda _: member_views.rested(),
        programme=Programme.COFFEE,
        weight=Weight.ORDINARY,
        key=f"coffee:{of.id}:rest",
        subject=f"round:{of.id}",
        now=run.now,
    )
    db.coffee.save_round(replace(of, state=RoundState.CLOSED))


def _seeking(groups: Iterable[Group]) -> dict[MemberId, tuple[GroupId, Place]]:
    """Those who look for someone else, each with the place they left."""
    return {
        place.member: (group.id, place)
        for group in groups
        for place in group.places
        if place.state is PlaceState.SEEKING
    }


def _left_over(of: Round, groups: Sequence[Group]) -> set[MemberId]:
    """Those for whom the round had no group, unless they have found one since."""
    settled = {member for group in _open(groups) for member in group.present}
    return {MemberId(int(gap.id)) for gap in of.unmatched} - settled


def _free(run: Run, db: UnitOfWork, wanted: set[MemberId]) -> dict[MemberId, pairing.Person]:
    """Those of the wanted who still take part, as the planner sees them."""
    people, _ = coffee_people.everybody(db, run.community, now=run.now)
    unheard = coffee_people.silent(db, run.community, run.label)
    parts = {part.member: part for part in db.coffee.participants(run.community)}
    by_member = {MemberId(int(each.id)): each for each in people}
    return {
        member: by_member[member]
        for member in sorted((wanted & by_member.keys()) - unheard)
        if parts[member].takes_part(run.label.date())
    }


def _settle(db: UnitOfWork, places: Iterable[tuple[GroupId, Place]]) -> None:
    """Whoever looked for someone else has found them."""
    for group, place in places:
        db.coffee.save_place(group, replace(place, state=PlaceState.OUT))


def _ask(
    run: Run,
    db: UnitOfWork,
    say: Callable[[GroupId, Sequence[str]], Message],
    *,
    what: str,
    only_silent: bool,
) -> None:
    """Ask everybody in an open group about the others, unless they have said."""
    of = round_of(run, db)
    if of.state is not RoundState.SENT:
        return
    groups = [
        group for group in _open(db.coffee.groups(of.id)) if group.is_silent or not only_silent
    ]
    people = db.members.reachable({each for group in groups for each in group.present})
    for group in groups:
        for member in group.present:
            if group.place(member).met in {Met.YES, Met.COULDNT}:
                continue
            names = [people[each].member.name for each in group.others(member)]
            db.calm.send(
                run.community,
                member,
                say(group.id, names),
                programme=Programme.COFFEE,
                weight=Weight.ORDINARY,
                key=f"coffee:{group.id}:{what}:{member}",
                subject=f"round:{of.id}",
                now=run.now,
            )


def _open(groups: Iterable[Group]) -> list[Group]:
    return [g for g in groups if g.state is GroupState.OPEN and len(g.present) > 1]
