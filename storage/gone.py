"""Accounts and addresses that a platform said reach nobody any more, until they work again."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Account
from bot.domain.members import MAIL, MemberState
from bot.ids import CommunityId, Lane, MemberId
from storage import mail_addresses
from storage.tables import accounts, members

ADDRESS_REFUSED = "The mail server says that this e-mail address does not exist."


@dataclass(frozen=True, slots=True)
class Lost:
    """A member whom a platform reaches no more; ``at`` is None for an e-mail address."""

    member: MemberId
    name: str
    lane: Lane
    reason: str
    at: datetime | None


class Gone:
    """What platforms said of accounts as they were written to."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def mark(self, account: Account, reason: str, *, now: datetime) -> bool:
        """Write to an account no more; False where that was known."""
        marked = self._connection.execute(
            accounts.update()
            .where(
                accounts.c.lane == account.lane,
                accounts.c.user == account.user,
                accounts.c.gone_at.is_(None),
            )
            .values(is_active=False, gone=reason, gone_at=now)
        )
        return bool(marked.rowcount)

    def count(self, community: CommunityId) -> int:
        """How many accounts and addresses of members are gone."""
        lost = _lost(community).subquery()
        return int(
            self._connection.execute(sa.select(sa.func.count()).select_from(lost)).scalar_one()
        )

    def newest(self, community: CommunityId, *, limit: int) -> tuple[Lost, ...]:
        """Those that were marked last."""
        lost = _lost(community).subquery()
        rows = self._connection.execute(
            sa.select(lost)
            .order_by(lost.c.at.is_(None), lost.c.at.desc(), lost.c.name, lost.c.id)
            .limit(limit)
        )
        return tuple(_read(row) for row in rows)


def _lost(community: CommunityId) -> sa.CompoundSelect[Any]:
    """Accounts that were marked, and addresses that a mail server refused."""
    by_account = (
        sa.select(
            members.c.id,
            members.c.name,
            accounts.c.lane,
            accounts.c.gone.label("reason"),
            accounts.c.gone_at.label("at"),
        )
        .select_from(accounts.join(members, members.c.id == accounts.c.member))
        .where(
            members.c.community == community,
            members.c.state == MemberState.ACTIVE,
            accounts.c.gone_at.is_not(None),
            accounts.c.is_retired.is_(False),
        )
    )
    by_address = sa.select(
        members.c.id,
        members.c.name,
        sa.literal(MAIL).label("lane"),
        sa.literal(ADDRESS_REFUSED).label("reason"),
        sa.null().label("at"),
    ).where(
        members.c.community == community,
        *mail_addresses.MAY_GET_MAIL,
        members.c.email == members.c.refused_email,
    )
    return sa.union_all(by_account, by_address)


def _read(row: sa.Row[Any]) -> Lost:
    return Lost(
        member=MemberId(row.id),
        name=row.name,
        lane=Lane(row.lane),
        reason=row.reason,
        at=row.at,
    )
