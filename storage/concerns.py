"""What members told one person in confidence: sealed, read by nobody else, and soon forgotten.

A concern that nobody was told of leaves nothing here.
"""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.concern import Concern
from bot.ids import CommunityId, ConcernId, MemberId
from storage.outbox import CONFIDENTIAL, State
from storage.rows import insert_row
from storage.secrets import Vault
from storage.tables import concerns, outbox


class Concerns:
    """The concerns of all communities."""

    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def add(
        self,
        community: CommunityId,
        member: MemberId,
        *,
        about: MemberId,
        contact: MemberId,
        words: str,
        now: datetime,
    ) -> tuple[ConcernId, str]:
        """Keep a concern; its number, and the key of the message that tells of it.

        The key says neither whose nor about whom it is.
        """
        key = f"{CONFIDENTIAL}:{secrets.token_urlsafe(12)}"
        number = insert_row(
            self._connection,
            concerns,
            community=community,
            member=member,
            about=about,
            contact=contact,
            words=self._vault.seal(words),
            key=key,
            at=now,
        )
        return ConcernId(number), key

    def read(self, contact: MemberId, number: ConcernId, *, now: datetime) -> Concern | None:
        """A concern for the eyes of the one it was told to; None for everybody else."""
        found = self._found(concerns.c.contact == contact, concerns.c.id == number)
        if found is None:
            return None
        self._connection.execute(
            concerns.update()
            .where(concerns.c.id == number, concerns.c.read_at.is_(None))
            .values(read_at=now)
        )
        return found

    def told(self, key: str) -> Concern | None:
        """The concern that a message with this key told of."""
        return self._found(concerns.c.key == key)

    def withdraw(self, member: MemberId, about: MemberId, *, now: datetime) -> tuple[Concern, ...]:
        """Forget what somebody told about another; what was told, and whether it had been read.

        A message that has not gone out tells nobody any more.
        """
        mine = (concerns.c.member == member, concerns.c.about == about)
        rows = self._connection.execute(sa.select(concerns).where(*mine)).all()
        self._stop([row.key for row in rows], now)
        self._connection.execute(concerns.delete().where(*mine))
        return tuple(self._read(row) for row in rows)

    def _found(self, *conditions: sa.ColumnElement[bool]) -> Concern | None:
        row = self._connection.execute(sa.select(concerns).where(*conditions)).one_or_none()
        return self._read(row) if row else None

    def _stop(self, keys: Iterable[str], now: datetime) -> None:
        self._connection.execute(
            outbox.update()
            .where(outbox.c.key.in_(list(keys)), outbox.c.state == State.QUEUED)
            .values(state=State.CANCELLED, settled_at=now)
        )

    def _read(self, row: sa.Row[Any]) -> Concern:
        return Concern(
            id=ConcernId(row.id),
            member=MemberId(row.member),
            about=MemberId(row.about),
            contact=MemberId(row.contact),
            words=self._vault.open(row.words),
            at=row.at,
            was_read=row.read_at is not None,
        )
