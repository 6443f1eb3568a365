"""Whether Slack takes the token and grants what the bot needs; for ``python -m bot check``."""

from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.platform import Installation
from bot.errors import BotError
from bot.platforms.slack import payload
from bot.platforms.slack.api import TIMEOUT, log
from bot.platforms.slack.manifest import SCOPES
from bot.settings import Settings

# Slack names the granted scopes here: https://docs.slack.dev/apis/web-api/#scopes
SCOPES_HEADER = "x-oauth-scopes"

BOT_REFUSED = (
    "SLACK_BOT_TOKEN is not accepted by Slack ({code}); copy the Bot User OAuth Token from "
    "“OAuth & Permissions” in your app's settings."
)
APP_REFUSED = (
    "SLACK_APP_TOKEN is not accepted by Slack ({code}); make an app-level token with the scope "
    "connections:write under “Basic Information” in your app's settings."
)
UNREACHED = "Slack could not be reached at {url}; check the network, a proxy and SLACK_API_URL."
SCOPE_MISSING = (
    "Slack has not granted the scope {scope} ({why}); add it under “OAuth & Permissions” and "
    "install the app again."
)


class TokenRefused(BotError):
    """Slack does not accept a token; the sentence names the setting and what to do."""


class Unreached(BotError):
    """Slack did not answer; the sentence names the setting."""


@dataclass(frozen=True, slots=True)
class Identity:
    """The workspace of a token and what it may do."""

    installation: Installation
    scopes: frozenset[str]


async def identify(settings: Settings) -> Identity:
    """Whose token the settings hold; raises ``TokenRefused`` or ``Unreached``."""
    headers, answer = await _ask(settings, "auth.test", settings.slack_bot_token, BOT_REFUSED)
    team = answer.get("team_id", "")
    installation = Installation(
        lane=payload.lane(team),
        workspace=team,
        name=answer.get("team", ""),
        token=settings.slack_bot_token,
        bot_user=answer.get("user_id", ""),
    )
    scopes = headers.get(SCOPES_HEADER, "").split(",")
    return Identity(installation, frozenset(scope.strip() for scope in scopes if scope.strip()))


async def check(settings: Settings) -> list[str]:
    """One sentence for everything that is wrong with the tokens, and how to mend it."""
    try:
        if settings.slack_app_token:
            await _ask(settings, "apps.connections.open", settings.slack_app_token, APP_REFUSED)
        if not settings.slack_bot_token:
            return []
        identity = await identify(settings)
    except (TokenRefused, Unreached) as error:
        return [str(error)]
    missing = [scope for scope in SCOPES if scope not in identity.scopes]
    return [SCOPE_MISSING.format(scope=scope, why=SCOPES[scope]) for scope in missing]


async def _ask(
    settings: Settings, method: str, token: str, refused: str
) -> tuple[dict[str, str], dict[str, str]]:
    timeout = aiohttp.ClientTimeout(total=TIMEOUT)
    async with aiohttp.ClientSession(timeout=timeout) as session:
        client = AsyncWebClient(
            token=token,
            base_url=settings.slack_api_url,
            session=session,
            logger=log,
            retry_handlers=[],
        )
        try:
            answer = await client.api_call(method)
        except SlackApiError as error:
            code = error.response.get("error") if isinstance(error.response.data, dict) else None
            if code is None:
                raise Unreached(UNREACHED.format(url=settings.slack_api_url)) from error
            raise TokenRefused(refused.format(code=code)) from error
        except (aiohttp.ClientError, TimeoutError, ValueError, AttributeError) as error:
            raise Unreached(UNREACHED.format(url=settings.slack_api_url)) from error
    headers = {name.lower(): value for name, value in answer.headers.items()}
    return headers, dict(answer.data) if isinstance(answer.data, dict) else {}
