"""What became of every message of the month, and what each member received of them."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot import times
from bot.chat import messages
from bot.domain.calm import Weight
from bot.ids import MemberId
from storage.tables import opt_outs, outbox, unasked
from tests.example_month import ZONE, Got, Month, received
from tests.leaders import START

CARD = "your week:"
# What a member's week has room for is counted of these and of the weekly card.
COUNTED = (Weight.ORDINARY, Weight.CAN_WAIT)
# Monday 23 November to Sunday 27 December, of which the month lacks three days.
WEEKS = range(48, 53)
# The Wednesdays on which everybody is asked a question.
PROMPTED = ("2026-11-25", "2026-12-02", "2026-12-09", "2026-12-16", "2026-12-23")


class Fate(StrEnum):
    """What became of a message that was meant for a member."""

    DELIVERED = "delivered by itself"
    IN_YOUR_WEEK = "in a “Your week” that came"
    CALLED_BACK = "called back by somebody's act"
    FOR_THE_SILENT = "kept for whoever wants silence"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class Account:
    """The month as it was for everybody."""

    fates: dict[tuple[str, MemberId], Fate]
    got: list[Got]

    @property
    def kinds(self) -> set[str]:
        """What messages were about, by what their keys begin with."""
        return {key.partition(":")[0] for key, _ in self.fates}

    def of(self, prefix: str) -> set[MemberId]:
        """Those for whom there was a message whose key begins so."""
        return {member for key, member in self.fates if key.startswith(prefix)}


def settled(month: Month) -> Account:
    """What became of everything."""
    got = received(month)
    came = {(each.key, each.member) for each in got}
    fates = {
        (key, member): _fate(month, key, member, came=came)
        for key, member in {*_meant(month), *month.kept.items()}
        if key not in month.later
    }
    return Account(fates, got)


def weekly(month: Month, got: list[Got], *weights: Weight) -> list[int]:
    """How many messages of these weights each member had in each week, those without included.

    The weekly card counts always.
    """
    counted = Counter(
        (each.member, each.week)
        for each in got
        if each.weight in weights or each.key.startswith(CARD)
    )
    return [counted[each.id, week] for each in month.community.people for week in WEEKS]


def disturbed(month: Month, got: list[Got]) -> list[Got]:
    """What is not urgent and came in its reader's quiet hours."""
    with month.community.database.transaction() as db:
        ways = db.calm_setups.of(month.community.id).hours
        own = db.calm_setups.several([each.member for each in got])
    hours = {member: wishes.hours or ways for member, wishes in own.items()}
    return [
        each
        for each in got
        if each.weight is not Weight.URGENT
        and hours.get(each.member, ways).hold(times.local(each.at, ZONE))
    ]


def in_silence(month: Month) -> list[tuple[MemberId, datetime]]:
    """What reached anybody, of whatever kind, while they wanted to hear nothing."""
    owners = month.owners()
    return [
        (member, at)
        for at, handed in month.community.ledger.handed
        for member in (owners.get(user) for user in handed.destination.users)
        if member in month.silences and _holds(month.silences[member], at)
    ]


def overlooked(month: Month, account: Account) -> dict[str, set[MemberId]]:
    """Whom something was for and who has no message of it, by what its keys begin with.

    Read from what the programmes keep, not from what they sent. Whoever left is not looked for.
    """
    everybody = {each.id for each in month.community.people}
    gone = everybody - set(month.active())
    with month.community.database.transaction() as db:
        rounds = [
            each
            for each in db.coffee.rounds(month.community.id)
            if each.label > times.local(START, ZONE)
        ]
        groups = [group for of in rounds for group in db.coffee.groups(of.id)]
        asked_none = set(db.connection.execute(sa.select(opt_outs.c.member)).scalars())
    meant = {prefix: people - asked_none for prefix, people in month.meant.items()}
    meant |= {f"coffee:{each.round}:{each.id}": set(each.people) for each in groups}
    meant |= {f"prompt:2:{day}": everybody - asked_none for day in PROMPTED}
    meant |= {"stories digest:": everybody}
    found = {key: people - gone - account.of(key) for key, people in meant.items()}
    return {key: missed for key, missed in found.items() if missed}


def entries(card: str) -> int:
    """How many entries a card stands for, those included that it only counts."""
    lines = card.splitlines()
    shown = sum(line.startswith("Show ") and "show " in line for line in lines)
    more = [line for line in lines if line.startswith("And ") and line.endswith(" more.")]
    return shown + sum(int(line.split()[1]) for line in more)


def listed(got: list[Got], member: MemberId) -> int:
    """How many entries stood on the cards that reached a member."""
    cards = [each for each in got if each.member == member and each.key.startswith(CARD)]
    return sum(entries(messages.plain(each.message)) for each in cards)


def _holds(silence: tuple[datetime, datetime | None], at: datetime) -> bool:
    since, until = silence
    return at > since and (until is None or at < until)


def _meant(month: Month) -> list[tuple[str, MemberId]]:
    with month.community.database.transaction() as db:
        rows = db.connection.execute(
            sa.select(outbox.c.key, unasked.c.member)
            .join(unasked, unasked.c.outbox == outbox.c.id)
            .where(outbox.c.added_at > START)
        )
        return [(row.key, MemberId(row.member)) for row in rows]


def _fate(month: Month, key: str, member: MemberId, *, came: set[tuple[str, MemberId]]) -> Fate:
    if (key, member) in came:
        return Fate.DELIVERED
    if key in month.told:
        return Fate.IN_YOUR_WEEK
    if month.called_back.get(key, "the bot") != "the bot":
        return Fate.CALLED_BACK
    if key in month.kept and month.is_silent(member):
        return Fate.FOR_THE_SILENT
    return Fate.LOST
