"""Where an activity comes from: its tenant, and the conversation to answer in."""

from dataclasses import dataclass

from bot.chat.platform import TeamsConversation
from bot.platforms.teams.activities import (
    Malformed,
    account,
    brings_us_in,
    lane,
    maybe,
    place,
    takes_us_away,
)
from bot.platforms.teams.activities import tenant as tenant_of
from bot.platforms.teams.text import Json


@dataclass(frozen=True, slots=True)
class Origin:
    """A tenant in lower case, and the conversation as it is kept.

    ``host`` is the tenant whose conversation it is, which the activity may name besides.
    ``is_removal`` says that the bot has just been taken out of the conversation, ``is_arrival``
    that it has just come into a team or group chat. Not every event of a personal chat says whose
    it is; one that does not is no reason to forget it.
    """

    tenant: str
    conversation: TeamsConversation
    host: str
    is_removal: bool = False
    is_arrival: bool = False
    is_nameless: bool = False


def origin(activity: Json) -> Origin | None:
    """Where an activity comes from; None where it names no tenant."""
    try:
        tenant = tenant_of(activity)
    except Malformed:
        return None
    at = place(activity)
    person = account(activity) if at.is_personal else None
    conversation = TeamsConversation(
        lane=lane(tenant),
        id=at.conversation,
        service_url=at.service_url,
        user=person.user if person else "",
        teams_user=maybe(activity, "from", "id") if person else "",
    )
    return Origin(
        tenant,
        conversation,
        host=maybe(activity, "conversation", "tenantId").lower() or tenant,
        is_removal=takes_us_away(activity),
        is_arrival=not at.is_personal and brings_us_in(activity),
        is_nameless=at.is_personal and person is None,
    )
