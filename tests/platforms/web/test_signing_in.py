"""Asking for a sign-in link by e-mail: the same answer for everybody, and not too often."""

from collections.abc import AsyncIterator
from datetime import timedelta
from ipaddress import ip_network

import pytest
from aiohttp import web
from aiohttp.test_utils import make_mocked_request
from structlog.testing import capture_logs

from bot.platforms.web import callers, signing_in
from bot.settings import Settings
from tests.platforms.web.place import NOW, Place, running, settings

PROXIES = (ip_network("10.0.0.0/8"), ip_network("::1/128"))


class Links:
    """Remembers whom a link was asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.trouble: Exception | None = None

    async def __call__(self, address: str) -> None:
        if self.trouble is not None:
            raise self.trouble
        self.asked.append(address)


@pytest.fixture
def web_settings() -> Settings:
    return settings(trusted_proxies="127.0.0.1")


@pytest.fixture
def links() -> Links:
    return Links()


@pytest.fixture
async def place(web_settings: Settings, links: Links) -> AsyncIterator[Place]:
    async with running(web_settings, send_link=links) as here:
        yield here


async def ask(place: Place, address: str = "ada@leaders.example", *, behind: str = "") -> int:
    """The status of the answer."""
    own = {"Origin": place.browser.origin, "Sec-Fetch-Site": "same-origin"}
    headers = own | ({"X-Forwarded-For": behind} if behind else {})
    response = await place.browser.post("/link", data={"email": address}, headers=headers)
    return response.status


async def test_first_page_takes_an_address(place: Place) -> None:
    page = await (await place.browser.get("/")).text()

    assert '<form method="post" action="/link"' in page
    assert "Send me a link" in page
    assert "Ask an organiser" not in page


async def test_without_mail_nobody_can_ask(web_settings: Settings) -> None:
    async with running(web_settings) as here:
        page = await (await here.browser.get("/")).text()
        status = await ask(here)

    assert status == 404
    assert "Send me a link" not in page


async def test_answer_is_the_same_whoever_asks(place: Place, links: Links) -> None:
    pages = []
    for address in ("ada@leaders.example", "zed@nowhere.example"):
        response = await place.browser.post("/link", data={"email": f" {address} "})
        pages.append((response.status, await response.text()))
    await place.web.stop()

    assert pages[0] == pages[1]
    assert pages[0][0] == 200
    assert "If this address belongs to a member" in pages[0][1]
    assert links.asked == ["ada@leaders.example", "zed@nowhere.example"]


async def test_trouble_is_logged_and_answered_alike(place: Place, links: Links) -> None:
    links.trouble = OSError("the database was away")

    with capture_logs() as logs:
        status = await ask(place)
        await place.web.stop()

    assert status == 200
    assert [each["event"] for each in logs] == ["sign_in_link_broke"]
    assert "ada@" not in str(logs)


@pytest.mark.parametrize(
    "address",
    ["", "ada", "ada@", "@x.example", "a b@x.example", "a@x", "a@b@c.example", "a\nb@x.example",
     f"{'a' * 250}@x.example"],
)  # fmt: skip
async def test_what_is_no_address_is_refused(place: Place, links: Links, address: str) -> None:
    response = await place.browser.post("/link", data={"email": address})

    assert response.status == 400
    assert signing_in.NO_ADDRESS in await response.text()
    assert links.asked == []


async def test_one_place_asks_only_so_often(place: Place) -> None:
    few = [await ask(place, behind="192.0.2.1") for _ in range(callers.ASKED + 1)]
    another = await ask(place, behind="192.0.2.2")
    place.now += callers.WITHIN
    later = await ask(place, behind="192.0.2.1")

    assert few == [200] * callers.ASKED + [429]
    assert (another, later) == (200, 200)


async def test_another_site_can_not_ask(place: Place, links: Links) -> None:
    response = await place.browser.post(
        "/link",
        data={"email": "ada@leaders.example"},
        headers={"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    )

    assert response.status == 403
    assert links.asked == []


async def test_used_link_leads_to_the_first_page(place: Place) -> None:
    response = await place.browser.get("/enter/used")

    assert response.status == 410
    assert "ask for a new one" in await response.text()


@pytest.mark.parametrize(
    ("peer", "told", "caller"),
    [
        ("192.0.2.1", "", "192.0.2.1"),
        ("192.0.2.1", "198.51.100.1", "192.0.2.1"),
        ("10.0.0.1", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.1", "203.0.113.9, 198.51.100.1, 10.0.0.2", "198.51.100.1"),
        ("10.0.0.1", "10.0.0.3", "10.0.0.3"),
        ("10.0.0.1", "", "10.0.0.1"),
        ("::1", "2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("10.0.0.1", "somebody", "somebody"),
        ("10.0.0.1", "somebody, ", "10.0.0.1"),
        ("", "198.51.100.1", ""),
    ],
)
def test_caller_is_who_a_trusted_proxy_heard_from(peer: str, told: str, caller: str) -> None:
    headers = {"X-Forwarded-For": told} if told else {}
    request: web.BaseRequest = make_mocked_request("POST", "/link", headers=headers)

    assert callers.caller(request.clone(remote=peer), PROXIES) == caller


def test_limit_forgets_who_asked_long_ago() -> None:
    limit = callers.Limit()
    for number in range(50):
        assert limit.take(f"192.0.2.{number}", now=NOW)

    assert limit.take("198.51.100.1", now=NOW + timedelta(hours=1))
    assert list(limit._asked) == ["198.51.100.1"]
