"""A message as a page shows it: its words as they look, without its buttons."""

from dataclasses import dataclass

from bot.chat.messages import Bullets, Facts, Heading, Message, Note, Paragraph, Span


@dataclass(frozen=True, slots=True)
class Look:
    """A part of a message; ``kind`` names the part of the template, ``lines`` are what it says."""

    kind: str
    lines: tuple[tuple[Span, ...], ...]


def looks(message: Message) -> tuple[Look, ...]:
    """The parts of a message that are read."""
    found = []
    for block in message.blocks:
        match block:
            case Heading(text=words):
                found.append(Look("heading", ((Span(words),),)))
            case Paragraph(spans=spans):
                found.append(Look("paragraph", (spans,)))
            case Bullets(items=items, is_numbered=is_numbered):
                found.append(Look("numbers" if is_numbered else "bullets", items))
            case Note(spans=spans):
                found.append(Look("note", (spans,)))
    return tuple(found)


def facts(message: Message) -> tuple[tuple[str, str], ...]:
    """The lines of a message's tables: label and words."""
    return tuple(
        (item.label, _joined(item.spans))
        for block in message.blocks
        if isinstance(block, Facts)
        for item in block.items
    )


def sentences(message: Message) -> tuple[str, ...]:
    """The paragraphs of a message, as plain words."""
    return tuple(_joined(block.spans) for block in message.blocks if isinstance(block, Paragraph))


def _joined(spans: tuple[Span, ...]) -> str:
    return "".join(span.text for span in spans)
