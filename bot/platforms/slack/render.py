"""A message as Block Kit blocks with its fallback text, and as App Home or a modal.

Source of the limits: https://docs.slack.dev/reference/block-kit/blocks and the element pages.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

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
    Style,
    bold,
    plain,
    spans,
)
from bot.platforms.slack import carry
from bot.platforms.slack.text import (
    ELLIPSIS,
    MAX_SECTION_TEXT,
    Json,
    Place,
    address,
    cut,
    escape,
    plain_text,
    text_object,
    text_objects,
)

MAX_MESSAGE_BLOCKS = 50  # Blocks in a message.
MAX_VIEW_BLOCKS = 100  # Blocks in a modal or App Home.
MAX_MESSAGE_TEXT = 13_200  # All blocks of a message together; above: msg_blocks_too_long.
MAX_VIEW_TEXT = 100_000  # Ours: escaped and wrapped, it stays below the 250 kB of a view.
MAX_FALLBACK_TEXT = 4000  # chat.update refuses more; chat.postMessage cuts silently at 40,000.
MAX_FIELDS = 10  # Fields in a section.
MAX_FIELD_TEXT = 2000  # Text of one field.
MAX_HEADER = 150  # Header text.
MAX_ACTIONS = 25  # Elements in an actions block.
MAX_BUTTON_TEXT = 75  # Button text.
MAX_BUTTON_URL = 3000  # Button address.
MAX_CONFIRM_TITLE = 100  # Confirm title.
MAX_CONFIRM_TEXT = 300  # Confirm text.
MAX_CONFIRM_BUTTON = 30  # Confirm and deny.
MAX_VIEW_TITLE = 24  # Title, submit and close of a modal.

# A note longer than this gives way like any paragraph when a message is too long.
SHORT_NOTE = 600

CONFIRM_TITLE = "Are you sure?"
DENY = "Cancel"
MODAL_TITLE = "Leaders"
CLOSE = "Close"
NOTHING = "There is nothing to show."
TOO_LONG = "… This is longer than Slack shows at once, so the rest is left out here."


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message in Slack's own form: ``text`` is for notifications and screen readers."""

    text: str
    blocks: list[Json]


@dataclass(frozen=True, slots=True)
class _Piece:
    block: Json
    gives_way: bool = False


def message(said: Message, place: Place) -> Rendered:
    """The message for ``chat.*`` and for replies."""
    blocks = _blocks(said, place, most=MAX_MESSAGE_BLOCKS, longest=MAX_MESSAGE_TEXT)
    return Rendered(text=fallback(said, place), blocks=blocks)


def fallback(said: Message, place: Place) -> str:
    """The whole message as one escaped text."""
    blocks = tuple(_with_addresses(block, place) for block in said.blocks)
    return cut(escape(plain(replace(said, blocks=blocks))), MAX_FALLBACK_TEXT) or NOTHING


def home(said: Message, place: Place) -> Json:
    """The message as App Home."""
    return {"type": "home", "blocks": _view_blocks(said, place)}


def modal(said: Message, place: Place, *, from_home: bool = False) -> Json:
    """The message as a modal with a button that closes it."""
    return {
        "type": "modal",
        "title": plain_text(MODAL_TITLE, MAX_VIEW_TITLE),
        "close": plain_text(CLOSE, MAX_VIEW_TITLE),
        "blocks": _view_blocks(said, place),
        "private_metadata": carry.metadata(carry.Carried(from_home=from_home)),
    }


def paragraph(parts: Sequence[Span], place: Place) -> list[Json]:
    """Sections that hold the words."""
    return [
        {"type": "section", "text": shown}
        for shown in text_objects(parts, place, limit=MAX_SECTION_TEXT)
    ]


def _view_blocks(said: Message, place: Place) -> list[Json]:
    blocks = _blocks(said, place, most=MAX_VIEW_BLOCKS, longest=MAX_VIEW_TEXT)
    return blocks or paragraph(spans(NOTHING), place)


def _blocks(said: Message, place: Place, *, most: int, longest: int) -> list[Json]:
    pieces = list(_pieces(said, place))
    if len(pieces) <= most and sum(_size(piece.block) for piece in pieces) <= longest:
        return [piece.block for piece in pieces]

    note = _context(spans(TOO_LONG), place)
    lasting = [piece for piece in pieces if not piece.gives_way]
    room = longest - _size(note[0].block) - sum(_size(piece.block) for piece in lasting)
    count = most - 1 - len(lasting)
    if room < 0 or count < 0:
        return [piece.block for piece in _first(pieces, most - 1, longest)] + [note[0].block]

    kept: list[Json] = []
    is_cut = False
    for piece in pieces:
        if piece.gives_way and not is_cut:
            room -= _size(piece.block)
            count -= 1
            if room < 0 or count < 0:
                is_cut = True
                kept.append(note[0].block)
        if not (piece.gives_way and is_cut):
            kept.append(piece.block)
    return kept


def _first(pieces: list[_Piece], most: int, longest: int) -> Iterator[_Piece]:
    """As many pieces from the start as fit with the note that the rest is left out."""
    room = longest - len(TOO_LONG)
    for piece in pieces[:most]:
        room -= _size(piece.block)
        if room < 0:
            return
        yield piece


def _size(block: object) -> int:
    """The characters of all text objects in a block."""
    if isinstance(block, dict):
        return sum(
            len(value) if name == "text" and isinstance(value, str) else _size(value)
            for name, value in block.items()
        )
    if isinstance(block, list):
        return sum(_size(item) for item in block)
    return 0


def _pieces(said: Message, place: Place) -> Iterator[_Piece]:
    position = 0
    for block in said.blocks:
        match block:
            case Heading(text=words):
                yield from _heading(words, place)
            case Paragraph(spans=parts):
                yield from _giving_way(paragraph(parts, place))
            case Bullets():
                yield from _giving_way(paragraph(_listed(block), place))
            case Facts():
                yield from _giving_way(_facts(block, place))
            case Note(spans=parts):
                yield from _context(parts, place)
            case Divider():
                yield _Piece({"type": "divider"})
            case Buttons():
                yield from _buttons(block, place, token=said.token, position=position)
                position += len(block.items)


def _giving_way(blocks: list[Json]) -> Iterator[_Piece]:
    for block in blocks:
        yield _Piece(block, gives_way=True)


def _heading(words: str, place: Place) -> list[_Piece]:
    if not words.strip():
        return []
    if len(escape(words)) > MAX_HEADER:
        return list(_giving_way(paragraph((bold(words),), place)))
    return [_Piece({"type": "header", "text": plain_text(words, MAX_HEADER)})]


def _listed(block: Bullets) -> tuple[Span, ...]:
    listed: list[Span] = []
    for at, item in enumerate(block.items):
        mark = f"{at + 1}. " if block.is_numbered else "• "
        listed += [Span(f"\n{mark}" if at else mark), *item]
    return tuple(listed)


def _facts(block: Facts, place: Place) -> list[Json]:
    fields = []
    for item in block.items:
        shown = text_object((bold(item.label), Span("\n"), *item.spans), place)
        if len(shown["text"]) > MAX_FIELD_TEXT:
            words = "".join(part.text for part in item.spans)
            shown = plain_text(f"{item.label}\n{words}", MAX_FIELD_TEXT)
        fields.append(shown)
    return [
        {"type": "section", "fields": fields[at : at + MAX_FIELDS]}
        for at in range(0, len(fields), MAX_FIELDS)
    ]


def _context(parts: Sequence[Span], place: Place) -> list[_Piece]:
    return [
        _Piece({"type": "context", "elements": [shown]}, gives_way=len(shown["text"]) > SHORT_NOTE)
        for shown in text_objects(parts, place, limit=MAX_SECTION_TEXT)
    ]


def _buttons(block: Buttons, place: Place, *, token: str, position: int) -> Iterator[_Piece]:
    elements: list[Json] = []
    words: list[Span] = []
    for at, item in enumerate(block.items, start=position):
        element = (
            _link_button(item, place, position=at)
            if isinstance(item, LinkButton)
            else _button(item, token=token, position=at)
        )
        if element is None:
            # What a button can't carry is still said in words.
            words.append(Span(plain(Message((Buttons((item,)),)))))
        else:
            elements.append(element)
    for start in range(0, len(elements), MAX_ACTIONS):
        yield _Piece({"type": "actions", "elements": elements[start : start + MAX_ACTIONS]})
    for part in words:
        yield from _context((part,), place)


def _button(item: Button, *, token: str, position: int) -> Json | None:
    action = carry.action_id(position, item.route)
    value = carry.tap(item.value, token)
    if len(action) > carry.MAX_ACTION_ID or len(value) > carry.MAX_BUTTON_VALUE:
        return None

    element: Json = {
        "type": "button",
        "action_id": action,
        "text": plain_text(_label(item), MAX_BUTTON_TEXT),
        "value": value,
    }
    if item.style is not Style.PLAIN:
        element["style"] = item.style.value
    if item.confirm:
        element["confirm"] = _confirm(item)
    return element


def _label(item: Button) -> str:
    return item.label.strip() or item.route or ELLIPSIS


def _confirm(item: Button) -> Json:
    asked: Json = {
        "title": plain_text(CONFIRM_TITLE, MAX_CONFIRM_TITLE),
        "text": plain_text(item.confirm, MAX_CONFIRM_TEXT),
        "confirm": plain_text(_label(item), MAX_CONFIRM_BUTTON),
        "deny": plain_text(DENY, MAX_CONFIRM_BUTTON),
    }
    if item.style is Style.DANGER:
        asked["style"] = item.style.value
    return asked


def _link_button(item: LinkButton, place: Place, *, position: int) -> Json | None:
    url = address(item.url, place.base_url)
    if len(url) > MAX_BUTTON_URL:
        return None
    return {
        "type": "button",
        "action_id": carry.action_id(position, carry.LINK_ROUTE),
        "text": plain_text(item.label.strip() or url, MAX_BUTTON_TEXT),
        "url": url,
    }


def _with_addresses(block: Block, place: Place) -> Block:
    if not isinstance(block, Buttons):
        return block
    return Buttons(
        tuple(
            replace(item, url=address(item.url, place.base_url))
            if isinstance(item, LinkButton)
            else item
            for item in block.items
        )
    )
