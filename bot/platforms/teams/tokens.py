"""Verifies what comes in: signed by Microsoft, for us, from where it says.

Source: https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jwt

from bot.platforms.teams import door
from bot.platforms.teams.door import Refused
from bot.platforms.teams.hosts import Hosts
from bot.platforms.teams.keys import Key, Keys, KeysUnreached
from bot.platforms.teams.text import Json

ALGORITHM = "RS256"
LEEWAY = 300  # Seconds between Microsoft's clock and ours; Microsoft's figure.
MAX_HEADER = 6000  # Microsoft's tokens have some 1,200 characters.

# Only Teams says who somebody is: on other channels of a bot whoever writes may make it up.
CHANNEL = "msteams"

_BEARER = re.compile(r"[Bb]earer ([\w-]+\.[\w-]+\.[\w-]+)", re.ASCII)
# Microsoft's documents and its tokens do not agree on how the claim is written.
_SERVICE_CLAIMS = ("serviceurl", "serviceUrl")
_TIMES = ("exp", "nbf", "iat")


@dataclass(frozen=True, slots=True)
class Caller:
    """Who signed a request: what the token says, and which channels its key may speak for."""

    claims: Mapping[str, Any]
    endorsements: frozenset[str]


class Tokens:
    """Takes the tokens of one issuer that are meant for one app."""

    def __init__(self, keys: Keys, hosts: Hosts, *, issuer: str, app_id: str) -> None:
        self._keys = keys
        self._hosts = hosts
        self._issuer = issuer
        self._app_id = app_id.lower()

    async def caller(self, authorization: Sequence[str]) -> Caller:
        """Who signed a request with these ``Authorization`` headers.

        Raises ``Refused``: 401 for any token that Microsoft did not make for us and for now, 503
        where its keys are not known.
        """
        token = _token(authorization)
        key = await self._key(token)
        return Caller(self._claims(token, key), key.endorsements)

    def require(self, caller: Caller, activity: Json) -> None:
        """Raises ``Refused`` with 403 for an activity that the token was not made for."""
        if activity["channelId"] != CHANNEL or CHANNEL not in caller.endorsements:
            raise Refused(door.FORBIDDEN, "channel_not_endorsed")
        service_url = activity["serviceUrl"]
        claimed = [caller.claims[name] for name in _SERVICE_CLAIMS if name in caller.claims]
        if not claimed or any(one != service_url for one in claimed):
            raise Refused(door.FORBIDDEN, "service_url_not_claimed")
        if not self._hosts.allow(service_url):
            raise Refused(door.FORBIDDEN, "service_url_unlisted")

    async def _key(self, token: str) -> Key:
        try:
            header = jwt.get_unverified_header(token)
        except (jwt.PyJWTError, ValueError, RecursionError) as error:
            raise Refused(door.UNAUTHORISED, "token_unreadable") from error
        name = header.get("kid")
        if header.get("alg") != ALGORITHM or not isinstance(name, str):
            raise Refused(door.UNAUTHORISED, "token_of_another_kind")
        try:
            key = await self._keys.key(name)
        except KeysUnreached as error:
            raise Refused(door.UNAVAILABLE, "keys_unreached") from error
        if key is None:
            raise Refused(door.UNAUTHORISED, "key_unknown")
        return key

    def _claims(self, token: str, key: Key) -> Mapping[str, Any]:
        try:
            claims = jwt.decode(
                token,
                key.public,
                algorithms=[ALGORITHM],
                issuer=self._issuer,
                leeway=LEEWAY,
                # Without "exp" a token would be good for ever. The audience is our own check.
                options={"require": ["exp", "iss", "aud"], "verify_aud": False},
            )
        except (jwt.PyJWTError, ValueError, OverflowError, TypeError, RecursionError) as error:
            raise Refused(door.UNAUTHORISED, "token_refused") from error
        # Ids may be written either way; a list of audiences is none of Microsoft's.
        audience = claims["aud"]
        if not isinstance(audience, str) or audience.lower() != self._app_id:
            raise Refused(door.UNAUTHORISED, "token_of_another_app")
        # The library takes a time written as text.
        if not all(_is_time(claims[name]) for name in _TIMES if name in claims):
            raise Refused(door.UNAUTHORISED, "token_refused")
        return claims


def _token(authorization: Sequence[str]) -> str:
    if len(authorization) != 1 or len(authorization[0]) > MAX_HEADER:
        raise Refused(door.UNAUTHORISED, "token_missing")
    found = _BEARER.fullmatch(authorization[0])
    if found is None:
        raise Refused(door.UNAUTHORISED, "token_missing")
    return found[1]


def _is_time(value: object) -> bool:
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return is_number and math.isfinite(value)  # type: ignore[arg-type]
