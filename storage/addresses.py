"""What workspaces call members: the address that opens a chat with them there."""

from collections.abc import Iterable, Mapping

import sqlalchemy as sa

from bot.ids import Lane, MemberId
from storage.tables import accounts

Addresses = tuple[tuple[Lane, str], ...]
# Both databases stay well below their limits of bound parameters with this many.
BATCH = 500


def of(connection: sa.Connection, wanted: Iterable[MemberId]) -> Mapping[MemberId, Addresses]:
    """The known addresses of each of these members, of accounts that reach them."""
    numbers = list(wanted)
    found: dict[MemberId, Addresses] = {}
    for start in range(0, len(numbers), BATCH):
        rows = connection.execute(
            sa.select(accounts.c.member, accounts.c.lane, accounts.c.address)
            .where(
                accounts.c.member.in_(numbers[start : start + BATCH]),
                accounts.c.is_active,
                accounts.c.is_retired.is_(False),
                accounts.c.address != "",
            )
            .order_by(accounts.c.id)
        )
        for row in rows:
            found[row.member] = (*found.get(row.member, ()), (Lane(row.lane), row.address))
    return found


def within(connection: sa.Connection, lane: Lane) -> Mapping[str, str]:
    """What a workspace calls each of its accounts."""
    rows = connection.execute(
        sa.select(accounts.c.user, accounts.c.address).where(accounts.c.lane == lane)
    )
    return {row.user: row.address for row in rows}
