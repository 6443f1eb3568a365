"""What nobody asked for goes to members through here, and only through here.

A programme says how much its message may disturb; in the same transaction it is decided whether
it goes out now or later, or is kept for the member's "Your week":

    db.calm.send(community, member, message, programme=Programme.SESSIONS, weight=Weight.ALONE,
                 key="session:7:hour:41", subject="session:7", now=run.now,
                 at=starts - HOUR, about=starts)

``send_each`` does the same for many, set by set, each key ending with the member's number, and
``send_together`` for people who may share a conversation. ``db.outbox.cancel(community, subject)``
takes back what is queued and what is kept. A recurring job asks ``quiet_until`` first.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from bot import times
from bot.chat.messages import Message
from bot.chat.platform import DeliveryKind, Destination
from bot.domain import calm
from bot.domain.calm import Programme, Reader, Weight, Why
from bot.domain.members import Member, MemberState, Reachable, shared_lane
from bot.ids import CommunityId, MemberId
from storage import codec
from storage.calm_setups import CalmSetups
from storage.held import title_of
from storage.members import Members
from storage.outbox import Outbox, Priority, State, queued
from storage.rows import batches, insert_each_new
from storage.schedule import ScheduleStore
from storage.tables import held, outbox, unasked

JOB = "your week"
# A week, and the hours by which it may begin earlier elsewhere.
LOOKED_BACK = timedelta(days=9)
_GOES = (State.QUEUED, State.SENDING, State.SENT, State.UNCERTAIN)
_PRIORITIES = {
    Weight.URGENT: Priority.URGENT,
    Weight.ALONE: Priority.PERSONAL,
    Weight.CARRIED: Priority.PERSONAL,
    Weight.ORDINARY: Priority.REMINDER,
    Weight.CAN_WAIT: Priority.REMINDER,
}


class Sent(StrEnum):
    """What became of a message: it goes out, waits for "Your week", or is nothing new."""

    QUEUED = "queued"
    HELD = "held"
    BEFORE = "sent before"
    UNREACHABLE = "unreachable"


@dataclass(frozen=True, slots=True)
class Letter:
    """What is the same for everybody a message goes to."""

    community: CommunityId
    programme: Programme
    weight: Weight
    subject: str
    now: datetime
    at: datetime | None = None
    about: datetime | None = None
    title: str = ""
    priority: Priority | None = None


@dataclass(slots=True)
class _Rows:
    """What a batch comes to, before it is written."""

    queued: list[dict[str, Any]] = field(default_factory=list)
    held: list[dict[str, Any]] = field(default_factory=list)
    keys: dict[str, list[MemberId]] = field(default_factory=dict)
    cards: set[tuple[str, datetime]] = field(default_factory=set)


class Calm:
    """The one way to members for what they did not ask for; see the module."""

    def __init__(
        self,
        connection: sa.Connection,
        setups: CalmSetups,
        members: Members,
        rows: Outbox,
        schedule: ScheduleStore,
    ) -> None:
        self._connection = connection
        self._setups = setups
        self._members = members
        self._outbox = rows
        self._schedule = schedule

    # Sending.

    def send(
        self,
        community: CommunityId,
        member: MemberId,
        message: Message,
        *,
        programme: Programme,
        weight: Weight,
        key: str,
        subject: str,
        now: datetime,
        at: datetime | None = None,
        about: datetime | None = None,
        title: str = "",
    ) -> Sent:
        """Send one member a message once for a key.

        ``at`` is when it should go: now, unless a reminder is asked for ahead of time, which it
        must be so that it can move to the evening before. ``about`` is the start of what it is
        about. ``title`` is its line in "Your week": the message's first one, unless given.
        """
        letter = Letter(community, programme, weight, subject, now, at, about, title)
        done = self._send(letter, [member], lambda _: message, lambda _: key)
        return next(iter(done))

    def send_each(
        self,
        community: CommunityId,
        people: Iterable[MemberId],
        message: Callable[[Member], Message],
        *,
        programme: Programme,
        weight: Weight,
        key: str,
        subject: str,
        now: datetime,
        at: datetime | None = None,
        about: datetime | None = None,
        title: str = "",
        priority: Priority | None = None,
    ) -> Counter[Sent]:
        """Send each of these members a message of their own; how many came to what."""
        letter = Letter(community, programme, weight, subject, now, at, about, title, priority)
        done: Counter[Sent] = Counter()
        for batch in batches(list(dict.fromkeys(people))):
            done += self._send(letter, batch, message, lambda number: f"{key}:{number}")
        return done

    def send_together(
        self,
        community: CommunityId,
        people: Sequence[Reachable],
        message: Callable[[Member | None], Message],
        *,
        programme: Programme,
        weight: Weight,
        key: str,
        subject: str,
        now: datetime,
    ) -> None:
        """Send a group one message in a conversation of theirs, or each their own.

        ``message`` is asked for None where all share a conversation, else for each member. They
        share it once nobody among them has quiet hours.
        """
        numbers = [each.member.id for each in people]
        letter = Letter(community, programme, weight, subject, now)
        readers = self._setups.readers(community, [each.member for each in people])
        lane, moment = shared_lane(people), _common_moment(readers.values(), weight, now=now)
        if lane is None or moment is None or self._known([key]):
            self._send(letter, numbers, message, lambda number: f"{key}:{number}")
            return
        there = (each.account_in(lane) for each in people)
        row = queued(
            community,
            lane,
            DeliveryKind.POST,
            Destination(users=tuple(account.user for account in there if account is not None)),
            key=key,
            subject=subject,
            now=now,
            message=message(None),
            priority=_PRIORITIES[weight],
            not_before=moment,
        )
        self._write(letter, _Rows(queued=[row], keys={key: numbers}))

    def _send(
        self,
        letter: Letter,
        people: Sequence[MemberId],
        message: Callable[[Member], Message],
        key_of: Callable[[MemberId], str],
    ) -> Counter[Sent]:
        reached = self._members.reachable(people)
        known = self._known([key_of(number) for number in people])
        readers = self._setups.readers(letter.community, [each.member for each in reached.values()])
        taken = self._taken(people, now=letter.now)
        done: Counter[Sent] = Counter()
        rows = _Rows()
        for number in people:
            to, key = reached.get(number), key_of(number)
            if to is None or to.account is None or to.member.state is not MemberState.ACTIVE:
                done[Sent.UNREACHABLE] += 1
                continue
            if key in known:
                done[Sent.BEFORE] += 1
                continue
            decision = calm.decide(
                readers[number],
                letter.weight,
                now=letter.now,
                taken=taken.get(number, ()),
                at=letter.at,
                about=letter.about,
            )
            if decision.why is None:
                rows.queued.append(_queued(letter, to, message(to.member), key, decision.at))
                rows.keys[key] = [number]
                done[Sent.QUEUED] += 1
                continue
            rows.held.append(_kept(letter, number, message(to.member), key, decision.why))
            label = _card_label(readers[number], now=letter.now)
            if label is not None:
                rows.cards.add((readers[number].zone, label))
            done[Sent.HELD] += 1
        self._write(letter, rows)
        return done

    def _write(self, letter: Letter, rows: _Rows) -> None:
        self._outbox.add_many(rows.queued)
        insert_each_new(self._connection, held, rows.held)
        for batch in batches(list(rows.keys)):
            numbers = self._connection.execute(
                sa.select(outbox.c.id, outbox.c.key).where(outbox.c.key.in_(batch))
            ).all()
            several = [
                {
                    "community": letter.community,
                    "outbox": row.id,
                    "member": member,
                    "programme": letter.programme,
                    "weight": letter.weight,
                    "about": letter.about,
                }
                for row in numbers
                for member in rows.keys[row.key]
            ]
            insert_each_new(self._connection, unasked, several)
        for zone, label in sorted(rows.cards):
            self._schedule.add(letter.community, JOB, subject=zone, label=label, zone=zone)

    # What is asked before something is sent.

    def quiet_until(self, community: CommunityId, *, now: datetime) -> datetime | None:
        """The end of a quiet time that organisers keep now; None where there is none."""
        ways = self._setups.of(community)
        return ways.quiet_until if ways.is_quiet(now) else None

    def silent(self, people: Iterable[MemberId], *, at: datetime) -> frozenset[MemberId]:
        """Those of these members who want to hear nothing at that instant."""
        wanted = self._setups.several(people)
        return frozenset(number for number, each in wanted.items() if each.is_silent(at))

    def plan_card(self, community: CommunityId, reader: Reader, *, now: datetime) -> None:
        """See to it that a member's next "Your week" is looked after."""
        label = _card_label(reader, now=now)
        if label is not None:
            self._schedule.add(community, JOB, subject=reader.zone, label=label, zone=reader.zone)

    def _known(self, keys: Sequence[str]) -> frozenset[str]:
        """Those of these keys that were used before."""
        found = [
            self._connection.execute(sa.select(table.c.key).where(table.c.key.in_(keys)))
            for table in (outbox, held)
        ]
        return frozenset(row.key for rows in found for row in rows)

    def _taken(self, people: Sequence[MemberId], *, now: datetime) -> dict[int, list[datetime]]:
        """When each of these members was or will be sent something unasked, this week and on."""
        moment = sa.func.coalesce(outbox.c.settled_at, outbox.c.not_before)
        rows = self._connection.execute(
            sa.select(unasked.c.member, moment.label("moment"))
            .join(outbox, outbox.c.id == unasked.c.outbox)
            .where(
                unasked.c.member.in_(people),
                unasked.c.weight != Weight.CARRIED,
                outbox.c.state.in_(_GOES),
                outbox.c.not_before > now - LOOKED_BACK,
            )
        )
        found: dict[int, list[datetime]] = {}
        for row in rows:
            found.setdefault(row.member, []).append(row.moment)
        return found


def _common_moment(readers: Iterable[Reader], weight: Weight, *, now: datetime) -> datetime | None:
    """When a message may reach several at once; None where one of them wants silence."""
    several = list(readers)
    found = [calm.decide(each, weight, now=now).at for each in several]
    moments = [moment for moment in found if moment is not None]
    if len(moments) < len(several):
        return None
    return max(moments) if weight is Weight.URGENT else calm.together(several, moments)


def _card_label(reader: Reader, *, now: datetime) -> datetime | None:
    card = reader.card_after(now)
    return times.local(card, reader.zone) if card is not None else None


def _queued(
    letter: Letter, to: Reachable, message: Message, key: str, moment: datetime | None
) -> dict[str, Any]:
    account = to.accounts[0]
    return queued(
        letter.community,
        account.lane,
        DeliveryKind.POST,
        Destination(users=(account.user,)),
        key=key,
        subject=letter.subject,
        now=letter.now,
        message=message,
        member=to.member.id,
        priority=letter.priority or _PRIORITIES[letter.weight],
        not_before=moment,
    )


def _kept(letter: Letter, member: MemberId, message: Message, key: str, why: Why) -> dict[str, Any]:
    return {
        "community": letter.community,
        "member": member,
        "key": key,
        "subject": letter.subject,
        "programme": letter.programme,
        "title": letter.title or title_of(message),
        "message": codec.dump_message(message),
        "why": why,
        "held_at": letter.now,
    }
