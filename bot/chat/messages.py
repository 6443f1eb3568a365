"""A message: text, facts and buttons, the same on every platform.

A string of a member is always literal: nothing in it is read as markup, a link or a mention.
Emphasis, links and mentions are made with :func:`bold`, :func:`italic`, :func:`link` and
:func:`person`.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from bot.ids import Lane


@dataclass(frozen=True, slots=True)
class Account:
    """A person's account in one workspace: where they speak from and can be reached."""

    lane: Lane
    user: str


@dataclass(frozen=True, slots=True)
class Span:
    """A run of text: plain, bold, italic, a link (``url``) or a person's name (``account``).

    A platform shows ``account`` as a mention where it knows the account, else as the bare name.
    """

    text: str
    bold: bool = False
    url: str = ""
    account: Account | None = None
    italic: bool = False


Words = str | Span


@dataclass(frozen=True, slots=True)
class Heading:
    """A short title."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph of spans; a newline in a span starts a new line."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Bullets:
    """A list of short paragraphs, each after a dot or, with ``is_numbered``, after its number."""

    items: tuple[tuple[Span, ...], ...]
    is_numbered: bool = False


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a table of two columns."""

    label: str
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """A small table of labels and values."""

    items: tuple[Fact, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: why a message came and how to stop it."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Divider:
    """A line between two parts."""


class Style(StrEnum):
    """How a button looks; never the only carrier of meaning."""

    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button: a tap is the same as typing ``route value``.

    ``confirm`` is a question asked before the tap counts; empty asks nothing. ``opens_form`` says
    that the tap is answered with a form, for platforms that must know before it is tapped.
    """

    label: str
    route: str
    value: str = ""
    style: Style = Style.PLAIN
    confirm: str = ""
    opens_form: bool = False


@dataclass(frozen=True, slots=True)
class LinkButton:
    """A button that opens an address: absolute, or a path below ``BASE_URL``."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Buttons:
    """A row of buttons."""

    items: tuple[Button | LinkButton, ...]


Block = Heading | Paragraph | Bullets | Facts | Note | Divider | Buttons


@dataclass(frozen=True, slots=True)
class Message:
    """What the bot says at once.

    ``replaces`` asks that the reply to a tap takes the place of the tapped card (in a private
    conversation; in a shared one a reply to a tap is always shown to the asker alone).
    ``token`` makes a repeated tap have one effect; it is stamped when the message is stored
    or answered, never by a view.
    """

    blocks: tuple[Block, ...]
    replaces: bool = False
    token: str = ""


def spans(*words: Words) -> tuple[Span, ...]:
    """The words as spans; a bare string is literal text."""
    return tuple(Span(word) if isinstance(word, str) else word for word in words)


def bold(text: str) -> Span:
    """Text with emphasis."""
    return Span(text, bold=True)


def italic(text: str) -> Span:
    """Text with a lighter emphasis."""
    return Span(text, italic=True)


def link(text: str, url: str) -> Span:
    """Text that opens an address."""
    return Span(text, url=url)


def person(name: str, account: Account | None = None) -> Span:
    """A person's name, a mention where the platform knows the account."""
    return Span(name, bold=account is None, account=account)


def text(*words: Words) -> Paragraph:
    """A paragraph."""
    return Paragraph(spans(*words))


def bullets(*items: tuple[Words, ...]) -> Bullets:
    """A list, one tuple of words an item."""
    return Bullets(tuple(spans(*item) for item in items))


def fact(label: str, *words: Words) -> Fact:
    """A line of a :class:`Facts` table."""
    return Fact(label, spans(*words))


def facts(*items: Fact) -> Facts:
    """A small table."""
    return Facts(items)


def note(*words: Words) -> Note:
    """Small print."""
    return Note(spans(*words))


def buttons(*items: Button | LinkButton) -> Buttons:
    """A row of buttons."""
    return Buttons(items)


def message(*blocks: Block, replaces: bool = False) -> Message:
    """A message of these blocks."""
    return Message(blocks, replaces=replaces)


def stamped(reply: Message, token: str) -> Message:
    """The message with its one-time token."""
    return replace(reply, token=token)


def plain(reply: Message) -> str:
    """The whole message as plain text: for notifications, screen readers and e-mail.

    Every button becomes the words that do the same when typed.
    """
    return "\n".join(filter(None, (_plain_block(block) for block in reply.blocks)))


def has_buttons(reply: Message) -> bool:
    """Whether the message asks for a tap that does something."""
    return any(
        isinstance(item, Button)
        for block in reply.blocks
        if isinstance(block, Buttons)
        for item in block.items
    )


def _joined(parts: tuple[Span, ...]) -> str:
    return "".join(part.text for part in parts)


def _plain_block(block: Block) -> str:
    match block:
        case Heading(text=words):
            return words
        case Paragraph(spans=parts) | Note(spans=parts):
            return _joined(parts)
        case Bullets(items=items, is_numbered=True):
            return "\n".join(f"{at}. {_joined(item)}" for at, item in enumerate(items, start=1))
        case Bullets(items=items):
            return "\n".join(f"- {_joined(item)}" for item in items)
        case Facts(items=items):
            return "\n".join(f"{item.label}: {_joined(item.spans)}" for item in items)
        case Divider():
            return ""
    return "\n".join(_plain_button(item) for item in block.items)


def _plain_button(item: Button | LinkButton) -> str:
    if isinstance(item, LinkButton):
        return f"{item.label}: {item.url}"
    return f"{item.label}: type “{f'{item.route} {item.value}'.strip()}”"
