"""An announcement's words: a small Markdown, read into blocks that every platform shows as its own.

Bold, italics, links, lists and headings are read, as CommonMark has them; anything else stays the
words that it is. A line break is a line break.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from bot.chat.messages import Block, Bullets, Heading, Paragraph, Span

# What one field of a form takes on every platform.
MOST_TEXT = 3000
SCHEMES = frozenset({"http", "https", "mailto", "tel"})

_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?'’”)\]]")
# HTML is not among the rules, so it stays words.
_RULES = ("list", "heading", "emphasis", "link", "newline", "escape")
_parser = MarkdownIt("zero").enable(_RULES)


@dataclass(slots=True)
class _List:
    """A list while it is read; what is nested in it is told in the same row."""

    is_numbered: bool
    items: list[list[Span]] = field(default_factory=list)
    depth: int = 0

    def take(self, token: Token) -> None:
        """Go on by one token."""
        if token.type.endswith("_list_close"):
            self.depth -= 1
        elif token.type == "list_item_open":
            self.items.append([])
        elif token.type == "inline":
            item = self.items[-1]
            item.extend([*([Span("\n")] if item else []), *_spans(token.children or ())])

    def block(self) -> list[Block]:
        """The list without its empty items; nothing where none has words."""
        items = tuple(tuple(_together(item)) for item in self.items if item)
        return [Bullets(items, is_numbered=self.is_numbered)] if items else []


def blocks(text: str) -> tuple[Block, ...]:
    """The text as blocks; none where there are no words."""
    found: list[Block] = []
    listing: _List | None = None
    is_heading = False
    for token in _parser.parse(text):
        if token.type.endswith("_list_open"):
            listing = listing or _List(is_numbered=token.type.startswith("ordered"))
            listing.depth += 1
        elif listing is not None:
            listing.take(token)
            if listing.depth == 0:
                found += listing.block()
                listing = None
        elif token.type == "inline":
            spans = tuple(_spans(token.children or ()))
            words = "".join(span.text for span in spans)
            found.append(Heading(words) if is_heading else Paragraph(spans))
        else:
            is_heading = token.type == "heading_open"
    return tuple(found)


def _spans(tokens: Sequence[Token]) -> list[Span]:
    """The runs of a line, neighbours that look the same made one."""
    found: list[Span] = []
    depths = {"strong": 0, "em": 0}
    url = ""
    for token in tokens:
        name = token.type.partition("_")[0]
        if name in depths:
            depths[name] += token.nesting
        elif name == "link":
            url = _safe(str(token.attrGet("href") or "")) if token.nesting == 1 else ""
        else:
            look = Span("", bold=depths["strong"] > 0, italic=depths["em"] > 0, url=url)
            words = "\n" if token.type in {"softbreak", "hardbreak"} else token.content
            found += _with_addresses(replace(look, text=words))
    return list(_together(found))


def _with_addresses(span: Span) -> Iterator[Span]:
    """The span, with a bare address in it made a link."""
    if span.url:
        yield span
        return
    end = 0
    for match in _ADDRESS.finditer(span.text):
        if match.start() > end:
            yield replace(span, text=span.text[end : match.start()])
        yield replace(span, text=match[0], url=_safe(match[0]))
        end = match.end()
    if end < len(span.text):
        yield replace(span, text=span.text[end:])


def _safe(url: str) -> str:
    """The address where a message may open it; else nothing."""
    try:
        return url if urlsplit(url).scheme in SCHEMES else ""
    except ValueError:
        return ""


def _together(spans: Sequence[Span]) -> Iterator[Span]:
    last: Span | None = None
    for span in spans:
        if last is not None and replace(last, text="") == replace(span, text=""):
            last = replace(last, text=last.text + span.text)
            continue
        if last is not None:
            yield last
        last = span
    if last is not None:
        yield last
