"""A token that Microsoft did not make for us, for now and for this activity is refused."""

import asyncio
import base64
import json
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot import log
from bot.platforms.teams.hosts import Hosts
from tests.platforms.teams.verified import Bot, changed, running
from tests.teams_identity import APP_ID, Identity, rsa_key, signed_with_public_key, unsigned

HOUR = 3600


@pytest.fixture
async def bot() -> AsyncIterator[Bot]:
    async with Identity() as identity, running(identity) as bot:
        yield bot


Made = Callable[[Bot], str]


def with_claims(**claims: Any) -> Made:
    return lambda bot: bot.identity.token(bot.service_url, **claims)


def with_header(**headers: Any) -> Made:
    return lambda bot: bot.identity.token(bot.service_url, headers=headers)


def header(make: Callable[[str], str]) -> Made:
    """What becomes of a good header."""
    return lambda bot: make(f"Bearer {bot.identity.token(bot.service_url)}")


def part_changed(number: int, change: Callable[[str], str]) -> Callable[[str], str]:
    def make(given: str) -> str:
        parts = given.split(".")
        parts[number] = change(parts[number])
        return ".".join(parts)

    return make


def said_of_someone_else(payload: str) -> str:
    claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
    new = json.dumps({**claims, "serviceurl": "https://evil.example/"}).encode()
    return base64.urlsafe_b64encode(new).decode().rstrip("=")


def now() -> int:
    return int(time.time())


# As header values; a name that begins with "token" is a token, with "Bearer" before it.
UNAUTHORISED: dict[str, Made] = {
    "token expired ten minutes ago": with_claims(exp=now() - 600),
    "token expired long ago": with_claims(exp=1),
    "token of before 1970": with_claims(exp=-5),
    "token not valid for two hours": with_claims(nbf=now() + 2 * HOUR),
    "token issued in two hours": with_claims(iat=now() + 2 * HOUR),
    "token without an end": with_claims(exp=None),
    "token whose end is text": with_claims(exp=str(now() + HOUR)),
    "token whose end is words": with_claims(exp="tomorrow"),
    "token whose end is a list": with_claims(exp=[1]),
    "token whose end is true": with_claims(exp=True),
    "token without a finite end": with_claims(exp=float("inf")),
    "token whose beginning is text": with_claims(nbf=str(now() - 10)),
    "token of another issuer": with_claims(iss="https://sts.windows.net/x/"),
    "token of the emulator": with_claims(
        iss="https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/", appid=APP_ID, ver="1.0"
    ),
    "token without an issuer": with_claims(iss=None),
    "token for another bot": with_claims(aud="99999999-aaaa-4bbb-8ccc-00000000b07a"),
    "token for nobody": with_claims(aud=None),
    "token for several": with_claims(aud=[APP_ID, "99999999-aaaa-4bbb-8ccc-00000000b07a"]),
    "token of another key": lambda bot: bot.identity.token(bot.service_url, key=rsa_key("other")),
    "token of an unknown key": lambda bot: bot.identity.token(
        bot.service_url, key=rsa_key("other"), headers={"kid": "key-99"}
    ),
    "token whose key is a path": with_header(kid="../../key-1"),
    "token whose key is an address": with_header(kid="https://evil.example/keys"),
    "token whose key is the empty name": with_header(kid=""),
    "token without a key": with_header(kid=None),
    "token that brings its key along": lambda bot: bot.identity.token(
        bot.service_url,
        key=rsa_key("other"),
        headers={"kid": None, "jku": "https://evil.example/keys", "jwk": {"kty": "RSA"}},
    ),
    "token with a critical header": with_header(crit=["b64"], b64=False),
    "token without a signature": lambda bot: unsigned(
        bot.identity.claims(bot.service_url), kid="key-1"
    ),
    "token with HS256": lambda bot: signed_with_public_key(
        bot.identity.claims(bot.service_url), rsa_key("key-1"), kid="key-1"
    ),
    "token with RS384": lambda bot: bot.identity.token(bot.service_url, algorithm="RS384"),
    "token with PS256": lambda bot: bot.identity.token(bot.service_url, algorithm="PS256"),
    "token that is garbage": lambda bot: "garbage",
    "token that is three dots": lambda bot: "...",
    "token that is no JSON": lambda bot: "YQ.YQ.YQ",
    "token that is a list": lambda bot: "WzFd.WzFd.WzFd",
    "nothing": lambda bot: "",
    "no token": lambda bot: "Bearer ",
    "the scheme alone": lambda bot: "Bearer",
    "another scheme": lambda bot: "Basic YWRhOnNlY3JldA==",
    "a good token by another scheme": header(lambda good: good.replace("Bearer", "Basic")),
    "two tokens": header(lambda good: f"{good}, {good}"),
    "two tokens without a comma": header(lambda good: f"{good} {good.removeprefix('Bearer ')}"),
    "cut": header(lambda good: good[:-20]),
    "cut to two parts": header(lambda good: good.rpartition(".")[0]),
    "longer by a part": header(lambda good: f"{good}.x"),
    "padded": header(lambda good: f"{good}=="),
    "a changed payload": header(part_changed(1, said_of_someone_else)),
    "a changed signature": header(part_changed(2, lambda part: "AAAA" + part[4:])),
    "an empty signature": header(part_changed(2, lambda part: "")),
    "not ASCII": header(lambda good: f"{good}é"),
    "half a surrogate pair": header(lambda good: good + "\udcff"),
    "6,000 letters": lambda bot: "Bearer " + "a" * 6000,
    "6,000 letters in a good token": with_claims(more="a" * 4500),
}


def header_of(name: str, bot: Bot) -> str:
    made = UNAUTHORISED[name](bot)
    return f"Bearer {made}" if name.startswith(("token", "6,000")) else made


async def without_effect(bot: Bot) -> None:
    await bot.settled()
    assert bot.heard == []
    assert (bot.store.tenants, bot.store.kept, bot.store.transactions) == ([], [], 0)
    assert bot.connector.asked == []


@pytest.mark.parametrize("name", UNAUTHORISED)
async def test_bad_token_is_unauthorised_and_without_effect(
    bot: Bot, name: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    value = header_of(name, bot)

    with capture_logs() as events:
        status, body = await raw_post(bot, bot.activity(), value)

    assert (status, body) == (401, "")
    assert [(one["event"], one["log_level"]) for one in events] == [("teams_refused", "info")]
    assert (caplog.records, capsys.readouterr().err) == ([], "")
    await without_effect(bot)


async def raw_post(bot: Bot, activity: Any, value: str) -> tuple[int, str]:
    """As ``post``, with any bytes in the header: a client would refuse to send some."""
    data = json.dumps(activity).encode()
    head = [b"POST /api/messages HTTP/1.1", b"Host: bot", b"Connection: close"]
    head.append(f"Content-Length: {len(data)}".encode())
    head.append(b"Authorization: " + value.encode("utf-8", "surrogateescape"))
    return await sent(bot, b"\r\n".join([*head, b"", data]))


async def sent(bot: Bot, request: bytes) -> tuple[int, str]:
    host, port = bot.url.removeprefix("http://").split("/")[0].split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(request)
    await writer.drain()
    answer = (await reader.read()).decode()
    writer.close()
    await writer.wait_closed()
    head, _, body = answer.partition("\r\n\r\n")
    return int(head.split()[1]), body


async def test_two_headers_are_unauthorised(bot: Bot) -> None:
    value = f"Bearer {bot.identity.token(bot.service_url)}"
    headers = [("Authorization", value), ("Authorization", value)]

    status, _ = await bot.post(bot.activity(), headers=headers)

    assert status == 401
    await without_effect(bot)


async def test_no_header_is_unauthorised_whatever_the_body(bot: Bot) -> None:
    statuses = [await bot.post(body, headers={}) for body in (b"", b"[1]", b"x" * 300_000)]

    assert statuses == [(401, "")] * 3


async def test_header_beyond_the_servers_limit_is_refused_without_a_traceback(
    bot: Bot, caplog: pytest.LogCaptureFixture
) -> None:
    status, _ = await raw_post(bot, bot.activity(), "Bearer " + "a" * 50_000)

    assert status == 400
    assert [one for one in caplog.records if log.is_worth_it(one)] == []
    await without_effect(bot)


FORBIDDEN: dict[str, Callable[[Bot], tuple[str, dict[str, Any]]]] = {
    "a token without a service address": lambda bot: (
        bot.identity.token(bot.service_url, serviceurl=None),
        bot.activity(),
    ),
    "a token for another service address": lambda bot: (
        bot.identity.token("https://smba.trafficmanager.net/uk/"),
        bot.activity(),
    ),
    "a token for the address without its path": lambda bot: (
        bot.identity.token(bot.service_url.removesuffix("uk/")),
        bot.activity(),
    ),
    "a token that claims two addresses": lambda bot: (
        bot.identity.token(bot.service_url, serviceUrl="https://evil.example/"),
        bot.activity(),
    ),
    "an address of another host": lambda bot: elsewhere(bot, "https://evil.example/"),
    "an address by plain http": lambda bot: elsewhere(bot, "http://smba.trafficmanager.net/uk/"),
    "an address below Microsoft's": lambda bot: elsewhere(
        bot, "https://evil.trafficmanager.net/uk/"
    ),
    "an address that only begins well": lambda bot: elsewhere(
        bot, "https://smba.trafficmanager.net.evil.example/"
    ),
    "an address with a user": lambda bot: elsewhere(
        bot, "https://smba.trafficmanager.net@evil.example/"
    ),
    "an empty address": lambda bot: elsewhere(bot, ""),
    "another channel": lambda bot: (
        bot.identity.token(bot.service_url),
        changed(bot.activity(), "channelId", "webchat"),
    ),
    "the emulator": lambda bot: (
        bot.identity.token(bot.service_url),
        changed(bot.activity(), "channelId", "emulator"),
    ),
}


def elsewhere(bot: Bot, url: str) -> tuple[str, dict[str, Any]]:
    return bot.identity.token(url), changed(bot.activity(), "serviceUrl", url)


@pytest.mark.parametrize("make", FORBIDDEN.values(), ids=FORBIDDEN.keys())
async def test_token_of_another_activity_is_forbidden_and_without_effect(
    bot: Bot, make: Callable[[Bot], tuple[str, dict[str, Any]]], caplog: pytest.LogCaptureFixture
) -> None:
    token, activity = make(bot)

    status, body = await bot.post(activity, token=token)

    assert (status, body) == (403, "")
    assert caplog.records == []
    await without_effect(bot)


@pytest.mark.parametrize("endorsements", [None, (), ("webchat",), ("msteams2",)])
async def test_key_that_is_not_endorsed_for_teams_is_forbidden(
    bot: Bot, endorsements: tuple[str, ...] | None
) -> None:
    bot.identity.roll("key-1", endorsements=endorsements)

    status, _ = await bot.post(bot.activity())

    assert status == 403
    await without_effect(bot)


@pytest.mark.parametrize(
    "claims",
    [
        {"nbf": None},
        {"aud": APP_ID.upper()},
        {"exp": "late"},
        {"nbf": "soon"},
        {"iat": "soon"},
        {"serviceurl": None, "serviceUrl": "right"},
    ],
    ids=str,
)
async def test_good_token_is_taken(bot: Bot, claims: dict[str, Any]) -> None:
    times = {"late": now() - 200, "soon": now() + 200, "right": bot.service_url}
    given = {name: times.get(value, value) for name, value in claims.items()}

    status, _ = await bot.post(bot.activity(), token=bot.identity.token(bot.service_url, **given))

    assert (status, len(bot.heard)) == (200, 1)


async def test_scheme_may_be_in_small_letters(bot: Bot) -> None:
    token = bot.identity.token(bot.service_url)

    status, _ = await bot.post(bot.activity(), headers={"authorization": f"bearer {token}"})

    assert status == 200


async def test_only_posts_are_taken(bot: Bot) -> None:
    async with aiohttp.ClientSession() as session, session.get(bot.url) as answer:
        assert answer.status == 405


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        ("https://smba.trafficmanager.net/uk/", True),
        ("https://SMBA.trafficmanager.net:443/uk/", True),
        ("https://smba.infra.gcc.teams.microsoft.com/teams", True),
        ("https://smba.trafficmanager.net:8443/uk/", False),
        ("https://smba.trafficmanager.net/{conversationId}/", False),
        ("https://smba.trafficmanager.net/uk/?x=1", False),
        ("https://smba.trafficmanager.net/" + "a" * 500, False),
        ("ftp://smba.trafficmanager.net/", False),
        ("https://127.0.0.1:99999/", False),
        ("http://127.0.0.1:5000/uk/", True),
        ("https://teams.example/", False),
        ("https://teams.example:8080/uk", True),
    ],
)
def test_our_token_goes_to_listed_hosts_only(url: str, is_allowed: bool) -> None:
    hosts = Hosts(("127.0.0.1", "teams.example:8080"))

    assert hosts.allow(url) is is_allowed
