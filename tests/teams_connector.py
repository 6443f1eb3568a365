"""A small Bot Connector on this machine: conversations, the messages in them, and their people.

It refuses what the real one refuses, in its words, and keeps what was said in order.
"""

import asyncio
import itertools
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

from tests.rates import Limits, Rates

Json = dict[str, Any]

TENANT = "11111111-aaaa-4bbb-8ccc-000000000001"
OTHER_TENANT = "11111111-aaaa-4bbb-8ccc-000000000002"
BOT = "28:00000000-aaaa-4bbb-8ccc-00000000b07a"
CARD = "application/vnd.microsoft.card.adaptive"
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
MAX_MESSAGE = 25 * 1024

# Per bot and thread, and per app and tenant:
# https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit
WRITTEN: Limits = ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0))
READ: Limits = ((14, 1.0), (16, 2.0), (120, 30.0), (3600, 3600.0))
IN_ALL: Limits = ((50, 1.0),)
READING = {"members", "member"}

MESSAGES = {
    "BotNotInConversationRoster": "The bot is not part of the conversation roster.",
    "ConversationBlockedByUser": "User blocked the conversation with the bot.",
    "ConversationNotFound": "Conversation not found.",
    "ForbiddenOperationException": "Bot is not installed in user's personal scope",
    "MessageSizeTooBig": "Message size too large.",
}


@dataclass(frozen=True)
class Person:
    """Somebody in a tenant."""

    user: str
    name: str
    tenant: str = TENANT
    email: str = ""
    upn: str = ""
    role: str = "user"

    @property
    def teams_user(self) -> str:
        return f"29:{self.user}"

    def shown(self) -> Json:
        """As the lists of members show them."""
        return {
            "id": self.teams_user,
            "name": self.name,
            "aadObjectId": self.user,
            "email": self.email or None,
            "userPrincipalName": self.upn or f"{self.user}@leaders.example",
            "tenantId": self.tenant,
            "userRole": self.role,
        }


@dataclass(frozen=True)
class Call:
    """One request the bot made."""

    method: str
    tenant: str
    conversation: str
    body: Json


@dataclass
class Said:
    """A message of the bot as Teams keeps it.

    ``seen`` holds the card that somebody sees in its place, because it was the answer to their tap.
    """

    conversation: str
    id: str
    activity: Json
    user: str = ""
    thread: str = ""
    seen: dict[str, Json] = field(default_factory=dict)

    @property
    def card(self) -> Json:
        """The Adaptive Card; empty in bare text."""
        return next(iter(cards_of(self.activity)), {})

    @property
    def text(self) -> str:
        """What a notification or a screen reader says of it."""
        found = self.card.get("fallbackText") or self.activity.get("summary")
        return str(found or self.activity.get("text", ""))

    def seen_by(self, user: str) -> Json:
        return self.seen.get(user) or self.card


@dataclass(frozen=True)
class _Fault:
    status: int
    code: str
    headers: dict[str, str] = field(default_factory=dict)
    after_taking: bool = False


class Refused(Exception):
    """What the Connector answers instead."""

    def __init__(self, status: int, code: str) -> None:
        self.status = status
        self.code = code


class TeamsConnector:
    """The Connector; ``takes`` says which Authorization headers are the bot's.

    It answers 429 to what comes too often, and notes it in ``over_limit``.
    """

    def __init__(
        self,
        *,
        takes: Callable[[str], bool] = lambda authorization: authorization.startswith("Bearer "),
        page: int = 200,
        check: Callable[[Json], None] = lambda card: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.rates = Rates(clock=clock)
        # Seconds until a call has arrived.
        self.latency: Callable[[], float] = float
        self.people: dict[str, Person] = {}
        self.shared: dict[str, set[str]] = {}
        self.tenant_of: dict[str, str] = {}
        self.installed: set[str] = set()
        self.blocked: set[str] = set()
        self.said: list[Said] = []
        self.calls: list[Call] = []
        self.check = check
        self._takes = takes
        self._page = page
        self._faults: dict[str, list[_Fault]] = {}
        self._holds: dict[str, list[tuple[asyncio.Event, asyncio.Event]]] = {}
        self._numbers = itertools.count(1790000000000)
        self._url = ""

    # The server.

    async def __aenter__(self) -> "TeamsConnector":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=4 * 1024**2)
        at = "/{tenant}/v3/conversations"
        app.router.add_post(at, self._called("open", self._open))
        for path, method, name, do in (
            ("activities", "POST", "send", self._send),
            ("activities/{message}", "POST", "send", self._send),
            ("activities/{message}", "PUT", "update", self._update),
            ("activities/{message}", "DELETE", "delete", self._delete),
            ("pagedmembers", "GET", "members", self._members),
            ("members/{user}", "GET", "member", self._member),
        ):
            app.router.add_route(method, f"{at}/{{conversation}}/{path}", self._called(name, do))
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self._url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    def service_url(self, tenant: str = TENANT) -> str:
        return f"{self._url}/{tenant}/"

    # Its people and places.

    def person(self, user: str, name: str, *, installed: bool = False, **known: Any) -> str:
        """Somebody is in a tenant before the story begins, and may have added the bot."""
        self.people[user] = Person(user, name, **known)
        if installed:
            self.installed.add(user)
        return user

    def channel(self, conversation: str, *members: str, tenant: str = TENANT) -> str:
        """A channel, or a group chat, that the bot is in."""
        self.shared[conversation] = set(members)
        self.tenant_of[conversation] = tenant
        return conversation

    def personal(self, user: str) -> str:
        """The conversation of the bot and one person."""
        return f"a:{user}"

    def seen_by(self, user: str, conversation: str = "") -> list[Said]:
        """The bot's messages in a conversation; in the person's own by default."""
        where = conversation or self.personal(user)
        return [one for one in self.said if one.conversation == where]

    @property
    def over_limit(self) -> list[str]:
        """The calls that came more often than Teams allows."""
        return self.rates.over

    def called(self, method: str) -> list[Call]:
        return [call for call in self.calls if call.method == method]

    # Faults on request.

    def limit(
        self,
        method: str = "send",
        *,
        retry_after: int | None = 5,
        status: int = 429,
        times: int = 1,
    ) -> None:
        headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
        code = "Throttled" if status == 429 else "PreconditionFailed"
        self._faults.setdefault(method, []).extend([_Fault(status, code, headers)] * times)

    def fails(
        self,
        status: int,
        code: str = "",
        *,
        method: str = "send",
        after_taking: bool = False,
        times: int = 1,
    ) -> None:
        """Answer so; with ``after_taking`` only once it was done. Status 0 drops the line."""
        fault = _Fault(status, code, after_taking=after_taking)
        self._faults.setdefault(method, []).extend([fault] * times)

    def hold(self, method: str = "send") -> tuple[asyncio.Event, asyncio.Event]:
        """Keep the next request waiting: an event for its arrival, and one that lets it go."""
        held = asyncio.Event(), asyncio.Event()
        self._holds.setdefault(method, []).append(held)
        return held

    def is_well(self) -> None:
        """Do what is asked from now on, whatever was to fail."""
        self._faults.clear()

    # The Connector's methods.

    def _called(self, method: str, do: Callable[[Json, Json], Json]) -> Any:
        async def answer(request: web.Request) -> web.StreamResponse:
            raw = await request.read()
            body = json.loads(raw) if raw else {}
            asked = {**request.match_info, **request.query}
            self.calls.append(Call(method, asked["tenant"], asked.get("conversation", ""), body))
            if not self._takes(request.headers.get("Authorization", "")):
                return _no(401, "Unauthorized")
            if holds := self._holds.get(method):
                arrived, go = holds.pop(0)
                arrived.set()
                await go.wait()
            faults = self._faults.get(method, [])
            fault = faults.pop(0) if faults else None
            if fault and not fault.after_taking:
                return _faulty(request, fault)
            await asyncio.sleep(self.latency())
            if after := self.rates.take(_counted(method, asked, body)):
                return _no(429, "Throttled", {"Retry-After": str(after)})
            if len(raw) > MAX_MESSAGE:
                return _no(413, "MessageSizeTooBig")
            try:
                done = do(asked, body)
            except Refused as refused:
                return _no(refused.status, refused.code)
            return _faulty(request, fault) if fault else web.json_response(done)

        return answer

    def _open(self, asked: Json, body: Json) -> Json:
        (member,) = body["members"]
        given = member["id"]
        user = given.removeprefix("29:")
        person = self.people.get(user)
        if body["channelData"]["tenant"]["id"] != asked["tenant"]:
            raise Refused(400, "BadArgument")
        if person is None or person.tenant != asked["tenant"]:
            raise Refused(403, "BotNotInConversationRoster")
        is_listed = given != user and any(user in members for members in self.shared.values())
        if user not in self.installed and not is_listed:
            code = "BotNotInConversationRoster" if given != user else "ForbiddenOperationException"
            raise Refused(403, code)
        self.tenant_of[self.personal(user)] = person.tenant
        return {"id": self.personal(user)}

    def _send(self, asked: Json, body: Json) -> Json:
        conversation, thread = self._place(asked, is_writing=True)
        for card in cards_of(body):
            self.check(card)
        user = conversation.removeprefix("a:") if conversation.startswith("a:") else ""
        said = Said(
            conversation, str(next(self._numbers)), body, user, thread or asked.get("message", "")
        )
        self.said.append(said)
        return {"id": said.id}

    def _update(self, asked: Json, body: Json) -> Json:
        said = self._message(asked)
        for card in cards_of(body):
            self.check(card)
        said.activity = body
        said.seen.clear()
        return {"id": said.id}

    def _delete(self, asked: Json, _: Json) -> Json:
        self.said.remove(self._message(asked))
        return {}

    def _members(self, asked: Json, _: Json) -> Json:
        conversation, _thread = self._place(asked)
        users = sorted(self.shared.get(conversation, {conversation.removeprefix("a:")}))
        start = int(asked.get("continuationToken") or 0)
        end = start + min(self._page, int(asked.get("pageSize") or self._page))
        answer: Json = {"members": [self.people[user].shown() for user in users[start:end]]}
        if end < len(users):
            answer["continuationToken"] = str(end)
        return answer

    def _member(self, asked: Json, _: Json) -> Json:
        conversation, _thread = self._place(asked)
        users = self.shared.get(conversation, {conversation.removeprefix("a:")})
        user = asked["user"].removeprefix("29:")
        if user not in users:
            raise Refused(404, "MemberNotFoundInConversation")
        return self.people[user].shown()

    def _place(self, asked: Json, *, is_writing: bool = False) -> tuple[str, str]:
        """The conversation and the thread; who removed or blocked the bot is not written to."""
        conversation, _, thread = asked["conversation"].partition(";messageid=")
        user = conversation.removeprefix("a:")
        if self.tenant_of.get(conversation) != asked["tenant"]:
            raise Refused(404, "ConversationNotFound")
        if conversation.startswith("a:"):
            is_listed = any(user in members for members in self.shared.values())
            if user not in self.installed and not is_listed:
                raise Refused(403, "BotNotInConversationRoster")
            if is_writing and user in self.blocked:
                raise Refused(403, "ConversationBlockedByUser")
        elif conversation not in self.shared:
            raise Refused(403, "BotNotInConversationRoster")
        return conversation, thread

    def _message(self, asked: Json) -> Said:
        conversation, _ = self._place(asked)
        for said in self.said:
            if (said.conversation, said.id) == (conversation, asked["message"]):
                return said
        raise Refused(404, "ActivityNotFoundInConversation")


def _counted(method: str, asked: Json, body: Json) -> list[tuple[str, Limits]]:
    """What a call counts for; a conversation that is to be opened, for its person."""
    tenant, kind = asked["tenant"], "read" if method in READING else "written"
    thread = asked.get("conversation", "").partition(";")[0] or body["members"][0]["id"]
    limits = READ if method in READING else WRITTEN
    return [(tenant, IN_ALL), (f"{tenant} {thread} {kind}", limits)]


def cards_of(activity: Json) -> list[Json]:
    """The Adaptive Cards of a message."""
    attached = activity.get("attachments", [])
    return [one["content"] for one in attached if one["contentType"] == CARD]


def _no(status: int, code: str, headers: dict[str, str] | None = None) -> web.Response:
    error = {"error": {"code": code, "message": MESSAGES.get(code, "")}} if code else {}
    return web.json_response(error, status=status, headers=headers)


def _faulty(request: web.Request, fault: _Fault) -> web.Response:
    if not fault.status:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()
    return _no(fault.status, fault.code, fault.headers)
