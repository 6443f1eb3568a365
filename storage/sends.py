"""What goes out to many at once: how far it is, and how the rest of it is stopped."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from bot.chat.platform import DeliveryKind
from bot.ids import CommunityId
from storage.elsewhere import ELSEWHERE
from storage.outbox import CONFIDENTIAL, State
from storage.tables import outbox

# Fewer messages than this are gone before anybody has looked.
MANY = 5
# What began longer ago is looked up among all deliveries.
LATELY = timedelta(days=7)
STOPPED = "an organiser stopped it"

# What is filed under these is word for organisers, trials and links: never one message to many.
_OWN = ("organisers", "doubts", "unreached", "members", "sign-in", CONFIDENTIAL)
_OWN_KINDS = ("nudge:%", "channel:%")


@dataclass(frozen=True, slots=True)
class Send:
    """Messages about one subject, by state; who was reached another way counts once."""

    subject: str
    counts: Counter[State]
    begun_at: datetime

    @property
    def total(self) -> int:
        """How many messages there are."""
        return self.counts.total()

    @property
    def is_under_way(self) -> bool:
        """Whether some of them are still to go."""
        return bool(self.counts[State.QUEUED] or self.counts[State.SENDING])

    @property
    def share(self) -> float:
        """The share, from 0 to 1, of which it is known how they ended."""
        waiting = self.counts[State.QUEUED] + self.counts[State.SENDING]
        return 1 - waiting / self.total if self.total else 1.0


class Sends:
    """The sends to many of all communities."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def newest(self, community: CommunityId, *, now: datetime, limit: int) -> tuple[Send, ...]:
        """Those of the last days, the newest first."""
        found = self._counted(
            outbox.c.community == community,
            outbox.c.added_at > now - LATELY,
            outbox.c.subject.not_in(_OWN),
            *(outbox.c.subject.not_like(each) for each in _OWN_KINDS),
        )
        many = [each for each in found if each.total >= MANY]
        return tuple(sorted(many, key=lambda each: each.begun_at, reverse=True)[:limit])

    def about(self, community: CommunityId, subject: str) -> Send | None:
        """All that was ever sent about a subject; None where nothing was."""
        found = self._counted(outbox.c.community == community, outbox.c.subject == subject)
        return found[0] if found else None

    def reasons(
        self, community: CommunityId, subject: str, *, limit: int
    ) -> tuple[tuple[str, int], ...]:
        """Why messages about a subject could not be delivered, the commonest first."""
        many = sa.func.count().label("messages")
        rows = self._connection.execute(
            sa.select(outbox.c.reason, many)
            .where(
                outbox.c.community == community,
                outbox.c.subject == subject,
                outbox.c.kind == DeliveryKind.POST,
                outbox.c.state == State.CANNOT,
            )
            .group_by(outbox.c.reason)
            .order_by(many.desc(), outbox.c.reason)
            .limit(limit)
        )
        return tuple((row.reason, int(row.messages)) for row in rows)

    def stop(self, community: CommunityId, subject: str, *, now: datetime) -> int:
        """Send nothing more about a subject; how many messages were stopped.

        What is under way may still arrive, and is not tried again if it does not.
        """
        about = (
            outbox.c.community == community,
            outbox.c.subject == subject,
            outbox.c.kind == DeliveryKind.POST,
        )
        self._connection.execute(
            outbox.update().where(*about, outbox.c.state == State.SENDING).values(is_stopped=True)
        )
        stopped = self._connection.execute(
            outbox.update()
            .where(*about, outbox.c.state == State.QUEUED)
            .values(state=State.CANCELLED, reason=STOPPED, settled_at=now)
        )
        return int(stopped.rowcount)

    def _counted(self, *conditions: sa.ColumnElement[bool]) -> list[Send]:
        another_way = sa.case((outbox.c.key.like(f"%{ELSEWHERE}%"), 1), else_=0)
        rows = self._connection.execute(
            sa.select(
                outbox.c.subject,
                outbox.c.state,
                sa.func.count().label("messages"),
                sa.func.sum(another_way).label("another_way"),
                sa.func.min(outbox.c.added_at).label("begun_at"),
            )
            .where(outbox.c.kind == DeliveryKind.POST, *conditions)
            .group_by(outbox.c.subject, outbox.c.state)
        )
        several: dict[str, list[Any]] = defaultdict(list)
        for row in rows:
            several[row.subject].append(row)
        return [_send(subject, states) for subject, states in several.items()]


def _send(subject: str, rows: list[Any]) -> Send:
    counts = Counter({State(row.state): int(row.messages) for row in rows})
    # Each message that took another way has left one behind that could not be delivered.
    counts[State.CANNOT] -= sum(int(row.another_way) for row in rows)
    return Send(subject, +counts, min(row.begun_at for row in rows))
