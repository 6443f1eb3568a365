"""Names and standing of accounts as their platforms tell them, and members who go by them."""

import sqlalchemy as sa

from bot.chat.messages import Account
from bot.chat.requests import Profile
from bot.ids import Lane, MemberId
from storage.tables import accounts, members


def known(connection: sa.Connection, lane: Lane) -> dict[str, str]:
    """What a workspace was last heard to call each of its accounts."""
    rows = connection.execute(
        sa.select(accounts.c.user, accounts.c.name).where(accounts.c.lane == lane)
    )
    return {row.user: row.name for row in rows}


def follow(connection: sa.Connection, account: Account, profile: Profile) -> MemberId | None:
    """Take in what a platform calls an account; the member who is called so too from now on.

    Whoever went by the platform's former name goes by the new one. Another name is one that the
    member, or an organiser who imported them, has chosen: it stays, and None is returned.
    """
    this = sa.and_(accounts.c.lane == account.lane, accounts.c.user == account.user)
    row = connection.execute(
        sa.select(accounts.c.name, accounts.c.member, members.c.name.label("called"))
        .join(members, members.c.id == accounts.c.member)
        .where(this)
    ).one_or_none()
    if row is None or not profile.name:
        return None
    connection.execute(
        accounts.update().where(this).values(name=profile.name, is_guest=profile.is_guest)
    )
    if row.name in {"", profile.name} or row.called != row.name:
        return None
    connection.execute(members.update().where(members.c.id == row.member).values(name=profile.name))
    return MemberId(row.member)
