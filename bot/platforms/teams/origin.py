"""Where an activity comes from: its tenant, and the conversation to answer in."""

from dataclasses import dataclass

from bot.chat.platform import TeamsConversation
from bot.ids import Lane
from bot.platforms.teams.text import Json

# A conversation in a thread of a channel is the channel's, with the thread's first message.
THREAD_MARK = ";messageid="
PERSONAL = "personal"

MESSAGE = "message"
INVOKE = "invoke"


@dataclass(frozen=True, slots=True)
class Origin:
    """A tenant in lower case, and the conversation as it is kept.

    ``is_removal`` says that the bot has just been taken out of the conversation.
    """

    tenant: str
    conversation: TeamsConversation
    is_removal: bool = False


def lane(tenant: str) -> Lane:
    """The lane of a tenant."""
    return Lane(f"teams:{tenant}")


def origin(activity: Json) -> Origin | None:
    """Where an activity comes from; None where it names no tenant."""
    place = activity["conversation"]
    tenant = _tenant(activity)
    if not tenant:
        return None
    sender = activity.get("from") or {}
    is_person = sender.get("id") != (activity.get("recipient") or {}).get("id")
    is_personal = place.get("conversationType") == PERSONAL and is_person
    conversation = TeamsConversation(
        lane=lane(tenant),
        id=place["id"].partition(THREAD_MARK)[0],
        service_url=activity["serviceUrl"],
        user=_text(sender, "aadObjectId").lower() if is_personal else "",
        teams_user=_text(sender, "id") if is_personal else "",
    )
    return Origin(tenant, conversation, is_removal=_is_removal(activity))


def _tenant(activity: Json) -> str:
    named = (activity.get("channelData") or {}).get("tenant")
    found = _text(named, "id") if isinstance(named, dict) else ""
    return (found or _text(activity["conversation"], "tenantId")).lower()


def _is_removal(activity: Json) -> bool:
    if activity["type"] == "installationUpdate":
        return str(activity.get("action")).startswith("remove")
    if activity["type"] != "conversationUpdate":
        return False
    bot = (activity.get("recipient") or {}).get("id")
    return any(one["id"] == bot for one in activity.get("membersRemoved") or [])


def _text(given: Json, name: str) -> str:
    value = given.get(name)
    return value if isinstance(value, str) else ""
