"""The keys that Microsoft signs with, fetched without making anybody else wait.

Source: https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

import asyncio
import contextlib
import json
import ssl
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
import structlog
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import RSAAlgorithm
from jwt.exceptions import PyJWTError

from bot.errors import BotError

log = structlog.get_logger(__name__)

Clock = Callable[[], float]

TIMEOUT = 5  # Seconds for the two documents, each.
KEPT_FOR = 24 * 3600  # Seconds that keys are used; Microsoft's advice.
RENEWED_AFTER = 12 * 3600  # Seconds until they are fetched anew, while they are still used.
# Anybody can make up a key's name, so an unknown one asks Microsoft no more often than this.
UNKNOWN_EVERY = 60
# How soon a host is asked again that did not answer, while there are no keys at all.
FAILED_EVERY = 5
MAX_DOCUMENT = 1024 * 1024  # The document of keys has about 40 kB.
MIN_KEY_BITS = 2048  # RFC 7518, section 3.3.


class KeysUnreached(BotError):
    """The keys could not be fetched, and there are none yet."""


@dataclass(frozen=True, slots=True)
class Key:
    """A public key and the channels whose activities it may sign."""

    public: RSAPublicKey
    endorsements: frozenset[str]


class Keys:
    """The keys of one OpenID metadata document, remembered by their names."""

    def __init__(
        self,
        url: str,
        *,
        tls: ssl.SSLContext,
        clock: Clock = time.monotonic,
    ) -> None:
        self._url = url
        self._tls = tls
        self._clock = clock
        self._keys: Mapping[str, Key] = {}
        self._fetched_at: float | None = None
        self._failed_at: float | None = None
        self._unknown_at: float | None = None
        self._fetching: asyncio.Task[None] | None = None

    async def key(self, name: str) -> Key | None:
        """The key of this name (``kid``), or None where Microsoft does not list it.

        Raises ``KeysUnreached`` where nothing is known.
        """
        if self._is_older_than(KEPT_FOR):
            await self._fetched()
            if self._is_older_than(KEPT_FOR):
                raise KeysUnreached("The keys of Microsoft's login could not be fetched.")
            return self._keys.get(name)
        if self._is_older_than(RENEWED_AFTER):
            self._begin()
        found = self._keys.get(name)
        if found is None and self._may_ask_for_unknown():
            await self._fetched()
            found = self._keys.get(name)
        return found

    async def fetch(self) -> None:
        """Fetch the keys now; raises ``KeysUnreached``."""
        try:
            keys = _read(await self._documents())
        except (aiohttp.ClientError, TimeoutError, ValueError, KeyError, TypeError) as error:
            self._failed_at = self._clock()
            raise KeysUnreached(f"The keys at {self._url} could not be fetched.") from error
        self._keys = keys
        self._fetched_at = self._clock()
        self._failed_at = None

    async def close(self) -> None:
        """Give up whatever is being fetched."""
        if self._fetching is not None:
            self._fetching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._fetching

    def _is_older_than(self, seconds: float) -> bool:
        return self._fetched_at is None or self._clock() - self._fetched_at > seconds

    def _may_ask_for_unknown(self) -> bool:
        if self._fetching is not None and not self._fetching.done():
            return True
        if self._unknown_at is not None and self._clock() - self._unknown_at < UNKNOWN_EVERY:
            return False
        self._unknown_at = self._clock()
        return True

    async def _fetched(self) -> None:
        fetching = self._begin()
        if fetching is not None:
            # Whoever goes away must not take the keys from all who wait for them.
            await asyncio.shield(fetching)

    def _begin(self) -> asyncio.Task[None] | None:
        if self._fetching is not None and not self._fetching.done():
            return self._fetching
        if self._failed_at is not None and self._clock() - self._failed_at < FAILED_EVERY:
            return None
        self._fetching = asyncio.ensure_future(self._try_to_fetch())
        return self._fetching

    async def _try_to_fetch(self) -> None:
        try:
            await self.fetch()
        except KeysUnreached as error:
            log.warning("teams_keys_unreached", reason=type(error.__cause__).__name__)

    async def _documents(self) -> Any:
        timeout = aiohttp.ClientTimeout(total=TIMEOUT)
        connector = aiohttp.TCPConnector(ssl=self._tls)
        async with aiohttp.ClientSession(timeout=timeout, connector=connector) as session:
            metadata = await _document(session, self._url)
            return await _document(session, metadata["jwks_uri"])


async def _document(session: aiohttp.ClientSession, url: str) -> Any:
    async with session.get(url) as response:
        response.raise_for_status()
        body = bytearray()
        async for chunk in response.content.iter_any():
            body += chunk
            if len(body) > MAX_DOCUMENT:
                raise ValueError("The document is too long.")
    return json.loads(body)


def _read(document: Any) -> dict[str, Key]:
    found = {}
    for one in document["keys"]:
        key = _key(one)
        if key is not None:
            found[one["kid"]] = key
    if not found:
        raise ValueError("The document lists no key.")
    return found


def _key(one: Any) -> Key | None:
    """A key of the list; None for one of another kind, which must not spoil the others."""
    if not isinstance(one, dict) or not isinstance(one.get("kid"), str):
        return None
    try:
        public = RSAAlgorithm.from_jwk(one)
    except (PyJWTError, ValueError, TypeError):
        return None
    if not isinstance(public, RSAPublicKey) or public.key_size < MIN_KEY_BITS:
        return None
    given = one.get("endorsements")
    endorsed = given if isinstance(given, list) else []
    return Key(public, frozenset(name for name in endorsed if isinstance(name, str)))
