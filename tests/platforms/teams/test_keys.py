"""Microsoft's keys: fetched once, fetched anew when they roll, and never in anybody's way."""

import asyncio
import time
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.platforms.teams import tls
from bot.platforms.teams.keys import (
    FAILED_EVERY,
    KEPT_FOR,
    RENEWED_AFTER,
    UNKNOWN_EVERY,
    Keys,
    KeysUnreached,
)
from tests.platforms.teams.verified import running
from tests.teams_identity import Identity, rsa_key


class Clock:
    """Time that passes when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
async def identity() -> AsyncIterator[Identity]:
    async with Identity() as identity:
        yield identity


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
async def keys(identity: Identity, clock: Clock) -> AsyncIterator[Keys]:
    keys = Keys(identity.openid_url, tls=tls.context(identity.bundle), clock=clock)
    yield keys
    await keys.close()


async def test_keys_are_fetched_once_for_many_at_the_same_time(
    identity: Identity, keys: Keys
) -> None:
    found = await asyncio.gather(*(keys.key("key-1") for _ in range(50)))

    assert {key.endorsements for key in found if key} == {frozenset({"msteams", "webchat"})}
    assert len(found) == 50
    assert identity.asked == ["openid", "keys"]


async def test_new_key_is_fetched_when_it_is_first_seen(identity: Identity, keys: Keys) -> None:
    await keys.key("key-1")
    identity.roll("key-2")

    found = await keys.key("key-2")

    assert found is not None
    assert found.public.public_numbers() == rsa_key("key-2").public_key().public_numbers()
    assert await keys.key("key-1") is None


async def test_unknown_keys_ask_once_a_minute(identity: Identity, keys: Keys, clock: Clock) -> None:
    await keys.key("key-1")
    for name in ("junk", "more junk", "junk"):
        assert await keys.key(name) is None
    within_a_minute = identity.asked.count("keys")
    clock.now += UNKNOWN_EVERY + 1

    assert await keys.key("junk") is None
    assert (within_a_minute, identity.asked.count("keys")) == (2, 3)


async def test_keys_are_renewed_in_the_background_before_they_are_too_old(
    identity: Identity, keys: Keys, clock: Clock
) -> None:
    await keys.key("key-1")
    identity.roll("key-2")
    clock.now += RENEWED_AFTER + 1
    identity.hanging.add("keys")

    meanwhile = await keys.key("key-1")
    await keys.close()
    identity.hanging.clear()
    assert await keys.key("key-1") is not None
    assert keys._fetching is not None
    await keys._fetching

    assert meanwhile is not None
    assert await keys.key("key-2") is not None


async def test_keys_of_yesterday_are_not_used(identity: Identity, keys: Keys, clock: Clock) -> None:
    await keys.key("key-1")
    clock.now += KEPT_FOR + 1
    identity.broken.add("keys")

    with pytest.raises(KeysUnreached):
        await keys.key("key-1")


async def test_dead_host_is_asked_again_a_little_later(
    identity: Identity, keys: Keys, clock: Clock
) -> None:
    identity.broken.add("openid")
    for _ in range(3):
        with pytest.raises(KeysUnreached):
            await keys.key("key-1")
    asked = len(identity.asked)
    identity.broken.clear()
    clock.now += FAILED_EVERY + 1

    assert await keys.key("key-1") is not None
    assert asked == 1


@pytest.mark.parametrize(
    "document",
    [
        {"keys": []},
        {"keys": [{"kid": "key-1", "kty": "RSA"}]},
        {"keys": [{"kid": 5, "kty": "RSA"}, 7]},
        {"keys": [{"kid": "key-1", "kty": "oct", "k": "c2VjcmV0"}]},
        {"keys": 5},
        {"nothing": []},
        ["keys"],
        {"keys": [], "more": "x" * 1_100_000},
    ],
    ids=lambda document: str(document)[:40],
)
async def test_document_without_a_usable_key_is_as_good_as_none(document: object) -> None:
    server = web.Application()
    at: list[str] = []

    async def openid(request: web.Request) -> web.Response:
        return web.json_response({"jwks_uri": f"{at[0]}/keys"})

    async def listed(request: web.Request) -> web.Response:
        return web.json_response(document)

    server.add_routes([web.get("/openid", openid), web.get("/keys", listed)])
    runner = web.AppRunner(server)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    at.append(f"http://127.0.0.1:{runner.addresses[0][1]}")

    with pytest.raises(KeysUnreached):
        await Keys(f"{at[0]}/openid", tls=tls.context("")).fetch()

    await runner.cleanup()


async def test_key_roll_in_mid_traffic_loses_nothing(identity: Identity) -> None:
    async with running(identity) as bot:
        before = [(await bot.post(bot.activity(f"{n}")))[0] for n in range(3)]
        identity.roll("key-2")
        after = [(await bot.post(bot.activity(f"{n}")))[0] for n in range(3)]

        assert (before, after) == ([200] * 3, [200] * 3)
        assert identity.asked.count("keys") == 2


async def test_host_that_hangs_keeps_nobody_else_waiting(identity: Identity) -> None:
    async with running(identity) as bot:
        await bot.post(bot.activity("first"))
        identity.hanging |= {"openid", "keys"}
        junk = bot.identity.token(bot.service_url, headers={"kid": "junk"})
        began = time.monotonic()
        stuck = [asyncio.ensure_future(bot.post(bot.activity(), token=junk)) for _ in range(20)]
        await identity.until_asked("openid", times=2)

        async with bot.session.get(bot.url.replace("/api/messages", "/well")) as answer:
            well = await answer.text()
        status, _ = await bot.post(bot.activity("second"))
        took = time.monotonic() - began

        assert (well, status) == ("well", 200)
        assert bot.connector.said == ["You said first.", "You said second."]
        assert not any(task.done() for task in stuck)
        assert took < 1
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)


async def test_bot_without_any_keys_says_that_it_is_not_ready(identity: Identity) -> None:
    identity.broken.add("keys")
    async with running(identity) as bot:
        status, body = await bot.post(bot.activity())

        assert (status, body) == (503, "")
        assert bot.heard == []
