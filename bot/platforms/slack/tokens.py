"""What ``oauth.v2.access`` answers, as an installation.

Source: https://docs.slack.dev/reference/methods/oauth.v2.access
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.chat.platform import Installation
from bot.platforms.slack.payload import lane, maybe, must


def installed(answer: Mapping[str, Any], *, now: datetime) -> Installation:
    """The workspace that was installed, and its tokens; raises ``Malformed`` for anything else."""
    team = must(answer, "team", "id")
    named = Installation(
        lane=lane(team),
        workspace=team,
        name=maybe(answer, "team", "name"),
        token="",
        bot_user=must(answer, "bot_user_id"),
    )
    return given(answer, named, now=now)


def given(answer: Mapping[str, Any], installation: Installation, *, now: datetime) -> Installation:
    """The installation with its new tokens; raises ``Malformed`` where there are none."""
    seconds = answer.get("expires_in")
    ends = now + timedelta(seconds=seconds) if isinstance(seconds, int) and seconds > 0 else None
    return replace(
        installation,
        token=must(answer, "access_token"),
        refresh_token=maybe(answer, "refresh_token"),
        expires_at=ends,
    )


def is_for_an_organisation(answer: Mapping[str, Any]) -> bool:
    """Whether a whole Enterprise organisation installed the bot, not one workspace."""
    return answer.get("is_enterprise_install") is True
