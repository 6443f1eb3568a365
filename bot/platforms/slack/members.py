"""Who is in a workspace, and who has left it.

``chat.postMessage`` to a deactivated account succeeds silently (python-slack-sdk #1156), so the
member list is asked before somebody is written to.
"""

import time
from collections import deque
from collections.abc import Callable
from typing import Any

from bot.chat.messages import Account
from bot.chat.requests import Profile
from bot.errors import CannotDeliver
from bot.ids import Lane, workspace_of
from bot.platforms.slack import payload, reasons
from bot.platforms.slack.api import Api, Refusal

PAGE = 200  # Slack recommends at most 200 members a page.
FRESH = 6 * 60 * 60  # Seconds for which we trust what we heard; user_change tells of the rest.
# From this many unknown accounts in a minute on, the whole list is cheaper than one call each.
FEW = 20
MINUTE = 60

People = tuple[tuple[str, Profile], ...]


class Members:
    """What the bot has heard of the accounts of its workspaces, in memory only."""

    def __init__(self, api: Api, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._api = api
        self._clock = clock
        self._heard: dict[Account, tuple[bool, float]] = {}
        self._asked: deque[float] = deque()
        # A list that met a 429 halfway goes on where it stopped.
        self._begun: dict[Lane, tuple[str, list[tuple[str, Profile]]]] = {}

    def hear(self, account: Account, *, is_active: bool) -> None:
        """Keep what an event or the list said."""
        self._heard[account] = (is_active, self._clock())

    async def is_active(self, account: Account) -> bool:
        """Whether the account can still be written to; raises what :class:`Api` raises."""
        heard = self._known(account)
        if heard is not None:
            return heard
        if self._is_busy():
            await self.everyone(account.lane)
            # An account from elsewhere, in a shared channel, is not on the list.
            return self._known(account) is not False
        try:
            return (await self.profile(account)).is_active
        except Refusal as error:
            # Without the scope we can't know, and a message too many is the smaller harm.
            if error.code == "missing_scope":
                return True
            raise

    async def profile(self, account: Account, *, is_external: bool = False) -> Profile:
        """What Slack says of one account; raises ``CannotDeliver`` where it knows none.

        ``is_external`` stands where Slack does not say whose person it is.
        """
        try:
            answer = await self._api.call(account.lane, "users.info", user=account.user)
        except Refusal as error:
            if error.code in reasons.GONE:
                raise CannotDeliver(reasons.reason(error.code), account_gone=True) from error
            raise
        profile = payload.profile(
            _user(answer), team=workspace_of(account.lane), is_external=is_external
        )
        self.hear(account, is_active=profile.is_active)
        return profile

    async def everyone(self, lane: Lane) -> People:
        """The workspace's own people, without bots; raises what :class:`Api` raises.

        Slack's list also names people of other workspaces with whom a channel is shared.
        """
        cursor, people = self._begun.pop(lane, ("", []))
        while True:
            try:
                answer = await self._api.call(lane, "users.list", limit=PAGE, cursor=cursor)
            except Exception:
                self._begun[lane] = (cursor, people)
                raise
            for user in answer.get("members", []):
                profile = payload.profile(user, team=workspace_of(lane))
                if payload.is_person(user) and not profile.is_external:
                    people.append((user["id"], profile))
            cursor = answer.get("response_metadata", {}).get("next_cursor", "")
            if not cursor:
                break
        for user_id, profile in people:
            self.hear(Account(lane, user_id), is_active=profile.is_active)
        return tuple(people)

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
