"""Where people and channels are reached: remembered for a short while, over the store.

A conversation with one person is opened where there is none, and never twice at the same time.
"""

import asyncio
import time
from collections.abc import Callable, Hashable
from dataclasses import replace
from datetime import datetime
from weakref import WeakValueDictionary

from bot.chat.messages import Account
from bot.chat.platform import InTransaction, TeamsConversation, TeamsStore
from bot.errors import CannotDeliver
from bot.ids import Lane, workspace_of
from bot.platforms.teams.api import Api, Refusal
from bot.times import utc_now

# Seconds; what another process learns of a conversation is known here after this time.
REMEMBERED_FOR = 5 * 60.0
# How many shared conversations are asked for somebody whom Teams does not know by object id.
LOOKED_THROUGH = 5
# Above this many the memory begins anew; the store knows the rest.
REMEMBERED = 20_000

NO_ADDRESS = "Nobody of this organisation has spoken to the bot in Teams yet, so it can't write."


class Conversations:
    """The bot's conversations of all tenants that are served."""

    def __init__(
        self,
        api: Api,
        store: InTransaction[TeamsStore],
        *,
        clock: Callable[[], float] = time.monotonic,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self._api = api
        self._store = store
        self._clock = clock
        self._now = now
        self._recent: dict[Hashable, tuple[TeamsConversation, float]] = {}
        self._opening: WeakValueDictionary[Account, asyncio.Lock] = WeakValueDictionary()

    async def hear(self, conversation: TeamsConversation) -> None:
        """Keep the tenant and a conversation with its newest address; nothing is written twice."""
        if self._known((conversation.lane, conversation.id)) == conversation:
            return
        tenant, now = workspace_of(conversation.lane), self._now()

        def write(store: TeamsStore) -> None:
            store.admit(tenant, now=now)
            store.hear(conversation, now=now)

        await self._store(write)
        self._remember(conversation)

    async def forget(self, lane: Lane, conversation: str) -> None:
        """The bot was taken out of a conversation."""
        found, _ = self._recent.pop((lane, conversation), (None, 0.0))
        if found is not None:
            self._recent.pop(Account(lane, found.user), None)
        await self._store(lambda store: store.forget(lane, conversation))

    async def personal(self, account: Account) -> TeamsConversation | None:
        """The bot's own conversation with somebody; None where there was none yet."""
        known = self._known(account)
        if known is not None:
            return known
        found = await self._store(lambda store: store.personal(account))
        if found is not None:
            self._remember(found)
        return found

    async def with_person(self, account: Account, *, is_patient: bool = False) -> TeamsConversation:
        """The same, opened where there was none; a patient one lets those go first who wait.

        Raises what :class:`Api` raises, and ``CannotDeliver`` where no address is known.
        """
        known = await self.personal(account)
        if known is not None:
            return known
        async with self._opening.setdefault(account, asyncio.Lock()):
            # Whoever came first has opened it meanwhile.
            known = await self.personal(account)
            if known is not None:
                return known
            service_url = await self._service_url(account.lane)
            return await self._open(account, service_url=service_url, is_patient=is_patient)

    async def reopened(self, gone: TeamsConversation) -> TeamsConversation:
        """Another conversation with the person of one that Teams does not know any more."""
        account = Account(gone.lane, gone.user)
        async with self._opening.setdefault(account, asyncio.Lock()):
            known = await self.personal(account)
            if known is not None and known.id != gone.id:
                return known
            opened = await self._open(
                account,
                service_url=gone.service_url,
                teams_user=gone.teams_user,
                is_patient=True,
            )
            if opened.id != gone.id:
                await self.forget(gone.lane, gone.id)
            return opened

    async def find(self, lane: Lane, conversation: str) -> TeamsConversation:
        """Any conversation by its id, also one of which only the tenant is known.

        Raises ``CannotDeliver`` where no address is known.
        """
        # A thread of a channel is reached where its channel is.
        whole = conversation.partition(";")[0]
        found = self._known((lane, whole))
        if found is None:
            found = await self._store(lambda store: store.conversation(lane, whole))
            if found is None:
                return TeamsConversation(lane, conversation, await self._service_url(lane))
            self._remember(found)
        return replace(found, id=conversation)

    async def _open(
        self, account: Account, *, service_url: str, teams_user: str = "", is_patient: bool
    ) -> TeamsConversation:
        async def opening(user: str) -> str:
            return await self._api.open(
                service_url, lane=account.lane, user=user, is_patient=is_patient
            )

        try:
            opened = await opening(teams_user or account.user)
        except Refusal:
            # Teams knows by their object id only those who added the bot themselves; the people
            # of a team it is in can be written to by the id that the team's list names.
            teams_user = "" if teams_user else await self._listed(account)
            if not teams_user:
                raise
            opened = await opening(teams_user)
        conversation = TeamsConversation(
            account.lane, opened, service_url, user=account.user, teams_user=teams_user
        )
        await self._store(lambda store: store.hear(conversation, now=self._now()))
        self._remember(conversation)
        return conversation

    async def _listed(self, account: Account) -> str:
        """What the Connector calls somebody, by the newest shared conversations they are in."""
        shared = await self._store(lambda store: store.all_shared(account.lane))
        for place in reversed(shared[-LOOKED_THROUGH:]):
            try:
                member = await self._api.member(place, account.user)
            except Refusal:
                continue
            return str(member.get("id", ""))
        return ""

    async def _service_url(self, lane: Lane) -> str:
        found = await self._store(lambda store: store.service_url(lane))
        if not found:
            raise CannotDeliver(NO_ADDRESS)
        return found

    def _known(self, key: Hashable) -> TeamsConversation | None:
        found, until = self._recent.get(key, (None, 0.0))
        return found if self._clock() < until else None

    def _remember(self, conversation: TeamsConversation) -> None:
        if len(self._recent) >= REMEMBERED:
            self._recent.clear()
        entry = (conversation, self._clock() + REMEMBERED_FOR)
        self._recent[conversation.lane, conversation.id] = entry
        if conversation.user:
            self._recent[Account(conversation.lane, conversation.user)] = entry
