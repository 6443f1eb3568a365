"""Tables of members that organisers look over before they are imported: one an organiser."""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.domain.importing import Column
from bot.ids import CommunityId, MemberId
from storage.rows import upsert
from storage.tables import member_imports


@dataclass(frozen=True, slots=True)
class Draft:
    """A table as it was brought, and where each column stands; ``token`` names this very state."""

    token: str
    name: str
    rows: tuple[tuple[str, ...], ...]
    columns: Mapping[Column, int]


class ImportDrafts:
    """The tables that wait, of all communities."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def save(
        self,
        community: CommunityId,
        member: MemberId,
        *,
        name: str,
        rows: Sequence[Sequence[str]],
        columns: Mapping[Column, int],
        now: datetime,
    ) -> None:
        """Keep a table in place of the one before."""
        values = {
            "member": member,
            "community": community,
            "token": secrets.token_urlsafe(12),
            "name": name,
            "rows": [list(row) for row in rows],
            "columns": {column.value: index for column, index in columns.items()},
            "added_at": now,
        }
        upsert(self._connection, member_imports, values, keys=("member",))

    def map(self, member: MemberId, columns: Mapping[Column, int]) -> None:
        """Say where each column stands; whoever looked at it before has to look again."""
        self._connection.execute(
            member_imports.update()
            .where(member_imports.c.member == member)
            .values(
                token=secrets.token_urlsafe(12),
                columns={column.value: index for column, index in columns.items()},
            )
        )

    def find(self, member: MemberId) -> Draft | None:
        """The table that the organiser brought."""
        row = self._connection.execute(
            sa.select(member_imports).where(member_imports.c.member == member)
        ).one_or_none()
        if row is None:
            return None
        return Draft(
            row.token,
            row.name,
            tuple(map(tuple, row.rows)),
            {Column(name): index for name, index in row.columns.items()},
        )

    def remove(self, member: MemberId) -> None:
        """Forget the table."""
        self._connection.execute(member_imports.delete().where(member_imports.c.member == member))
