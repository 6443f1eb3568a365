"""A small Slack on this machine: its Web API, its people, and its two ways to reach a bot.

It refuses what Slack refuses, takes silently what Slack takes silently, and keeps what was said.
There is one workspace, ``TEAM``, until ``workspace`` makes another. People have ids of their own
over all workspaces, as in Slack, and meet those of others in channels that both share.
"""

import asyncio
import hashlib
import hmac
import io
import itertools
import json
import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from tests import slack_limits, slack_rates
from tests.rates import Rates
from tests.slack_said import Call, Said, buttons_of, state_of
from tests.slack_web_api import WebApi, refusal
from tests.slack_workspaces import TEAM, Workspace, Workspaces

BOT_USER = "U0BOT"
BOT_TOKEN = "xoxb-of-the-stand-in"
APP_TOKEN = "xapp-of-the-stand-in"
SECRET = "signing-secret-of-the-stand-in"

ALL_SCOPES = (
    "app_mentions:read", "chat:write", "commands", "im:history", "im:write", "mpim:write",
    "users:read", "users:read.email",
)  # fmt: skip


class Unacknowledged(AssertionError):
    """The bot did not take what Slack told, which tells events again and people that it failed."""


class SlackStandIn:
    """Start it, point the bot's ``SLACK_API_URL`` at ``api_url``, and act as its people.

    It answers 429 to what comes too often, and notes it in ``over_limit``.
    """

    def __init__(
        self,
        *,
        scopes: tuple[str, ...] = ALL_SCOPES,
        page: int = 1000,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.rates = Rates(clock=clock)
        # Seconds until a call has arrived.
        self.latency: Callable[[], float] = float
        self.users: dict[str, dict[str, Any]] = {}
        self.channels: dict[str, set[str]] = {}
        self.said: list[Said] = []
        # Other doors of the same Slack: what came in there can be looked up here.
        self.twins: list[SlackStandIn] = []
        self.calls: list[Call] = []
        self.modals: dict[str, dict[str, Any]] = {}
        self.modal_errors: dict[str, dict[str, str]] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        self.refused_views: list[list[str]] = []
        self.scopes = scopes
        self.workspaces = Workspaces()
        self.workspaces.add(Workspace(TEAM, "Leaders", BOT_USER), token=BOT_TOKEN)
        self.caller = self.workspaces.all[TEAM]
        self.api = WebApi(self)
        self.bot_url = ""
        self.acknowledged: list[dict[str, Any]] = []
        self.page = page
        self.socket_patience = 10.0
        self._faults: dict[str, list[tuple[str, Any]]] = defaultdict(list)
        self.triggers: dict[str, tuple[str, float]] = {}
        self._responses: dict[str, tuple[str, str, str]] = {}
        self.numbers = itertools.count(1)
        self._sockets: list[web.WebSocketResponse] = []
        self._envelopes: dict[str, asyncio.Future[dict[str, Any]]] = {}
        self._connected = asyncio.Event()
        self._url = ""

    # The server.

    async def __aenter__(self) -> "SlackStandIn":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self, port: int = 0) -> None:
        app = web.Application(client_max_size=4 * 1024**2)
        app.router.add_route("*", "/api/{method}", self._called)
        app.router.add_post("/response/{id}", self._responded)
        app.router.add_get("/socket", self._socket)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self._url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        self._session = aiohttp.ClientSession()

    async def stop(self) -> None:
        for socket in self._sockets:
            await socket.close()
        await self._session.close()
        await self._runner.cleanup()

    @property
    def api_url(self) -> str:
        return f"{self._url}/api/"

    # Its workspaces, people and places.

    @property
    def tokens(self) -> dict[str, str]:
        """The tokens that work, and of which workspaces."""
        return self.workspaces.tokens

    def workspace(
        self, team: str, name: str, *, token: str = "", bot_user: str = "", enterprise: str = ""
    ) -> str:
        """Another workspace; without a ``token`` the bot is not in it yet."""
        made = Workspace(team, name, bot_user or f"U0BOT{team}", enterprise)
        self.workspaces.add(made, token=token)
        return team

    def person(self, user: str, name: str, *, team: str = TEAM, **known: Any) -> str:
        """Somebody joins a workspace before the story begins."""
        self.users[user] = {
            "id": user,
            "team_id": team,
            "name": name.lower().replace(" ", "."),
            "tz": known.pop("tz", "Europe/London"),
            "deleted": known.pop("deleted", False),
            "is_bot": known.pop("is_bot", False),
            "is_restricted": known.pop("is_restricted", False),
            "profile": {"real_name": name, "email": known.pop("email", "")},
            **known,
        }
        return user

    def channel(self, channel: str, *members: str, teams: tuple[str, ...] = (TEAM,)) -> str:
        """A channel with the bots of these workspaces; of several, they share it."""
        bots = {self.workspaces.all[team].bot_user for team in teams}
        self.channels[channel] = {*members, *bots}
        return channel

    def team_of(self, user: str) -> str:
        """The workspace somebody belongs to."""
        return self.users.get(user, {}).get("team_id", TEAM)

    def direct(self, user: str) -> str:
        """The conversation of the bot and one person."""
        return "D" + user.removeprefix("U")

    def seen_by(self, user: str, channel: str = "") -> list[Said]:
        """The messages somebody sees in a conversation; their own with the bot by default."""
        where = channel or self.direct(user)
        return [one for one in self.said if one.channel == where and one.only_for in {"", user}]

    def history(self) -> list[Said]:
        """All that was said, through whichever door."""
        return sorted(
            (said for door in (self, *self.twins) for said in door.said), key=lambda said: said.ts
        )

    @property
    def over_limit(self) -> list[str]:
        """The calls that came more often than Slack allows."""
        return self.rates.over

    def called(self, method: str) -> list[dict[str, Any]]:
        return [call.arguments for call in self.calls if call.method == method]

    # Faults on request.

    def limit(self, method: str, *, retry_after: int | None, times: int = 1) -> None:
        self._faults[method] += [("limit", retry_after)] * times

    def drop(self, method: str, *, times: int = 1) -> None:
        """Take the request, then drop the connection."""
        self._faults[method] += [("drop", None)] * times

    def answer_with(self, method: str, code: str, *, times: int = 1) -> None:
        self._faults[method] += [("code", code)] * times

    def answer_in_words(self, method: str, answer: dict[str, Any], *, times: int = 1) -> None:
        """Answer with these words, whatever was asked."""
        self._faults[method] += [("words", answer)] * times

    def answer_status(self, method: str, status: int, *, times: int = 1, body: str = "") -> None:
        self._faults[method] += [("status", (status, body))] * times

    def delay(self, method: str, seconds: float, *, times: int = 1) -> None:
        self._faults[method] += [("delay", seconds)] * times

    def hold(self, method: str) -> tuple[asyncio.Event, asyncio.Event]:
        """Keep the next request waiting: an event for its arrival, and one that lets it go."""
        arrived, go = asyncio.Event(), asyncio.Event()
        self._faults[method].append(("hold", (arrived, go)))
        return arrived, go

    # What people do.

    async def command(self, user: str, typed: str, *, channel: str = "") -> Said | None:
        """Somebody types a slash command; what they alone see is the answer."""
        channel = channel or self.direct(user)
        name, _, text = typed.partition(" ")
        asked = {
            "token": "unused",
            "team_id": self.team_of(user),
            "team_domain": "leaders",
            "channel_id": channel,
            "channel_name": "directmessage" if channel.startswith("D") else "general",
            "user_id": user,
            "user_name": self.users.get(user, {}).get("name", "somebody"),
            "command": name,
            "text": text,
            "api_app_id": "A1",
            "response_url": self._response_url(user, channel, ""),
            "trigger_id": self.trigger(user),
        }
        answer = await self.deliver("slash_commands", asked)
        if not answer:
            return None
        return self.keep(channel, answer, only_for=user, team=self.team_of(user))

    async def says(self, user: str, words: str, **more: Any) -> None:
        """Somebody writes to the bot in their direct conversation."""
        event = {
            "type": "message",
            "channel": self.direct(user),
            "channel_type": "im",
            "user": user,
            "text": words,
            "ts": self._ts(),
            **more,
        }
        await self.event(event)

    async def mentions(self, user: str, words: str, *, channel: str, **more: Any) -> None:
        """Somebody names the bot in a channel; Slack tells one of the bots that are there."""
        home = self.team_of(user)
        there = [
            one.team
            for one in self.workspaces.all.values()
            if one.bot_user in self.channels.get(channel, set())
        ]
        team = there[0] if there and home not in there else home
        event = {
            "type": "app_mention",
            "channel": channel,
            "user": user,
            "team": home,
            "text": f"<@{self.workspaces.all[team].bot_user}> {words}",
            "ts": self._ts(),
            **({} if home == team else {"user_team": home, "source_team": home}),
            **more,
        }
        await self.event(event, team=team)

    async def event(self, event: dict[str, Any], *, event_id: str = "", team: str = "") -> int:
        """Slack tells the bot of a workspace; by default that of the event's person."""
        user = event.get("user")
        workspace = self.workspaces.all[
            team or (self.team_of(user) if isinstance(user, str) else TEAM)
        ]
        homes = {self.team_of(member) for member in self._people_in(event.get("channel"))}
        body = {
            "token": "unused",
            "team_id": workspace.team,
            "api_app_id": "A1",
            "type": "event_callback",
            "event_id": event_id or f"Ev{next(self.numbers)}",
            "event_time": int(time.time()),
            "authorizations": [
                {
                    "enterprise_id": workspace.enterprise or None,
                    "team_id": workspace.team,
                    "user_id": workspace.bot_user,
                    "is_bot": True,
                }
            ],
            "is_ext_shared_channel": len(homes) > 1,
            "event": event,
        }
        await self.deliver("events_api", body)
        return 0

    async def opens_home(self, user: str, tab: str = "home") -> dict[str, Any]:
        await self.event(
            {
                "type": "app_home_opened",
                "user": user,
                "channel": self.direct(user),
                "tab": tab,
                "event_ts": self._ts(),
            }
        )
        return self.homes.get(user, {})

    async def taps(self, user: str, card: "Said | dict[str, Any]", label: str) -> Said | None:
        """Somebody taps a button of a message or of a view; a new ephemeral is the answer."""
        before = len(self.said)
        is_view = isinstance(card, dict)
        button = buttons_of(card["blocks"] if is_view else card.blocks)[label]
        body: dict[str, Any] = {
            "type": "block_actions",
            "team": {"id": self.team_of(user) if is_view else card.team, "domain": "leaders"},
            "user": {
                "id": user,
                "name": self.users.get(user, {}).get("name", "x"),
                "team_id": self.team_of(user),
            },
            "api_app_id": "A1",
            "token": "unused",
            "trigger_id": self.trigger(user),
            "actions": [
                {
                    "type": "button",
                    "block_id": "b",
                    "action_id": button["action_id"],
                    "text": button["text"],
                    "action_ts": self._ts(),
                    **({"value": button["value"]} if "value" in button else {}),
                }
            ],
        }
        if is_view:
            body |= {"view": card, "container": {"type": "view", "view_id": card["id"]}}
        else:
            body |= {
                "channel": {"id": card.channel, "name": "x"},
                "container": {
                    "type": "message",
                    "message_ts": card.ts,
                    "channel_id": card.channel,
                    "is_ephemeral": bool(card.only_for),
                },
                "response_url": self._response_url(user, card.channel, card.ts),
            }
        await self.deliver("interactive", body)
        return self.said[-1] if len(self.said) > before else None

    async def submits(self, user: str, **values: Any) -> dict[str, Any]:
        """Somebody fills in the open modal and sends it; what the bot said to it."""
        view = self.modals[user]
        state: dict[str, Any] = {}
        for block in view["blocks"]:
            if block["type"] == "input":
                element = block["element"]
                given = values.get(block["block_id"])
                state[block["block_id"]] = {element["action_id"]: state_of(element, given)}
        body = {
            "type": "view_submission",
            "team": {"id": self.team_of(user), "domain": "leaders"},
            "user": {
                "id": user,
                "name": self.users.get(user, {}).get("name", "x"),
                "team_id": self.team_of(user),
            },
            "api_app_id": "A1",
            "token": "unused",
            "trigger_id": self.trigger(user),
            "view": {**view, "state": {"values": state}},
            "response_urls": [],
        }
        answer = await self.deliver("interactive", body) or {}
        self.modal_errors.pop(user, None)
        match answer.get("response_action"):
            case "errors":
                self.modal_errors[user] = answer["errors"]
            case "update":
                self.api.check_view(answer["view"])
                self.modals[user] = {**answer["view"], "id": view["id"]}
            case _:
                del self.modals[user]
        return answer

    async def looks_up(self, user: str, words: str, *, block: str = "person") -> list[Any]:
        """Somebody types into a list that the bot fills."""
        body = {
            "type": "block_suggestion",
            "team": {"id": self.team_of(user)},
            "user": {"id": user, "team_id": self.team_of(user)},
            "api_app_id": "A1",
            "token": "unused",
            "action_id": block,
            "block_id": block,
            "value": words,
            "view": self.modals.get(user, {"id": "V0", "type": "modal"}),
        }
        answer = await self.deliver("interactive", body)
        return [(one["value"], one["text"]["text"]) for one in (answer or {})["options"]]

    async def uninstalls(
        self, team: str, *, told: tuple[str, ...] = ("app_uninstalled", "tokens_revoked")
    ) -> None:
        """A workspace takes the bot away; Slack tells in this order, or not at all."""
        self.workspaces.revoke(team)
        for kind in told:
            bot = self.workspaces.all[team].bot_user
            tokens = {"tokens": {"bot": [bot]}} if kind == "tokens_revoked" else {}
            await self.event({"type": kind, **tokens}, team=team)

    def trigger(self, user: str) -> str:
        name = f"trigger-{next(self.numbers)}"
        self.triggers[name] = (user, time.monotonic())
        return name

    # The two ways to the bot.

    async def deliver(self, kind: str, payload: dict[str, Any]) -> dict[str, Any] | None:
        """Send over the socket where the bot has opened one, else signed to its address."""
        if self._sockets:
            return await self._over_socket(kind, payload)
        if kind == "slash_commands":
            body, content = urlencode(payload).encode(), "application/x-www-form-urlencoded"
        elif kind == "interactive":
            body = urlencode({"payload": json.dumps(payload)}).encode()
            content = "application/x-www-form-urlencoded"
        else:
            body, content = json.dumps(payload).encode(), "application/json"
        status, text = await self.post(body, content)
        if status != 200:
            raise Unacknowledged(status, text)
        if not text:
            return None
        return json.loads(text) if text.startswith("{") else {"text": text}

    async def post(
        self, body: bytes | io.BytesIO, content: str = "application/json", **headers: str
    ) -> tuple[int, str]:
        """Post bytes to the bot, signed unless the headers say otherwise."""
        whole = body.getvalue() if isinstance(body, io.BytesIO) else body
        given = {**signed(whole), "Content-Type": content} | {
            name.replace("_", "-"): value for name, value in headers.items()
        }
        async with self._session.post(self.bot_url, data=body, headers=given) as response:
            return response.status, await response.text()

    async def connected(self) -> None:
        """Returns when the bot has opened its socket."""
        await asyncio.wait_for(self._connected.wait(), 10)

    async def _over_socket(self, kind: str, payload: dict[str, Any]) -> dict[str, Any] | None:
        envelope = f"envelope-{next(self.numbers)}"
        self._envelopes[envelope] = asyncio.get_running_loop().create_future()
        await self._sockets[-1].send_json(
            {
                "envelope_id": envelope,
                "type": kind,
                "payload": payload,
                "accepts_response_payload": kind != "events_api",
            }
        )
        try:
            answer = await asyncio.wait_for(self._envelopes[envelope], self.socket_patience)
        except TimeoutError as error:
            raise Unacknowledged(envelope) from error
        return answer.get("payload") or None

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_json({"type": "hello", "num_connections": 1})
        self._sockets.append(socket)
        self._connected.set()
        async for message in socket:
            answer = json.loads(message.data)
            self.acknowledged.append(answer)
            self._envelopes[answer["envelope_id"]].set_result(answer)
        self._sockets.remove(socket)
        self._connected.clear()
        return socket

    # The Web API.

    async def _called(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        authorization = request.headers.get("Authorization", "")
        token = authorization.removeprefix("Bearer ")
        self.calls.append(Call(method, arguments, token))
        fault, detail = self._faults[method].pop(0) if self._faults[method] else ("", None)
        await asyncio.sleep(self.latency())
        if fault == "limit":
            return _too_many(detail)
        if after := self._early(method, arguments, token):
            return _too_many(after)
        if fault == "status":
            return web.Response(status=detail[0], text=detail[1], content_type="text/html")
        if fault == "delay":
            await asyncio.sleep(detail)
        if fault == "hold":
            detail[0].set()
            await detail[1].wait()
        match fault:
            case "code":
                answer = refusal(detail)
            case "words":
                answer = detail
            case _:
                answer = self._answer(method, arguments, token)
        if fault == "drop":
            request.transport.abort()
        return web.json_response(answer, headers={"X-OAuth-Scopes": ",".join(self.scopes)})

    def _early(self, method: str, arguments: dict[str, Any], token: str) -> int:
        """The seconds after which Slack takes such a call again; 0 where it does now."""
        if token not in self.tokens:
            return 0
        return self.rates.take(slack_rates.counted(self.tokens[token], method, arguments))

    def _answer(self, method: str, arguments: dict[str, Any], token: str) -> dict[str, Any]:
        if method == "apps.connections.open":
            if token != APP_TOKEN:
                return refusal("invalid_auth")
            return {"ok": True, "url": self._url.replace("http", "ws") + "/socket"}
        if method == "oauth.v2.access":
            return self.workspaces.access(arguments, token)
        if token in self.workspaces.expired:
            return refusal("token_expired")
        if token not in self.tokens:
            return refusal("invalid_auth")
        self.caller = self.workspaces.all[self.tokens[token]]
        return self.api.answer(method, arguments)

    def _people_in(self, channel: str | None) -> set[str]:
        return self.channels.get(channel or "", set()) & set(self.users)

    async def _responded(self, request: web.Request) -> web.Response:
        content = await request.json()
        self.calls.append(Call("response_url", content, ""))
        if self._faults["response_url"]:
            return web.Response(status=self._faults["response_url"].pop(0)[1][0])
        if request.match_info["id"] not in self._responses:
            return web.json_response(refusal("expired_url"), status=404)
        user, channel, ts = self._responses[request.match_info["id"]]
        if wrong := slack_limits.wrong_with_message(content):
            return web.json_response(refusal(wrong), status=400)
        original = self.find(channel, ts)
        card = original if content.get("replace_original") else None
        if card is not None:
            card.text, card.blocks = content["text"], content["blocks"]
        else:
            team = original.team if original else self.team_of(user)
            self.keep(channel, content, only_for=user, team=team)
        return web.json_response({"ok": True})

    def _response_url(self, user: str, channel: str, ts: str) -> str:
        name = f"r{next(self.numbers)}"
        self._responses[name] = (user, channel, ts)
        return f"{self._url}/response/{name}"

    def keep(
        self,
        channel: str,
        content: dict[str, Any],
        *,
        only_for: str = "",
        thread: str = "",
        team: str = TEAM,
    ) -> Said:
        said = Said(
            channel=channel,
            ts=self._ts(),
            text=content.get("text", ""),
            blocks=content.get("blocks", []),
            only_for=only_for,
            thread=thread,
            metadata=content.get("metadata", {}),
            team=team,
        )
        self.said.append(said)
        return said

    def find(self, channel: str, ts: str) -> Said | None:
        return next((one for one in self.said if (one.channel, one.ts) == (channel, ts)), None)

    def is_place(self, channel: str) -> bool:
        return channel in self.channels or channel in map(self.direct, self.users)

    def _ts(self) -> str:
        return f"{int(time.time())}.{next(self.numbers):06}"


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None) -> dict[str, str]:
    """The headers of a request that Slack signed."""
    timestamp = str(int(time.time() if at is None else at))
    made = hmac.new(secret.encode(), f"v0:{timestamp}:".encode() + body, hashlib.sha256)
    return {
        "X-Slack-Request-Timestamp": timestamp,
        "X-Slack-Signature": "v0=" + made.hexdigest(),
    }


def _too_many(after: int | None) -> web.Response:
    headers = {} if after is None else {"Retry-After": str(after)}
    return web.json_response(refusal("ratelimited"), status=429, headers=headers)


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.method == "GET":
        return dict(request.query)
    if request.content_type == "application/json":
        return await request.json()
    return dict(await request.post())
