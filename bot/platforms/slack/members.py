"""Who is in a workspace, and who has left it.

``chat.postMessage`` to a deactivated account succeeds silently (python-slack-sdk #1156), so the
member list is asked before somebody is written to.
"""

import asyncio
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

from bot.chat.messages import Account
from bot.chat.requests import Profile
from bot.errors import CannotDeliver, Uncertain
from bot.ids import Lane, workspace_of
from bot.platforms.slack import payload, reasons
from bot.platforms.slack.api import Api, Refusal

# Slack gives at most 1,000 people a page, twenty pages a minute; it recommends 200, and so many are
# asked for where it stumbled over more. https://docs.slack.dev/apis/web-api/pagination
PAGE = 1000
CAUTIOUS_PAGE = 200
FRESH = 6 * 60 * 60  # Seconds for which we trust what we heard; user_change tells of the rest.
# From this many unknown accounts in a minute on, the whole list is cheaper than one call each.
FEW = 20
MINUTE = 60
# Seconds before the list is read again for somebody who was not on it.
LISTED = 10 * 60

People = tuple[tuple[str, Profile], ...]


@dataclass(slots=True)
class _Reading:
    """A list that is being read."""

    cursor: str = ""
    people: list[tuple[str, Profile]] = field(default_factory=list)
    page: int = PAGE
    is_done: bool = False


class Members:
    """What the bot has heard of the accounts of its workspaces, in memory only."""

    def __init__(self, api: Api, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._clock = clock
        self._heard: dict[Account, tuple[bool, float]] = {}
        self._asked: deque[float] = deque()
        self._listed: dict[Lane, float] = {}
        # A list that met a 429 halfway goes on where it stopped.
        self._begun: dict[Lane, _Reading] = {}
        self._lists: WeakValueDictionary[Lane, asyncio.Lock] = WeakValueDictionary()

    def hear(self, account: Account, *, is_active: bool) -> None:
        """Keep what an event or the list said."""
        self._heard[account] = (is_active, self._clock())

    async def is_active(self, account: Account) -> bool:
        """Whether the account can still be written to; raises what :class:`Api` raises."""
        heard = self._known(account)
        if heard is not None:
            return heard
        if self._is_busy():
            await self._list(account)
            # An account from elsewhere, in a shared channel, is not on the list.
            return self._known(account) is not False
        try:
            return (await self._look_up(self._api.call_patiently, account)).is_active
        except Refusal as error:
            # Without the scope we can't know, and a message too many is the smaller harm.
            if error.code == "missing_scope":
                return True
            raise

    async def profile(self, account: Account, *, is_external: bool = False) -> Profile:
        """What Slack says of one account; raises ``CannotDeliver`` where it knows none.

        ``is_external`` stands where Slack does not say whose person it is.
        """
        return await self._look_up(self._api.call, account, is_external=is_external)

    async def everyone(self, lane: Lane) -> People:
        """The workspace's own people, without bots; raises what :class:`Api` raises.

        Slack's list also names people of other workspaces with whom a channel is shared.
        """
        async with self._lists.setdefault(lane, asyncio.Lock()):
            return await self._everyone(lane)

    async def _look_up(
        self, call: Callable[..., Any], account: Account, *, is_external: bool = False
    ) -> Profile:
        try:
            answer = await call(account.lane, "users.info", user=account.user)
        except Refusal as error:
            if error.code in reasons.GONE:
                raise CannotDeliver(reasons.reason(error.code), account_gone=True) from error
            raise
        profile = payload.profile(
            _user(answer), team=workspace_of(account.lane), is_external=is_external
        )
        self.hear(account, is_active=profile.is_active)
        return profile

    async def _list(self, account: Account) -> None:
        """Read the list, once for all who ask for somebody on it at the same time."""
        lane = account.lane
        async with self._lists.setdefault(lane, asyncio.Lock()):
            is_recent = self._clock() - self._listed.get(lane, -LISTED) < LISTED
            if self._known(account) is None and not is_recent:
                await self._everyone(lane)

    async def _everyone(self, lane: Lane) -> People:
        reading = self._begun.setdefault(lane, _Reading())
        while not reading.is_done:
            await self._read_page(lane, reading)
        del self._begun[lane]
        self._listed[lane] = self._clock()
        return tuple(reading.people)

    async def _read_page(self, lane: Lane, reading: _Reading) -> None:
        try:
            answer = await self._api.call_patiently(
                lane, "users.list", limit=reading.page, cursor=reading.cursor
            )
        except Uncertain:
            reading.page = CAUTIOUS_PAGE
            raise
        except Refusal:
            # A cursor may have been too old; the next who asks begins anew.
            del self._begun[lane]
            raise
        for user in answer.get("members", []):
            profile = payload.profile(user, team=workspace_of(lane))
            if payload.is_person(user) and not profile.is_external:
                reading.people.append((user["id"], profile))
                self.hear(Account(lane, user["id"]), is_active=profile.is_active)
        reading.cursor = answer.get("response_metadata", {}).get("next_cursor", "")
        reading.is_done = not reading.cursor

    def _known(self, account: Account) -> bool | None:
        is_active, at = self._heard.get(account, (False, -FRESH))
        return is_active if self._clock() - at < FRESH else None

    def _is_busy(self) -> bool:
        now = self._clock()
        while self._asked and now - self._asked[0] > MINUTE:
            self._asked.popleft()
        self._asked.append(now)
        return len(self._asked) > FEW


def _user(answer: dict[str, Any]) -> dict[str, Any]:
    found = answer.get("user")
    return found if isinstance(found, dict) else {}
