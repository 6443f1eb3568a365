"""Whose people speak: in a channel that workspaces share, somebody may be of another than ours.

People have one id over all workspaces, and a payload names their own workspace besides ours.
Source: https://docs.slack.dev/apis/slack-connect
"""

from collections.abc import Mapping
from typing import Any

from bot.platforms.slack.payload import maybe, part


def tapped(body: Mapping[str, Any], *, team: object) -> str:
    """The other workspace of whoever tapped or sent a form in; empty for people of ``team``."""
    return _elsewhere(maybe(body, "user", "team_id"), body, team=team)


def spoke(body: Mapping[str, Any], *, team: object) -> str:
    """The other workspace of whoever an event is about; empty for people of ``team``."""
    happened = part(body, "event")
    homes = (maybe(happened, name) for name in ("user_team", "source_team", "team"))
    return _elsewhere(next(filter(None, homes), ""), body, team=team)


def _elsewhere(home: str, body: Mapping[str, Any], *, team: object) -> str:
    # Within an Enterprise organisation a payload may name the organisation instead. It may also
    # name another workspace of the same person there: what users.info says counts more.
    return "" if home in {team, _enterprise(body)} else home


def _enterprise(body: Mapping[str, Any]) -> str:
    granted = body.get("authorizations")
    first = granted[0] if isinstance(granted, list) and granted else None
    return (
        maybe(first if isinstance(first, dict) else {}, "enterprise_id")
        or maybe(body, "enterprise", "id")
        or maybe(body, "enterprise_id")
    )
