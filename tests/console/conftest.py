"""The organisers' pages on a port of this machine, above a real community."""

import html
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import ClientResponse, ClientSession, CookieJar, web
from aiohttp.test_utils import TestServer

from bot.chat import messages
from bot.chat.platform import Visitor
from bot.console.app import Console
from bot.settings import Settings
from storage.database import Database
from tests.conftest import SECRET
from tests.leaders import Community, Leader


@dataclass(frozen=True)
class Form:
    """A form as it stands on a page: where it leads and what it sends with each of its buttons."""

    action: str
    fields: dict[str, list[str]]
    buttons: dict[str, tuple[str, str]]


@dataclass(frozen=True)
class Sight:
    """A page as a browser got it."""

    status: int
    html: str
    url: str
    headers: Any

    @property
    def text(self) -> str:
        """What can be read on it, its spaces as one."""
        body = re.sub(r"<(script|style|head)\b.*?</\1>", "", self.html, flags=re.DOTALL)
        return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())

    @property
    def flash(self) -> str:
        found = re.search(r'<div class="flash[^>]*>(.*?)</div>', self.html, flags=re.DOTALL)
        return html.unescape(re.sub(r"<[^>]+>", "", found[1])) if found else ""

    @property
    def forms(self) -> list[Form]:
        return [
            _form(*found)
            for found in re.findall(r"<form([^>]*)>(.*?)</form>", self.html, re.DOTALL)
        ]

    def form_with(self, label: str) -> Form:
        """The form that has a button of this label."""
        found = [form for form in self.forms if label in form.buttons]
        assert found, f"no button “{label}” among {[list(f.buttons) for f in self.forms]}"
        return found[0]


@dataclass
class Place:
    """Running pages, the community behind them and who is signed in in the browser."""

    community: Community
    console: Console
    server: TestServer
    http: ClientSession
    visitor: Visitor | None = None
    seen: list[Sight] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return str(self.server.make_url("")).rstrip("/")

    def signs_in(self, leader: Leader, **more: Any) -> None:
        self.visitor = Visitor(leader.account, leader.name, **more)

    async def opens(self, path: str, **options: Any) -> Sight:
        """The page at the end of the way, redirections followed."""
        return await self._sight(await self.http.get(self.server.make_url(path), **options))

    async def asks(self, path: str, **options: Any) -> Sight:
        """The first answer, redirections not followed."""
        return await self.opens(path, allow_redirects=False, **options)

    async def posts(self, path: str, sent: Any = None, **options: Any) -> Sight:
        options.setdefault("headers", {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"})
        options.setdefault("data", sent)
        return await self._sight(await self.http.post(self.server.make_url(path), **options))

    async def presses(self, sight: Sight, label: str, **filled: Any) -> Sight:
        """The page after a button, with these fields filled in before."""
        form = sight.form_with(label)
        fields = {**form.fields}
        for name, value in filled.items():
            fields[name.replace("_", "-", 1)] = [value] if isinstance(value, str) else list(value)
        name, value = form.buttons[label]
        if name:
            fields[name] = [value]
        sent = [(name, each) for name, values in fields.items() for each in values]
        return await self.posts(form.action or sight.url, sent)

    async def _sight(self, response: ClientResponse) -> Sight:
        return Sight(response.status, await response.text(), response.url.path_qs, response.headers)


def settings(**changes: Any) -> Settings:
    return Settings(_env_file=None, **{"secret_key": SECRET, **changes})


@pytest.fixture
def console_settings() -> Settings:
    """The settings of the server; a test with others overrides this."""
    return settings()


@pytest.fixture
def community(inhabited: Path, database: Database) -> Iterator[Community]:
    """A community whose leaders are on the web chat."""
    made = Community(database, "web")
    yield made
    made.pool.shutdown()


@asynccontextmanager
async def running(community: Community, console_settings: Settings) -> AsyncIterator[Place]:
    """The pages of a community; nobody is signed in."""

    async def visitor(_request: web.Request) -> Visitor | None:
        return here.visitor

    console = Console(
        console_settings,
        community.database,
        community.dispatch,
        visitor,
        clock=lambda: community.now,
    )
    application = web.Application()
    application.add_routes(console.routes())
    application.router.add_get("/", _start)
    server = TestServer(application, host="127.0.0.1")
    await server.start_server()
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        here = Place(community, console, server, http)
        yield here
    await server.close()


@pytest.fixture
async def place(community: Community, console_settings: Settings) -> AsyncIterator[Place]:
    async with running(community, console_settings) as here:
        yield here


@pytest.fixture
async def olu(place: Place) -> Leader:
    """The organiser who is signed in."""
    found = await place.community.organiser("Olu Adeyemi")
    place.signs_in(found, is_organiser=True)
    return found


async def leaders(community: Community, *names: str, **more: Any) -> list[Leader]:
    """People who have all joined coffee, each of another organisation."""
    found = []
    for number, name in enumerate(names):
        profile = {"organisation": f"Organisation {number}", "place": "Lewisham", "job": "GP"}
        leader = await community.leader(name, **{**profile, **more})
        await leader.says("coffee join")
        found.append(leader)
    return found


async def set_up(place: Place, **answers: Any) -> None:
    """Coffee every two weeks on Tuesdays, as the form begins, but for these answers."""
    form = await place.opens("/console/coffee/setup")
    names = {f"field_{name}": value for name, value in answers.items()}
    await place.presses(form, "Save", **names)


async def drafted(place: Place, *names: str) -> list[Leader]:
    """People and a draft of the round on the next Tuesday, for review."""
    people = await leaders(place.community, *names)
    await set_up(place, review="hold")
    await place.community.passes(timedelta(days=6))
    return people


def post(place: Place, to: Leader, key: str, *, subject: str = "greeting") -> None:
    with place.community.database.transaction() as db:
        db.outbox.post(
            place.community.id,
            to.account,
            messages.message(messages.text("Hello")),
            key=key,
            subject=subject,
            now=place.community.now,
            member=to.id,
        )


async def _start(_request: web.Request) -> web.Response:
    return web.Response(text="The chat.")


def _form(attributes: str, body: str) -> Form:
    fields: dict[str, list[str]] = {}
    for tag in re.findall(r"<input[^>]*>", body):
        kind = _attribute(tag, "type")
        if kind in {"radio", "checkbox"} and " checked" not in tag:
            continue
        if name := _attribute(tag, "name"):
            fields.setdefault(name, []).append(_attribute(tag, "value"))
    for tag, text in re.findall(r"<textarea([^>]*)>\n?(.*?)</textarea>", body, re.DOTALL):
        fields[_attribute(tag, "name")] = [html.unescape(text)]
    for tag, options in re.findall(r"<select([^>]*)>(.*?)</select>", body, re.DOTALL):
        chosen = re.findall(r"<option([^>]*) selected", options) or re.findall(
            r"<option([^>]*)>", options
        )
        fields[_attribute(tag, "name")] = [_attribute(chosen[0], "value")]
    buttons = {
        _plain(text): (_attribute(tag, "name"), _attribute(tag, "value"))
        for tag, text in re.findall(r"<button([^>]*)>(.*?)</button>", body, re.DOTALL)
    }
    return Form(_attribute(attributes, "action"), fields, buttons)


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return html.unescape(found[1]) if found else ""


def _plain(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", text)).split())
