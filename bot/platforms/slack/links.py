"""The links by which a workspace installs the bot for a community, sealed so that none is changed.

Sealed by the key that all replicas share, they need no memory: whichever replica answers can open
what another one made.
"""

import hashlib
import hmac
import json
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from urllib.parse import quote

from bot.chat.platform import Seals
from bot.errors import SettingsError
from bot.ids import CommunityId
from bot.platforms.slack.manifest import INSTALL

# Enough to read what Slack asks for and to ask somebody.
STATE_LIVES = timedelta(minutes=10)


class Purpose(StrEnum):
    """What was sealed: nothing else of ours can be passed off for it."""

    LINK = "slack install link"
    STATE = "slack install state"


class NotOurs(Exception):
    """A link or state that was not made here, for this browser, or lately."""


def install_link(base_url: str, community: CommunityId, seals: Seals) -> str:
    """The address at which a workspace installs the bot for a community. It works for ever."""
    sealed = _sealed(seals, Purpose.LINK, community)
    return f"{base_url}{INSTALL}?community={quote(sealed, safe='')}"


def community_of(sealed: str, seals: Seals) -> CommunityId:
    """The community of an install link; raises ``NotOurs``."""
    (community,) = _opened(seals, Purpose.LINK, sealed)
    return CommunityId(community)


def state(community: CommunityId, browser: str, seals: Seals, *, now: datetime) -> str:
    """What Slack hands back with its answer: for which community, to which browser, since when."""
    return _sealed(seals, Purpose.STATE, community, _hashed(browser), int(now.timestamp()))


def community_of_state(sealed: str, browser: str, seals: Seals, *, now: datetime) -> CommunityId:
    """The community an install was begun for in this browser; raises ``NotOurs``."""
    community, hashed, begun = _opened(seals, Purpose.STATE, sealed)
    if not hmac.compare_digest(hashed, _hashed(browser)):
        raise NotOurs
    if now.timestamp() - begun > STATE_LIVES.total_seconds():
        raise NotOurs
    return CommunityId(community)


def _sealed(seals: Seals, purpose: Purpose, *content: int | str) -> str:
    return seals.seal(json.dumps([purpose, *content])).decode()


def _opened(seals: Seals, purpose: Purpose, sealed: str) -> list[Any]:
    try:
        found = json.loads(seals.open(sealed.encode(errors="replace")))
    except (SettingsError, ValueError) as error:
        raise NotOurs from error
    if not isinstance(found, list) or found[:1] != [purpose]:
        raise NotOurs
    return found[1:]


def _hashed(browser: str) -> str:
    return hashlib.sha256(browser.encode(errors="surrogateescape")).hexdigest()
