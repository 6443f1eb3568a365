"""What the page sends, read: JSON in, ``Incoming`` out, or a refusal with a sentence."""

import json
import re
from collections.abc import Mapping

from bot.chat.platform import Visitor
from bot.chat.requests import Incoming, Kind, Profile
from bot.platforms.web.refusals import Refused

MAX_BODY = 64 * 1024  # bytes; the longest form anybody fills in by hand is far below
MAX_WORDS = 4000
MAX_NAME = 200  # of a route, a field or a token: all are ours
MAX_VALUE = 4000
MAX_FIELDS = 100
MAX_CHOICES = 200
LARGEST_ENTRY = 2**63 - 1  # the databases' largest whole number
# Nothing a person types; PostgreSQL refuses the first, and UTF-8 has no room for the others.
UNREADABLE = re.compile("[\x00\ud800-\udfff]")

Payload = Mapping[str, object]


def payload(body: bytes) -> Payload:
    """The body as an object; refuses anything else."""
    try:
        found = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise Refused(400, "The request is not JSON.") from None
    if not isinstance(found, dict):
        raise Refused(400, "The request must be a JSON object.")
    return found


def words(visitor: Visitor, sent: Payload) -> Incoming:
    """Typed words."""
    typed = _text(sent, "text", limit=MAX_WORDS).strip()
    if not typed:
        raise Refused(400, "Type something first.")
    return _incoming(visitor, Kind.WORDS, text=typed)


def tap(visitor: Visitor, sent: Payload) -> tuple[Incoming, int | None]:
    """A tapped button and the line of the conversation it stands in; None for the home panel."""
    incoming = _incoming(
        visitor,
        Kind.TAP,
        route=_route(sent),
        text=_text(sent, "value", limit=MAX_VALUE),
        token=_text(sent, "token", limit=MAX_NAME),
    )
    return incoming, None if sent.get("entry") is None else entry(sent)


def submission(visitor: Visitor, sent: Payload) -> Incoming:
    """A form that was filled in."""
    return _incoming(
        visitor,
        Kind.SUBMIT,
        route=_route(sent),
        text=_text(sent, "value", limit=MAX_VALUE),
        token=_text(sent, "token", limit=MAX_NAME),
        fields=_fields(sent.get("fields")),
    )


def home(visitor: Visitor) -> Incoming:
    """The page asks what stands on the home panel."""
    return _incoming(visitor, Kind.EVENT, route="home")


def entry(sent: Payload) -> int:
    """The number of a line of the conversation."""
    number = sent.get("entry")
    if isinstance(number, bool) or not isinstance(number, int) or not 0 < number <= LARGEST_ENTRY:
        raise Refused(400, "“entry” must be the number of a message.")
    return number


def before(asked: str | None) -> int | None:
    """From which line on older ones are wanted; None for the newest."""
    if asked is None:
        return None
    if not (asked.isascii() and asked.isdigit() and len(asked) <= 18):
        raise Refused(400, "“before” must be the number of a message.")
    return int(asked)


def channel(asked: str | None) -> str:
    """The name of a channel."""
    name = _readable("channel", asked or "", limit=MAX_NAME)
    if not name:
        raise Refused(400, "“channel” is missing.")
    return name


def person_words(asked: str | None) -> str:
    """Part of a name, typed into a person field."""
    return _readable("q", asked or "", limit=MAX_NAME).strip()


def _incoming(
    visitor: Visitor,
    kind: Kind,
    *,
    route: str = "",
    text: str = "",
    token: str = "",
    fields: Mapping[str, tuple[str, ...]] | None = None,
) -> Incoming:
    return Incoming(
        visitor.account,
        kind,
        text=text,
        route=route,
        fields=fields or {},
        token=token,
        profile=Profile(name=visitor.name),
    )


def _route(sent: Payload) -> str:
    route = _text(sent, "route", limit=MAX_NAME).strip()
    if not route:
        raise Refused(400, "“route” is missing.")
    return route


def _fields(sent: object) -> dict[str, tuple[str, ...]]:
    if not isinstance(sent, dict) or len(sent) > MAX_FIELDS:
        raise Refused(400, "“fields” must be an object of names and lists of texts.")
    return {
        _readable("fields", name, limit=MAX_NAME): _values(name, values)
        for name, values in sent.items()
    }


def _values(name: str, sent: object) -> tuple[str, ...]:
    if not isinstance(sent, list) or len(sent) > MAX_CHOICES:
        raise Refused(400, f"The field “{name[:MAX_NAME]}” must be a list of texts.")
    return tuple(_readable(name, value, limit=MAX_BODY) for value in sent)


def _text(sent: Payload, name: str, *, limit: int) -> str:
    return _readable(name, sent.get(name, ""), limit=limit)


def _readable(name: str, value: object, *, limit: int) -> str:
    if not isinstance(value, str):
        raise Refused(400, f"“{_shown(name)}” must be a text.")
    if len(value) > limit:
        raise Refused(400, f"“{_shown(name)}” is too long: at most {limit:,} characters.")
    if UNREADABLE.search(value):
        raise Refused(400, f"“{_shown(name)}” has characters that can't be read.")
    return value


def _shown(name: str) -> str:
    return UNREADABLE.sub("�", name[:MAX_NAME])
