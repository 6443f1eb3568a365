"""What is said of channels: which are set, how to set one, and whether the bot can post there."""

from collections.abc import Sequence

from bot.chat.messages import (
    Block,
    Button,
    Message,
    bold,
    buttons,
    fact,
    facts,
    message,
    note,
    text,
)
from bot.domain.channels import Channel, ChannelState, Place, Purpose, has_own_channels
from bot.views import common

# The bot's name in Slack is the one of our manifest, and the app's name in Teams the one of its.
HOW = {
    "slack": (
        "In Slack: invite me to the channel with /invite @leaders, then type "
        "“/leaders channel {purpose} here” in it."
    ),
    "teams": (
        "In Teams: add the Leaders app to the team, then write “@Leaders channel {purpose} here” "
        "in the channel."
    ),
    "web": "On the web chat there is nothing to do: it shows {purpose} by itself.",
}
MEND = {
    "slack": (
        "Invite me there with /invite @leaders, then type “/leaders channel {purpose} here” there "
        "again. Or choose another channel in the same way."
    ),
    "teams": (
        "Add the Leaders app to the team, then write “@Leaders channel {purpose} here” there "
        "again. Or choose another channel in the same way."
    ),
}
ORGANISERS_ONLY = "You get this because you are an organiser."


def overview(places: Sequence[Place]) -> Message:
    """Every workspace with what is posted where, and whether that works."""
    return message(
        text(bold("Where I post"), " in each workspace of the community:"),
        *(block for place in places for block in _place(place)),
        note(
            "Set a channel by typing “channel introductions here” in it. “channel stories” and "
            "the like say how on your platform."
        ),
    )


def how(purpose: Purpose, platforms: Sequence[str]) -> Message:
    """How a channel is set on these platforms."""
    return message(
        text(bold(f"Where should I post {purpose}?"), " Say it in the channel itself:"),
        *(text(HOW[each].format(purpose=purpose)) for each in platforms),
        buttons(Button("Where I post now", "channels")),
    )


def checking(channel: Channel) -> Message:
    """A channel was chosen and is being tried."""
    return message(
        text(
            f"I am trying to post in {named(channel)} now, and will tell you in a moment whether "
            "I can."
        )
    )


def first_post(channel: Channel, community: str) -> Message:
    """What is posted to try a channel, for all who read it."""
    return message(
        text(
            bold(f"{channel.purpose.capitalize()} will be posted here."),
            f" An organiser of {community} has chosen this channel.",
        ),
    )


def ready(channel: Channel) -> Message:
    """The channel takes posts."""
    return message(text(f"I post {channel.purpose} in {named(channel)} now."))


def cannot(channel: Channel) -> Message:
    """The channel that was just chosen takes no posts."""
    return message(
        text(bold(f"I can’t post in {named(channel)}:"), f" {channel.reason}"),
        text(MEND[channel.platform].format(purpose=channel.purpose)),
        buttons(_check(channel, "Check again")),
    )


def unsure(channel: Channel) -> Message:
    """Nobody knows whether the first post arrived."""
    return message(
        text(bold(f"I don’t know whether I can post in {named(channel)}:"), f" {channel.reason}"),
        text("If you see my first post there, all is well; checking again posts it once more."),
        buttons(_check(channel, "Check again")),
    )


def lost(channel: Channel) -> Message:
    """A channel that took posts before does so no longer."""
    return message(
        text(
            bold(f"I can’t post {channel.purpose} in {named(channel)} any more:"),
            f" {channel.reason}",
        ),
        text("Nothing more is posted there until this is mended."),
        text(MEND[channel.platform].format(purpose=channel.purpose)),
        buttons(_check(channel, "Check again"), _stop(channel)),
        note(ORGANISERS_ONLY),
    )


def stopped(channel: Channel) -> Message:
    """Nothing is posted there any more."""
    return message(
        text(
            f"I post {channel.purpose} in {named(channel)} no longer. What was posted stays there."
        ),
        note(f"Type “channel {channel.purpose} here” in a channel to begin again."),
    )


def none_set(purpose: Purpose) -> Message:
    """There was nothing to stop."""
    return message(
        text(f"No channel is set for {purpose} in this workspace."),
        buttons(Button("Where I post now", "channels")),
    )


def always_there(purpose: Purpose) -> Message:
    """The web chat has its channels by itself."""
    return message(
        text(f"The web chat shows {purpose} by itself; there is nothing to set or to stop here.")
    )


def named(channel: Channel) -> str:
    """A channel as people call it, as far as the platform told."""
    if channel.platform == "slack":
        return f"#{channel.name}" if channel.name else f"the channel {channel.channel}"
    return f"“{channel.name}”" if channel.name else "the Teams channel"


def _place(place: Place) -> list[Block]:
    kind = common.platform(place.platform)
    if has_own_channels(place.lane):
        return [text(bold(kind), ": always there, nothing to set.")]

    title = f"{kind}: {place.name}" if place.name else kind
    rows = [fact(purpose.capitalize(), _state(place.channel(purpose))) for purpose in Purpose]
    blocks: list[Block] = [text(bold(title)), facts(*rows)]
    if broken := [each for each in place.channels if each.state is ChannelState.CANNOT]:
        blocks.append(text(MEND[place.platform].format(purpose=broken[0].purpose)))
    steps = [
        *(
            _check(each, f"Check {each.purpose} again")
            for each in place.channels
            if each.state is not ChannelState.READY
        ),
        *(_stop(each) for each in place.channels),
    ]
    return [*blocks, buttons(*steps)] if steps else blocks


def _state(channel: Channel | None) -> str:
    if channel is None:
        return "not set"
    if channel.state is ChannelState.CANNOT:
        return f"{named(channel)}: I can’t post there. {channel.reason}"
    known = "ready" if channel.state is ChannelState.READY else "being checked"
    return f"{named(channel)}, {known}"


def _check(channel: Channel, label: str) -> Button:
    return Button(label, "channel check", str(channel.id))


def _stop(channel: Channel) -> Button:
    return Button(
        f"Stop posting {channel.purpose}",
        "channel",
        f"{channel.purpose} off {channel.id}",
        confirm=f"Post {channel.purpose} in {named(channel)} no longer? What was posted stays.",
    )
