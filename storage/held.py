"""What waits for a member's "Your week", and what was kept back because they want silence."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.chat import messages
from bot.chat.messages import Message
from bot.chat.platform import DeliveryKind
from bot.domain.calm import Programme, Silence, Why
from bot.ids import CommunityId, HeldId, MemberId
from storage import codec
from storage.rows import batches, insert_each_new
from storage.states import State
from storage.tables import calm_wishes, held, outbox, unasked

# What was in a "Your week" can be read again for so long by typing “your week”.
SHOWN_FOR = timedelta(days=7)
LONGEST_TITLE = 140
KEPT = "kept for “Your week”"
# A link that somebody asks for now is their own act, and so is joining accounts.
OWN_ACTS = ("sign-in", "accounts")
NUDGES = "nudge:"


@dataclass(frozen=True, slots=True)
class Held:
    """Something that waits: one line of "Your week" and the message behind it."""

    id: HeldId
    member: MemberId
    programme: Programme
    title: str
    message: Message
    why: Why
    held_at: datetime
    told_at: datetime | None


def title_of(message: Message) -> str:
    """The first line of a message, short enough for a list."""
    first = next(iter(messages.plain(message).splitlines()), "")
    return first if len(first) <= LONGEST_TITLE else f"{first[: LONGEST_TITLE - 1].rstrip()}…"


def waiting(connection: sa.Connection, wanted: Iterable[MemberId]) -> dict[MemberId, list[Held]]:
    """What each of these members has not been told of, the oldest first."""
    found: dict[MemberId, list[Held]] = {}
    for batch in batches(list(wanted)):
        rows = connection.execute(
            sa.select(held)
            .where(held.c.member.in_(batch), held.c.told_at.is_(None))
            .order_by(held.c.id)
        )
        for row in rows:
            found.setdefault(MemberId(row.member), []).append(_held(row))
    return found


def those_waiting(connection: sa.Connection, community: CommunityId) -> tuple[MemberId, ...]:
    """The members for whom something waits."""
    rows = connection.execute(
        sa.select(held.c.member)
        .where(held.c.community == community, held.c.told_at.is_(None))
        .distinct()
        .order_by(held.c.member)
    )
    return tuple(MemberId(row.member) for row in rows)


def readable(connection: sa.Connection, member: MemberId, *, now: datetime) -> tuple[Held, ...]:
    """What waits for a member or was told of lately, the oldest first."""
    rows = connection.execute(
        sa.select(held)
        .where(
            held.c.member == member,
            sa.or_(held.c.told_at.is_(None), held.c.told_at > now - SHOWN_FOR),
        )
        .order_by(held.c.id)
    )
    return tuple(_held(row) for row in rows)


def find(connection: sa.Connection, member: MemberId, number: HeldId) -> Held | None:
    """The one of this number, if it is the member's."""
    row = connection.execute(
        sa.select(held).where(held.c.member == member, held.c.id == number)
    ).one_or_none()
    return _held(row) if row else None


def set_told(connection: sa.Connection, several: Sequence[HeldId], *, now: datetime) -> None:
    """The member was told of these; the first time counts."""
    for batch in batches(several):
        connection.execute(
            held.update().where(held.c.id.in_(batch), held.c.told_at.is_(None)).values(told_at=now)
        )


def drop(connection: sa.Connection, community: CommunityId, subject: str) -> int:
    """What waits about a subject is taken out; how many."""
    gone = held.delete().where(held.c.community == community, held.c.subject == subject)
    return int(connection.execute(gone).rowcount)


def drop_keys(
    connection: sa.Connection,
    community: CommunityId,
    prefixes: Iterable[str],
    *,
    member: MemberId | None = None,
) -> None:
    """What waits under keys that begin so is taken out; a member's alone, where one is named."""
    begins = (
        sa.or_(held.c.key == each, held.c.key.startswith(f"{each}:", autoescape=True))
        for each in prefixes
    )
    chosen = [held.c.community == community, held.c.told_at.is_(None), sa.or_(*begins)]
    if member is not None:
        chosen.append(held.c.member == member)
    connection.execute(held.delete().where(*chosen))


def reword(
    connection: sa.Connection, community: CommunityId, subject: str, message: Callable[[], Message]
) -> None:
    """What waits about a subject says something else; it is made only where something waits."""
    about = (held.c.community == community, held.c.subject == subject)
    if connection.execute(sa.select(held.c.id).where(*about).limit(1)).first() is None:
        return
    said = message()
    connection.execute(
        held.update().where(*about).values(message=codec.dump_message(said), title=title_of(said))
    )


def keep_back(
    connection: sa.Connection, *which: sa.ColumnElement[bool], why: Why, now: datetime
) -> tuple[MemberId, ...]:
    """Keep back queued posts for "Your week"; for whom.

    An e-mail that only says that something waits elsewhere is not sent at all.
    """
    rows = connection.execute(
        sa.select(outbox, unasked.c.programme)
        .select_from(
            outbox.outerjoin(
                unasked,
                sa.and_(unasked.c.outbox == outbox.c.id, unasked.c.member == outbox.c.member),
            )
        )
        .where(
            outbox.c.state == State.QUEUED,
            outbox.c.kind == DeliveryKind.POST,
            outbox.c.member.is_not(None),
            outbox.c.subject.not_in(OWN_ACTS),
            *which,
        )
        .order_by(outbox.c.id)
    ).all()
    kept = [row for row in rows if row.message and not row.subject.startswith(NUDGES)]
    insert_each_new(connection, held, [_kept_back(row, why, now) for row in kept])
    for batch in batches([row.id for row in rows]):
        connection.execute(
            outbox.update()
            .where(outbox.c.id.in_(batch))
            .values(state=State.CANCELLED, reason=KEPT, settled_at=now)
        )
    return tuple(dict.fromkeys(MemberId(row.member) for row in kept))


def keep_from_the_silent(
    connection: sa.Connection, *which: sa.ColumnElement[bool], now: datetime
) -> None:
    """Keep back what of these queued rows is for members who want silence."""
    silent = sa.select(calm_wishes.c.member).where(
        sa.or_(
            calm_wishes.c.silence == Silence.STOPPED,
            sa.and_(
                calm_wishes.c.silence == Silence.PAUSED,
                calm_wishes.c.silent_until > now,
                calm_wishes.c.silent_until > outbox.c.not_before,
            ),
        )
    )
    keep_back(connection, outbox.c.member.in_(silent), *which, why=Why.SILENCE, now=now)


def _kept_back(row: sa.Row[Any], why: Why, now: datetime) -> dict[str, Any]:
    return {
        "community": row.community,
        "member": row.member,
        "key": row.key,
        "subject": row.subject,
        "programme": row.programme or Programme.COMMUNITY,
        "title": title_of(codec.load_message(row.message)),
        "message": row.message,
        "why": why,
        "held_at": now,
        "told_at": None,
    }


def _held(row: sa.Row[Any]) -> Held:
    return Held(
        id=HeldId(row.id),
        member=MemberId(row.member),
        programme=Programme(row.programme),
        title=row.title,
        message=codec.load_message(row.message),
        why=Why(row.why),
        held_at=row.held_at,
        told_at=row.told_at,
    )
