"""What was heard a short while ago, so that a repeat has no second effect on any replica."""

from collections.abc import Iterable
from datetime import datetime

import sqlalchemy as sa

from bot.chat.messages import Account
from bot.chat.requests import Mark
from storage.rows import insert_or_renew
from storage.secrets import Vault
from storage.tables import heard

# So many that have run out go with each that comes: more than it brings, so that none pile up.
# Where nobody speaks any more, the upkeep takes the rest.
FORGOTTEN_WITH_EACH = 4


class Repeats:
    """Marks of what was heard; only digests are kept, which SECRET_KEY alone could test."""

    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def are_new(self, marks: Iterable[Mark], *, now: datetime) -> bool:
        """Keep the marks of what was heard; False where one of them was there before.

        What is rolled back was not heard. On PostgreSQL a mark that another transaction is keeping
        is waited for, and raises ``DatabaseUnready`` beyond our patience.
        """
        marks = tuple(marks)
        if not marks:
            return True
        if not all(self._is_new(mark, now=now) for mark in marks):
            return False
        self._forget(now)
        return True

    def take_turns(self, account: Account) -> None:
        """Wait for any other transaction that has taken its turn with the account to end.

        SQLite has one transaction at a time.
        """
        if self._connection.dialect.name == "sqlite":
            return
        digest = self._vault.digest("turn", account.lane, account.user)
        number = int.from_bytes(digest[:8], signed=True)
        self._connection.execute(sa.select(sa.func.pg_advisory_xact_lock(number)))

    def _is_new(self, mark: Mark, *, now: datetime) -> bool:
        row = {"digest": self._vault.digest("mark", *mark.key), "until": now + mark.within}
        return insert_or_renew(
            self._connection, heard, row, keys=("digest",), where=heard.c.until < now
        )

    def _forget(self, now: datetime) -> None:
        # What another replica is forgetting, or hears again, is its own to see to.
        chosen = (
            sa.select(heard.c.digest)
            .where(heard.c.until < now)
            .order_by(heard.c.until)
            .limit(FORGOTTEN_WITH_EACH)
            .with_for_update(skip_locked=True)
        )
        self._connection.execute(heard.delete().where(heard.c.digest.in_(chosen)))
