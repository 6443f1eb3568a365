"""Telling people of a coffee round: its groups and the organisers."""

import re
from collections.abc import Sequence
from datetime import datetime

from bot.chat.messages import Message
from bot.chat.schedule import Run
from bot.domain import coffee_meeting
from bot.domain.calm import Programme, Weight
from bot.domain.coffee import Group, Round
from bot.domain.coffee_meeting import Meeting
from bot.domain.members import Vocabulary
from bot.ids import GroupId, MemberId, RoundId
from bot.times import instant, local
from bot.views import coffee_groups as views
from storage import organisers
from storage.drain import Settled
from storage.unit_of_work import UnitOfWork

# The key of a match that is told to a group together.
_TOGETHER = re.compile(r"coffee:[0-9]+:(?P<group>[0-9]+)")


def round_of(run: Run, db: UnitOfWork) -> Round:
    """The round that an occurrence is about."""
    return db.coffee.round(RoundId(int(run.subject.removeprefix("round:"))))


def label_of(run: Run) -> datetime:
    """The label of the round that a draft is for: when it happens, or the one in the subject."""
    if run.job == "coffee round":
        return run.at
    return datetime.strptime(run.subject[7:23], "%Y-%m-%dT%H:%M")  # noqa: DTZ007 - labels are naive.


def add_groups(
    run: Run, db: UnitOfWork, of: Round, groups: Sequence[tuple[MemberId, ...]]
) -> list[Group]:
    """New groups of a round, each with its starter and the times all of them keep free."""
    everybody = db.members.many(each for people in groups for each in people)
    made = {
        db.coffee.add_group(
            of,
            people,
            starter=run.rng.randrange(len(views.STARTERS)),
            slots=coffee_meeting.common_slots([everybody[each] for each in people]),
        )
        for people in groups
    }
    return [group for group in db.coffee.groups(of.id) if group.id in made]


def tell_groups(run: Run, db: UnitOfWork, of: Round, groups: Sequence[Group]) -> None:
    """Introduce the people of each group to each other, in the way their platforms allow."""
    weight = Weight.URGENT if is_by_hand(run) else Weight.ALONE
    for meeting in _meetings(db, of, groups, now=run.now):
        db.calm.send_together(
            run.community,
            meeting.people,
            lambda to, meeting=meeting: views.invitation(meeting, to=to),  # type: ignore[misc]
            programme=Programme.COFFEE,
            weight=weight,
            key=f"coffee:{of.id}:{meeting.group.id}",
            subject=f"round:{of.id}",
            now=run.now,
        )


def is_by_hand(run: Run) -> bool:
    """Whether an organiser wants it now, by “run” or “send now”, at whatever hour that is."""
    return run.subject.endswith(":now") or run.now < instant(run.label, run.zone)


def shifted(run: Run, db: UnitOfWork) -> bool:
    """Whether it is put off, because organisers keep a quiet time; then it is done at its end."""
    until = db.calm.quiet_until(run.community, now=run.now)
    if until is None or is_by_hand(run):
        return False
    label = local(until, run.zone)
    db.schedule.add(run.community, run.job, subject=run.subject, label=label, zone=run.zone)
    return True


def tell_apart(db: UnitOfWork, settled: Settled) -> bool:
    """Introduce people one by one who could not be told together; False for any other message."""
    key = settled.row.delivery.key
    together = _TOGETHER.fullmatch(key)
    number = GroupId(int(together["group"])) if together else None
    group = db.coffee.group(settled.row.community, number) if number is not None else None
    if group is None:
        return False
    of = db.coffee.round(group.round)
    for meeting in _meetings(db, of, [group], now=settled.now):
        db.calm.send_each(
            of.community,
            [each.member.id for each in meeting.people],
            lambda to, meeting=meeting: views.invitation(meeting, to=to),  # type: ignore[misc]
            programme=Programme.COFFEE,
            weight=Weight.ALONE,
            key=key,
            subject=settled.row.subject,
            now=settled.now,
        )
    return True


def _meetings(
    db: UnitOfWork, of: Round, groups: Sequence[Group], *, now: datetime
) -> list[Meeting]:
    stages = db.communities.terms(of.community, Vocabulary.STAGE, with_retired=True)
    people = db.members.reachable({each for group in groups for each in group.people})
    today = local(now, of.zone).date()
    names = {each.member.profile.organisation for each in people.values()}
    cards = db.organisation_cards.of(of.community, names)
    return [
        coffee_meeting.meeting(group, of, people, stages, today=today, cards=cards)
        for group in groups
    ]


def tell_organisers(run: Run, db: UnitOfWork, message: Message, *, key: str) -> None:
    """Send every organiser a message of their own."""
    organisers.tell(db, run.community, message, key=key, now=run.now)
