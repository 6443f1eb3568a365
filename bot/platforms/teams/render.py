"""A message as an Adaptive Card, and as the activity that carries it.

Source: https://adaptivecards.io/explorer and, for what Teams shows of it,
https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from bot.chat.messages import (
    Block,
    Bullets,
    Buttons,
    Divider,
    Facts,
    Heading,
    LinkButton,
    Message,
    Note,
    Paragraph,
    Span,
    bold,
    spans,
)
from bot.chat.messages import plain as as_text
from bot.platforms.teams import buttons
from bot.platforms.teams.activities import MESSAGE
from bot.platforms.teams.text import (
    Json,
    address,
    cut_to_size,
    lines,
    size,
    without_markdown,
)

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
VERSION = "1.5"  # The newest that Teams shows to everybody.
SCHEMA = "http://adaptivecards.io/schemas/adaptive-card.json"

# A message stays below 25 kB: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/
# format-your-bot-messages. Two kB are left for what the Connector and we put around it.
MAX_ACTIVITY = 23_000
MAX_SUMMARY = 1000  # Ours, in bytes: a notification shows far less.
ENVELOPE = 500  # The activity and its attachment without the card and the summary.
MAX_CARD = MAX_ACTIVITY - MAX_SUMMARY - ENVELOPE
# What the text for clients that show no cards may always have of a card's room.
FALLBACK = 3000
FRAME = 200  # A card without its body and its text.

# A longer heading is a paragraph in bold.
MAX_HEADING = 150
# A note longer than this gives way like any paragraph when a message is too long.
SHORT_NOTE = 600

DIALOG_TITLE = "Leaders"
NOTHING = "There is nothing to show."
TOO_LONG = "… This is longer than Teams shows at once, so the rest is left out here."


@dataclass(frozen=True, slots=True)
class _Piece:
    elements: list[Json]
    gives_way: bool = False

    @property
    def size(self) -> int:
        return size(self.elements)


def card(said: Message, base_url: str, *, in_dialog: bool = False) -> Json:
    """The message as a card; ``in_dialog`` where a dialog shows it, which knows fewer actions."""
    return adaptive(_body(said, base_url, in_dialog=in_dialog), fallback(said, base_url))


def activity(said: Message, base_url: str) -> Json:
    """The message for the Connector: a card, and a summary for the notification."""
    return carrying(card(said, base_url), fallback(said, base_url))


def carrying(content: Json, words: str) -> Json:
    """A card for the Connector, with the words that a notification shows."""
    return {
        "type": MESSAGE,
        "summary": cut_to_size(words, MAX_SUMMARY),
        "attachments": [attachment(content)],
    }


def sentence(words: str) -> Json:
    """A sentence for the Connector, without a card."""
    return {"type": MESSAGE, "text": words}


def task(said: Message, base_url: str) -> Json:
    """The message as what a dialog shows, under its first heading."""
    headings = (block.text for block in said.blocks if isinstance(block, Heading))
    return dialog(next(headings, DIALOG_TITLE), card(said, base_url, in_dialog=True))


def fallback(said: Message, base_url: str) -> str:
    """The whole message as text, with whole addresses."""
    blocks = tuple(_with_addresses(block, base_url) for block in said.blocks)
    return as_text(replace(said, blocks=blocks)) or NOTHING


def adaptive(body: list[Json], text: str) -> Json:
    """A card of these elements, with as much of the text as there is room for."""
    room = max(FALLBACK, MAX_CARD - FRAME - size(body))
    return {
        "$schema": SCHEMA,
        "type": "AdaptiveCard",
        "version": VERSION,
        "fallbackText": cut_to_size(text, room),
        "body": body,
    }


def attachment(content: Json) -> Json:
    """A card as an attachment."""
    return {"contentType": ADAPTIVE, "content": content}


def dialog(title: str, content: Json) -> Json:
    """The ``value`` of a dialog that continues with a card."""
    return {"title": title, "height": "medium", "width": "medium", "card": attachment(content)}


def heading(words: str, base_url: str) -> list[Json]:
    """A short title, or a paragraph in bold where it is not short."""
    if len(words) > MAX_HEADING:
        return lines((bold(words),), base_url)
    shown = without_markdown(words)
    if not shown:
        return []
    return [
        {
            "type": "TextBlock",
            "text": shown,
            "style": "heading",
            "size": "Large",
            "weight": "Bolder",
            "wrap": True,
        }
    ]


def _body(said: Message, base_url: str, *, in_dialog: bool) -> list[Json]:
    pieces = list(_parted(_pieces(said, base_url, in_dialog=in_dialog)))
    kept = list(_fitting(pieces, base_url))
    elements = [element for piece in kept for element in piece.elements]
    return elements or lines(spans(NOTHING), base_url)


def _fitting(pieces: list[_Piece], base_url: str) -> Iterator[_Piece]:
    """The pieces that a card has room for: what is long gives way, and that is said."""
    room = MAX_CARD - FRAME - FALLBACK
    if sum(piece.size for piece in pieces) <= room:
        yield from pieces
        return

    note = _Piece(buttons.small(spans(TOO_LONG), base_url))
    room -= note.size
    lasting = sum(piece.size for piece in pieces if not piece.gives_way)
    if lasting > room:
        yield from _first(pieces, room)
        yield note
        return

    room -= lasting
    is_cut = False
    for piece in pieces:
        if piece.gives_way and not is_cut:
            room -= piece.size
            if room < 0:
                is_cut = True
                yield note
        if not (piece.gives_way and is_cut):
            yield piece


def _first(pieces: list[_Piece], room: int) -> Iterator[_Piece]:
    """As many pieces from the start as there is room for."""
    for piece in pieces:
        room -= piece.size
        if room < 0:
            return
        yield piece


def _parted(pieces: Iterator[_Piece | None]) -> Iterator[_Piece]:
    """The pieces, with a line above each that follows a divider (None)."""
    is_parted = False
    for piece in pieces:
        if piece is None:
            is_parted = True
        elif piece.elements:
            first, *rest = piece.elements
            above = {**first, "separator": True, "spacing": "Medium"} if is_parted else first
            yield replace(piece, elements=[above, *rest])
            is_parted = False


def _pieces(said: Message, base_url: str, *, in_dialog: bool) -> Iterator[_Piece | None]:
    for block in said.blocks:
        match block:
            case Heading(text=words):
                yield _Piece(heading(words, base_url), gives_way=len(words) > MAX_HEADING)
            case Paragraph(spans=parts):
                yield from _giving_way(lines(parts, base_url))
            case Bullets():
                yield from _giving_way(_listed(block, base_url))
            case Facts():
                yield from _giving_way(_facts(block, base_url))
            case Note(spans=parts):
                is_long = len("".join(part.text for part in parts)) > SHORT_NOTE
                yield _Piece(buttons.small(parts, base_url), gives_way=is_long)
            case Divider():
                yield None
            case Buttons():
                shown = buttons.sets(block, base_url, token=said.token, in_dialog=in_dialog)
                yield from (_Piece([element]) for element in shown)


def _giving_way(elements: list[Json]) -> Iterator[_Piece]:
    for element in elements:
        yield _Piece([element], gives_way=True)


def _listed(block: Bullets, base_url: str) -> list[Json]:
    items = (item for item in block.items if _has_words(item))
    listed = (
        lines((Span(f"{at}. " if block.is_numbered else "• "), *item), base_url)
        for at, item in enumerate(items, start=1)
    )
    return _close_together([element for shown in listed for element in shown])


def _facts(block: Facts, base_url: str) -> list[Json]:
    """A line each, label first: a phone wraps it, and a screen reader reads it in order."""
    shown = (lines((bold(f"{item.label}: "), *item.spans), base_url) for item in block.items)
    return _close_together([element for each in shown for element in each])


def _close_together(elements: list[Json]) -> list[Json]:
    first, rest = elements[:1], elements[1:]
    return [*first, *({"spacing": "Small", **element} for element in rest)]


def _has_words(parts: tuple[Span, ...]) -> bool:
    return any(part.text.strip() for part in parts)


def _with_addresses(block: Block, base_url: str) -> Block:
    if not isinstance(block, Buttons):
        return block
    return Buttons(
        tuple(
            replace(item, url=address(item.url, base_url)) if isinstance(item, LinkButton) else item
            for item in block.items
        )
    )
