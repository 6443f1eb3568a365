"""Addresses that open without signing in; only the hash of each secret is kept."""

import hashlib
import secrets
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa

from bot.domain.members import MemberState
from bot.ids import CommunityId, MemberId
from storage.tables import members, session_links


class Purpose(StrEnum):
    """What an address is good for: the community's calendar, the hours of one member, its data."""

    FEED = "feed"
    HOURS = "hours"
    EXPORT = "export"


class SessionLinks:
    """Calendar feeds and files of hours, of all communities."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def make(
        self,
        community: CommunityId,
        member: MemberId,
        purpose: Purpose,
        *,
        expires_at: datetime | None = None,
    ) -> str:
        """The secret of a new address; it can't be told a second time."""
        secret = secrets.token_urlsafe(32)
        self._connection.execute(
            session_links.insert().values(
                hash=_hash(secret),
                community=community,
                member=member,
                purpose=purpose,
                expires_at=expires_at,
            )
        )
        return secret

    def owner(self, secret: str, purpose: Purpose, *, now: datetime) -> MemberId | None:
        """Whose address it is; None where it was revoked, ended, or its owner is no member now."""
        joined = session_links.join(members, members.c.id == session_links.c.member)
        found = self._connection.execute(
            sa.select(session_links.c.member)
            .select_from(joined)
            .where(
                session_links.c.hash == _hash(secret),
                session_links.c.purpose == purpose,
                sa.or_(session_links.c.expires_at.is_(None), session_links.c.expires_at > now),
                members.c.state == MemberState.ACTIVE,
            )
        ).scalar()
        return None if found is None else MemberId(found)

    def count(self, member: MemberId, purpose: Purpose) -> int:
        """How many addresses of this kind the member has."""
        return self._connection.execute(
            sa.select(sa.func.count())
            .select_from(session_links)
            .where(session_links.c.member == member, session_links.c.purpose == purpose)
        ).scalar_one()

    def revoke(self, member: MemberId, purpose: Purpose) -> int:
        """None of the member's addresses opens any more; how many did."""
        result = self._connection.execute(
            session_links.delete().where(
                session_links.c.member == member, session_links.c.purpose == purpose
            )
        )
        return int(result.rowcount)


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
