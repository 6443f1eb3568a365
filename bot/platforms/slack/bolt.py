"""Bolt, made as we need it: our front door has verified and read, and Bolt hands on."""

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.platform import Installation
from bot.ids import Lane
from bot.platforms.slack import payload
from bot.platforms.slack.api import log
from bot.platforms.slack.payload import Malformed

Listener = Callable[..., Awaitable[BoltResponse]]
ANYTHING = re.compile("")


@dataclass(frozen=True, slots=True)
class Listeners:
    """One for each kind of payload."""

    command: Listener
    tap: Listener
    form: Listener
    suggestion: Listener
    event: Listener


class Authorize(AsyncAuthorize):
    """Tells Bolt the token of the workspace that a payload names."""

    def __init__(self, installed: Callable[[Lane], Awaitable[Installation | None]]) -> None:
        self._installed = installed

    async def __call__(self, *, team_id: str | None, **_: Any) -> AuthorizeResult:
        """Without a token where the bot is not installed: saying so is ours, not Bolt's."""
        try:
            installation = await self._installed(payload.lane(team_id))
        except Malformed:
            installation = None
        return AuthorizeResult(
            enterprise_id=None,
            team_id=team_id,
            bot_token=installation.token if installation else None,
            bot_user_id=installation.bot_user if installation else None,
        )


def application(client: AsyncWebClient, authorize: Authorize, listeners: Listeners) -> AsyncApp:
    """Bolt with our listeners; needs a running loop."""
    bolt = AsyncApp(
        logger=log,
        name="leaders",
        client=client,
        authorize=authorize,
        # Without it Bolt looks for the acknowledgement every 10 ms only.
        process_before_response=True,
        request_verification_enabled=False,
        ssl_check_enabled=False,
        attaching_function_token_enabled=False,
        attaching_conversation_kwargs_enabled=False,
    )
    bolt.command(ANYTHING)(listeners.command)
    bolt.action(ANYTHING)(listeners.tap)
    bolt.view(ANYTHING)(listeners.form)
    bolt.options(ANYTHING)(listeners.suggestion)
    bolt.event(ANYTHING)(listeners.event)
    return bolt
