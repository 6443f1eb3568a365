from dataclasses import replace
from datetime import timedelta

import pytest
from aiohttp import ClientSession, CookieJar

from bot.platforms.web import sessions
from bot.settings import Settings
from tests.platforms.web.fakes import ADA, BEN, SESSION_AGE
from tests.platforms.web.place import Browser, Place, settings

EXAMPLES = (replace(ADA, is_example=True), replace(BEN, is_example=True))
SAFE_BEN = "Ben &lt;script&gt;alert(1)&lt;/script&gt;"


@pytest.fixture
def link(place: Place) -> str:
    """The path of Ben's personal link."""
    place.store.links[sessions.hashed("secret")] = BEN
    return "/enter/secret"


async def test_start_says_how_to_come_in(place: Place) -> None:
    response = await place.browser.get("/")

    page = await response.text()
    assert response.status == 200
    assert "Come in with your personal link" in page
    assert "Act as" not in page


async def test_link_opened_consumes_nothing(place: Place, link: str) -> None:
    pages = [await (await place.browser.get(link)).text() for _ in range(3)]

    assert all(f"Come in as {SAFE_BEN}" in page for page in pages)
    assert list(place.store.links.values()) == [BEN]
    assert place.store.sessions == {}
    assert not place.browser.http.cookie_jar


async def test_link_pressed_begins_a_session(place: Place, link: str) -> None:
    response = await place.browser.post(link)

    page = await (await place.browser.get("/")).text()
    cookie = response.cookies["leaders"]
    assert (response.status, response.headers["Location"]) == (303, "/")
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert not cookie["secure"]
    assert list(place.store.sessions) == [sessions.hashed(cookie.value)]
    assert len(cookie.value) >= 43
    assert place.store.links == {}
    assert SAFE_BEN in page
    assert "<script>alert" not in page


@pytest.mark.parametrize("method", ["get", "post"])
async def test_link_used_already_is_told_so(
    place: Place, link: str, method: str, stranger: Browser
) -> None:
    await place.browser.post(link)

    response = await getattr(stranger, method)(link)

    assert response.status == 410
    assert "This link was used already or has run out." in await response.text()


async def test_link_opened_again_leads_who_is_signed_in_to_the_chat(
    place: Place, link: str
) -> None:
    await place.browser.post(link)

    response = await place.browser.get(link)

    assert (response.status, response.headers["Location"]) == (303, "/")


async def test_session_ends_by_itself(ada: Browser, place: Place) -> None:
    before = await (await ada.get("/")).text()
    place.now += SESSION_AGE + timedelta(seconds=1)

    after = await (await ada.get("/")).text()

    assert 'id="conversation"' in before
    assert "Come in with your personal link" in after


async def test_leaving_ends_the_session(ada: Browser, place: Place) -> None:
    response = await ada.post("/leave")

    assert (response.status, response.headers["Location"]) == (303, "/")
    assert place.store.sessions == {}
    assert not ada.http.cookie_jar


async def test_leaving_twice_is_no_error(place: Place) -> None:
    response = await place.browser.post("/leave")

    assert response.status == 303


@pytest.mark.parametrize("web_settings", [settings(base_url="https://leaders.example/chat")])
async def test_https_makes_the_cookie_secure_and_keeps_the_prefix(place: Place, link: str) -> None:
    headers = {"Origin": "https://leaders.example"}

    response = await place.browser.post(link, headers=headers)
    page = await (await place.browser.get("/")).text()

    cookie = response.cookies["__Host-leaders"]
    assert cookie["secure"]
    assert cookie["path"] == "/"
    assert response.headers["Location"] == "/chat/"
    assert 'href="/chat/chat/static/' in page


async def test_chat_page_shows_the_console_to_organisers_alone(
    ada: Browser, place: Place, stranger: Browser
) -> None:
    stranger.signs_in(place.store, BEN, token="session-2")

    organiser, member = await ada.get("/"), await stranger.get("/")

    assert 'href="/console"' in await organiser.text()
    assert "/console" not in await member.text()


async def test_example_lists_everybody_organisers_first(place: Place) -> None:
    place.store.examples = tuple(reversed(EXAMPLES))

    page = await (await place.browser.get("/")).text()

    assert "Example community: everybody here is invented." in page
    assert "<script>alert" not in page
    order = [page.index(words) for words in ("Organisers", "Act as Ada", "Leaders<", "Act as Ben")]
    assert order[0] < order[1] < order[3]
    assert order[1] < page.rindex("Leaders<") < order[3]


async def test_example_lets_one_act_and_switch(place: Place) -> None:
    place.store.examples = EXAMPLES
    browser = place.browser

    first = await browser.post("/act", data={"person": "web:1 1"})
    as_ada = await (await browser.get("/")).text()
    people = await (await browser.get("/act")).text()
    await browser.post("/act", data={"person": "web:1 2"})
    as_ben = await (await browser.get("/")).text()

    assert first.status == 303
    assert "You act as <b>Ada Okafor</b>" in as_ada
    assert people.count("You now") == 1
    assert f"You act as <b>{SAFE_BEN}</b>" in as_ben
    assert [visitor for visitor, _ in place.store.sessions.values()] == [EXAMPLES[1]]


@pytest.mark.parametrize("person", ["web:1 99", "web:1 x", "web:2 1", "web:1", "", "\x00"])
async def test_example_has_nobody_of_another_name(place: Place, person: str) -> None:
    place.store.examples = EXAMPLES

    response = await place.browser.post("/act", data={"person": person})

    assert response.status == 400
    assert "There is nobody of that name to act as." in await response.text()


async def test_acting_is_refused_outside_the_example(place: Place) -> None:
    response = await place.browser.post("/act", data={"person": "web:1 1"})

    assert response.status == 403
    assert place.store.sessions == {}


@pytest.mark.parametrize(
    ("web_settings", "headers"),
    [
        (settings(host="0.0.0.0"), {}),  # noqa: S104 - the setting is what is tested
        (settings(base_url="https://leaders.example"), {}),
        (settings(), {"X-Forwarded-For": "192.0.2.1"}),
        (settings(), {"Forwarded": "for=192.0.2.1"}),
    ],
)
async def test_example_is_for_this_machine_alone(
    place: Place, web_settings: Settings, headers: dict[str, str]
) -> None:
    place.store.examples = EXAMPLES
    headers = headers | {"Sec-Fetch-Site": "same-origin"}

    page = await (await place.browser.get("/", headers=headers)).text()
    acted = await place.browser.post("/act", data={"person": "web:1 1"}, headers=headers)

    assert "Ada Okafor" not in page
    assert acted.status == 403
    assert place.store.sessions == {}


@pytest.mark.parametrize("path", ["/", "/act", "/enter/x", "/chat/entries", "/chat/stream"])
async def test_another_name_for_this_machine_is_refused(ada: Browser, path: str) -> None:
    response = await ada.get(path, headers={"Host": "evil.example:3000"})

    assert response.status == 403


@pytest.mark.parametrize("host", ["localhost:1", "127.0.0.1", "[::1]:3000", "LOCALHOST"])
async def test_this_machine_has_several_names(place: Place, host: str) -> None:
    response = await place.browser.get("/", headers={"Host": host})

    assert response.status == 200


@pytest.mark.parametrize("host", ["[::1", "", "localhost.evil.example", "a@b@c"])
async def test_garbled_name_is_refused(place: Place, host: str) -> None:
    response = await place.browser.get("/", headers={"Host": host})

    assert response.status in {400, 403}


FOREIGN = [
    {"Origin": "https://evil.example"},
    {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"},
    {"Origin": "null", "Sec-Fetch-Site": "same-origin"},
    {"Origin": "http://[", "Sec-Fetch-Site": "same-origin"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {},
]
POSTS = ["/act", "/enter/secret", "/leave", "/chat/say", "/chat/tap", "/chat/submit", "/chat/read"]


@pytest.mark.parametrize("headers", FOREIGN)
@pytest.mark.parametrize("path", POSTS)
async def test_posts_of_other_sites_are_refused(
    ada: Browser, place: Place, link: str, path: str, headers: dict[str, str]
) -> None:
    place.store.examples = EXAMPLES
    sent = {"text": "hello", "entry": 1, "route": "help", "fields": {}}

    response = await ada.post(path, json=sent, headers=headers)

    assert response.status == 403
    assert place.bot.asked == []
    assert list(place.store.links.values()) == [BEN]
    assert list(place.store.sessions) == [sessions.hashed("session-1")]


@pytest.mark.parametrize("header", ["Origin", "Sec-Fetch-Site"])
async def test_either_sign_of_our_own_page_is_enough(ada: Browser, header: str) -> None:
    value = {"Origin": ada.origin, "Sec-Fetch-Site": "same-origin"}[header]

    response = await ada.post("/chat/say", json={"text": "hello"}, headers={header: value})

    assert response.status == 200


async def test_reads_of_other_sites_are_refused(ada: Browser) -> None:
    response = await ada.get("/chat/entries", headers={"Origin": "https://evil.example"})

    assert response.status == 403


async def test_long_or_garbled_forms_are_refused(place: Place) -> None:
    place.store.examples = EXAMPLES

    too_long = await place.browser.post("/act", data=b"x" * 70_000)
    too_many = await place.browser.post("/act", data=b"a=1&" * 100)
    garbled = await place.browser.post("/act", data=b"\xff\xfe")

    assert [too_long.status, too_many.status, garbled.status] == [413, 400, 400]


async def test_every_answer_carries_the_security_headers(ada: Browser) -> None:
    paths = ["/", "/act", "/enter/old", "/chat/entries", "/chat/entries?before=x", "/chat/home"]

    for path in paths:
        headers = (await ada.get(path)).headers

        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "no-referrer"
        assert headers["Cache-Control"] == "no-store"


async def test_pages_hold_nothing_inline(ada: Browser, place: Place, link: str) -> None:
    chat = await (await ada.get("/")).text()
    place.store.examples = EXAMPLES
    people = await (await ada.get("/act")).text()
    enter = await (await ada.get(link)).text()

    for page in (chat, people, enter):
        assert "<style" not in page
        assert " style=" not in page
        assert " onclick=" not in page
        assert page.count("<script") == page.count('<script type="module" src=')


async def test_files_are_kept_by_version(ada: Browser) -> None:
    page = await (await ada.get("/")).text()
    script = next(part for part in page.split('"') if part.endswith("chat.js"))
    version = script.split("/")[3]

    current = await ada.get(script)
    older = await ada.get(script.replace(version, "0123456789ab"))
    missing = await ada.get(script.replace("chat.js", "..%2Fapp.py"))

    assert current.status == 200
    assert current.content_type == "text/javascript"
    assert "immutable" in current.headers["Cache-Control"]
    assert older.headers["Cache-Control"] == "no-store"
    assert missing.status == 404


async def test_broken_store_is_a_sentence_not_a_crash(ada: Browser, place: Place) -> None:
    place.transactions.failure = RuntimeError("disk full")

    page, api = await ada.get("/"), await ada.get("/chat/entries")

    assert (page.status, api.status) == (503, 503)
    assert "Something broke (ref " in await page.text()
    assert "disk full" not in await page.text()
    assert set(await api.json()) == {"sentence"}


async def test_visitor_is_known_to_the_organisers_pages(ada: Browser, place: Place) -> None:
    assert await place.web.visitor(FakeRequest("session-1")) == ADA  # type: ignore[arg-type]
    assert await place.web.visitor(FakeRequest("other")) is None  # type: ignore[arg-type]


class FakeRequest:
    def __init__(self, token: str) -> None:
        self.cookies = {"leaders": token}


async def test_odd_cookies_are_nobody(place: Place) -> None:
    async with ClientSession(cookie_jar=CookieJar(unsafe=True)) as http:
        url = place.server.make_url("/chat/entries")

        answers = [
            await http.get(url, headers={"Cookie": cookie})
            for cookie in ("leaders=", "leaders=\udcff\udcfe", "leaders=" + "x" * 4000, ";;==")
        ]

    assert {answer.status for answer in answers} <= {400, 401}
