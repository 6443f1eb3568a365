"""Renews tokens that end: well before they do, and one process at a time.

With token rotation a token lives twelve hours, and its refresh token brings a new pair once. Slack
can't be asked for a pair again: where a process dies between Slack's answer and our writing, the
pair is lost, and the bot has to be installed again.
Source: https://docs.slack.dev/authentication/using-token-rotation
"""

import asyncio
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog

from bot.chat.platform import Installation, InTransaction, SlackStore
from bot.errors import CannotDeliver, TryLater, Uncertain
from bot.ids import Lane
from bot.platforms.slack import reasons
from bot.platforms.slack.api import Refusal
from bot.platforms.slack.installations import Installations
from bot.platforms.slack.payload import Malformed
from bot.platforms.slack.tokens import given

log = structlog.get_logger(__name__)

Exchange = Callable[..., Awaitable[dict[str, Any]]]
"""``Api.exchange``: what Slack answers to a refresh token."""

# Slack's own library renews this long before the end; the old token works until then.
RENEW_BEFORE = timedelta(hours=2)
# Longer than Slack is ever waited for, so that nobody else begins while one still asks.
LEASE = timedelta(minutes=1)
# How often, and in how many seconds each, the tokens that another process fetches are looked for.
LOOKS = 3
LOOK_AFTER = 1.0
# How often, and in how many seconds each, tokens are written that the database did not take.
WRITES = 5
WRITE_AFTER = 2.0

# Slack's codes for a workspace whose refresh token is worth nothing; others are ours to mend.
SPENT = frozenset(
    {
        "account_inactive",
        "invalid_grant",
        "invalid_refresh_token",
        "team_access_not_granted",
        "token_revoked",
    }
)
ELSEWHERE = "Another process is renewing the bot's token for this Slack workspace."
NOT_NOW = "Slack did not renew the bot's token for this workspace."


class Renewals:
    """The installations, each with a token that works."""

    def __init__(
        self,
        store: InTransaction[SlackStore],
        installations: Installations,
        exchange: Exchange,
        *,
        clock: Callable[[], float] = time.time,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._installations = installations
        self._exchange = exchange
        self._clock = clock
        self._sleep = sleep
        self._renewing: dict[Lane, asyncio.Task[Installation | None]] = {}

    async def of(self, lane: Lane) -> Installation | None:
        """The installation with a token that works now; None where the bot is not installed.

        A token that ends soon is renewed in the background. One that has ended is waited for:
        raises ``TryLater`` where that fails for now and ``CannotDeliver`` where it can't be done.
        """
        found = await self._installations.of(lane)
        if found is None or self._is_fresh(found):
            return found
        if self._works(found):
            if found.refresh_token:
                self._begin(lane)
            return found
        # Shielded: once Slack has answered, the new tokens must be written down.
        return await asyncio.shield(self._begin(lane))

    async def stop(self) -> None:
        """Returns when what was begun is written down."""
        await asyncio.gather(*self._renewing.values(), return_exceptions=True)

    def _begin(self, lane: Lane) -> "asyncio.Task[Installation | None]":
        """The renewal that is under way in this process, or a new one."""
        if lane not in self._renewing:
            task = asyncio.ensure_future(self._renewed(lane))
            self._renewing[lane] = task
            task.add_done_callback(lambda done: self._ended(lane, done))
        return self._renewing[lane]

    def _ended(self, lane: Lane, done: "asyncio.Task[Installation | None]") -> None:
        self._renewing.pop(lane, None)
        if not done.cancelled() and done.exception() is not None:
            # Asked for here, or a renewal in the background would complain of it at its end.
            log.warning("slack_renewal_failed", lane=lane, reason=str(done.exception()))

    async def _renewed(self, lane: Lane) -> Installation | None:
        now = self._now()

        def take(store: SlackStore) -> tuple[bool, Installation | None]:
            # Read with the taking: what we remember may have been spent by another process.
            kept = store.installation(lane)
            is_due = kept is not None and bool(kept.refresh_token) and not self._is_fresh(kept)
            is_ours = is_due and store.take_renewal(lane, until=now + LEASE, now=now)
            return is_ours, kept

        is_ours, kept = await self._store(take)
        self._installations.remember(lane, kept)
        if kept is None:
            return None
        if not kept.refresh_token:
            return self._usable(kept)
        if not is_ours:
            return kept if self._works(kept) else await self._made_elsewhere(lane)
        return await self._exchanged(kept)

    async def _exchanged(self, kept: Installation) -> Installation | None:
        lane, spent = kept.lane, kept.refresh_token
        try:
            answer = await self._exchange(grant_type="refresh_token", refresh_token=spent)
            renewed = given(answer, kept, now=self._now())
        except Refusal as error:
            if error.code not in SPENT:
                raise TryLater(f"{NOT_NOW} ({error.code})", after=LEASE) from error
            log.warning("slack_renewal_refused", lane=lane, code=error.code)
            await self._store(lambda store: store.lose_renewal(lane, refused=spent))
            return self._usable(await self._installations.afresh(lane))
        except (TryLater, Uncertain, Malformed) as error:
            raise TryLater(NOT_NOW, after=LEASE) from error

        if not await self._written(renewed, spent):
            return await self._installations.afresh(lane)
        self._installations.remember(lane, renewed)
        log.info("slack_renewed", lane=lane)
        return renewed

    async def _written(self, renewed: Installation, spent: str) -> bool:
        for _ in range(WRITES - 1):
            try:
                return await self._store(lambda store: store.renew(renewed, spent=spent))
            except Exception:
                # An outermost edge: Slack gives these tokens once, whatever ails the database.
                log.exception("slack_renewal_unwritten", lane=renewed.lane)
                await self._sleep(WRITE_AFTER)
        return await self._store(lambda store: store.renew(renewed, spent=spent))

    async def _made_elsewhere(self, lane: Lane) -> Installation | None:
        for _ in range(LOOKS):
            await self._sleep(LOOK_AFTER)
            found = await self._installations.afresh(lane)
            if found is None or self._works(found):
                return found
        raise TryLater(ELSEWHERE, after=timedelta(seconds=LOOK_AFTER * LOOKS))

    def _usable(self, found: Installation | None) -> Installation | None:
        if found is None or self._works(found):
            return found
        raise CannotDeliver(reasons.reason("token_expired"))

    def _is_fresh(self, found: Installation) -> bool:
        return found.expires_at is None or found.expires_at - self._now() > RENEW_BEFORE

    def _works(self, found: Installation) -> bool:
        return found.expires_at is None or found.expires_at > self._now()

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self._clock(), UTC)
