"""The pieces of Slack's payloads: names, words and people, whatever a payload lacks."""

import re
from collections.abc import Mapping
from typing import Any

from bot.chat.requests import Profile
from bot.ids import Lane, lane_of
from bot.platforms.slack.text import unescape

SLACKBOT = "USLACKBOT"

_LINK = re.compile(r"<((?:https?|mailto|tel):[^|>]+)(?:\|([^>]*))?>")
_BROADCAST = re.compile(r"<!(here|channel|everyone)(?:\|[^>]*)?>")
_GROUP = re.compile(r"<!subteam\^\w+\|([^>]*)>")
_USER = re.compile(r"[UW][A-Z0-9]{1,20}")


class Malformed(ValueError):
    """A payload that does not have Slack's shape."""


def lane(team: object) -> Lane:
    """The lane of a workspace."""
    if not isinstance(team, str) or not team.isalnum():
        raise Malformed("A payload without a workspace.")
    return lane_of("slack", team)


def must(body: Mapping[str, Any], *path: str) -> str:
    """The text at the path; raises ``Malformed`` where there is none."""
    found = maybe(body, *path)
    if not found:
        raise Malformed(f"A payload without {'.'.join(path)}.")
    return found


def maybe(body: Mapping[str, Any], *path: str) -> str:
    """The text at the path; empty where there is none."""
    for name in path[:-1]:
        body = part(body, name)
    found = body.get(path[-1])
    return clean(found) if isinstance(found, str) else ""


def part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """The object of that name; empty where there is none."""
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def user_id(body: Mapping[str, Any], *path: str) -> str:
    """The person at the path; raises ``Malformed`` where there is none."""
    user = must(body, *path)
    if not _USER.fullmatch(user):
        raise Malformed("A payload without a person.")
    return user


def without_mention(words: str, bot_user: str) -> str:
    """Words as they were typed, without the bot's own name in them."""
    if bot_user:
        words = re.sub(rf"<@{re.escape(bot_user)}(?:\|[^>]*)?>[:,]?\s*", "", words, count=1)
    return typed(words)


def typed(words: str) -> str:
    """Words as they were typed: Slack's links and entities undone, mentions left as they are."""
    words = _LINK.sub(_link, words)
    words = _BROADCAST.sub(r"@\1", words)
    words = _GROUP.sub(r"\1", words)
    return clean(unescape(words)).strip()


def _link(found: re.Match[str]) -> str:
    url, label = found[1], found[2] or ""
    bare = url.removeprefix("mailto:").removeprefix("tel:")
    # Slack makes links of bare domains, addresses and numbers; the label is what was typed.
    return label if label and bare.removesuffix("/").endswith(label) else bare


def clean(words: str) -> str:
    """The words without NUL, for which PostgreSQL has no room."""
    return words.replace("\0", "")


def profile(user: Mapping[str, Any], *, team: str = "", is_external: bool = False) -> Profile:
    """What Slack says of a person to the workspace ``team``.

    ``is_external`` stands where Slack does not say whose person it is.
    Source: https://docs.slack.dev/reference/objects/user-object
    """
    shown = part(user, "profile")
    names = (
        maybe(shown, "real_name"),
        maybe(user, "real_name"),
        maybe(shown, "display_name"),
        maybe(user, "name"),
    )
    return Profile(
        name=unescape(next(filter(None, names), "")),
        email=maybe(shown, "email"),
        zone=maybe(user, "tz"),
        is_guest=bool(user.get("is_restricted") or user.get("is_ultra_restricted")),
        is_external=_is_external(user, team, otherwise=is_external),
        is_active=not user.get("deleted"),
    )


def _is_external(user: Mapping[str, Any], team: str, *, otherwise: bool) -> bool:
    # A stranger shares no channel with us; in a shared channel only the workspace tells.
    if user.get("is_stranger"):
        return True
    home = maybe(user, "team_id")
    if not team or not home:
        return otherwise
    # In an Enterprise organisation somebody belongs to several workspaces.
    several = part(user, "enterprise_user").get("teams")
    return team != home and team not in (several if isinstance(several, list) else ())


def is_person(user: Mapping[str, Any]) -> bool:
    """Whether an entry of the member list is a human being's."""
    return not user.get("is_bot") and maybe(user, "id") not in {"", SLACKBOT}
