"""The Bot Framework's connector, with calls that go out once, signed with our one token.

The library's own pipeline blocks a thread for each call and asks for a token each turn.
"""

import json
import ssl
from collections.abc import Awaitable, Callable, Mapping
from types import TracebackType
from typing import Any

import aiohttp
from botframework.connector.aio import ConnectorClient
from botframework.connector.auth import ConnectorFactory
from msrest.authentication import Authentication
from msrest.pipeline import Request, Response
from msrest.pipeline.async_abc import AsyncHTTPPolicy, AsyncHTTPSender, AsyncPipeline
from msrest.serialization import Model
from msrest.universal_http import ClientRequest
from msrest.universal_http.async_abc import AsyncClientResponse
from msrest.universal_http.requests import ClientRetryPolicy
from yarl import URL

from bot.errors import CannotDeliver
from bot.platforms.teams.hosts import Hosts
from bot.platforms.teams.text import Json

# A list of 501 numbers is searched 999 times for each client that is made: 12 ms a turn.
ClientRetryPolicy.safe_codes = frozenset(ClientRetryPolicy.safe_codes)  # type: ignore[assignment]

TIMEOUT = 20  # Seconds for one call; Teams answers in well under one.
HTTP_ERROR = 300
# Service addresses are few, one for each region; above this many the memory begins anew.
REMEMBERED = 200

UNLISTED = "This conversation is served from an address that TEAMS_SERVICE_HOSTS does not list."


class HttpError(Exception):
    """Teams answered, and not with what was asked for; ``code`` is its own word for why."""

    def __init__(self, status: int, code: str, headers: Mapping[str, str], token: str) -> None:
        super().__init__(f"{status} {code}")
        self.status = status
        self.code = code
        self.headers = headers
        self.token = token


class Raw(Model):
    """JSON on its way through the library as it is.

    The library's models drop what they do not know, the names in a mention among it.
    """

    def __init__(self, body: Json) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._attribute_map = {name: {"key": name, "type": "object"} for name in body}
        vars(self).update(body)


class Connectors(ConnectorFactory):  # type: ignore[misc]
    """The clients of the service addresses that our token may be sent to."""

    def __init__(
        self, hosts: Hosts, token: Callable[[], Awaitable[str]], *, tls: ssl.SSLContext
    ) -> None:
        self._hosts = hosts
        self._token = token
        self._sender = _Sender(tls)
        self._clients: dict[str, ConnectorClient] = {}

    async def create(self, service_url: str, _audience: str = "") -> ConnectorClient:
        """As the library asks for one."""
        return self.client(service_url)

    def client(self, service_url: str) -> ConnectorClient:
        """The client of an address; raises ``CannotDeliver`` where it is not listed."""
        if not self._hosts.allow(service_url):
            raise CannotDeliver(UNLISTED)
        if service_url not in self._clients:
            if len(self._clients) >= REMEMBERED:
                self._clients.clear()
            self._clients[service_url] = ConnectorClient(
                # The pipeline signs, and needs no session to do so.
                Authentication(),
                base_url=service_url,
                pipeline_type=lambda config: AsyncPipeline(
                    [config.user_agent_policy, _Signed(self._token)], self._sender
                ),
            )
        return self._clients[service_url]

    async def close(self) -> None:
        """End all connections."""
        await self._sender.close()


class _Signed(AsyncHTTPPolicy[Any, Any]):
    """Puts our token on a call."""

    def __init__(self, token: Callable[[], Awaitable[str]]) -> None:
        super().__init__()
        self._token = token

    async def send(self, request: Request[Any], **config: Any) -> Response[Any, Any]:
        request.http_request.headers["Authorization"] = f"Bearer {await self._token()}"
        following: Any = self.next
        sent: Response[Any, Any] = await following.send(request, **config)
        return sent


class _Sender(AsyncHTTPSender[Any, Any]):
    """Sends a call once, by aiohttp, and follows nobody elsewhere with our token."""

    def __init__(self, tls: ssl.SSLContext) -> None:
        self._tls = tls
        self._session: aiohttp.ClientSession | None = None

    async def send(self, request: Request[Any], **_config: Any) -> Response[Any, Any]:
        call: ClientRequest = request.http_request
        # The library has encoded the address; a second reading would change some ids.
        async with self._open_session().request(
            call.method,
            URL(call.url, encoded=True),
            data=call.data,
            headers=call.headers,
            allow_redirects=False,
        ) as answer:
            body = await answer.read()
        if answer.status >= HTTP_ERROR:
            token = call.headers["Authorization"].removeprefix("Bearer ")
            raise HttpError(answer.status, _code(body), dict(answer.headers), token)
        return Response(request, _Answer(call, answer, body))

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    def _open_session(self) -> aiohttp.ClientSession:
        if self._session is None or self._session.closed:
            self._session = aiohttp.ClientSession(
                timeout=aiohttp.ClientTimeout(total=TIMEOUT),
                connector=aiohttp.TCPConnector(ssl=self._tls),
                # A cookie of one tenant's address is no business of another's.
                cookie_jar=aiohttp.DummyCookieJar(),
            )
        return self._session


class _Answer(AsyncClientResponse):
    def __init__(self, request: ClientRequest, answer: aiohttp.ClientResponse, body: bytes) -> None:
        # What the library calls the response is handed on as it is: for us the body alone.
        super().__init__(request, body)
        self.status_code = answer.status
        self.reason = answer.reason
        # The library looks them up in lower case.
        self.headers = {name.lower(): value for name, value in answer.headers.items()}
        self._body = body

    def body(self) -> bytes:
        return self._body


def _code(body: bytes) -> str:
    try:
        error = json.loads(body)["error"]
        code = error["code"]
    except (ValueError, KeyError, TypeError):
        return ""
    return code if isinstance(code, str) else ""
