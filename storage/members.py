"""Members, their profiles and the accounts that reach them."""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Account
from bot.chat.requests import Profile as PlatformProfile
from bot.chat.requests import Role
from bot.domain.members import Member, MemberState, Profile, Reachable, email_key
from bot.ids import CommunityId, Lane, MemberId
from storage import mail_addresses, reach
from storage.rows import batches, insert_new, insert_row
from storage.tables import accounts, members, web_links

_LISTS = frozenset({"interests", "system_roles", "languages", "slots"})
_PROFILE = tuple(field.name for field in fields(Profile))


class Members:
    """The members of all communities and how to reach them.

    ``has_mail`` says that an e-mail address reaches whom nothing else does.
    """

    def __init__(self, connection: sa.Connection, *, has_mail: bool = False) -> None:
        self._connection = connection
        self._has_mail = has_mail

    def add(
        self,
        community: CommunityId,
        name: str,
        *,
        now: datetime,
        zone: str,
        email: str | None = None,
        profile: Profile | None = None,
        role: Role = Role.MEMBER,
        state: MemberState = MemberState.ACTIVE,
        is_example: bool = False,
        introduced_at: datetime | None = None,
    ) -> MemberId:
        """A new member; an e-mail address must be new in the community."""
        number = insert_row(
            self._connection,
            members,
            community=community,
            name=name,
            email=email_key(email) if email else None,
            role=role,
            state=state,
            zone=zone,
            is_example=is_example,
            introduced_at=introduced_at,
            joined_at=now,
            **profile_columns(profile or Profile()),
        )
        return MemberId(number)

    def get(self, member: MemberId) -> Member:
        """The member of this number, who must exist."""
        return self._members(members.c.id == member)[0]

    def find(self, community: CommunityId, member: MemberId) -> Member | None:
        """The member of this number if they belong to the community."""
        found = self._members(members.c.id == member, members.c.community == community)
        return found[0] if found else None

    def many(self, wanted: Iterable[MemberId]) -> dict[MemberId, Member]:
        """The members of these numbers."""
        found: dict[MemberId, Member] = {}
        for batch in batches(list(wanted)):
            several = self._members(members.c.id.in_(batch))
            found.update((member.id, member) for member in several)
        return found

    def everybody(self, community: CommunityId) -> tuple[Member, ...]:
        """All active members by name."""
        return self._members(
            members.c.community == community, members.c.state == MemberState.ACTIVE
        )

    def organisers(self, community: CommunityId) -> tuple[Member, ...]:
        """The active organisers by name."""
        return self._members(
            members.c.community == community,
            members.c.role == Role.ORGANISER,
            members.c.state == MemberState.ACTIVE,
        )

    def reviewers(self, community: CommunityId) -> tuple[Member, ...]:
        """The active curators and organisers by name."""
        return self._members(
            members.c.community == community,
            members.c.role.in_((Role.CURATOR, Role.ORGANISER)),
            members.c.state == MemberState.ACTIVE,
        )

    def by_email(self, community: CommunityId, email: str) -> Member | None:
        """The member with this address."""
        found = self._members(members.c.community == community, members.c.email == email_key(email))
        return found[0] if found else None

    def with_email(self, email: str) -> tuple[Member, ...]:
        """The active members with this address, one a community; nobody invented."""
        return self._members(members.c.email == email_key(email), *mail_addresses.MAY_GET_MAIL)

    def named(self, community: CommunityId, words: str, *, limit: int) -> tuple[Member, ...]:
        """Active members whose name holds the words, those beginning with them first."""
        asked = words.strip().lower()
        escaped = asked.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
        name = sa.func.lower(members.c.name)
        rows = self._connection.execute(
            sa.select(members)
            .where(
                members.c.community == community,
                members.c.state == MemberState.ACTIVE,
                name.like(f"%{escaped}%", escape="\\"),
            )
            .order_by(sa.not_(name.like(f"{escaped}%", escape="\\")), members.c.name)
            .limit(limit)
        )
        return tuple(_member(row) for row in rows)

    def suggestions(
        self, account: Account, words: str, *, limit: int
    ) -> tuple[tuple[str, str], ...]:
        """For a person field: other members by name, as (``#<number>``, name and organisation).

        Nobody is suggested to whoever is not part of the community themselves.
        """
        asker = self.account_owner(account)
        if asker is None or asker.state is not MemberState.ACTIVE:
            return ()
        found = self.named(asker.community, words, limit=limit + 1)
        return tuple(
            (f"#{each.id}", " · ".join(filter(None, (each.name, each.profile.organisation))))
            for each in found
            if each.id != asker.id
        )[:limit]

    def count(self, community: CommunityId) -> int:
        """How many active members there are."""
        return self._connection.execute(
            sa.select(sa.func.count())
            .select_from(members)
            .where(members.c.community == community, members.c.state == MemberState.ACTIVE)
        ).scalar_one()

    def introduce(
        self, member: MemberId, *, name: str, profile: Profile, show_email: bool, now: datetime
    ) -> None:
        """Keep an introduction that the member consented to."""
        self._update(
            member, name=name, show_email=show_email, introduced_at=now, **profile_columns(profile)
        )

    def withdraw(self, member: MemberId) -> None:
        """Take an introduction back; the profile stays, shown to nobody."""
        self._update(member, introduced_at=None, show_email=False)

    def set_role(self, member: MemberId, role: Role) -> None:
        """Make somebody an organiser, a curator or a plain member."""
        self._update(member, role=role)

    def set_state(self, member: MemberId, state: MemberState) -> None:
        """Somebody is part of the community, or no longer."""
        self._update(member, state=state)

    def set_greeted(self, member: MemberId, *, now: datetime) -> bool:
        """Note that the member was greeted; False when they had been before."""
        result = self._connection.execute(
            members.update()
            .where(members.c.id == member, members.c.greeted_at.is_(None))
            .values(greeted_at=now)
        )
        return bool(result.rowcount)

    def set_contact(self, member: MemberId, *, email: str | None, zone: str) -> None:
        """Fill in what a platform says of a member; an address given before stays."""
        changes: dict[str, Any] = {"zone": zone}
        if email:
            changes["email"] = sa.func.coalesce(members.c.email, email_key(email))
        self._update(member, **changes)

    def set_email(self, member: MemberId, email: str) -> None:
        """Another address, which must be nobody else's in the community."""
        self._update(member, email=email_key(email))

    # Accounts.

    def account_owner(self, account: Account) -> Member | None:
        """Whose account this is."""
        joined = members.join(accounts, accounts.c.member == members.c.id)
        row = self._connection.execute(
            sa.select(members)
            .select_from(joined)
            .where(accounts.c.lane == account.lane, accounts.c.user == account.user)
        ).one_or_none()
        return _member(row) if row else None

    def add_account(
        self,
        community: CommunityId,
        member: MemberId,
        account: Account,
        *,
        now: datetime,
        name: str = "",
        address: str = "",
        is_guest: bool = False,
    ) -> bool:
        """Reach a member at an account; False when somebody has it already."""
        row = {
            "community": community,
            "member": member,
            "lane": account.lane,
            "user": account.user,
            "name": name,
            "address": address,
            "is_guest": is_guest,
            "met_at": now,
        }
        return bool(insert_new(self._connection, accounts, row))

    def set_account_active(self, account: Account, *, is_active: bool) -> None:
        """The platform says that an account works, or no longer.

        What it said before as the account was written to counts no more.
        """
        self._connection.execute(
            accounts.update()
            .where(accounts.c.lane == account.lane, accounts.c.user == account.user)
            .values(is_active=is_active, gone="", gone_at=None)
        )

    def set_account_address(self, account: Account, address: str) -> None:
        """The platform says by which address a chat with an account is opened."""
        self._connection.execute(
            accounts.update()
            .where(
                accounts.c.lane == account.lane,
                accounts.c.user == account.user,
                accounts.c.address != address,
            )
            .values(address=address)
        )

    def is_met(self, member: MemberId) -> bool:
        """Whether somebody uses an account of this member, so that it is known whose they are.

        A place in the web chat that an organiser made counts once a sign-in link was used, and an
        account that its owner moved away from counts no longer.
        """
        on_web = accounts.c.lane.startswith("web:")
        came = sa.exists().where(
            web_links.c.member == accounts.c.member, web_links.c.used_at.is_not(None)
        )
        found = self._connection.execute(
            sa.select(accounts.c.id)
            .where(
                accounts.c.member == member,
                accounts.c.is_retired.is_(False),
                sa.or_(sa.not_(on_web), came),
            )
            .limit(1)
        ).first()
        return found is not None

    def accounts_of(self, member: MemberId) -> tuple[Account, ...]:
        """Where a member can be reached, the preferred first."""
        return self.accounts([member]).get(member, ())

    def accounts(self, wanted: Iterable[MemberId]) -> Mapping[MemberId, tuple[Account, ...]]:
        """Where each of these members can be reached, the preferred first.

        An e-mail address is for members whom nothing else reaches, where mail is set up.
        """
        numbers = list(wanted)
        reached = reach.accounts_of(self._connection, numbers)
        if not self._has_mail:
            return reached
        others = [each for each in numbers if each not in reached]
        return {**reached, **mail_addresses.of(self._connection, others)}

    def reachable(self, wanted: Iterable[MemberId]) -> dict[MemberId, Reachable]:
        """These members with where to reach them."""
        found = self.many(wanted)
        where = self.accounts(found)
        called = reach.addresses_of(self._connection, found)
        return {
            number: Reachable(member, where.get(number, ()), called.get(number, ()))
            for number, member in found.items()
        }

    def accounts_in(self, lane: Lane) -> dict[str, bool]:
        """Every known account of a workspace and whether it is active."""
        rows = self._connection.execute(
            sa.select(accounts.c.user, accounts.c.is_active).where(accounts.c.lane == lane)
        )
        return {row.user: row.is_active for row in rows}

    def get_to_know(self, member: Member, profile: PlatformProfile) -> Member:
        """Give somebody of whom nothing but an account is known what the platform says of them."""
        self._update(member.id, name=profile.name or member.name)
        if profile.email and self.by_email(member.community, profile.email) is None:
            self.set_contact(member.id, email=profile.email, zone=member.zone)
        return self.get(member.id)

    def _members(self, *conditions: sa.ColumnElement[bool]) -> tuple[Member, ...]:
        rows = self._connection.execute(
            sa.select(members).where(*conditions).order_by(members.c.name, members.c.id)
        )
        return tuple(_member(row) for row in rows)

    def _update(self, member: MemberId, **values: Any) -> None:
        self._connection.execute(members.update().where(members.c.id == member).values(**values))


def profile_columns(profile: Profile) -> dict[str, Any]:
    """A profile as the columns of a member."""
    return {
        name: list(value) if name in _LISTS else value for name, value in asdict(profile).items()
    }


def _member(row: sa.Row[Any]) -> Member:
    values: dict[str, Any] = {
        name: tuple(getattr(row, name)) if name in _LISTS else getattr(row, name)
        for name in _PROFILE
    }
    return Member(
        id=MemberId(row.id),
        community=CommunityId(row.community),
        name=row.name,
        email=row.email,
        role=Role(row.role),
        state=MemberState(row.state),
        zone=row.zone,
        profile=Profile(**values),
        show_email=row.show_email,
        is_example=row.is_example,
        introduced_at=row.introduced_at,
        greeted_at=row.greeted_at,
    )
