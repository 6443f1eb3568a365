"""Whom the bot has met, and what Teams says of those it has not."""

import asyncio
from dataclasses import replace

from bot.chat.messages import Account
from bot.chat.platform import InTransaction, TeamsStore
from bot.chat.requests import Profile
from bot.errors import BotError
from bot.platforms.teams.members import Members
from bot.platforms.teams.read import Heard

# A newcomer's name is worth waiting for, but not the five seconds Teams waits for a dialog.
PROFILE_WITHIN = 1.2
# Above this many the memory begins anew; the store knows the rest.
REMEMBERED = 50_000


class Met:
    """Remembers accounts in memory and asks the store for the others."""

    def __init__(
        self,
        store: InTransaction[TeamsStore],
        members: Members,
        *,
        profile_within: float = PROFILE_WITHIN,
    ) -> None:
        self._store = store
        self._members = members
        self._profile_within = profile_within
        self._met: set[Account] = set()

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

    async def introduced(self, heard: Heard) -> Heard:
        """The same, with what Teams says of somebody who has not been met, and only then."""
        incoming = heard.incoming
        if incoming.route == "left" or await self.knows(incoming.account):
            return heard
        return replace(heard, incoming=replace(incoming, profile=await self._profile(heard)))

    def forget(self, account: Account) -> None:
        """Ask the store anew the next time."""
        self._met.discard(account)

    async def _profile(self, heard: Heard) -> Profile:
        said, account = heard.incoming.profile, heard.incoming.account
        asking = self._members.profile(heard.place, heard.teams_user or account.user)
        try:
            found = await asyncio.wait_for(asking, self._profile_within)
        except (BotError, TimeoutError):
            return said
        # Whichever of the two says so: nobody of another tenant is taken for one of this.
        return replace(found, is_external=found.is_external or said.is_external)
