"""A member's accounts: codes that join them, doubts about who somebody is, and the one to use."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.chat.messages import Account
from bot.chat.platform import DeliveryKind, Destination
from bot.chat.requests import Profile
from bot.domain.accounts import CODE_ALPHABET, CODE_LENGTH, CODE_LIFE, Code, Linked, in_use
from bot.ids import CommunityId, GroupId, Lane, MemberId, RoundId, platform_of
from storage import codec, names
from storage.outbox import State
from storage.rows import upsert
from storage.tables import (
    account_codes,
    accounts,
    outbox,
    perhaps_known,
    web_links,
    web_sessions,
    workspaces,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """Whether an account can be written to, and whether its owner has moved away from it."""

    is_active: bool = True
    is_retired: bool = False


class Accounts:
    """The accounts of all members, as far as they are their owners' to arrange."""

    def __init__(self, connection: sa.Connection, touched: set[Lane]) -> None:
        self._connection = connection
        self._touched = touched

    def follow(self, account: Account, profile: Profile) -> MemberId | None:
        """Take in what a platform says of an account; the member who has another name now."""
        return names.follow(self._connection, account, profile)

    # Codes.

    def make_code(
        self,
        community: CommunityId,
        member: MemberId,
        account: Account,
        *,
        now: datetime,
        moves: bool = False,
    ) -> str:
        """A new code for a member at an account, in the place of any before it.

        Only its hash is kept.
        """
        self._connection.execute(
            account_codes.delete().where(
                account_codes.c.member == member, account_codes.c.used_at.is_(None)
            )
        )
        code = "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))
        self._connection.execute(
            account_codes.insert().values(
                hash=_hash(code),
                community=community,
                member=member,
                lane=account.lane,
                user=account.user,
                moves=moves,
                expires_at=now + CODE_LIFE,
            )
        )
        return code

    def code(self, code: str) -> Code | None:
        """What a code is for; None where it never was or was replaced."""
        row = self._connection.execute(
            sa.select(account_codes).where(account_codes.c.hash == _hash(code))
        ).one_or_none()
        if row is None:
            return None
        return Code(
            community=CommunityId(row.community),
            member=MemberId(row.member),
            account=Account(Lane(row.lane), row.user),
            moves=row.moves,
            expires_at=row.expires_at,
            used_at=row.used_at,
        )

    def use_code(self, code: str, *, now: datetime) -> bool:
        """Use a code up; False where it was used or is gone, even this very moment."""
        result = self._connection.execute(
            account_codes.update()
            .where(account_codes.c.hash == _hash(code), account_codes.c.used_at.is_(None))
            .values(used_at=now)
        )
        return bool(result.rowcount)

    # Doubts.

    def suspect(self, community: CommunityId, member: MemberId, known: MemberId) -> None:
        """Keep that a newcomer is perhaps somebody known."""
        row = {"member": member, "community": community, "known": known}
        upsert(self._connection, perhaps_known, row, keys=("member",))

    def suspected(self, member: MemberId) -> MemberId | None:
        """Who a newcomer perhaps is; None where there is no doubt."""
        return self._connection.execute(
            sa.select(perhaps_known.c.known).where(perhaps_known.c.member == member)
        ).scalar()

    def trust(self, member: MemberId) -> None:
        """A newcomer said who they are; the doubt is forgotten."""
        self._connection.execute(perhaps_known.delete().where(perhaps_known.c.member == member))

    # Where to reach somebody.

    def linked(self, member: MemberId) -> tuple[Linked, ...]:
        """All accounts of a member, in the order in which they came."""
        rows = self._connection.execute(
            sa.select(accounts, workspaces.c.name.label("workspace"))
            .select_from(accounts.outerjoin(workspaces, workspaces.c.lane == accounts.c.lane))
            .where(accounts.c.member == member)
            .order_by(accounts.c.id)
        )
        return tuple(
            Linked(
                id=row.id,
                account=Account(Lane(row.lane), row.user),
                workspace=row.workspace or "",
                address=row.address,
                is_active=row.is_active,
                is_guest=row.is_guest,
                is_preferred=row.is_preferred,
                is_retired=row.is_retired,
            )
            for row in rows
        )

    def prefer(self, member: MemberId, account: Account) -> None:
        """Messages for a member go to this account of theirs, and to no other while it works."""
        chosen = sa.and_(accounts.c.lane == account.lane, accounts.c.user == account.user)
        self._connection.execute(
            accounts.update()
            .where(accounts.c.member == member)
            .values(
                is_preferred=sa.case((chosen, sa.true()), else_=sa.false()),
                is_retired=sa.case((chosen, sa.false()), else_=accounts.c.is_retired),
            )
        )

    def standing(self, account: Account) -> Standing:
        """How an account stands that somebody is known by."""
        row = self._connection.execute(
            sa.select(accounts.c.is_active, accounts.c.is_retired).where(
                accounts.c.lane == account.lane, accounts.c.user == account.user
            )
        ).one_or_none()
        return Standing(row.is_active, row.is_retired) if row else Standing()

    def retire(self, member: MemberId, left: Account, *, now: datetime) -> None:
        """A member has moved away from an account: nothing is sent there any more.

        Messages that wait for it take the way to the account in use. In the web chat, sessions
        and links that nobody used end.
        """
        self._connection.execute(
            accounts.update()
            .where(
                accounts.c.member == member,
                accounts.c.lane == left.lane,
                accounts.c.user == left.user,
            )
            .values(is_retired=True, is_preferred=False)
        )
        if platform_of(left.lane) == "web":
            self._end_web(member)
        self._redirect(member, left, now=now)

    def unlink(self, member: MemberId, gone: Linked, *, now: datetime) -> None:
        """Take an account off a member; in the web chat their sessions and links end."""
        self._connection.execute(
            accounts.delete().where(accounts.c.member == member, accounts.c.id == gone.id)
        )
        if platform_of(gone.account.lane) == "web":
            self._end_web(member)
        self._redirect(member, gone.account, now=now)

    def cancel_about_group(
        self, member: MemberId, group: GroupId, of: RoundId, *, now: datetime
    ) -> None:
        """What waits to tell a member of a coffee group they have left is not sent."""
        about = (f"coffee:{of}:{group}:{member}", f"coffee:{group}:%:{member}")
        self._connection.execute(
            outbox.update()
            .where(
                outbox.c.member == member,
                outbox.c.state == State.QUEUED,
                outbox.c.subject == f"round:{of}",
                sa.or_(*(outbox.c.key.like(each) for each in about)),
            )
            .values(state=State.CANCELLED, settled_at=now)
        )

    def _end_web(self, member: MemberId) -> None:
        self._connection.execute(
            web_links.delete().where(web_links.c.member == member, web_links.c.used_at.is_(None))
        )
        self._connection.execute(web_sessions.delete().where(web_sessions.c.member == member))

    def _redirect(self, member: MemberId, left: Account, *, now: datetime) -> None:
        """What waits for an account goes to the one in use; without one it is cancelled."""
        use = in_use(self.linked(member))
        waiting = outbox.update().where(
            outbox.c.member == member,
            outbox.c.state == State.QUEUED,
            outbox.c.kind == DeliveryKind.POST,
            outbox.c.lane == left.lane,
            outbox.c.destination == codec.dump_destination(Destination(users=(left.user,))),
        )
        if use is None:
            self._connection.execute(waiting.values(state=State.CANCELLED, settled_at=now))
            return
        where = codec.dump_destination(Destination(users=(use.account.user,)))
        self._connection.execute(waiting.values(lane=use.account.lane, destination=where))
        self._touched.add(use.account.lane)


def _hash(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()
