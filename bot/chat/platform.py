"""What a platform is to the rest of the bot, and what it asks the rest to keep for it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol, TypeVar, runtime_checkable

from bot.chat.messages import Account, Message
from bot.chat.requests import Incoming, Outcome, Profile
from bot.ids import CommunityId, Lane

S_co = TypeVar("S_co", covariant=True)
T = TypeVar("T")

# What the key of a delivery ends with that is made once more on purpose, before its number.
RESENT = ":resent:"

Answer = Callable[[Incoming], Awaitable[Outcome]]
"""Dispatch, as a platform sees it: it always has something to show.

It raises ``DatabaseUnready`` where the database takes nothing now: then nothing was changed, and
the platform must not acknowledge, so that it is asked again. It raises nothing else.
"""


class InTransaction(Protocol[S_co]):
    """Runs a plain function on a store inside one transaction of its own, off the event loop."""

    async def __call__(self, act: Callable[[S_co], T]) -> T:
        """Whatever ``act`` returns, once the transaction is committed."""


class DeliveryKind(StrEnum):
    """What a platform can be asked to do from the outbox."""

    POST = "post"
    UPDATE = "update"
    DELETE = "delete"
    FETCH_MEMBERS = "fetch_members"


@dataclass(frozen=True, slots=True)
class Destination:
    """Where a message goes: one user, several users (a group conversation), or a channel."""

    users: tuple[str, ...] = ()
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Receipt:
    """Where a delivered message can be found again, in the platform's own words.

    ``people`` is the result of ``FETCH_MEMBERS``.
    """

    conversation: str = ""
    message: str = ""
    people: tuple[tuple[str, Profile], ...] = ()


Leave = Callable[[], Awaitable[None]]
"""Returns where a message may leave now; raises ``TryLater`` where it may not any more."""


async def at_once() -> None:
    """The leave of what nobody else could be sending."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """One row of the outbox as a platform sees it.

    ``key`` is unique for ever, so that a platform which can look a message up finds it again;
    ``receipt`` says which message to update or delete. A platform asks for ``leave`` just before
    a request that would be seen twice if it were made twice: while it waited its turn, the message
    may have been cancelled, or another replica have taken the lane over.
    """

    key: str
    lane: Lane
    kind: DeliveryKind
    destination: Destination
    message: Message | None = None
    receipt: Receipt = field(default_factory=Receipt)
    leave: Leave = field(default=at_once, compare=False, repr=False)


class Platform(Protocol):
    """Takes deliveries for its lanes.

    ``send`` returns once the platform has taken the message. It raises ``TryLater`` where the
    platform asks for patience, ``CannotDeliver`` where it never will, ``Uncertain`` where the
    message may have arrived; anything else counts as not sent and is tried again.
    """

    name: str

    async def send(self, delivery: Delivery) -> Receipt:
        """Do what the delivery asks; see the class for the errors."""


@runtime_checkable
class Finds(Protocol):
    """A platform on which a message that may have arrived can be looked up."""

    async def find(self, delivery: Delivery, *, since: datetime) -> Receipt | None:
        """The message of a delivery that was begun then; None where it certainly is not there.

        Raises ``Uncertain`` where that can't be known, ``TryLater`` where it can't be known yet.
        """


def first_key(key: str) -> str:
    """The key of the delivery that this one repeats; its own where it repeats none."""
    return key.partition(RESENT)[0]


@dataclass(frozen=True, slots=True)
class Installation:
    """A workspace that installed the bot. Both tokens are stored encrypted.

    With token rotation ``token`` ends at ``expires_at``, and ``refresh_token`` brings a new pair
    once. ``community`` is the one whose install link was used, when it is first installed.
    """

    lane: Lane
    workspace: str
    name: str
    token: str
    bot_user: str = ""
    refresh_token: str = ""
    expires_at: datetime | None = None
    community: CommunityId | None = None


class Seals(Protocol):
    """Seals what leaves the house and must come back unchanged, unread by others.

    All replicas share the key, which is that of the settings.
    """

    def seal(self, text: str) -> bytes:
        """The text, encrypted and signed, in characters that an address can hold."""

    def open(self, sealed: bytes) -> str:
        """The text again; raises ``SettingsError`` for what was not sealed here."""


class PutsOff(Protocol):
    """Counts how often a delivery was put off, across restarts and replicas."""

    def put_off(self, key: str) -> int:
        """How often the delivery of this key was put off before; this time counts from now on."""


class SlackStore(PutsOff, Protocol):
    """What the Slack platform asks to have kept."""

    def communities(self) -> Sequence[tuple[CommunityId, str]]:
        """The real communities and their names, the oldest first."""

    def belongs_to(self, lane: Lane) -> CommunityId | None:
        """The community of a workspace, also of one that took the bot away; None for a new one."""

    def installation(self, lane: Lane) -> Installation | None:
        """The installation of a workspace; None where the bot is not installed."""

    def install(self, installation: Installation, *, now: datetime) -> None:
        """Keep a new or renewed installation."""

    def take_renewal(self, lane: Lane, *, until: datetime, now: datetime) -> bool:
        """Take on renewing a token until an instant; False while another process does."""

    def renew(self, renewed: Installation, *, spent: str) -> bool:
        """Keep new tokens in the place of those whose refresh token was spent on them.

        False where that one is not kept any more: the bot was removed or installed anew meanwhile.
        """

    def lose_renewal(self, lane: Lane, *, refused: str) -> bool:
        """Forget a refresh token that the platform refused; False where another is kept."""

    def knows(self, account: Account) -> bool:
        """Whether somebody with this account has been met before."""


@dataclass(frozen=True, slots=True)
class TeamsConversation:
    """A conversation of the bot in Teams.

    ``user`` is the Entra object id of the person it is with, and ``teams_user`` what the Connector
    calls them; both are empty in a group chat or a channel.
    """

    lane: Lane
    id: str
    service_url: str
    user: str = ""
    teams_user: str = ""


class TeamsStore(PutsOff, Protocol):
    """What the Teams platform asks to have kept."""

    def admit(self, tenant: str, *, now: datetime) -> Lane:
        """The lane of a tenant that is served; a new one belongs to the oldest real community."""

    def knows(self, account: Account) -> bool:
        """Whether somebody with this account has been met before."""

    def hear(self, conversation: TeamsConversation, *, now: datetime) -> None:
        """Keep a conversation with its newest service address."""

    def personal(self, account: Account) -> TeamsConversation | None:
        """The bot's own conversation with somebody; None where there was none yet."""

    def all_shared(self, lane: Lane) -> Sequence[TeamsConversation]:
        """Every group chat and channel of a tenant that the bot is in, the oldest first."""

    def conversation(self, lane: Lane, conversation: str) -> TeamsConversation | None:
        """Any conversation by its id, with one person or shared."""

    def service_url(self, lane: Lane) -> str:
        """The newest service address of a tenant; empty where nothing came from it yet."""

    def forget(self, lane: Lane, conversation: str) -> None:
        """The bot was taken out of a conversation."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may use the web chat."""

    account: Account
    name: str
    about: str = ""
    is_organiser: bool = False
    is_example: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a web conversation: words the visitor typed, or a message of the bot."""

    id: int
    at: datetime
    words: str = ""
    message: Message | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A message in a channel of the web chat, for everybody of the community."""

    id: int
    channel: str
    at: datetime
    message: Message


class WebStore(Protocol):
    """What the web chat asks to have kept. All ``*_hash`` are SHA-256 in hexadecimal."""

    def visitor(self, session_hash: str, *, now: datetime) -> Visitor | None:
        """Whose session this is; None when it ended or never was."""

    def link(self, link_hash: str, *, now: datetime) -> Visitor | None:
        """Whom a personal sign-in link is for, without consuming it."""

    def enter(self, link_hash: str, session_hash: str, *, now: datetime) -> Visitor | None:
        """Consume a sign-in link and begin a session; None when it was used or ran out."""

    def example_people(self) -> Sequence[Visitor]:
        """The invented people one may act as; empty outside the example community."""

    def act_as(self, account: Account, session_hash: str, *, now: datetime) -> Visitor | None:
        """Begin a session as an invented person; None for anybody real."""

    def leave(self, session_hash: str) -> None:
        """End a session."""

    def entries(self, account: Account, *, before: int | None, limit: int) -> Sequence[Entry]:
        """The newest lines of a conversation, oldest first, older than ``before``."""

    def keep_words(self, account: Account, words: str, *, now: datetime) -> Entry:
        """Keep what somebody typed."""

    def keep_message(
        self, account: Account, message: Message, *, key: str | None, now: datetime
    ) -> Entry:
        """Keep a message of the bot; with a ``key`` kept before, the entry of that time."""

    def replace_message(self, account: Account, entry: int, message: Message) -> Entry | None:
        """Put a message in the place of another; None where there is none."""

    def remove_message(self, account: Account, entry: int) -> bool:
        """Take a message away; False where there is none."""

    def unread(self, account: Account) -> int:
        """How many of the bot's messages came after the last one read."""

    def mark_read(self, account: Account, entry: int) -> None:
        """Everything up to this line has been seen."""

    def people_named(
        self, account: Account, words: str, *, limit: int
    ) -> Sequence[tuple[str, str]]:
        """Members of the visitor's community found by name: (``#<member id>``, name and place)."""

    def channels(self, lane: Lane) -> Sequence[tuple[str, int]]:
        """The channels of a community's web chat, each with how many posts it has."""

    def posts(self, lane: Lane, channel: str, *, before: int | None, limit: int) -> Sequence[Post]:
        """The newest posts of a channel, newest first, older than ``before``."""

    def keep_post(
        self, lane: Lane, channel: str, message: Message, *, key: str, now: datetime
    ) -> Post:
        """Keep a post; with a ``key`` kept before, the post of that time."""

    def replace_post(self, lane: Lane, post: int, message: Message) -> Post | None:
        """Put a message in the place of a post's; None where there is none."""

    def remove_post(self, lane: Lane, post: int) -> bool:
        """Take a post away; False where there is none."""


@dataclass(frozen=True, slots=True)
class Letter:
    """What an e-mail needs besides its message: whom it is for, and a link that lets them in.

    ``copy`` says where the message is kept in the reader's web chat; it is empty for what is only
    an e-mail. ``is_asked_for`` says that the reader asked for this very e-mail.
    """

    name: str
    community: str
    secret: str
    lasts: timedelta
    is_asked_for: bool = False
    copy: Receipt = field(default_factory=Receipt)


class MailStore(PutsOff, Protocol):
    """What sending e-mail asks to have kept."""

    def letter(self, delivery: Delivery, message: Message, *, now: datetime) -> Letter | None:
        """A new sign-in link for the reader, and a copy in their web chat, one however often.

        None where the address is nobody's who belongs to the community now.
        """

    def replace_copy(self, copy: Receipt, message: Message) -> bool:
        """Put a message in the place of a copy; False where there is none."""

    def remove_copy(self, copy: Receipt) -> None:
        """Take a copy away; one that is gone already is what was asked for."""
