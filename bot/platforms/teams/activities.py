"""The pieces of an activity: who, where and from which tenant, whatever it lacks.

Source: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/
subscribe-to-conversation-events and the Bot Framework's activity schema.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.chat.messages import Account
from bot.chat.requests import Profile
from bot.ids import Lane, lane_of
from bot.platforms.teams.carry import clean

MESSAGE = "message"
INVOKE = "invoke"
BOT = "28:"  # What the Connector calls a bot begins with it, people with 29.

_THREAD = ";messageid="  # A channel's id and this and the first message make the id of a thread.
# Entra writes a GUID; another writing is no harm as long as a lane or an account can hold it.
_ID = re.compile(r"[0-9a-z-]{1,64}")


class Malformed(ValueError):
    """An activity that does not have Teams' shape."""


@dataclass(frozen=True, slots=True)
class Place:
    """A conversation: ``thread`` is the whole id where it names a thread of a channel."""

    service_url: str
    conversation: str
    thread: str = ""
    is_personal: bool = False


def must(body: Mapping[str, Any], *path: str) -> str:
    """The text at the path; raises ``Malformed`` where there is none."""
    found = maybe(body, *path)
    if not found:
        raise Malformed(f"An activity without {'.'.join(path)}.")
    return found


def maybe(body: Mapping[str, Any], *path: str) -> str:
    """The text at the path; empty where there is none."""
    for name in path[:-1]:
        body = part(body, name)
    found = body.get(path[-1])
    return clean(found) if isinstance(found, str) else ""


def part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object of that name; empty where there is none."""
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def parts(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    """The objects in the list of that name; empty where there is none."""
    found = body.get(name)
    return [each for each in found if isinstance(each, dict)] if isinstance(found, list) else []


def tenant(activity: Mapping[str, Any]) -> str:
    """The tenant an activity comes from; raises ``Malformed`` where it does not say."""
    said = maybe(activity, "channelData", "tenant", "id")
    found = (said or maybe(activity, "conversation", "tenantId")).lower()
    if not _ID.fullmatch(found):
        raise Malformed("An activity without a tenant.")
    return found


def lane(tenant: str) -> Lane:
    """The lane of a tenant."""
    return lane_of("teams", tenant)


def user(person: Mapping[str, Any]) -> str:
    """The Entra object id of a person, which Teams spells in two ways; else empty."""
    found = (maybe(person, "aadObjectId") or maybe(person, "objectId")).lower()
    return found if _ID.fullmatch(found) else ""


def is_person(somebody: Mapping[str, Any]) -> bool:
    """Whether somebody is a person who can be written to, and no bot."""
    return bool(user(somebody)) and not maybe(somebody, "id").startswith(BOT)


def account(activity: Mapping[str, Any]) -> Account | None:
    """Who sent the activity; None for a bot, or where Teams does not give an Entra id."""
    sender = part(activity, "from")
    if not is_person(sender):
        return None
    return Account(lane(tenant(activity)), user(sender))


def profile(person: Mapping[str, Any], *, tenant: str = "") -> Profile:
    """What Teams says of a person, which is never their time zone.

    A guest has an account in the tenant; whoever else speaks from another one, in a channel
    shared with it, is external.
    """
    home, is_guest = maybe(person, "tenantId").lower(), maybe(person, "userRole").lower() == "guest"
    return Profile(
        name=maybe(person, "name"),
        email=maybe(person, "email"),
        address=maybe(person, "userPrincipalName"),
        is_guest=is_guest,
        is_external=bool(tenant and home and home != tenant and not is_guest),
    )


def place(activity: Mapping[str, Any]) -> Place:
    """Where the activity happened; raises ``Malformed`` where it does not say."""
    whole = must(activity, "conversation", "id")
    conversation, is_thread, _ = whole.partition(_THREAD)
    kind = maybe(activity, "conversation", "conversationType")
    return Place(
        service_url=must(activity, "serviceUrl"),
        conversation=conversation,
        thread=whole if is_thread else "",
        # Where the kind is missing, only what is certainly personal counts as such.
        is_personal=kind == "personal" or (not kind and conversation.startswith("a:")),
    )


def channel_name(activity: Mapping[str, Any]) -> str:
    """What people call the channel or group chat; empty where Teams does not say."""
    return maybe(part(activity, "channelData"), "channel", "name") or maybe(
        activity, "conversation", "name"
    )


def is_bot(activity: Mapping[str, Any], person: Mapping[str, Any]) -> bool:
    """Whether a member is this bot."""
    return maybe(person, "id") == maybe(activity, "recipient", "id") != ""


def takes_us_away(activity: Mapping[str, Any]) -> bool:
    """Whether the activity says that the bot was taken out of its conversation."""
    return _befalls_us(activity, "remove", "membersRemoved")


def brings_us_in(activity: Mapping[str, Any]) -> bool:
    """Whether the activity says that the bot was added to its conversation."""
    return _befalls_us(activity, "add", "membersAdded")


def _befalls_us(activity: Mapping[str, Any], action: str, members: str) -> bool:
    match maybe(activity, "type"):
        case "installationUpdate":
            return maybe(activity, "action") == action
        case "conversationUpdate":
            return any(is_bot(activity, each) for each in parts(activity, members))
    return False
