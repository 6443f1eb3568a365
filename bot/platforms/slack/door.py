"""The front door: what Slack did not sign, or nobody can read, goes no further.

Source: https://docs.slack.dev/authentication/verifying-requests-from-slack
"""

import hashlib
import hmac
import json
import re
from collections.abc import AsyncIterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

MAX_BODY = 1024 * 1024  # A submitted view is at most 250 kB, and is sent with its state.
MAX_AGE = 300  # Slack's advice: seconds before a signed request counts as replayed.
MAX_FORM_FIELDS = 100  # A slash command has about 15.

UNAUTHORISED = 401
BAD_REQUEST = 400
TOO_LARGE = 413
UNAVAILABLE = 503

TIMESTAMP_HEADER = "X-Slack-Request-Timestamp"
SIGNATURE_HEADER = "X-Slack-Signature"

_TIMESTAMP = re.compile(r"\d{1,12}", re.ASCII)
# A half of a surrogate pair can be written in JSON and stored nowhere.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

# What Bolt takes for granted of the fields it reads before it asks us.
_ABSENT = type(None)
_SHAPE: Mapping[str, tuple[type, ...]] = {
    "actions": (list, _ABSENT),
    "authorizations": (list, _ABSENT),
    "channel": (dict, str, _ABSENT),
    "channel_id": (str, _ABSENT),
    "enterprise": (dict, str, _ABSENT),
    "enterprise_id": (str, _ABSENT),
    "response_url": (str, _ABSENT),
    "team": (dict, str, _ABSENT),
    "team_id": (str, _ABSENT),
    "user": (dict, str, _ABSENT),
    "user_id": (str, _ABSENT),
    "view": (dict, _ABSENT),
}


class Refused(Exception):
    """A request that goes no further; ``reason`` is a constant word for the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


async def body_of(chunks: AsyncIterable[bytes]) -> bytes:
    """The body, read no further than the limit; raises ``Refused`` with 413 beyond it."""
    body = bytearray()
    async for chunk in chunks:
        body += chunk
        if len(body) > MAX_BODY:
            raise Refused(TOO_LARGE, "body_too_large")
    return bytes(body)


def opened(body: bytes, headers: Mapping[str, str], *, secret: str, now: float) -> dict[str, Any]:
    """What Slack sent, whichever way it packed it.

    Raises ``Refused``: 401 for what Slack did not sign in the last five minutes, 400 for what is
    signed and not readable. ``now`` is in seconds since 1970.
    """
    verify(body, headers, secret=secret, now=now)
    return payload_of(body, headers.get("Content-Type", ""))


def verify(body: bytes, headers: Mapping[str, str], *, secret: str, now: float) -> None:
    """Raises ``Refused`` unless Slack signed the body in the last five minutes."""
    timestamp = headers.get(TIMESTAMP_HEADER, "")
    if not _TIMESTAMP.fullmatch(timestamp):
        raise Refused(UNAUTHORISED, "timestamp_unreadable")
    if abs(now - int(timestamp)) > MAX_AGE:
        raise Refused(UNAUTHORISED, "timestamp_too_old")

    signed = signature(body, timestamp, secret=secret).encode()
    # As bytes: comparing strings raises TypeError for a signature that is not ASCII.
    given = headers.get(SIGNATURE_HEADER, "").encode("utf-8", "surrogateescape")
    if not hmac.compare_digest(signed, given):
        raise Refused(UNAUTHORISED, "signature_wrong")


def signature(body: bytes, timestamp: str, *, secret: str) -> str:
    """Slack's signature, version 0."""
    signed = b"v0:" + timestamp.encode() + b":" + body
    return "v0=" + hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()


def payload_of(body: bytes, content_type: str) -> dict[str, Any]:
    """The JSON object or form in the body; raises ``Refused`` with 400."""
    try:
        words = body.decode("utf-8")
        payload = _payload(words, is_json=content_type.startswith("application/json"))
        if _SURROGATE.search(words) or "%5Cu" in words or "%5cu" in words:
            json.dumps(payload, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Refused(BAD_REQUEST, "body_unreadable") from error
    if not isinstance(payload, dict) or not _is_known(payload):
        raise Refused(BAD_REQUEST, "body_unknown")
    return payload


def _payload(words: str, *, is_json: bool) -> object:
    if is_json:
        return json.loads(words)
    form = dict(parse_qsl(words, keep_blank_values=True, max_num_fields=MAX_FORM_FIELDS))
    # A member may type the word "payload" behind a slash command; only Slack adds the field alone.
    if "payload" in form and "command" not in form:
        return json.loads(form["payload"])
    return form


def _is_known(payload: dict[str, Any]) -> bool:
    if not all(isinstance(payload.get(name), kinds) for name, kinds in _SHAPE.items()):
        return False
    granted = payload.get("authorizations") or []
    if not all(isinstance(one, dict) for one in granted):
        return False
    if "command" in payload:
        return True
    kind = payload.get("type")
    if kind == "event_callback":
        event = payload.get("event")
        return isinstance(event, dict) and isinstance(event.get("type"), str)
    return isinstance(kind, str)
