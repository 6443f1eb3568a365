"""What Teams calls a message's text, as it was typed.

Source: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/
channel-and-group-conversations
"""

import html
import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.platforms.teams.carry import clean

_BREAK = re.compile(r"<br\s*/?>|</(?:p|div|li)>", re.IGNORECASE)
_AT = re.compile(r"<at(?:\s[^>]*)?>(.*?)</at>", re.IGNORECASE | re.DOTALL)
# The tags that Teams puts around words; any other "<" was typed.
_TAG = re.compile(
    r"</?(?:p|div|span|a|b|strong|i|em|u|s|strike|code|pre|blockquote|ul|ol|li|font|at)(?:\s[^>]*)?>",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|\w{2,32});", re.IGNORECASE)
_SPACES = re.compile(r"[^\S\n]+")
_INVISIBLE = "\u200b\u200c\u200d\u2060\ufeff"


def typed(text: str, entities: Sequence[Mapping[str, Any]] = (), *, bot: str = "") -> str:
    """The words without the bot's own mention, other people's mentions as ``@`` and the name.

    ``bot`` is what the Connector calls us, ``entities`` those of the activity.
    """
    ours = {name for entity in entities for name in _names(entity, bot)}
    text = _AT.sub(lambda found: " " if found[1].strip() in ours else f"@{found[1]}", text)
    text = _TAG.sub("", _BREAK.sub("\n", text))
    text = _ENTITY.sub(lambda found: html.unescape(found[0]), text)
    lines = _SPACES.sub(" ", clean(text)).split("\n")
    return "\n".join(line.strip().strip(_INVISIBLE).strip() for line in lines).strip()


def _names(entity: Mapping[str, Any], bot: str) -> list[str]:
    """By what a mention of the bot stands in the text; nothing for anybody else's."""
    mentioned = entity.get("mentioned")
    if not bot or not isinstance(mentioned, dict) or mentioned.get("id") != bot:
        return []
    shown = (entity.get("text"), mentioned.get("name"))
    return [_AT.sub(r"\1", each).strip() for each in shown if isinstance(each, str)]
