"""The front door: what nobody can read goes no further.

Source: https://github.com/microsoft/botframework-sdk/blob/main/specs/botframework-activity/botframework-activity.md
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from bot.platforms.teams.text import Json

MAX_BODY = 256 * 1024  # A message has at most 28 kB in Teams, a submitted form far less than this.

BAD_REQUEST = 400
UNAUTHORISED = 401
FORBIDDEN = 403
TOO_LARGE = 413
UNAVAILABLE = 503

# A half of a surrogate pair can be written in JSON and stored nowhere.
_SURROGATE = re.compile(r"\\u[dD][89a-fA-F]")

# What is taken for granted of the fields that are read here.
_ABSENT = type(None)
_SHAPE: Mapping[str, tuple[type, ...]] = {
    "channelId": (str,),
    "conversation": (dict,),
    "serviceUrl": (str,),
    "type": (str,),
    "action": (str, _ABSENT),
    "channelData": (dict, _ABSENT),
    "entities": (list, _ABSENT),
    "from": (dict, _ABSENT),
    "id": (str, _ABSENT),
    "membersAdded": (list, _ABSENT),
    "membersRemoved": (list, _ABSENT),
    "name": (str, _ABSENT),
    "recipient": (dict, _ABSENT),
    "replyToId": (str, _ABSENT),
    "text": (str, _ABSENT),
}


class Refused(Exception):
    """A request that goes no further; ``reason`` is a constant word for the log."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status = status
        self.reason = reason


def opened(body: bytes) -> Json:
    """The activity in the body; raises ``Refused`` with 400 for anything else."""
    try:
        words = body.decode("utf-8")
        activity = json.loads(words, parse_constant=_no_number)
        if _SURROGATE.search(words):
            json.dumps(activity, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise Refused(BAD_REQUEST, "body_unreadable") from error
    if not isinstance(activity, dict) or not _is_known(activity):
        raise Refused(BAD_REQUEST, "body_unknown")
    return activity


def _is_known(activity: dict[str, Any]) -> bool:
    if not all(isinstance(activity.get(name), kinds) for name, kinds in _SHAPE.items()):
        return False
    members = (activity.get("membersAdded") or []) + (activity.get("membersRemoved") or [])
    if not all(isinstance(one, dict) and isinstance(one.get("id"), str) for one in members):
        return False
    is_placed = isinstance(activity["conversation"].get("id"), str)
    return is_placed and bool(activity["type"] and activity["conversation"]["id"])


def _no_number(word: str) -> None:
    """Python reads NaN and Infinity, which are no JSON and can't be stored as such."""
    raise ValueError(word)
