"""A message as an e-mail: its subject, its plain text and its HTML, in the same words."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import assert_never
from urllib.parse import urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from bot.chat import messages
from bot.chat.messages import (
    Block,
    Bullets,
    Button,
    Buttons,
    Divider,
    Facts,
    Heading,
    LinkButton,
    Message,
    Note,
    Paragraph,
    Span,
)

# Lines of mail should have at most 78 characters (RFC 5322, 2.1.1), and phones show fewer.
MAX_SUBJECT = 78
SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel", "webcal"})

_templates = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "pages"),
    autoescape=True,
    undefined=StrictUndefined,
)


@dataclass(frozen=True, slots=True)
class Around:
    """What stands around the message: whom it is for, of which community, and the way in.

    ``why`` is said where the reader did not ask for this very e-mail.
    """

    name: str
    community: str
    link: str
    lasts: str
    why: bool = True


@dataclass(frozen=True, slots=True)
class Shown:
    """An e-mail's words."""

    subject: str
    text: str
    html: str


def shown(message: Message, around: Around, *, base_url: str) -> Shown:
    """The message with what stands around it; links are absolute below ``base_url``."""
    blocks = [part for block in message.blocks for part in _parts(block, base_url)]
    text = messages.plain(Message(tuple(_spelled(block) for block in blocks)))
    below = _below(around)
    return Shown(
        subject=subject(message, around.community),
        text="\n\n".join((text, f"Open the web chat: {around.link}", "\n".join(below))) + "\n",
        html=_templates.get_template("mail.html").render(
            blocks=[(type(block).__name__.lower(), block) for block in blocks],
            around=around,
            below=below,
        ),
    )


def subject(message: Message, community: str) -> str:
    """The first heading, else the first sentence; on one line, and short."""
    for block in message.blocks:
        if isinstance(block, Heading):
            return _short(block.text) or community
        if isinstance(block, Paragraph):
            return _short(_first_sentence("".join(span.text for span in block.spans))) or community
    return community


def safe_url(url: str, base_url: str) -> str:
    """The absolute address, where a mail program may open it; else nothing."""
    if not url.isprintable() or " " in url:
        return ""
    if url.startswith("/") and url[1:2] not in {"/", "\\"}:
        return f"{base_url}{url}"
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return ""
    return url if scheme in SAFE_SCHEMES else ""


def _below(around: Around) -> tuple[str, ...]:
    link = (
        f"The link lets you in as {around.name}, once, within {around.lasts}. It is for you alone: "
        "please don’t pass this e-mail on."
    )
    lines = [link]
    if around.why:
        lines.append(
            f"You get this by e-mail because you are a member of {around.community} and use none "
            "of its chats. What you get is yours to change in the web chat."
        )
    lines.append("Answers to this e-mail reach nobody.")
    return tuple(lines)


def _parts(block: Block, base_url: str) -> list[Block]:
    """The block as mail can show it: with absolute links, and without buttons that act."""
    match block:
        case Heading() | Divider():
            return [block]
        case Paragraph(spans=spans) | Note(spans=spans):
            return [replace(block, spans=_linked(spans, base_url))]
        case Bullets(items=items):
            return [replace(block, items=tuple(_linked(item, base_url) for item in items))]
        case Facts(items=items):
            return [
                Facts(tuple(replace(each, spans=_linked(each.spans, base_url)) for each in items))
            ]
        case Buttons(items=items):
            return _choices(items, base_url)
        case _:
            assert_never(block)


def _choices(items: tuple[Button | LinkButton, ...], base_url: str) -> list[Block]:
    """Links to open, and in words what can be chosen in the web chat."""
    links = tuple(
        LinkButton(item.label, url)
        for item in items
        if isinstance(item, LinkButton) and (url := safe_url(item.url, base_url))
    )
    names = [f"“{item.label}”" for item in items if isinstance(item, Button)]
    found: list[Block] = []
    if names:
        found.append(messages.text(f"In the web chat you can choose: {', '.join(names)}."))
    if links:
        found.append(Buttons(links))
    return found


def _linked(spans: tuple[Span, ...], base_url: str) -> tuple[Span, ...]:
    return tuple(replace(span, url=safe_url(span.url, base_url)) for span in spans)


def _spelled(block: Block) -> Block:
    """The block with each link's address behind its words."""
    match block:
        case Paragraph(spans=spans) | Note(spans=spans):
            return replace(block, spans=_addressed(spans))
        case Bullets(items=items):
            return replace(block, items=tuple(_addressed(item) for item in items))
        case Facts(items=items):
            return Facts(tuple(replace(each, spans=_addressed(each.spans)) for each in items))
        case _:
            return block


def _addressed(spans: tuple[Span, ...]) -> tuple[Span, ...]:
    return tuple(
        replace(span, text=f"{span.text} ({span.url})")
        if span.url and span.url.removeprefix("mailto:") != span.text
        else span
        for span in spans
    )


def _first_sentence(words: str) -> str:
    """Up to the first full stop, question or exclamation mark that ends a word."""
    for at, letter in enumerate(words):
        if letter == "\n" or (letter in ".!?" and words[at + 1 : at + 2] in {" ", "\n", ""}):
            return words[: at + (letter in "!?")]
    return words


def _short(words: str) -> str:
    line = " ".join("".join(each if each.isprintable() else " " for each in words).split())
    if len(line) <= MAX_SUBJECT:
        return line
    return f"{line[: MAX_SUBJECT - 1].rsplit(' ', 1)[0]}…"
