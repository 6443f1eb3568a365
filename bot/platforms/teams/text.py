"""Spans as rich text blocks: a member's words stay literal whatever they contain.

A ``TextRun`` reads no Markdown and no mention, so words go there. A heading has to be a
``TextBlock``, which reads both, and gets its words without markers.
Sources: https://adaptivecards.io/explorer/TextRun.html and
https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-format
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from bot.chat.messages import Span

Json = dict[str, Any]

MAX_RUN = 3000  # Ours: a longer line is parted, so that a card can be cut between its parts.
MAX_LINK = 2000  # Ours: a longer address leaves no room for words.
APART = "\u200b"
ELLIPSIS = "…"

# Which addresses a card opens, and whether they need a host.
_SCHEMES = {"http": True, "https": True, "mailto": False, "tel": False}

# Adaptive Cards write these as a date or time of the reader, wherever they stand in a text.
_CLOCK = re.compile(r"\{(?=\{(?:DATE|TIME)\()")
# What looks the same and is no marker.
_ALIKE = str.maketrans({"*": "∗", "_": "＿", "`": "‵", "~": "∼", "\\": "＼"})
_OPENS = re.compile(r"(?<=[<\]!&])(?=[\w/(\[#!?])")
_BLOCK_START = re.compile(r"^(?=\s*(?:[-+#>]|\d+[.)]))")


def size(thing: object) -> int:
    """How many bytes it takes as JSON in UTF-8."""
    written = json.dumps(thing, ensure_ascii=False, separators=(",", ":"))
    return len(written.encode(errors="replace"))


def cut(text: str, limit: int) -> str:
    """Text of at most ``limit`` characters, with an ellipsis where it was longer."""
    return text if len(text) <= limit else text[: limit - 1] + ELLIPSIS


def cut_to_size(text: str, limit: int) -> str:
    """Text of at most ``limit`` bytes as a JSON string, with an ellipsis where it was longer."""
    if size(text) <= limit:
        return text
    kept = text[:limit]
    while kept and size(kept + ELLIPSIS) > limit:
        # Half of what is too much is never too much to take away: no character is over 6 bytes.
        kept = kept[: -max(1, (size(kept + ELLIPSIS) - limit) // 6)]
    return kept + ELLIPSIS


def plain(text: str) -> str:
    """Words for anything but a ``TextBlock``, with nothing left that a card would compute."""
    return _CLOCK.sub(f"{{{APART}", text)


def without_markdown(text: str) -> str:
    """Words for a ``TextBlock``, on one line and with nothing left in them that it would read."""
    words = " ".join(plain(text).split()).translate(_ALIKE)
    return _BLOCK_START.sub(APART, _OPENS.sub(APART, words))


def address(url: str, base_url: str) -> str:
    """An absolute address: a path gets the bot's own in front."""
    return f"{base_url}{url}" if url.startswith("/") else url


def link(url: str, base_url: str) -> str:
    """An address that a card can open; empty where there is none."""
    whole = "".join(address(url, base_url).split())
    try:
        parts = urlsplit(whole)
    except ValueError:
        return ""
    needs_host = _SCHEMES.get(parts.scheme)
    if needs_host is None or len(whole) > MAX_LINK or (needs_host and not parts.hostname):
        return ""
    return whole


def lines(parts: Sequence[Span], base_url: str, **look: object) -> list[Json]:
    """A rich text block for every line of the words; none where there are no words.

    ``look`` is put on every run, for example ``isSubtle=True``.
    """
    blocks: list[Json] = []
    is_apart = True
    for line in _parted(parts):
        if not "".join(part.text for part in line).strip():
            is_apart = True
            continue
        block: Json = {
            "type": "RichTextBlock",
            "inlines": [_run(part, base_url, look) for part in line if part.text],
        }
        if not is_apart:
            block["spacing"] = "None"
        blocks.append(block)
        is_apart = False
    return blocks


def _run(part: Span, base_url: str, look: dict[str, object]) -> Json:
    run: Json = {"type": "TextRun", "text": plain(part.text), **look}
    # A person is a name in bold: Teams mentions somebody only where their words are Markdown.
    if part.bold or part.account is not None:
        run["weight"] = "Bolder"
    if part.italic:
        run["italic"] = True
    url = link(part.url, base_url) if part.url else ""
    if url:
        run["selectAction"] = {"type": "Action.OpenUrl", "url": url}
    return run


def _parted(parts: Sequence[Span]) -> Iterator[list[Span]]:
    """The spans by line, a line longer than a run in several."""
    line: list[Span] = []
    room = MAX_RUN
    for part in parts:
        first, *rest = part.text.split("\n")
        for at, words in enumerate((first, *rest)):
            if at:
                yield line
                line, room = [], MAX_RUN
            left = words
            while len(left) > room:
                end = left.rfind(" ", 0, room) + 1 or room
                line.append(replace(part, text=left[:end]))
                yield line
                left = left[end:]
                line, room = [], MAX_RUN
            line.append(replace(part, text=left))
            room -= len(left)
    yield line
