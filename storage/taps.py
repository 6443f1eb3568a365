"""One-time tokens: a repeated tap has one effect."""

import hashlib
from datetime import datetime

import sqlalchemy as sa

from bot.ids import CommunityId, MemberId
from storage.rows import insert_new
from storage.tables import taps


class Taps:
    """Which buttons and forms were used; only digests are kept."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def use(
        self,
        community: CommunityId,
        member: MemberId,
        token: str,
        *,
        route: str,
        value: str,
        now: datetime,
    ) -> bool:
        """Use up a button of a card or a form; False when this member did so before."""
        digest = _digest(member, token, route=route, value=value)
        row = {"digest": digest, "community": community, "at": now}
        return bool(insert_new(self._connection, taps, row))

    def give_back(self, member: MemberId, token: str, *, route: str, value: str) -> None:
        """Let a button that changed nothing be used again."""
        digest = _digest(member, token, route=route, value=value)
        self._connection.execute(taps.delete().where(taps.c.digest == digest))


def _digest(member: MemberId, token: str, *, route: str, value: str) -> bytes:
    seed = "\x1f".join((token, str(member), route, value))
    return hashlib.sha256(seed.encode()).digest()
