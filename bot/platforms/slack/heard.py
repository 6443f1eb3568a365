"""What Slack told us: what was asked, and where the answer can be shown."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.chat.messages import Account
from bot.chat.requests import Incoming
from bot.ids import Lane
from bot.platforms.slack.payload import lane

DIRECT_CHANNEL = "D"  # The ids of conversations of two begin with it.


class Where(StrEnum):
    """Where something was said or tapped, which decides how the reply is shown."""

    COMMAND = "command"
    DIRECT = "direct"
    MENTION = "mention"
    CARD = "card"
    MODAL = "modal"
    HOME = "home"
    FORM = "form"
    HOME_OPENED = "home_opened"
    EVENT = "event"


@dataclass(frozen=True, slots=True)
class Heard:
    """What was asked, and what Slack gives us to show the answer with.

    ``trigger`` opens a modal within three seconds; ``response_url`` answers or replaces a card;
    ``card`` is the tapped message and ``view`` the modal; ``blocks`` are the form's inputs;
    ``event`` is the same when Slack tells of an event again. ``home`` is the workspace of somebody
    who speaks from another one, in a channel that both share; ``via`` is the lane that heard it.
    """

    where: Where
    incoming: Incoming
    trigger: str = ""
    response_url: str = ""
    conversation: str = ""
    thread: str = ""
    card: str = ""
    is_ephemeral: bool = False
    view: str = ""
    from_home: bool = False
    blocks: tuple[str, ...] = ()
    event: str = ""
    home: str = ""
    via: Lane | None = None

    def at_home(self) -> "Heard":
        """The same, asked by a member of the workspace ``home``."""
        asked = self.incoming
        account = Account(lane(self.home), asked.account.user)
        profile = replace(asked.profile, is_external=False)
        incoming = replace(asked, account=account, profile=profile)
        return replace(self, incoming=incoming, home="", via=asked.account.lane)

    @property
    def is_private(self) -> bool:
        """Whether nobody but the asker sees the conversation."""
        return self.is_ephemeral or self.conversation.startswith(DIRECT_CHANNEL)
