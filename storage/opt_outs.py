"""Who wants to hear nothing more of something that comes unasked."""

import sqlalchemy as sa

from bot.domain.opt_outs import Unasked
from bot.ids import CommunityId, MemberId
from storage.rows import insert_new
from storage.tables import opt_outs


class OptOuts:
    """The opt-outs of all members."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, community: CommunityId, member: MemberId, what: Unasked) -> bool:
        """Send a member nothing of it any more; False where that was so already."""
        row = {"community": community, "member": member, "programme": what}
        return bool(insert_new(self._connection, opt_outs, row))

    def remove(self, member: MemberId, what: Unasked) -> bool:
        """Send it to a member again; False where that was so already."""
        result = self._connection.execute(
            opt_outs.delete().where(opt_outs.c.member == member, opt_outs.c.programme == what)
        )
        return bool(result.rowcount)
