"""Calls to the Bot Connector: one attempt each, with errors that say what may have happened.

Source: https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
and https://learn.microsoft.com/en-us/microsoftteams/platform/bots/how-to/rate-limit
"""

import json
import math
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from datetime import timedelta
from typing import Any

import aiohttp
from msrest.exceptions import ClientException

from bot.chat.platform import Leave, TeamsConversation, at_once
from bot.errors import BotError, NotNow, TryLater, Uncertain
from bot.ids import Lane, workspace_of
from bot.platforms.teams.connector import Connectors, HttpError, Raw
from bot.platforms.teams.identity import LoginRefused, LoginUnreached
from bot.platforms.teams.pace import Pace, Throttled
from bot.platforms.teams.text import Json

UNREACHED_AFTER = timedelta(seconds=10)  # Until Teams is tried again when nothing answered.
BROKEN_AFTER = timedelta(seconds=30)  # Until Teams is tried again when it broke.
LOGIN_AFTER = timedelta(minutes=1)  # Until our token is asked for again.
RETRY_AFTER_HEADER = "Retry-After"
# Where a 429 says nothing of how long: the second of Teams' window, and one more.
DEFAULT_RETRY_AFTER = 2.0
# Nobody is kept waiting for longer than this, whatever the header says.
MAX_RETRY_AFTER = 3600.0

MEMBERS_A_PAGE = 200  # Teams' default; it takes 500 at most.

SEND = "send"
UPDATE = "update"
DELETE = "delete"
OPEN = "open"
MEMBERS = "members"
MEMBER = "member"

TOO_MANY = 429
# Teams' word for two writes to one conversation at once.
PRECONDITION_FAILED = 412
UNAUTHORISED = 401
SERVER_ERROR = 500
# A gateway's, not Teams' own: the call may be repeated.
GATEWAY = frozenset({502, 503, 504})


class Refusal(BotError):
    """Teams answered with an error; nothing was done."""

    def __init__(self, method: str, status: int, code: str) -> None:
        super().__init__(f"{method}: Teams refused it ({status} {code or 'without a code'}).")
        self.method = method
        self.status = status
        self.code = code


class Api:
    """The Bot Connector for every service address that is listed.

    Each call waits for its turn, a patient one until it takes no room from others. It raises
    ``Refusal`` with Teams' code, ``TryLater`` where nothing was done and it may be asked again,
    ``Uncertain`` where a message may have arrived, and ``CannotDeliver`` where the service address
    is not one that our token may be sent to.
    """

    def __init__(
        self,
        connectors: Connectors,
        *,
        app_id: str,
        forget: Callable[[str], None],
        pace: Pace | None = None,
    ) -> None:
        self._connectors = connectors
        self._app_id = app_id
        self._forget = forget
        self._pace = pace or Pace()

    async def send(
        self,
        place: TeamsConversation,
        activity: Json,
        *,
        is_patient: bool = False,
        leave: Leave = at_once,
    ) -> str:
        """Post an activity; the id of the message. The whole id of a thread posts in the thread."""
        calls = self._connectors.client(place.service_url).conversations
        async with self._turn(place, is_patient=is_patient):
            await leave()
            sent = await self._called(
                SEND, calls.send_to_conversation(place.id, Raw(activity), raw=True)
            )
        return _words(sent, "id")

    async def update(
        self, place: TeamsConversation, message: str, activity: Json, *, is_patient: bool = False
    ) -> None:
        """Put an activity in the place of another."""
        calls = self._connectors.client(place.service_url).conversations
        async with self._turn(place, is_patient=is_patient):
            await self._called(
                UPDATE, calls.update_activity(place.id, message, Raw(activity), raw=True)
            )

    async def delete(
        self, place: TeamsConversation, message: str, *, is_patient: bool = False
    ) -> None:
        """Take a message away."""
        calls = self._connectors.client(place.service_url).conversations
        async with self._turn(place, is_patient=is_patient):
            await self._called(DELETE, calls.delete_activity(place.id, message, raw=True))

    async def open(
        self, service_url: str, *, lane: Lane, user: str, is_patient: bool = False
    ) -> str:
        """The conversation with one person: ``user`` is "29:..." or an Entra object id."""
        calls, tenant = self._connectors.client(service_url).conversations, workspace_of(lane)
        asked = {
            "isGroup": False,
            "bot": {"id": f"28:{self._app_id}"},
            "members": [{"id": user}],
            "tenantId": tenant,
            "channelData": {"tenant": {"id": tenant}},
        }
        # Whoever has no conversation yet has limits of their own.
        async with self._pace.turn(lane, user, is_patient=is_patient):
            opened = await self._called(OPEN, calls.create_conversation(Raw(asked), raw=True))
        conversation = _words(opened, "id")
        if not conversation:
            raise NotNow("Teams opened no conversation.", after=BROKEN_AFTER)
        return conversation

    async def members(self, place: TeamsConversation, *, after: str = "") -> tuple[list[Json], str]:
        """One page of a conversation's people, and where the next begins ("" at the end)."""
        calls = self._connectors.client(place.service_url).conversations
        async with self._turn(place, is_reading=True, is_patient=True):
            page = await self._called(
                MEMBERS,
                calls.get_conversation_paged_members(
                    place.id, MEMBERS_A_PAGE, after or None, raw=True
                ),
            )
        found = page.get("members")
        people = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
        return people, _words(page, "continuationToken")

    async def member(self, place: TeamsConversation, user: str) -> Json:
        """What Teams says of one person in a conversation."""
        calls = self._connectors.client(place.service_url).conversations
        async with self._turn(place, is_reading=True):
            return await self._called(
                MEMBER, calls.get_conversation_member(place.id, user, raw=True)
            )

    async def close(self) -> None:
        """End all connections."""
        await self._connectors.close()

    def _turn(
        self, place: TeamsConversation, *, is_reading: bool = False, is_patient: bool = False
    ) -> AbstractAsyncContextManager[None]:
        # A thread of a channel counts for its channel.
        whole = place.id.partition(";")[0]
        return self._pace.turn(place.lane, whole, is_reading=is_reading, is_patient=is_patient)

    async def _called(self, method: str, call: Awaitable[Any]) -> Json:
        try:
            answer = await call
        except HttpError as error:
            raise self._refused(method, error) from error
        except (LoginRefused, LoginUnreached) as error:
            raise TryLater(str(error), after=LOGIN_AFTER) from error
        except aiohttp.ClientConnectorError as error:
            raise TryLater("Teams could not be reached.", after=UNREACHED_AFTER) from error
        except (TimeoutError, aiohttp.ClientError, ClientException, ValueError) as error:
            # Teams may have taken it before the line broke or nonsense came back.
            raise _unclear(method) from error
        return _object(answer.response)

    def _refused(self, method: str, error: HttpError) -> Exception:
        if error.status in {TOO_MANY, PRECONDITION_FAILED}:
            return Throttled(
                method,
                after=timedelta(seconds=_retry_after(error)),
                # 429 may be about the whole tenant as well.
                is_of_conversation=error.status == PRECONDITION_FAILED,
            )
        if error.status == UNAUTHORISED:
            self._forget(error.token)
        if error.status in GATEWAY or (error.status >= SERVER_ERROR and method == SEND):
            return _unclear(method)
        return Refusal(method, error.status, error.code)


def _unclear(method: str) -> Exception:
    if method == SEND:
        return Uncertain("Teams gave no answer while it took the message.")
    # Whatever else we ask of Teams comes to the same when it is done twice.
    return NotNow(f"Teams gave no answer to {method}.", after=BROKEN_AFTER)


def _retry_after(error: HttpError) -> float:
    given = next(
        (
            value
            for name, value in error.headers.items()
            if name.lower() == RETRY_AFTER_HEADER.lower()
        ),
        "",
    )
    try:
        seconds = float(given)
    except ValueError:
        return DEFAULT_RETRY_AFTER
    if not math.isfinite(seconds) or seconds < 0:
        return DEFAULT_RETRY_AFTER
    return min(seconds, MAX_RETRY_AFTER)


def _object(body: bytes) -> Json:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _words(found: Json, name: str) -> str:
    value = found.get(name)
    return value if isinstance(value, str) else ""
