"""The same message to very many who did not ask for it: a few statements, however many they are."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Message
from bot.chat.platform import DeliveryKind
from bot.domain import calm
from bot.domain.calm import Hours, Programme, Reader, Setup, Weight, Wishes
from bot.ids import CommunityId, MemberId
from storage import held
from storage.outbox import Priority, State
from storage.reach import ToEach
from storage.tables import calm_wishes, members, outbox, unasked
from storage.unit_of_work import UnitOfWork

_WISHED = (calm_wishes.c.quiet_starts, calm_wishes.c.quiet_ends, calm_wishes.c.quiet_weekends)
# Whose hours are asked for does not matter to when they end.
_ANYBODY = MemberId(0)


def send(
    db: UnitOfWork,
    community: CommunityId,
    to: ToEach,
    message: Message,
    *,
    programme: Programme,
    weight: Weight,
    key: str,
    subject: str,
    now: datetime,
    priority: Priority = Priority.BULK,
) -> None:
    """Send each of these people the same message, as ``db.calm.send_each`` would one by one.

    ``weight`` is ``URGENT`` or ``ALONE``: nothing of it counts against the weekly limit. For those
    who want silence it is kept for "Your week", and for those who have quiet hours it waits.
    """
    db.bulk.post_many(community, to, message, key=key, subject=subject, now=now, priority=priority)
    rows = (
        outbox.c.community == community,
        outbox.c.subject == subject,
        outbox.c.kind == DeliveryKind.POST,
        outbox.c.state == State.QUEUED,
        outbox.c.key.startswith(f"{key}:", autoescape=True),
    )
    _note(db.connection, community, rows, programme, weight)
    held.keep_from_the_silent(db.connection, *rows, now=now)
    if weight is not Weight.URGENT:
        _wait(db.connection, db.calm_setups.of(community), rows, weight, now=now)


def _note(
    connection: sa.Connection,
    community: CommunityId,
    rows: tuple[sa.ColumnElement[bool], ...],
    programme: Programme,
    weight: Weight,
) -> None:
    """Note that nobody asked for them."""
    columns: dict[str, Any] = {
        "community": sa.literal(community, sa.Integer),
        "outbox": outbox.c.id,
        "member": outbox.c.member,
        "programme": sa.literal(programme.value, sa.Text),
        "weight": sa.literal(weight.value, sa.Text),
    }
    is_noted = sa.exists().where(unasked.c.outbox == outbox.c.id)
    chosen = sa.select(*columns.values()).where(*rows, sa.not_(is_noted))
    connection.execute(unasked.insert().from_select(list(columns), chosen, include_defaults=False))


def _wait(
    connection: sa.Connection,
    ways: Setup,
    rows: tuple[sa.ColumnElement[bool], ...],
    weight: Weight,
    *,
    now: datetime,
) -> None:
    """Let them wait where it is quiet, for all who have the same hours at once."""
    with_wishes = members.outerjoin(calm_wishes, calm_wishes.c.member == members.c.id)
    meant = sa.select(outbox.c.member).where(*rows)
    kinds = connection.execute(
        sa.select(members.c.zone, *_WISHED)
        .select_from(with_wishes)
        .where(members.c.id.in_(meant))
        .distinct()
    ).all()
    for kind in kinds:
        own = None if kind.quiet_starts is None else Hours(*kind[1:])
        reader = Reader(kind.zone, ways, Wishes(_ANYBODY, hours=own))
        goes = calm.decide(reader, weight, now=now).at
        if goes is None or goes <= now:
            continue
        same = [
            column.is_not_distinct_from(value)
            for column, value in zip((members.c.zone, *_WISHED), kind, strict=True)
        ]
        people = sa.select(members.c.id).select_from(with_wishes).where(*same)
        connection.execute(
            outbox.update().where(*rows, outbox.c.member.in_(people)).values(not_before=goes)
        )
