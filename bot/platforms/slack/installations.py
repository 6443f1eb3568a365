"""The workspaces that installed the bot, remembered for a short while."""

import time
from collections.abc import Callable
from datetime import UTC, datetime

import structlog

from bot.chat.platform import Installation, InTransaction, SlackStore
from bot.ids import Lane

log = structlog.get_logger(__name__)

# Seconds for which an installation is trusted without asking; another replica may take it away.
FRESH = 30


class Installations:
    """Asks the store, and asks it seldom."""

    def __init__(
        self, store: InTransaction[SlackStore], *, clock: Callable[[], float] = time.time
    ) -> None:
        self._store = store
        self._clock = clock
        self._known: dict[Lane, tuple[Installation | None, float]] = {}

    async def of(self, lane: Lane) -> Installation | None:
        """The installation of a workspace; None where the bot is not installed."""
        known, at = self._known.get(lane, (None, 0.0))
        if known is not None and self._clock() - at < FRESH:
            return known
        try:
            return await self.afresh(lane)
        except Exception:
            # An outermost edge: with a database that is away for a moment we go on to the one that
            # says so to whoever asked.
            if known is None:
                raise
            log.exception("slack_installation_unread", lane=lane)
            return known

    async def afresh(self, lane: Lane) -> Installation | None:
        """The installation as the store has it now."""
        found = await self._store(lambda store: store.installation(lane))
        self.remember(lane, found)
        return found

    def remember(self, lane: Lane, found: Installation | None) -> None:
        """Trust for a while what the store said just now."""
        self._known[lane] = (found, self._clock())

    async def keep(self, installation: Installation) -> None:
        """Keep a new or renewed installation."""
        now = datetime.fromtimestamp(self._clock(), UTC)
        await self._store(lambda store: store.install(installation, now=now))
        self.remember(installation.lane, installation)

    def forget(self, lane: Lane) -> None:
        """Ask the store the next time."""
        self._known.pop(lane, None)
