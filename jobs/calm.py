"""Calm, when it is time: "Your week", and the end of a quiet time."""

from dataclasses import replace

from bot.chat.schedule import ALWAYS, Run, Schedule
from bot.domain.calm import Programme, Reader, Weight
from bot.domain.members import MemberState, Reachable
from bot.ids import MemberId
from bot.times import local
from bot.views import your_week as views
from storage.held import Held
from storage.unit_of_work import UnitOfWork

schedule = Schedule()

SUBJECT = "your week"


@schedule.job("your week", catch_up=ALWAYS)
def your_week(run: Run, db: UnitOfWork) -> None:
    """The card for those whose hour it is and for whom something waits; the others' is planned."""
    if db.calm.quiet_until(run.community, now=run.now) is not None:
        # At its end everybody gets a card.
        return
    waiting = db.your_week.waiting(db.your_week.those_waiting(run.community))
    people = db.members.reachable(waiting)
    readers = db.calm_setups.readers(run.community, [each.member for each in people.values()])
    due = [
        member
        for member, kept in waiting.items()
        if kept[0].held_at < run.due and _can_get(people[member]) and _is_for(run, readers[member])
    ]
    # Whose hour it is not may have changed their mind since it was planned.
    for member in waiting.keys() - set(due):
        db.calm.plan_card(run.community, readers[member], now=run.now)
    _send(run, db, {member: waiting[member] for member in due}, key=f"{run.label:%Y-%m-%dT%H:%M}")


@schedule.job("quiet over", catch_up=ALWAYS)
def quiet_over(run: Run, db: UnitOfWork) -> None:
    """Everything goes on: what was held goes out, and every member is told, once."""
    ways = db.calm_setups.of(run.community)
    if ways.quiet_until is None:
        return
    if ways.is_quiet(run.now):
        label = local(ways.quiet_until, run.zone)
        db.schedule.add(run.community, run.job, subject=run.subject, label=label, zone=run.zone)
        return
    db.calm_setups.save(replace(ways, quiet_since=None, quiet_until=None, quiet_why=""))
    found = db.members.reachable(each.id for each in db.members.everybody(run.community))
    everybody = [number for number, each in found.items() if _can_get(each)]
    silent = db.calm.silent(everybody, at=run.now)
    waiting = db.your_week.waiting(everybody)
    told = {member: waiting.get(member, []) for member in everybody if member not in silent}
    opening = views.quiet_is_over(ways.quiet_why)
    _send(run, db, told, key=f"quiet:{ways.quiet_since:%Y-%m-%dT%H:%M}", opening=opening)


def _can_get(to: Reachable) -> bool:
    """Whether a card would reach somebody; what waits for anybody else goes on waiting."""
    return to.account is not None and to.member.state is MemberState.ACTIVE


def _is_for(run: Run, reader: Reader) -> bool:
    """Whether this is the hour of a member's card, and they want to hear of it."""
    is_their_hour = reader.card_in(reader.week_of(run.due)) == run.due
    return is_their_hour and not reader.wishes.is_silent(run.now)


def _send(
    run: Run, db: UnitOfWork, waiting: dict[MemberId, list[Held]], *, key: str, opening: str = ""
) -> None:
    """Send these members their cards; what is on them waits no longer."""
    db.calm.send_each(
        run.community,
        waiting,
        lambda member: views.card(entries(waiting[member.id]), opening=opening),
        programme=Programme.COMMUNITY,
        weight=Weight.ALONE,
        key=f"your week:{run.community}:{key}",
        subject=SUBJECT,
        now=run.now,
    )
    several = [each.id for kept in waiting.values() for each in kept]
    db.your_week.set_told(several, now=run.now)


def entries(kept: list[Held]) -> list[views.Entry]:
    """What waits, as lines of the card."""
    return [views.Entry(each.id, each.programme, each.title, each.why) for each in kept]
