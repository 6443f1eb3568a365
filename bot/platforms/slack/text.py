"""Spans as Slack's text objects: a member's words stay literal whatever they contain.

Words alone become ``plain_text``, in which Slack reads no markup. Words with emphasis, a link or a
mention become ``mrkdwn``, in which ``& < >`` are escaped and markers beside a word are separated
from it by a zero-width space.
Source: https://docs.slack.dev/messaging/formatting-message-text
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit

from bot.chat.messages import Span
from bot.ids import Lane

Json = dict[str, Any]

MAX_SECTION_TEXT = 3000  # Block Kit section text; https://docs.slack.dev/reference/block-kit/blocks
MAX_LINK = 2000  # Ours: a longer address leaves no room for words in a section or a field.
# A long paragraph is cut between pieces of this many characters; escaped five-fold, one still fits.
PIECE = 400
APART = "\u200b"
ELLIPSIS = "…"
EMPHASES = ("*", "_")

_MARKER = re.compile(r"(?<!\w)[*_~`]|[*_~`](?!\w)")
_EMOJI = re.compile(r":(?=(?:[\w+'-]*[a-z][\w+'-]*|[+-]1|100|1234):)")
_QUOTE = re.compile(r"^>", re.MULTILINE)
_PARTIAL_ENTITY = re.compile(r"&[a-z]{0,4}$")
_USER = re.compile(r"[UW][A-Z0-9]+")
_WORD_START, _WORD_END = re.compile(r"\w"), re.compile(r"\w$")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a text is shown: mentions belong to a lane, paths to an address."""

    lane: Lane
    base_url: str


def escape(text: str) -> str:
    """The text with Slack's three control characters as entities."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape(text: str) -> str:
    """The opposite of :func:`escape`."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def literal(text: str) -> str:
    """The text for ``mrkdwn`` with nothing left in it that Slack would read as markup."""
    text = _MARKER.sub(lambda found: f"{APART}{found[0]}{APART}", text)
    text = _EMOJI.sub(f":{APART}", text)
    return escape(_QUOTE.sub(f"{APART}>", text))


def cut(escaped: str, limit: int) -> str:
    """Escaped text of at most ``limit`` characters, with an ellipsis where it was longer."""
    if len(escaped) <= limit:
        return escaped
    return _PARTIAL_ENTITY.sub("", escaped[: limit - 1]) + ELLIPSIS


def plain_text(text: str, limit: int) -> Json:
    """A ``plain_text`` object of at most ``limit`` characters."""
    return {"type": "plain_text", "text": cut(escape(text), limit), "emoji": False}


def mrkdwn(parts: Sequence[Span], place: Place) -> str:
    """The spans as one ``mrkdwn`` string."""
    shown = ""
    for part in parts:
        piece = _marked(part, place)
        # Slack reads an emphasis only where no letter touches its markers.
        opens = piece.startswith(EMPHASES) and _WORD_END.search(shown)
        closes = shown.endswith(EMPHASES) and _WORD_START.match(piece)
        shown += APART + piece if opens or closes else piece
    return shown


def text_object(parts: Sequence[Span], place: Place) -> Json:
    """The spans as the plainest text object that can show them."""
    if not any(part.bold or part.italic or part.url or part.account for part in parts):
        shown = escape("".join(part.text for part in parts))
        return {"type": "plain_text", "text": shown, "emoji": False}
    return {"type": "mrkdwn", "text": mrkdwn(parts, place), "verbatim": True}


def text_objects(parts: Sequence[Span], place: Place, *, limit: int) -> list[Json]:
    """The spans as as many text objects as the limit asks for; none where there are no words."""
    whole = text_object(parts, place)
    if not whole["text"].strip():
        return []
    if len(whole["text"]) <= limit:
        return [whole]

    found: list[Json] = []
    taken: list[Span] = []
    for piece in _pieces(parts):
        if taken and len(text_object([*taken, piece], place)["text"]) > limit:
            found.append(text_object(taken, place))
            taken = []
        taken.append(piece)
    return [one for one in [*found, text_object(taken, place)] if one["text"].strip()]


def address(url: str, base_url: str) -> str:
    """An absolute address: a path gets the bot's own in front."""
    return f"{base_url}{url}" if url.startswith("/") else url


def _pieces(parts: Sequence[Span]) -> Iterator[Span]:
    for part in parts:
        rest = part.text
        while len(rest) > PIECE:
            end = max(rest.rfind(" ", 0, PIECE), rest.rfind("\n", 0, PIECE)) + 1 or PIECE
            yield replace(part, text=rest[:end])
            rest = rest[end:]
        yield replace(part, text=rest)


def _marked(part: Span, place: Place) -> str:
    if part.account is not None:
        if part.account.lane == place.lane and _USER.fullmatch(part.account.user):
            return f"<@{part.account.user}>"
        return _emphasised(part.text, "*")
    marks = "*" * part.bold + "_" * part.italic
    if part.url:
        words = _link(part, place)
        # What may not be opened is words alone, and those may end in a space.
        return f"{marks}{words}{marks[::-1]}" if words.startswith("<") else words
    return _emphasised(part.text, marks) if marks else literal(part.text)


def _emphasised(text: str, marks: str) -> str:
    # An emphasis ends with its line, and must touch its words.
    return "\n".join(_emphasised_line(line, marks) for line in text.split("\n"))


def _emphasised_line(line: str, marks: str) -> str:
    words = line.strip()
    if not words:
        return line
    before, _, after = line.partition(words)
    return f"{before}{marks}{literal(words)}{marks[::-1]}{after}"


def _link(part: Span, place: Place) -> str:
    url = address(part.url, place.base_url)
    words = literal(part.text).replace("\n", " ").replace("|", "¦")
    if urlsplit(url).scheme not in {"http", "https", "mailto", "tel"} or len(url) > MAX_LINK:
        return words
    safe = escape(url).replace("|", "%7C").replace("&gt;", "%3E").replace("&lt;", "%3C")
    return f"<{''.join(safe.split())}|{words}>" if words.strip() else f"<{''.join(safe.split())}>"
