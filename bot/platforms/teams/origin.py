"""Where an activity comes from: its tenant, and the conversation to answer in."""

from dataclasses import dataclass

from bot.chat.platform import TeamsConversation
from bot.ids import Lane
from bot.platforms.teams.text import Json

# A conversation in a thread of a channel is the channel's, with the thread's first message.
THREAD_MARK = ";messageid="
PERSONAL = "personal"
PERSONAL_ID = "a:"

MESSAGE = "message"
INVOKE = "invoke"


@dataclass(frozen=True, slots=True)
class Origin:
    """A tenant in lower case, and the conversation as it is kept.

    ``is_removal`` says that the bot has just been taken out of the conversation. Not every event
    of a personal chat says whose it is; one that does not is no reason to forget it.
    """

    tenant: str
    conversation: TeamsConversation
    is_removal: bool = False
    is_nameless: bool = False


def lane(tenant: str) -> Lane:
    """The lane of a tenant."""
    return Lane(f"teams:{tenant}")


def origin(activity: Json) -> Origin | None:
    """Where an activity comes from; None where it names no tenant."""
    place = activity["conversation"]
    tenant = _tenant(activity)
    if not tenant:
        return None
    is_personal = _is_personal(place)
    sender = _person(activity) if is_personal else {}
    conversation = TeamsConversation(
        lane=lane(tenant),
        id=place["id"].partition(THREAD_MARK)[0],
        service_url=activity["serviceUrl"],
        user=_text(sender, "aadObjectId").lower(),
        teams_user=_text(sender, "id"),
    )
    return Origin(
        tenant,
        conversation,
        is_removal=_is_removal(activity),
        is_nameless=is_personal and not conversation.user,
    )


def _tenant(activity: Json) -> str:
    named = (activity.get("channelData") or {}).get("tenant")
    found = _text(named, "id") if isinstance(named, dict) else ""
    return (found or _text(activity["conversation"], "tenantId")).lower()


def _is_personal(place: Json) -> bool:
    kind = _text(place, "conversationType")
    return kind == PERSONAL or (not kind and place["id"].startswith(PERSONAL_ID))


def _person(activity: Json) -> Json:
    """Who an activity is from, unless it is the bot itself."""
    sender: Json = activity.get("from") or {}
    bot = (activity.get("recipient") or {}).get("id")
    return {} if sender.get("id") == bot else sender


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
