"""How often Slack lets an app call, as its pages say; the stand-in holds the bot to it.

https://docs.slack.dev/apis/web-api/rate-limits and "Rate limiting" on each method's page.
"""

from typing import Any

from tests.rates import Limits

POST = "chat.postMessage"
CHANNEL: Limits = ((1, 1.0),)
# "Several hundred messages per minute": at the least 240, and no more than four in any second.
WORKSPACE: Limits = ((4, 1.0), (240, 60.0))

TIER_2: Limits = ((20, 60.0),)
TIER_3: Limits = ((50, 60.0),)
TIER_4: Limits = ((100, 60.0),)
TIERS = {
    "auth.test": TIER_4,
    "chat.delete": TIER_3,
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.open": TIER_3,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.update": TIER_4,
}


def counted(team: str, method: str, arguments: dict[str, Any]) -> list[tuple[str, Limits]]:
    """What a call counts for."""
    if method != POST:
        limits = TIERS.get(method)
        return [(f"{team} {method}", limits)] if limits else []
    # Somebody's own conversation is one, by whichever of its names.
    channel = arguments.get("channel", "")
    conversation = "D" + channel[1:] if channel.startswith("U") else channel
    return [(f"{team} {POST}", WORKSPACE), (f"{team} {conversation}", CHANNEL)]
