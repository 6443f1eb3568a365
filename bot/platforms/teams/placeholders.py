"""What ``read``, ``replies`` and ``send`` are to bring, as small as it can be until they are there.

``app`` imports these names from here and nowhere else: Heard, Malformed, Where, heard, Replies and
TeamsPlatform. Words are read and answered; nothing else is.
"""

from dataclasses import dataclass
from enum import StrEnum

from bot.chat.messages import Account, Message, plain
from bot.chat.platform import Delivery, Receipt
from bot.chat.requests import Incoming, Kind, Outcome
from bot.errors import CannotDeliver
from bot.platforms.teams.api import Api
from bot.platforms.teams.origin import PERSONAL, origin
from bot.platforms.teams.text import Json


class Malformed(Exception):
    """An activity that can't be what it says it is."""


class Where(StrEnum):
    """The place in Teams that something was heard in."""

    PERSONAL = "personal"
    SHARED = "shared"
    CARD = "card"
    OPENS_DIALOG = "opens_dialog"
    DIALOG = "dialog"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was heard, and where the answer goes."""

    where: Where
    incoming: Incoming
    service_url: str
    conversation: str
    thread: str = ""
    message: str = ""
    teams_user: str = ""
    is_personal: bool = False
    is_form: bool = False
    activity: str = ""


def heard(activity: Json) -> Heard | None:
    """Words typed to the bot alone; None for anything else."""
    place = origin(activity)
    user = (activity.get("from") or {}).get("aadObjectId")
    if place is None or not user or activity["type"] != "message" or not activity.get("text"):
        return None
    if activity["conversation"].get("conversationType") != PERSONAL:
        return None
    conversation = place.conversation
    account = Account(conversation.lane, conversation.user)
    return Heard(
        Where.PERSONAL,
        Incoming(account, Kind.WORDS, text=activity["text"]),
        service_url=conversation.service_url,
        conversation=conversation.id,
        teams_user=conversation.teams_user,
        is_personal=True,
        activity=activity.get("id") or "",
    )


class Replies:
    """Shows a message as its fallback words."""

    def __init__(self, api: Api) -> None:
        self._api = api

    async def show(self, heard: Heard, outcome: Outcome) -> Json | None:
        """Post the words in the conversation."""
        if isinstance(outcome.reply, Message):
            said = {"type": "message", "text": plain(outcome.reply)}
            await self._api.send(heard.service_url, heard.conversation, said)
        return None


class TeamsPlatform:
    """Delivers nothing yet."""

    name = "teams"

    async def send(self, delivery: Delivery) -> Receipt:  # noqa: ARG002 - See above.
        """Nothing can be sent by itself yet."""
        raise CannotDeliver("Teams takes answers only so far.")
