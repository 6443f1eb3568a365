"""A workspace's list of people, taken in."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from bot.chat.messages import Account
from bot.chat.requests import Profile
from bot.domain.members import email_key, is_teams
from bot.ids import CommunityId, Lane, MemberId
from storage import names
from storage.members import Members
from storage.reach import addresses_in
from storage.tables import accounts, members


def take_in(
    connection: sa.Connection,
    community: CommunityId,
    lane: Lane,
    people: Sequence[tuple[str, Profile]],
    *,
    now: datetime,
) -> None:
    """Give members known by e-mail their accounts, and note who has left or come back.

    Nobody gets a second account so: an e-mail address only suggests who somebody is. An organiser
    appointed by an account alone gets a name. Nobody becomes a member by being on the list.
    """
    repository = Members(connection)
    known, nameless = repository.accounts_in(lane), _nameless(connection, lane)
    kept_away = _kept_away(connection, lane)
    called, numbers = addresses_in(connection, lane), _by_email(connection, community)
    named = names.known(connection, lane)
    for user, profile in people:
        account = Account(lane, user)
        if user in known:
            if known[user] != profile.is_active and user not in kept_away:
                repository.set_account_active(account, is_active=profile.is_active)
            if profile.address not in {"", called.get(user)}:
                repository.set_account_address(account, profile.address)
            if profile.name not in {"", named[user]}:
                names.follow(connection, account, profile)
            if user in nameless:
                repository.get_to_know(repository.get(nameless[user]), profile)
            continue
        number = numbers.get(email_key(profile.email))
        if number is not None and profile.is_active and not repository.is_met(number):
            repository.add_account(
                community,
                number,
                account,
                now=now,
                name=profile.name,
                address=profile.address,
                is_guest=profile.is_guest,
            )


def _kept_away(connection: sa.Connection, lane: Lane) -> frozenset[str]:
    """Who stays marked although they are on the list.

    Teams lists who is in a team, blocked the bot or not; only they themselves let it in again.
    """
    if not is_teams(lane):
        return frozenset()
    rows = connection.execute(
        sa.select(accounts.c.user).where(accounts.c.lane == lane, accounts.c.gone_at.is_not(None))
    )
    return frozenset(row.user for row in rows)


def _by_email(connection: sa.Connection, community: CommunityId) -> dict[str, MemberId]:
    """Whose each e-mail address is."""
    rows = connection.execute(
        sa.select(members.c.email, members.c.id).where(
            members.c.community == community, members.c.email.is_not(None)
        )
    )
    return {row.email: MemberId(row.id) for row in rows}


def _nameless(connection: sa.Connection, lane: Lane) -> dict[str, MemberId]:
    """The accounts whose owners are known by nothing but the account."""
    rows = connection.execute(
        sa.select(accounts.c.user, accounts.c.member)
        .join(members, members.c.id == accounts.c.member)
        .where(accounts.c.lane == lane, members.c.name == accounts.c.user)
    )
    return {row.user: MemberId(row.member) for row in rows}
