"""Calls to Slack's Web API: one attempt each, with errors that say what may have happened.

Source: https://docs.slack.dev/apis/web-api/rate-limits
"""

import logging
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.chat.platform import Installation, Leave, at_once
from bot.errors import BotError, CannotDeliver, NotNow, TryLater, Uncertain
from bot.ids import Lane
from bot.platforms.slack import reasons
from bot.platforms.slack.pace import POST, Pace, patience

Installed = Callable[[Lane], Awaitable[Installation | None]]

TIMEOUT = 20  # Seconds for one call; Slack answers in well under one.
UNREACHED_AFTER = timedelta(seconds=10)  # Until Slack is tried again when nothing answered.
BROKEN_AFTER = timedelta(seconds=30)  # Until Slack is tried again when it broke.
RETRY_AFTER_HEADER = "Retry-After"
# Where a 429 says nothing of how long: the length of Slack's own window.
DEFAULT_RETRY_AFTER = 60

# Tokens that end leave their clients behind; above this many the memory begins anew.
REMEMBERED = 500

# Methods that only read take no JSON: https://docs.slack.dev/apis/web-api/#post_bodies
READS = frozenset({"conversations.history", "users.info", "users.list"})
EXCHANGE = "oauth.v2.access"
# Tokens are exchanged by the app itself, for no workspace yet.
NOWHERE = Lane("slack:")
HTTP_ERROR = 300
NOT_INSTALLED = "The bot is not installed in this Slack workspace."

# The libraries log what they send when they may; ours says what is worth knowing.
log = logging.getLogger("bot.platforms.slack.library")
log.setLevel(logging.ERROR)


class Refusal(BotError):
    """Slack answered with an error code; nothing was done."""

    def __init__(self, method: str, code: str) -> None:
        super().__init__(f"{method}: {reasons.reason(code)}")
        self.method = method
        self.code = code


class Api:
    """Slack's methods for the workspaces that installed the bot.

    ``afresh`` is asked where Slack refuses the token that ``installed`` gave; ``client``
    is the app's id and secret, for exchanging tokens.
    Each call waits for its turn; a method that answered 429 is not asked again by that workspace
    before the time Slack named, and less often for a while.
    """

    def __init__(
        self,
        url: str,
        installed: Installed,
        *,
        afresh: Installed | None = None,
        client: tuple[str, str] = ("", ""),
        pace: Pace | None = None,
    ) -> None:
        self._url = url
        self._installed = installed
        self._afresh = afresh or installed
        self._client_id, self._client_secret = client
        self._pace = pace or Pace()
        self._session: aiohttp.ClientSession | None = None
        self._clients: dict[str, AsyncWebClient] = {}

    def client(self, token: str) -> AsyncWebClient:
        """A client that asks once: only delivery repeats a message."""
        session = self._open_session()
        if len(self._clients) >= REMEMBERED:
            self._clients.clear()
        if token not in self._clients:
            self._clients[token] = AsyncWebClient(
                token=token,
                base_url=self._url,
                session=session,
                logger=log,
                # By default a dropped connection posts again: a message arrived twice, 4 of 4.
                retry_handlers=[],
            )
        return self._clients[token]

    async def close(self) -> None:
        """End all connections."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, lane: Lane, method: str, **arguments: Any) -> dict[str, Any]:
        """What Slack answered somebody who waits.

        Raises ``Refusal`` with Slack's code, ``TryLater`` where nothing was done and it may be
        asked again, ``Uncertain`` where it may have been done, and ``CannotDeliver`` where the
        bot is not installed.
        """
        return await self._called(lane, method, arguments, is_patient=False)

    async def call_patiently(
        self, lane: Lane, method: str, *, leave: Leave = at_once, **arguments: Any
    ) -> dict[str, Any]:
        """The same for a delivery, which leaves room for those who wait, and asks for ``leave``."""
        return await self._called(lane, method, arguments, is_patient=True, leave=leave)

    async def _called(
        self,
        lane: Lane,
        method: str,
        arguments: dict[str, Any],
        *,
        is_patient: bool,
        leave: Leave = at_once,
    ) -> dict[str, Any]:
        installation = await self._installed(lane)
        if installation is None:
            raise CannotDeliver(NOT_INSTALLED)
        channel = arguments["channel"] if method == POST else ""
        await self._pace.turn(lane, method, channel, is_patient=is_patient)
        await leave()
        try:
            return await self._asked(lane, installation.token, method, arguments)
        except Refusal as error:
            if error.code not in reasons.TOKEN_REFUSED:
                raise
            # Another replica may have renewed it or installed the bot anew meanwhile.
            newer = await self._afresh(lane)
            if newer is None or newer.token == installation.token:
                raise
            return await self._asked(lane, newer.token, method, arguments)

    async def _asked(
        self, lane: Lane, token: str, method: str, arguments: dict[str, Any]
    ) -> dict[str, Any]:
        client = self.client(token)
        if method in READS:
            asking = client.api_call(method, http_verb="GET", params=arguments)
        else:
            asking = client.api_call(method, json=arguments)
        return await self._answered(lane, method, asking)

    async def works(self, lane: Lane) -> bool:
        """Whether Slack takes the token of a workspace now."""
        try:
            await self.call(lane, "auth.test")
        except BotError:
            return False
        return True

    async def exchange(self, **asked: str) -> dict[str, Any]:
        """The tokens that Slack gives for a code or a refresh token, which it takes once.

        Raises ``Refusal`` with Slack's code, ``TryLater`` and ``Uncertain`` as ``call`` does.
        """
        await self._pace.turn(NOWHERE, EXCHANGE)
        # The library's own method uses what aiohttp is about to drop.
        proof = aiohttp.encode_basic_auth(self._client_id, self._client_secret)
        asking = self.client("").api_call(EXCHANGE, data=asked, headers={"Authorization": proof})
        return await self._answered(NOWHERE, EXCHANGE, asking)

    async def _answered(
        self, lane: Lane, method: str, asking: Awaitable[AsyncSlackResponse]
    ) -> dict[str, Any]:
        try:
            answer = await asking
        except SlackApiError as error:
            raise self._refused(lane, method, error) from error
        except aiohttp.ClientConnectorError as error:
            raise TryLater("Slack could not be reached.", after=UNREACHED_AFTER) from error
        except (TimeoutError, aiohttp.ClientError, ValueError, AttributeError) as error:
            # Slack may have taken it before the line broke or nonsense came back.
            raise Uncertain(f"Slack gave no answer to {method}.") from error
        return dict(answer.data) if isinstance(answer.data, dict) else {}

    async def respond(self, url: str, content: dict[str, Any]) -> None:
        """Answer at a ``response_url``; raises ``Refusal`` where it is not taken."""
        try:
            async with self._open_session().post(url, json=content) as response:
                if response.status >= HTTP_ERROR:
                    raise Refusal("response_url", str(response.status))
        except (aiohttp.ClientError, TimeoutError) as error:
            raise Refusal("response_url", type(error).__name__) from error

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=TIMEOUT))
            self._clients.clear()
        return self._session

    def _refused(self, lane: Lane, method: str, error: SlackApiError) -> Exception:
        answer = error.response
        status = getattr(answer, "status_code", 0) or getattr(answer, "status", 0)
        code = _code(answer)
        if status == 429 or code in {"ratelimited", "rate_limited"}:
            after = _retry_after(answer)
            self._pace.refused(lane, method, after)
            # The penalty is for one method of one workspace; posts are what its lane is for.
            return TryLater(
                patience(method), after=timedelta(seconds=after), whole_lane=method == POST
            )
        if code in reasons.LANE_LATER:
            return TryLater(reasons.LANE_LATER[code], after=BROKEN_AFTER)
        if code in reasons.MESSAGE_LATER:
            return NotNow(reasons.MESSAGE_LATER[code], after=BROKEN_AFTER)
        if status >= 500 or code in reasons.UNCLEAR or not code:
            return Uncertain(reasons.UNCLEAR.get(code, "Slack broke while it took the message."))
        return Refusal(method, code)


def _code(answer: object) -> str:
    data = getattr(answer, "data", None)
    found = data.get("error") if isinstance(data, dict) else None
    return found if isinstance(found, str) else ""


def _retry_after(answer: object) -> float:
    headers = getattr(answer, "headers", {})
    given = next(
        (value for name, value in headers.items() if name.lower() == RETRY_AFTER_HEADER.lower()),
        "",
    )
    return float(given) if str(given).isdecimal() else DEFAULT_RETRY_AFTER
