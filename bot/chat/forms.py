"""A form: fields a member fills in, the same on every platform."""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.chat.messages import Span


class TextKind(StrEnum):
    """What a text field takes; a platform may offer a picker for it.

    A date is ``2026-03-31`` and a time ``09:00`` when they arrive, whatever the platform showed.
    """

    TEXT = "text"
    EMAIL = "email"
    DATE = "date"
    TIME = "time"
    NUMBER = "number"


@dataclass(frozen=True, slots=True)
class TextField:
    """A line, or with ``multiline`` several lines, of text."""

    name: str
    label: str
    hint: str = ""
    required: bool = False
    initial: str = ""
    multiline: bool = False
    max_length: int = 3000
    kind: TextKind = TextKind.TEXT


@dataclass(frozen=True, slots=True)
class Option:
    """One choice: ``value`` is what arrives, ``label`` what is shown."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class ChoiceField:
    """One of several options, or with ``multiple`` any number of them."""

    name: str
    label: str
    options: tuple[Option, ...]
    hint: str = ""
    required: bool = False
    initial: tuple[str, ...] = ()
    multiple: bool = False


@dataclass(frozen=True, slots=True)
class CheckField:
    """A box to tick; ``required`` means that it must be ticked (consent)."""

    name: str
    label: str
    hint: str = ""
    required: bool = False
    initial: bool = False


@dataclass(frozen=True, slots=True)
class PersonField:
    """A member of the community, found by typing part of the name.

    What arrives is ``#<member id>`` when one was chosen, or the words that were typed.
    """

    name: str
    label: str
    hint: str = ""
    required: bool = False


Field = TextField | ChoiceField | CheckField | PersonField


@dataclass(frozen=True, slots=True)
class Form:
    """A form; submitting it is a request to ``route`` with ``value`` and the fields.

    Platforms refuse an empty required field themselves and mark it; the rest is for the handler,
    which raises ``FormErrors``.
    """

    title: str
    route: str
    fields: tuple[Field, ...]
    submit: str = "Save"
    value: str = ""
    intro: tuple[Span, ...] = ()
    token: str = ""


def stamped(form: Form, token: str) -> Form:
    """The form with its one-time token."""
    return replace(form, token=token)


def options(*labels: str) -> tuple[Option, ...]:
    """Options whose value is their label."""
    return tuple(Option(label, label) for label in labels)
