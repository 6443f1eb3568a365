"""A web chat, browsers that speak HTTP, and somebody at its page in a real one."""

from collections.abc import AsyncIterator

import pytest
from aiohttp import ClientSession, CookieJar
from playwright.async_api import Page

from bot.settings import Settings
from tests.platforms.web.chat_page import Chat
from tests.platforms.web.fakes import ADA
from tests.platforms.web.place import Browser, Place, running, settings


@pytest.fixture
def web_settings() -> Settings:
    """The settings of the server; a test with others overrides this."""
    return settings()


@pytest.fixture
async def place(web_settings: Settings) -> AsyncIterator[Place]:
    """A web chat that nobody has signed in to."""
    async with running(web_settings) as here:
        yield here


@pytest.fixture
def ada(place: Place) -> Browser:
    """Ada's browser, signed in."""
    place.browser.signs_in(place.store, ADA)
    return place.browser


@pytest.fixture
async def stranger(place: Place) -> AsyncIterator[Browser]:
    """A second browser, not signed in."""
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        yield Browser(place.server, http)


@pytest.fixture
async def chat(browser_page: Page, place: Place) -> AsyncIterator[Chat]:
    """Somebody at the page; a script that broke on the way is a fault."""
    errors: list[str] = []
    browser_page.on("pageerror", lambda error: errors.append(str(error)))
    yield Chat(browser_page, place)
    assert errors == []
