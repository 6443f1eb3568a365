"""E-mail addresses that mail may be sent to."""

from collections.abc import Sequence

import sqlalchemy as sa

from bot.chat.messages import Account
from bot.domain.members import MAIL, MemberState, email_key
from bot.ids import MemberId
from storage.rows import batches
from storage.tables import members

MAY_GET_MAIL = (
    members.c.email.is_not(None),
    members.c.state == MemberState.ACTIVE,
    # The example's people are invented, and so are their addresses.
    members.c.is_example.is_(False),
)
"""Of whom mail may be sent to at all."""

EXISTS = members.c.email != members.c.refused_email
"""Whether no mail server said that the address does not exist."""


def of(
    connection: sa.Connection, wanted: Sequence[MemberId]
) -> dict[MemberId, tuple[Account, ...]]:
    """The addresses of these members, as accounts on the lane of the mail server."""
    found: dict[MemberId, tuple[Account, ...]] = {}
    for batch in batches(wanted):
        rows = connection.execute(
            sa.select(members.c.id, members.c.email).where(
                members.c.id.in_(batch), *MAY_GET_MAIL, EXISTS
            )
        )
        found.update((MemberId(row.id), (Account(MAIL, row.email),)) for row in rows)
    return found


def set_works(connection: sa.Connection, address: str, *, works: bool) -> None:
    """The mail server says whether an address exists.

    It holds for the address, in whichever communities it is a member's, and until they give
    another.
    """
    connection.execute(
        members.update()
        .where(members.c.email == email_key(address))
        .values(refused_email="" if works else members.c.email)
    )
