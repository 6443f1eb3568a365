"""Keeps the conversations that the bot hears from, without writing each time it hears."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from bot.chat.platform import InTransaction, TeamsConversation, TeamsStore
from bot.platforms.teams.origin import Origin

Clock = Callable[[], float]

WRITTEN_AGAIN_AFTER = 3600  # Seconds; the store's newest address is the one that is answered to.
# Above this many the memory begins anew; the store knows the rest.
REMEMBERED = 50_000


class Kept:
    """Knows what was written in the last hour.

    ``clock`` is in seconds since 1970.
    """

    def __init__(self, store: InTransaction[TeamsStore], *, clock: Clock = time.time) -> None:
        self._store = store
        self._clock = clock
        self._written: dict[tuple[str, str], tuple[TeamsConversation, float]] = {}

    async def hear(self, origin: Origin) -> None:
        """Keep the tenant and the conversation, unless they were kept just now."""
        heard = origin.conversation
        now = self._clock()
        known = self._written.get((heard.lane, heard.id))
        if known is not None and known[0] == heard and now - known[1] < WRITTEN_AGAIN_AFTER:
            return

        def write(store: TeamsStore) -> None:
            at = datetime.fromtimestamp(now, UTC)
            store.admit(origin.tenant, now=at)
            store.hear(heard, now=at)

        await self._store(write)
        if len(self._written) >= REMEMBERED:
            self._written.clear()
        self._written[heard.lane, heard.id] = (heard, now)

    async def forget(self, origin: Origin) -> None:
        """The bot was taken out of the conversation."""
        gone = origin.conversation
        self._written.pop((gone.lane, gone.id), None)
        await self._store(lambda store: store.forget(gone.lane, gone.id))
