"""Channels: what is posted where in each workspace, and whether the bot can post there."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.errors import NotUnderstood
from bot.ids import ChannelId, CommunityId, Lane, MemberId, platform_of


class Purpose(StrEnum):
    """What is posted to channels."""

    INTRODUCTIONS = "introductions"
    STORIES = "stories"
    ANNOUNCEMENTS = "announcements"
    PROMPTS = "prompts"


class ChannelState(StrEnum):
    """What is known of a channel. ``CANNOT`` carries the reason in plain words."""

    CHECKING = "checking"
    READY = "ready"
    CANNOT = "cannot"


@dataclass(frozen=True, slots=True)
class Channel:
    """Where one purpose posts in one workspace; ``name`` is empty where no platform told it."""

    community: CommunityId
    purpose: Purpose
    lane: Lane
    channel: str
    name: str = ""
    state: ChannelState = ChannelState.CHECKING
    reason: str = ""
    set_by: MemberId | None = None
    set_at: datetime | None = None
    id: ChannelId = field(default=ChannelId(0))

    @property
    def platform(self) -> str:
        """The platform of the workspace."""
        return platform_of(self.lane)

    @property
    def takes_posts(self) -> bool:
        """Whether to post there; during the check too, so that nothing said meanwhile is lost."""
        return self.state is not ChannelState.CANNOT


@dataclass(frozen=True, slots=True)
class Place:
    """A workspace and the channels set in it."""

    lane: Lane
    name: str
    channels: tuple[Channel, ...] = ()

    @property
    def platform(self) -> str:
        """The platform of the workspace."""
        return platform_of(self.lane)

    def channel(self, purpose: Purpose) -> Channel | None:
        """Where a purpose posts here; None where that was not set."""
        return next((each for each in self.channels if each.purpose is purpose), None)


def has_own_channels(lane: Lane) -> bool:
    """Whether a workspace has a channel for every purpose by itself, as the web chat has."""
    return platform_of(lane) == "web"


def own_channel(community: CommunityId, lane: Lane, purpose: Purpose) -> Channel:
    """The channel that the web chat has by itself."""
    return Channel(
        community, purpose, lane, purpose.value, name=purpose.value, state=ChannelState.READY
    )


def open_to(
    community: CommunityId, purpose: Purpose, places: Iterable[Place]
) -> tuple[Channel, ...]:
    """The channels in which something of this purpose is posted."""
    found = (
        own_channel(community, place.lane, purpose)
        if has_own_channels(place.lane)
        else place.channel(purpose)
        for place in places
    )
    return tuple(each for each in found if each is not None and each.takes_posts)


def asked(words: str) -> tuple[Purpose, str]:
    """The purpose that the words begin with, and the words after it.

    Raises ``NotUnderstood`` with the purposes there are.
    """
    first, _, rest = words.strip().partition(" ")
    for purpose in Purpose:
        if first.lower() in {purpose.value, purpose.value.removesuffix("s")}:
            return purpose, rest.strip()
    names = ", ".join(f"“channel {purpose}”" for purpose in Purpose)
    raise NotUnderstood(f"What is the channel for? Say {names}.")
