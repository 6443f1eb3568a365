"""What arrives from a platform, and what a handler gets to see of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from random import Random
from typing import TypeVar

from bot.chat.forms import Form
from bot.chat.messages import Account, Message
from bot.errors import FormErrors
from bot.ids import CommunityId, MemberId

Reply = Message | Form
Fields = Mapping[str, tuple[str, ...]]
E = TypeVar("E", bound=StrEnum)


class Kind(StrEnum):
    """How somebody asked."""

    WORDS = "words"
    TAP = "tap"
    SUBMIT = "submit"
    EVENT = "event"


class Role(StrEnum):
    """What a member may do. An organiser may do all that a curator may."""

    MEMBER = "member"
    CURATOR = "curator"
    ORGANISER = "organiser"


@dataclass(frozen=True, slots=True)
class Profile:
    """What a platform knows of an account; empty where it does not say.

    ``address`` opens a chat with them on their platform (in Teams the user principal name). A
    guest belongs to the workspace with less than its members may; somebody ``is_external`` speaks
    from another one, in a channel that both share.
    """

    name: str = ""
    email: str = ""
    zone: str = ""
    address: str = ""
    is_guest: bool = False
    is_external: bool = False
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Mark:
    """By what something is known when a platform tells of it again.

    The same ``key`` ``within`` so long of the first is a repeat. A key is made of what the platform
    sent, and kept by nobody as it is.
    """

    key: tuple[str, ...]
    within: timedelta


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing a platform heard, already verified and read.

    ``text`` holds typed words (kind ``words``) or the value of a button or form. ``route`` is
    empty for typed words. ``channel`` is the shared conversation it was said in, None in private;
    ``channel_name`` is what people call it, where the platform says. Of two with a mark in common
    the first alone has an effect.
    """

    account: Account
    kind: Kind
    text: str = ""
    route: str = ""
    fields: Fields = field(default_factory=dict)
    token: str = ""
    channel: str | None = None
    channel_name: str = ""
    profile: Profile = field(default_factory=Profile)
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Request:
    """What a handler is asked: who, what, when and with which dice.

    ``text`` is what followed the route, the same whether it was typed or carried by a button.
    ``now`` is aware UTC; ``today`` is the date in the member's ``zone``.
    """

    community: CommunityId
    member: MemberId
    name: str
    role: Role
    account: Account
    route: str
    text: str
    now: datetime
    today: date
    zone: str
    rng: Random
    fields: Fields = field(default_factory=dict)
    kind: Kind = Kind.WORDS
    channel: str | None = None
    channel_name: str = ""
    token: str = ""
    profile: Profile = field(default_factory=Profile)

    @property
    def is_submitted(self) -> bool:
        """Whether a form was sent in."""
        return self.kind is Kind.SUBMIT

    def field(self, name: str) -> str:
        """The field's single value without surrounding spaces; empty when it was left out."""
        values = self.fields.get(name, ())
        return values[0].strip() if values else ""

    def required(self, name: str, sentence: str = "Please fill this in.") -> str:
        """The field's value; raises ``FormErrors`` with the sentence when it is empty."""
        value = self.field(name)
        if not value:
            raise FormErrors({name: sentence})
        return value

    def choice(self, name: str, choices: type[E]) -> E:
        """The field's value as one of the choices; raises ``FormErrors`` for anything else."""
        value = self.field(name)
        if value not in set(choices):
            raise FormErrors({name: "Please choose one of these."})
        return choices(value)

    def choices(self, name: str) -> tuple[str, ...]:
        """All values of the field."""
        return tuple(self.fields.get(name, ()))

    def is_checked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return self.field(name) == "yes"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a platform is to show for one incoming thing.

    ``errors`` marks the fields of the submitted form, which stays open with what was typed.
    ``keep`` is False where neither the words nor the reply may stay in a stored conversation.
    """

    reply: Reply | None = None
    errors: Mapping[str, str] = field(default_factory=dict)
    keep: bool = True
