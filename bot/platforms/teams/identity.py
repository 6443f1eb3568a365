"""Our own token, which Teams wants with each call: one for all, asked for in a thread.

Source: https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

import asyncio
import contextlib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from urllib.parse import urlsplit

import msal
import requests
import structlog
from msal.exceptions import MsalError
from requests.adapters import HTTPAdapter

from bot.errors import BotError
from bot.settings import MANAGED_IDENTITY, Settings

log = structlog.get_logger(__name__)

Clock = Callable[[], float]

TIMEOUT = 5  # Seconds for one answer of the login host; three are asked for the first token.
TOKEN_WITHIN = 10  # Seconds that a message waits for the token it needs.
RENEWED_BEFORE = 300  # Seconds before its end; a call under way must not outlive its token.
# What an answer without a life of its own is given.
DEFAULT_LIFE = 3600

# The tenant of bots that are registered as MultiTenant themselves.
BOT_FRAMEWORK = "botframework.com"
DEFAULT_SCOPE = "/.default"

# Codes of OAuth that say nothing against us.
_BUSY = frozenset({"server_error", "temporarily_unavailable"})


class LoginRefused(BotError):
    """Microsoft does not know the app or its secret; the sentence names the settings."""


class LoginUnreached(BotError):
    """Microsoft's login did not answer; the sentence names the settings."""


class Identity:
    """The app of the settings, and the token that it was given last."""

    def __init__(
        self, settings: Settings, *, clock: Clock = time.time, within: float = TOKEN_WITHIN
    ) -> None:
        self._settings = settings
        self._clock = clock
        self._within = within
        self._token = ""
        self._good_until = 0.0
        self._asking: asyncio.Task[str] | None = None
        self._client: Any = None
        self._session = _session(settings.requests_ca_bundle)
        # Its own thread: a host that hangs must not take those that look up names for others.
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="teams-login")

    async def token(self) -> str:
        """The token to send; raises ``LoginRefused`` or ``LoginUnreached``.

        Whoever asks while it is being fetched waits for the same one.
        """
        if self._token and self._clock() < self._good_until:
            return self._token
        if self._asking is None or self._asking.done():
            self._asking = asyncio.ensure_future(self._ask())
            self._asking.add_done_callback(_told)
        try:
            return await asyncio.wait_for(asyncio.shield(self._asking), self._within)
        except TimeoutError as error:
            raise self._unreached() from error

    def forget(self, token: str) -> None:
        """A token that Teams did not take is not sent again."""
        if token == self._token:
            self._token = ""
            self._client = None

    async def close(self) -> None:
        """Wait for nothing any more."""
        if self._asking is not None:
            self._asking.cancel()
            with contextlib.suppress(asyncio.CancelledError, BotError):
                await self._asking
        self._thread.shutdown(wait=False, cancel_futures=True)
        self._session.close()

    async def _ask(self) -> str:
        loop = asyncio.get_running_loop()
        try:
            answer = await loop.run_in_executor(self._thread, self._asked)
        except (requests.RequestException, MsalError, ValueError, RuntimeError) as error:
            # The library raises ValueError for a host or tenant that gives it no configuration.
            raise self._unreached() from error
        token = answer.get("access_token")
        if not token:
            raise self._refused(answer)
        self._token = token
        life = float(answer.get("expires_in", DEFAULT_LIFE))
        self._good_until = self._clock() + life - RENEWED_BEFORE
        return str(token)

    def _asked(self) -> dict[str, Any]:
        """Runs in the thread."""
        if self._client is None:
            self._client = self._made_client()
        scope = self._settings.teams_oauth_scope.removesuffix(DEFAULT_SCOPE)
        if self._settings.microsoft_app_type == MANAGED_IDENTITY:
            answer = self._client.acquire_token_for_client(resource=scope)
        else:
            answer = self._client.acquire_token_for_client(scopes=[scope + DEFAULT_SCOPE])
        return answer if isinstance(answer, dict) else {}

    def _made_client(self) -> Any:
        app_id = self._settings.microsoft_app_id
        if self._settings.microsoft_app_type == MANAGED_IDENTITY:
            managed = msal.UserAssignedManagedIdentity(client_id=app_id)
            return msal.ManagedIdentityClient(managed, http_client=self._session)
        return msal.ConfidentialClientApplication(
            app_id,
            client_credential=self._settings.microsoft_app_password,
            authority=authority(self._settings),
            http_client=self._session,
        )

    def _unreached(self) -> LoginUnreached:
        if self._settings.microsoft_app_type == MANAGED_IDENTITY:
            return LoginUnreached(
                "The managed identity gave no token; assign it to this machine, or set "
                "MICROSOFT_APP_TYPE to SingleTenant."
            )
        return LoginUnreached(
            f"Microsoft's login did not answer at {authority(self._settings)}; check the network, "
            "a proxy, MICROSOFT_APP_TENANT_ID and TEAMS_LOGIN_URL."
        )

    def _refused(self, answer: dict[str, Any]) -> BotError:
        code = str(answer.get("error") or "no token")
        log.warning("teams_login_refused", code=code)
        if code in _BUSY:
            return self._unreached()
        if self._settings.microsoft_app_type == MANAGED_IDENTITY:
            return LoginRefused(
                f"The managed identity of MICROSOFT_APP_ID is not known here ({code}); assign it "
                "to this machine."
            )
        return LoginRefused(
            f"MICROSOFT_APP_ID and MICROSOFT_APP_PASSWORD are not accepted by Microsoft ({code}); "
            "make a new client secret for the app and copy its value."
        )


def authority(settings: Settings) -> str:
    """Where the token is asked for: TEAMS_LOGIN_URL, with the home tenant unless it has a path."""
    url = settings.teams_login_url.rstrip("/")
    if urlsplit(url).path:
        return url
    return f"{url}/{settings.microsoft_app_tenant_id or BOT_FRAMEWORK}"


class _Patient(HTTPAdapter):
    """Gives up after a while, which the library by itself never does."""

    def __init__(self, bundle: str) -> None:
        self._bundle = bundle
        super().__init__()

    def send(self, request: requests.PreparedRequest, **given: Any) -> requests.Response:  # type: ignore[override]
        """As the adapter does, with a time to answer in and the authorities of the settings."""
        if self._bundle:
            given["verify"] = self._bundle
        return super().send(request, **{**given, "timeout": TIMEOUT})


def _session(bundle: str) -> requests.Session:
    session = requests.Session()
    for scheme in ("https://", "http://"):
        session.mount(scheme, _Patient(bundle))
    return session


def _told(asking: "asyncio.Task[str]") -> None:
    """An error that nobody waited for is known all the same, so asyncio need not complain."""
    if not asking.cancelled():
        asking.exception()
