"""Where members can be reached: their accounts, and the addresses that open a chat with them.

Whom an organiser has taken out for now is reached nowhere.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import sqlalchemy as sa

from bot.chat.messages import Account
from bot.domain.members import APART, MAIL, preferred
from bot.ids import Lane, MemberId
from storage import mail_addresses
from storage.rows import batches
from storage.tables import accounts, members

_APART = sa.exists().where(members.c.id == accounts.c.member, members.c.state.in_(APART))

Addresses = tuple[tuple[Lane, str], ...]

ToEach = sa.Select[tuple[int, str, str]]
"""A statement that names the ``member``, ``lane`` and ``user`` of each whom a message is for."""


def accounts_of(
    connection: sa.Connection, wanted: Iterable[MemberId]
) -> Mapping[MemberId, tuple[Account, ...]]:
    """The accounts in use of each of these members, the preferred first."""
    found: dict[MemberId, tuple[Account, ...]] = {}
    chosen: dict[MemberId, Account] = {}
    for batch in batches(list(wanted)):
        rows = connection.execute(
            sa.select(accounts.c.member, accounts.c.lane, accounts.c.user, accounts.c.is_preferred)
            .where(
                accounts.c.member.in_(batch),
                accounts.c.is_active,
                accounts.c.is_retired.is_(False),
                sa.not_(_APART),
            )
            .order_by(accounts.c.id)
        )
        for row in rows:
            account = Account(Lane(row.lane), row.user)
            found[row.member] = (*found.get(row.member, ()), account)
            if row.is_preferred:
                chosen[row.member] = account
    return {
        member: preferred(several, chosen=chosen.get(member)) for member, several in found.items()
    }


def addresses_of(
    connection: sa.Connection, wanted: Iterable[MemberId]
) -> Mapping[MemberId, Addresses]:
    """The known addresses of each of these members, of accounts that reach them."""
    found: dict[MemberId, Addresses] = {}
    for batch in batches(list(wanted)):
        rows = connection.execute(
            sa.select(accounts.c.member, accounts.c.lane, accounts.c.address)
            .where(
                accounts.c.member.in_(batch),
                accounts.c.is_active,
                accounts.c.is_retired.is_(False),
                sa.not_(_APART),
                accounts.c.address != "",
            )
            .order_by(accounts.c.id)
        )
        for row in rows:
            found[row.member] = (*found.get(row.member, ()), (Lane(row.lane), row.address))
    return found


def addresses_in(connection: sa.Connection, lane: Lane) -> Mapping[str, str]:
    """What a workspace calls each of its accounts."""
    rows = connection.execute(
        sa.select(accounts.c.user, accounts.c.address).where(accounts.c.lane == lane)
    )
    return {row.user: row.address for row in rows}


def first_accounts(members_wanted: sa.Select[Any], *, has_mail: bool) -> ToEach:
    """As a statement: each of these members with the account that messages go to.

    The order is that of :func:`bot.domain.members.preferred`; whom nothing else reaches is written
    to by e-mail, where mail is set up. Whoever has neither is left out.
    """
    in_use = sa.and_(accounts.c.is_active, accounts.c.is_retired.is_(False), sa.not_(_APART))
    ranked = (
        sa.select(
            accounts.c.member,
            accounts.c.lane,
            accounts.c.user,
            sa.func.row_number()
            .over(
                partition_by=accounts.c.member,
                order_by=(
                    accounts.c.is_preferred.desc(),
                    accounts.c.lane.startswith("web:"),
                    accounts.c.id,
                ),
            )
            .label("place"),
        )
        .where(in_use, accounts.c.member.in_(members_wanted))
        .subquery()
    )
    first = sa.select(ranked.c.member, ranked.c.lane, ranked.c.user).where(ranked.c.place == 1)
    if not has_mail:
        return first
    by_mail = sa.select(
        members.c.id.label("member"),
        sa.literal(MAIL, sa.Text).label("lane"),
        members.c.email.label("user"),
    ).where(
        members.c.id.in_(members_wanted),
        *mail_addresses.MAY_GET_MAIL,
        mail_addresses.EXISTS,
        ~sa.exists().where(in_use, accounts.c.member == members.c.id),
    )
    both = sa.union_all(first, by_mail).subquery()
    return sa.select(both.c.member, both.c.lane, both.c.user)
