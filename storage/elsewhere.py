"""A message whose account is gone takes another way to its reader, so that nothing is lost."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Account
from bot.chat.platform import DeliveryKind, Destination
from bot.domain import members
from bot.ids import Lane, MemberId
from storage import codec, nudges
from storage.drain import Settled
from storage.mail import SIGN_IN
from storage.members import Members
from storage.outbox import State
from storage.rows import insert_new
from storage.tables import accounts, outbox

# What a key ends with that goes another way, before the lane; so each lane is tried once.
ELSEWHERE = ":elsewhere:"
# The same where a group is written to one by one, before the account.
APART = ":apart:"

# What the message takes along; its token too, so that a tap on it counts once wherever it arrives.
_KEPT = (
    outbox.c.community,
    outbox.c.kind,
    outbox.c.priority,
    outbox.c.subject,
    outbox.c.message,
    outbox.c.token,
)


class Elsewhere:
    """The other ways to the readers of messages; sending on tells which lanes have work."""

    def __init__(self, connection: sa.Connection, people: Members, touched: set[Lane]) -> None:
        self._connection = connection
        self._members = people
        self._touched = touched

    def is_wanted(self, settled: Settled) -> bool:
        """Whether it is a post that nobody got and that was not taken down meanwhile."""
        return self._undelivered(settled) is not None

    def send_on(self, settled: Settled) -> Account | None:
        """Send a post for one person to their next account; where it goes, None for nowhere.

        Once for each lane, and not what was taken down meanwhile. What only makes sense as an
        e-mail goes nowhere else.
        """
        row = self._undelivered(settled)
        if row is None or row.subject == SIGN_IN or nudges.is_nudge(row.subject):
            return None
        (user,) = settled.row.delivery.destination.users
        gone = Account(Lane(row.lane), user)
        member = row.member if row.member is not None else self._owner(gone)
        if member is None:
            return None
        first = row.key.partition(ELSEWHERE)[0]
        for account in self._members.accounts_of(MemberId(member)):
            # A colon before a number would read as the end of a key that names a member.
            key = f"{first}{ELSEWHERE}{account.lane.replace(':', '/')}"
            if account != gone and self._add(row, account, member, key=key, now=settled.now):
                return account
        return None

    def note(self, settled: Settled, reason: str) -> None:
        """Keep with a message that took another way what organisers are to read of it."""
        self._connection.execute(
            outbox.update().where(outbox.c.id == settled.row.id).values(reason=reason)
        )

    def apart(self, settled: Settled) -> None:
        """Send what a group could not get together to each of them alone, once."""
        row = self._undelivered(settled)
        if row is None:
            return
        for user in settled.row.delivery.destination.users:
            account = Account(Lane(row.lane), user)
            owner = self._owner(account)
            if not self._is_taken_out(owner):
                self._add(row, account, owner, key=f"{row.key}{APART}{user}", now=settled.now)

    def _undelivered(self, settled: Settled) -> sa.Row[Any] | None:
        """The row of a post that nobody got and that is still to be seen."""
        if settled.state is not State.CANNOT or settled.row.delivery.kind is not DeliveryKind.POST:
            return None
        return self._connection.execute(
            sa.select(outbox).where(outbox.c.id == settled.row.id, outbox.c.message.is_not(None))
        ).one_or_none()

    def _owner(self, account: Account) -> int | None:
        return self._connection.execute(
            sa.select(accounts.c.member).where(
                accounts.c.lane == account.lane, accounts.c.user == account.user
            )
        ).scalar()

    def _is_taken_out(self, owner: int | None) -> bool:
        """Whether an organiser has said that nothing is sent to whoever has the account."""
        if owner is None:
            return False
        return self._members.get(MemberId(owner)).state in members.APART

    def _add(
        self, row: sa.Row[Any], to: Account, member: int | None, *, key: str, now: datetime
    ) -> bool:
        values = {
            **{column.name: getattr(row, column.name) for column in _KEPT},
            "key": key,
            "lane": to.lane,
            "destination": codec.dump_destination(Destination(users=(to.user,))),
            "member": member,
            "state": State.QUEUED,
            "not_before": now,
            "added_at": now,
        }
        self._touched.add(to.lane)
        return bool(insert_new(self._connection, outbox, values))
