"""The Bot Framework's adapter, for activities that we have verified.

The library's own verification blocks, breaks on an unknown key and answers a bad token with 500;
its own sorting of activities expects models where it is given plain objects, and ``channelData``
where there is none.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from botbuilder.core import ActivityHandler, InvokeResponse, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity, ActivityTypes
from botframework.connector.auth import (
    AuthenticateRequestResult,
    BotFrameworkAuthentication,
    ClaimsIdentity,
    ConnectorFactory,
)

from bot.platforms.teams.connector import Connectors
from bot.platforms.teams.text import Json

_ACCOUNT = ("id", "name", "aadObjectId")
_PLACE = ("id", "name", "conversationType", "tenantId")
_ENVELOPE = ("type", "id", "channelId", "serviceUrl", "name", "replyToId")

Turn = Callable[[], Awaitable[Json | None]]


class Adapter(CloudAdapter):  # type: ignore[misc]
    """Runs turns for activities that are verified already."""

    def __init__(self, connectors: Connectors, *, app_id: str, audience: str) -> None:
        super().__init__(_Verified(connectors))
        self._connectors = connectors
        self._app_id = app_id
        self._audience = audience

    async def turn(
        self, claims: Mapping[str, Any], activity: Json, turn: Turn
    ) -> InvokeResponse | None:
        """Run one turn; what an invoke is answered with, None for anything else."""
        verified = AuthenticateRequestResult()
        verified.claims_identity = ClaimsIdentity(dict(claims), True)
        verified.audience = self._audience
        verified.caller_id = None
        verified.connector_factory = self._connectors
        bot = _Bot(turn)
        answer: InvokeResponse | None = await self.process_activity(
            verified, _envelope(activity), bot.on_turn
        )
        return answer


class _Bot(ActivityHandler):  # type: ignore[misc]
    """Hands a turn over to us."""

    def __init__(self, turn: Turn) -> None:
        self._turn = turn

    async def on_turn(self, turn_context: TurnContext) -> None:
        """One activity; an invoke is answered with what we say, or with nothing."""
        body = await self._turn()
        if turn_context.activity.type == ActivityTypes.invoke:
            answer = InvokeResponse(status=200, body=body)
            await turn_context.send_activity(
                Activity(type=ActivityTypes.invoke_response, value=answer)
            )


class _Verified(BotFrameworkAuthentication):  # type: ignore[misc]
    """Nothing is left to verify: whoever comes here without being verified is turned away."""

    def __init__(self, connectors: Connectors) -> None:
        self._connectors = connectors

    # The library calls these with their arguments in order.
    async def authenticate_request(
        self, _activity: Activity, _auth_header: str
    ) -> AuthenticateRequestResult:
        raise PermissionError("Requests are verified before they come to the adapter.")

    async def authenticate_streaming_request(
        self, _auth_header: str, _channel_id: str
    ) -> AuthenticateRequestResult:
        raise PermissionError("The bot does not stream.")

    def create_connector_factory(self, _claims: ClaimsIdentity) -> ConnectorFactory:
        return self._connectors

    async def create_user_token_client(self, _claims: ClaimsIdentity) -> None:
        """The bot signs nobody in."""


def _envelope(activity: Json) -> Activity:
    """What the library needs to run a turn; what was said in it is read by us."""
    place = activity["conversation"]
    envelope: Json = {
        **_kept(activity, _ENVELOPE),
        "from": _kept(activity.get("from") or {}, _ACCOUNT),
        "recipient": _kept(activity.get("recipient") or {}, _ACCOUNT),
        "conversation": _kept(place, _PLACE) | {"isGroup": place.get("isGroup") is True},
    }
    return Activity().deserialize(envelope)


def _kept(given: Json, names: tuple[str, ...]) -> Json:
    return {name: given[name] for name in names if isinstance(given.get(name), str)}
