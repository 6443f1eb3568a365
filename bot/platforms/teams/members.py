"""Who is in a tenant, as far as the bot can see: the people of its teams and group chats."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.chat.platform import InTransaction, TeamsConversation, TeamsStore
from bot.chat.requests import Profile
from bot.errors import TryLater
from bot.ids import Lane, workspace_of
from bot.platforms.teams import activities
from bot.platforms.teams.api import Api, Refusal

log = structlog.get_logger(__name__)

# Delivery waits half a minute, and the last page alone may take most of it. A long list goes on
# where it stopped.
READ_WITHIN = 5.0
GOES_ON_AFTER = timedelta(seconds=1)
# A list that was begun longer ago is begun anew.
STALE_AFTER = 60 * 60.0

LONG = "The list of people is long; the rest is read in a moment."

People = tuple[tuple[str, Profile], ...]


@dataclass(slots=True)
class _Reading:
    """A list that is being read: the conversations left, the next page, and who was found."""

    begun_at: float
    left: list[TeamsConversation]
    after: str = ""
    people: dict[str, Profile] = field(default_factory=dict)
    refusal: Refusal | None = None
    is_answered: bool = False


class Members:
    """Reads people from the Connector, a page or a person at a time."""

    def __init__(
        self,
        api: Api,
        store: InTransaction[TeamsStore],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._store = store
        self._clock = clock
        self._begun: dict[Lane, _Reading] = {}

    async def everyone(self, lane: Lane) -> People:
        """Everybody of a tenant in a shared conversation of the bot, each once, without bots.

        A list that is interrupted goes on where it stopped. Raises what :class:`Api` raises; one
        conversation that refuses is left out, and ``Refusal`` means that all of them did.
        """
        reading = await self._reading(lane)
        until = self._clock() + READ_WITHIN
        while reading.left:
            if self._clock() > until:
                raise TryLater(LONG, after=GOES_ON_AFTER, whole_lane=False)
            await self._read_page(reading)
        del self._begun[lane]
        if reading.refusal is not None and not reading.is_answered:
            raise reading.refusal
        return tuple(reading.people.items())

    async def profile(self, place: TeamsConversation, user: str) -> Profile:
        """What Teams says of one person of a conversation; raises what :class:`Api` raises."""
        member = await self._api.member(place, user)
        return activities.profile(member, tenant=workspace_of(place.lane))

    async def _reading(self, lane: Lane) -> _Reading:
        begun = self._begun.get(lane)
        if begun is None or self._clock() - begun.begun_at > STALE_AFTER:
            shared = await self._store(lambda store: store.all_shared(lane))
            begun = self._begun[lane] = _Reading(self._clock(), list(shared))
        return begun

    async def _read_page(self, reading: _Reading) -> None:
        place = reading.left[0]
        try:
            page, after = await self._api.members(place, after=reading.after)
        except Refusal as error:
            log.warning("teams_members_refused", lane=place.lane, error=error.code)
            reading.refusal, page, after = error, [], ""
        else:
            reading.is_answered = True
        for member in page:
            profile = activities.profile(member, tenant=workspace_of(place.lane))
            # A channel shared with another tenant lists the people of that one too.
            if activities.is_person(member) and not profile.is_external:
                reading.people[activities.user(member)] = profile
        reading.after = after
        if not after:
            reading.left.pop(0)
