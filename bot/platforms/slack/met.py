"""Whom the bot has met, and what Slack says of those it has not."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import replace

from bot.chat.messages import Account
from bot.chat.platform import InTransaction, SlackStore
from bot.chat.requests import Profile
from bot.errors import BotError
from bot.platforms.slack.api import Installed
from bot.platforms.slack.heard import Heard, Where
from bot.platforms.slack.members import Members
from bot.platforms.slack.payload import lane

# A newcomer's name is worth waiting for, but not the three seconds Slack waits for us.
PROFILE_WITHIN = 1.2
# Above this many the memory begins anew; the store knows the rest.
REMEMBERED = 50_000
# Seconds for which Slack is believed that somebody is not of the workspace: nobody keeps them, and
# they may come to belong to it.
EXTERNAL_FOR = 10 * 60


class Met:
    """Remembers accounts in memory and asks the store for the others."""

    def __init__(
        self,
        store: InTransaction[SlackStore],
        members: Members,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._store = store
        self._members = members
        self._clock = clock
        self._external: dict[Account, tuple[Profile, float]] = {}
        self._met: set[Account] = set()
        self._profiles: dict[Account, Profile] = {}

    async def knows(self, account: Account) -> bool:
        """Whether the account has been met before."""
        if account in self._met:
            return True
        if not await self._store(lambda store: store.knows(account)):
            return False
        if len(self._met) >= REMEMBERED:
            self._met.clear()
        self._met.add(account)
        return True

    async def at_home(self, heard: Heard, installed: Installed) -> Heard:
        """The same, in the asker's own workspace where that has the bot too.

        In a channel that both share Slack tells only one of the two, whoever speaks. Within an
        Enterprise organisation somebody may be known in several workspaces, and stays here then.
        """
        if not heard.home or await self.knows(heard.incoming.account):
            return heard
        return heard.at_home() if await installed(lane(heard.home)) is not None else heard

    async def introduced(self, heard: Heard) -> Heard:
        """The same, with what Slack says of somebody who has not been met, and only then.

        Where Slack does not answer in time, what the payload said of them stands.
        """
        incoming = heard.incoming
        if heard.where is Where.EVENT and incoming.profile != Profile():
            self._members.hear(incoming.account, is_active=incoming.profile.is_active)
            return heard
        if not incoming.account.user:
            return heard
        profile = Profile()
        if not await self.knows(incoming.account):
            profile = await self._profile(heard)
        return replace(heard, incoming=replace(incoming, profile=profile))

    async def is_noise(self, heard: Heard) -> bool:
        """Whether an event tells nothing new.

        Slack tells of every change of a status; opening the messages tab is news only of
        somebody who has not been met.
        """
        account, profile = heard.incoming.account, heard.incoming.profile
        if heard.where is not Where.EVENT:
            return False
        if heard.incoming.route == "joined":
            return bool(heard.conversation) and await self.knows(account)
        if heard.incoming.route != "changed":
            return False
        return self._profiles.get(account) == profile or not await self.knows(account)

    def note(self, heard: Heard) -> None:
        """What an event told of somebody is kept: told again, it is nothing new."""
        if heard.where is not Where.EVENT or heard.incoming.route != "changed":
            return
        if len(self._profiles) >= REMEMBERED:
            self._profiles.clear()
        self._profiles[heard.incoming.account] = heard.incoming.profile

    def forget(self, account: Account) -> None:
        """Ask the store anew the next time: the account, or without a user its whole lane."""
        if account.user:
            self._met.discard(account)
            self._profiles.pop(account, None)
            return
        self._met = {one for one in self._met if one.lane != account.lane}

    async def _profile(self, heard: Heard) -> Profile:
        account, said = heard.incoming.account, heard.incoming.profile
        found, at = self._external.get(account, (said, -EXTERNAL_FOR))
        if self._clock() - at < EXTERNAL_FOR:
            return found
        try:
            asking = self._members.profile(account, is_external=said.is_external)
            found = await asyncio.wait_for(asking, PROFILE_WITHIN)
        except (BotError, TimeoutError):
            return said
        if found.is_external:
            if len(self._external) >= REMEMBERED:
                self._external.clear()
            self._external[account] = (found, self._clock())
        return found
