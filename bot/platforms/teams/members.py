"""Who is in a tenant, as far as the bot can see: the people of its teams and group chats."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

import structlog

from bot.chat.platform import InTransaction, TeamsConversation, TeamsStore
from bot.chat.requests import Profile
from bot.errors import TryLater
from bot.ids import Lane
from bot.platforms.teams.api import Api, Refusal
from bot.platforms.teams.conversations import tenant_of
from bot.platforms.teams.pace import Pace
from bot.platforms.teams.text import Json

log = structlog.get_logger(__name__)

# Delivery waits half a minute, and the last page alone may take most of it. A long list goes on
# where it stopped.
READ_WITHIN = 5.0
GOES_ON_AFTER = timedelta(seconds=1)
# A list that was begun longer ago is begun anew.
STALE_AFTER = 60 * 60.0
# The Connector's ids of people begin with 29, those of bots with 28.
BOT_ID = "28:"
GUEST = "guest"

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
        pace: Pace | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._api = api
        self._store = store
        self._pace = pace or Pace()
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

    async def profile(
        self, service_url: str, conversation: str, user: str, *, tenant: str = ""
    ) -> Profile:
        """What Teams says of one person of a conversation; raises what :class:`Api` raises."""
        return profile_of(await self._api.member(service_url, conversation, user), tenant=tenant)

    async def _reading(self, lane: Lane) -> _Reading:
        begun = self._begun.get(lane)
        if begun is None or self._clock() - begun.begun_at > STALE_AFTER:
            shared = await self._store(lambda store: store.all_shared(lane))
            begun = self._begun[lane] = _Reading(self._clock(), list(shared))
        return begun

    async def _read_page(self, reading: _Reading) -> None:
        place = reading.left[0]
        await self._pace.turn(place.lane, place.id)
        try:
            page, after = await self._api.members(place.service_url, place.id, after=reading.after)
        except Refusal as error:
            log.warning("teams_members_refused", lane=place.lane, error=error.code)
            reading.refusal, page, after = error, [], ""
        else:
            reading.is_answered = True
        for member in page:
            profile = profile_of(member, tenant=tenant_of(place.lane))
            # A channel shared with another tenant lists the people of that one too.
            if is_person(member) and not profile.is_external:
                reading.people[object_id(member)] = profile
        reading.after = after
        if not after:
            reading.left.pop(0)


def object_id(member: Json) -> str:
    """The Entra object id of a member; the Connector has spelt it in two ways."""
    found = member.get("aadObjectId") or member.get("objectId") or ""
    return str(found).lower()


def is_person(member: Json) -> bool:
    """Whether a member is somebody who can be written to."""
    return bool(object_id(member)) and not str(member.get("id", "")).startswith(BOT_ID)


def profile_of(member: Json, *, tenant: str = "") -> Profile:
    """What Teams says of a member of a conversation in the tenant; not their time zone.

    A guest has an account in the tenant; whoever else is from another one is external.
    """
    home, is_guest = str(member.get("tenantId") or "").lower(), member.get("userRole") == GUEST
    return Profile(
        name=str(member.get("name") or ""),
        email=str(member.get("email") or ""),
        address=str(member.get("userPrincipalName") or ""),
        is_guest=is_guest,
        is_external=bool(tenant and home and home != tenant and not is_guest),
    )
