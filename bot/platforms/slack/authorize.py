"""Tells Bolt which token answers a workspace."""

from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize

from bot.chat.platform import Installation
from bot.ids import Lane
from bot.platforms.slack import read
from bot.platforms.slack.payload import Malformed


class Authorize(AsyncAuthorize):
    """Asks for the installation of the workspace that a payload names."""

    def __init__(self, installed: Callable[[Lane], Awaitable[Installation | None]]) -> None:
        self._installed = installed

    async def __call__(self, *, team_id: str | None, **_: Any) -> AuthorizeResult | None:
        """None where the bot is not installed."""
        try:
            installation = await self._installed(read.lane(team_id))
        except Malformed:
            return None
        if installation is None:
            return None
        return AuthorizeResult(
            enterprise_id=None,
            team_id=team_id,
            bot_token=installation.token,
            bot_user_id=installation.bot_user,
        )
