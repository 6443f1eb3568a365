"""What was sent about a subject: changed and taken down wherever it went.

A row that posts holds what is to be seen there: its message, or nothing once it was taken down.
What is still waiting is changed in the row; what was sent gets a row that changes or deletes it;
what is under way is made up for as soon as it has been settled.
"""

import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Message, stamped
from bot.chat.platform import DeliveryKind, Receipt
from bot.domain.members import MAIL
from bot.ids import CommunityId, Lane
from storage import codec, held
from storage.drain import Settled
from storage.outbox import Outbox, Priority, State, token_for
from storage.tables import outbox

_LIVE = (State.QUEUED, State.SENDING, State.SENT)


class Posted:
    """Everything that was sent about a subject."""

    def __init__(self, connection: sa.Connection, rows: Outbox) -> None:
        self._connection = connection
        self._outbox = rows

    def revise(
        self,
        community: CommunityId,
        subject: str,
        message: Callable[[Lane], Message],
        *,
        now: datetime,
    ) -> frozenset[Lane]:
        """Say something else wherever something was said; the lanes in which it was."""
        self._drop_queued_updates(community, subject, now=now)
        posts = self._posts(community, subject)
        for row in posts:
            changed = message(Lane(row.lane))
            token = row.token or token_for(changed)
            wanted = stamped(changed, token)
            self._set(row.id, message=codec.dump_message(wanted), token=token)
            self._replace_updates_under_way(row, wanted)
            if row.state == State.SENT:
                self._change(row, wanted, now=now)
        # What waits for one member would read the same in every workspace.
        held.reword(self._connection, community, subject, lambda: message(MAIL))
        return frozenset(Lane(row.lane) for row in posts)

    def take_down(self, community: CommunityId, subject: str, *, now: datetime) -> int:
        """Let nothing said about a subject be seen any more; how many messages.

        The words leave the outbox too.
        """
        posts = self._posts(community, subject)
        for row in posts:
            if row.state == State.SENT:
                self._change(row, None, now=now)
        about = (outbox.c.community == community, outbox.c.subject == subject)
        self._connection.execute(
            outbox.update()
            .where(
                *about,
                outbox.c.state == State.QUEUED,
                outbox.c.kind.in_((DeliveryKind.POST, DeliveryKind.UPDATE)),
            )
            .values(state=State.CANCELLED, settled_at=now)
        )
        self._connection.execute(outbox.update().where(*about).values(message=None))
        held.drop(self._connection, community, subject)
        return len(posts)

    def is_shown(self, community: CommunityId, subject: str) -> bool:
        """Whether something said about a subject is to be seen, or soon will be."""
        return bool(self._posts(community, subject))

    def mailed(self, community: CommunityId, *subjects: str) -> int:
        """How many e-mails told of these subjects; nobody can call them back."""
        return self._connection.execute(
            sa.select(sa.func.count())
            .select_from(outbox)
            .where(
                outbox.c.community == community,
                outbox.c.subject.in_(subjects),
                outbox.c.lane == MAIL,
                outbox.c.state == State.SENT,
            )
        ).scalar_one()

    def take_over(self, community: CommunityId, subject: str, *, other: str, now: datetime) -> bool:
        """What was said about another subject belongs to this one; whether anything is to be seen.

        Where something was said about this one already, what was said about the other goes.
        """
        if self._posts(community, subject):
            self.take_down(community, other, now=now)
            return True
        self._connection.execute(
            outbox.update()
            .where(outbox.c.community == community, outbox.c.subject == other)
            .values(subject=subject)
        )
        return bool(self._posts(community, subject))

    def catch_up(self, settled: Settled) -> None:
        """Make up for what was changed or taken down while its message was being sent."""
        sent = settled.row.delivery
        is_post = settled.state is State.SENT and sent.kind is DeliveryKind.POST
        if settled.is_as_claimed or not is_post:
            return
        row = self._connection.execute(sa.select(outbox).where(outbox.c.id == settled.row.id)).one()
        wanted = codec.load_message(row.message) if row.message else None
        if wanted != sent.message:
            self._change(row, wanted, now=settled.now)

    def instead(self, settled: Settled, message: Message) -> None:
        """Put a message in the place of one that could not be deleted."""
        sent = settled.row.delivery
        self._outbox.add(
            settled.row.community,
            sent.lane,
            DeliveryKind.UPDATE,
            sent.destination,
            key=f"{sent.key}:instead",
            subject=settled.row.subject,
            now=settled.now,
            message=message,
            receipt=sent.receipt,
        )

    def _posts(self, community: CommunityId, subject: str) -> list[sa.Row[Any]]:
        """The rows that post and were not taken down."""
        return list(
            self._connection.execute(
                sa.select(outbox)
                .where(
                    outbox.c.community == community,
                    outbox.c.subject == subject,
                    outbox.c.kind == DeliveryKind.POST,
                    outbox.c.message.is_not(None),
                    outbox.c.state.in_(_LIVE),
                )
                .order_by(outbox.c.id)
            )
        )

    def _change(self, row: sa.Row[Any], wanted: Message | None, *, now: datetime) -> None:
        """Have what a row posted changed, or deleted for None."""
        receipt = codec.load_receipt(row.receipt) if row.receipt else Receipt()
        if not receipt.message:
            return
        kind = DeliveryKind.UPDATE if wanted else DeliveryKind.DELETE
        self._outbox.add(
            CommunityId(row.community),
            Lane(row.lane),
            kind,
            codec.load_destination(row.destination),
            # The same may be changed several times, twice at one instant too.
            key=f"{row.key}:{kind}:{secrets.token_hex(6)}",
            subject=row.subject,
            now=now,
            message=wanted,
            member=row.member,
            priority=Priority.PERSONAL if wanted else Priority.URGENT,
            receipt=receipt,
        )

    def _drop_queued_updates(self, community: CommunityId, subject: str, *, now: datetime) -> None:
        self._connection.execute(
            outbox.update()
            .where(
                outbox.c.community == community,
                outbox.c.subject == subject,
                outbox.c.kind == DeliveryKind.UPDATE,
                outbox.c.state == State.QUEUED,
            )
            .values(state=State.CANCELLED, settled_at=now, reason="a later change took its place")
        )

    def _replace_updates_under_way(self, row: sa.Row[Any], wanted: Message) -> None:
        """One that fails is tried again later: by then it must not bring back old words."""
        self._connection.execute(
            outbox.update()
            .where(
                outbox.c.community == row.community,
                outbox.c.subject == row.subject,
                outbox.c.key.startswith(f"{row.key}:{DeliveryKind.UPDATE}:", autoescape=True),
                outbox.c.state == State.SENDING,
            )
            .values(message=codec.dump_message(wanted))
        )

    def _set(self, number: int, **values: Any) -> None:
        self._connection.execute(outbox.update().where(outbox.c.id == number).values(**values))
