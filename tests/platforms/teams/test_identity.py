"""Our own token: one for many turns, and a login host that hangs keeps nobody else waiting."""

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.platforms.teams import tls
from bot.platforms.teams.check import KEYS_UNREACHED, check
from bot.platforms.teams.identity import (
    RENEWED_BEFORE,
    LoginRefused,
    LoginUnreached,
    authority,
)
from bot.platforms.teams.identity import Identity as OurIdentity
from bot.settings import Settings
from tests.platforms.teams.verified import running, settings
from tests.teams_identity import APP_ID, TENANT, Identity


@pytest.fixture
async def login() -> AsyncIterator[Identity]:
    async with Identity() as login:
        yield login


async def test_one_token_serves_many_turns(login: Identity) -> None:
    async with running(login) as bot:
        statuses = [await bot.post(bot.activity(f"{n}")) for n in range(10)]

        assert statuses == [(200, "")] * 10
        assert len(bot.connector.asked) == 10
        assert login.issued == ["given-to-the-bot-1"]
        assert [login.asked.count(what) for what in ("discovery", "token")] == [1, 1]


async def test_token_is_renewed_before_it_ends_and_asked_for_once(login: Identity) -> None:
    at = time.time()
    ours = OurIdentity(settings(login), clock=lambda: at)
    login.lifetime = RENEWED_BEFORE + 100

    first = await asyncio.gather(*(ours.token() for _ in range(20)))
    at += 99
    second = await ours.token()
    # The library has a memory of its own, by the real clock.
    ours.forget("another token")
    at += 2
    third = await ours.token()
    ours.forget(third)
    fourth = await asyncio.gather(*(ours.token() for _ in range(20)))

    assert {*first, second, third} == {"given-to-the-bot-1"}
    assert set(fourth) == {"given-to-the-bot-2"}
    await ours.close()


async def test_refused_secret_stops_the_start_and_names_the_settings(login: Identity) -> None:
    with pytest.raises(SettingsError) as caught:
        async with running(login, microsoft_app_password="wrong"):
            pass

    assert str(caught.value) == (
        "MICROSOFT_APP_ID and MICROSOFT_APP_PASSWORD are not accepted by Microsoft "
        "(invalid_client); make a new client secret for the app and copy its value."
    )


async def test_login_that_is_busy_is_not_held_against_the_secret(login: Identity) -> None:
    login.refusal = {"error": "temporarily_unavailable"}
    ours = OurIdentity(settings(login))

    with pytest.raises(LoginUnreached):
        await ours.token()
    await ours.close()


async def test_login_that_is_down_does_not_stop_the_start(login: Identity) -> None:
    login.broken.add("discovery")
    async with running(login) as bot:
        status, _ = await bot.post(bot.activity("one"))
        login.broken.clear()
        again, _ = await bot.post(bot.activity("two"))

        assert (status, again) == (200, 200)
        assert [one.text for one in bot.heard] == ["one", "two"]
        assert bot.connector.said == ["You said two."]


async def test_login_host_that_hangs_keeps_nobody_else_waiting(login: Identity) -> None:
    login.hanging |= {"discovery", "token"}
    async with running(login, start=False, within=0.2) as bot:
        began = time.monotonic()
        stuck = [asyncio.ensure_future(bot.app._identity.token()) for _ in range(20)]
        await login.until_asked("discovery")

        async with bot.session.get(bot.url.replace("/api/messages", "/well")) as answer:
            well = await answer.text()
        status, _ = await bot.post(bot.activity("hello"))
        took = time.monotonic() - began

        assert (well, status) == ("well", 200)
        assert [one.text for one in bot.heard] == ["hello"]
        assert not any(task.done() for task in stuck)
        assert login.asked.count("discovery") == 1
        assert took < 1
        for task in stuck:
            task.cancel()
        await asyncio.gather(*stuck, return_exceptions=True)


async def test_token_that_does_not_come_is_not_waited_for(login: Identity) -> None:
    login.hanging.add("token")
    ours = OurIdentity(settings(login), within=0.05)

    with pytest.raises(LoginUnreached, match="Microsoft's login did not answer"):
        await ours.token()
    login.let_go()
    await ours.close()


@pytest.mark.parametrize("what", ["empty", "a folder", "garbage"])
def test_bundle_without_certificates_is_named(tmp_path: Path, what: str) -> None:
    bundle = tmp_path / what
    if what == "a folder":
        bundle.mkdir()
        assert tls.context(str(bundle)).get_ca_certs() == []
        return
    bundle.write_text("" if what == "empty" else "no certificate")

    with pytest.raises(SettingsError, match="REQUESTS_CA_BUNDLE is “"):
        tls.context(str(bundle))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({}, f"https://login.microsoftonline.com/{TENANT}"),
        (
            {"teams_login_url": "https://login.microsoftonline.us/"},
            f"https://login.microsoftonline.us/{TENANT}",
        ),
        (
            {"microsoft_app_type": "MultiTenant", "microsoft_app_tenant_id": ""},
            "https://login.microsoftonline.com/botframework.com",
        ),
        (
            {"microsoft_app_type": "MultiTenant"},
            f"https://login.microsoftonline.com/{TENANT}",
        ),
        ({"teams_login_url": "https://127.0.0.1:5/adfs"}, "https://127.0.0.1:5/adfs"),
    ],
)
def test_token_is_asked_for_at_the_home_tenant(given: dict[str, str], expected: str) -> None:
    chosen = Settings(
        _env_file=None,
        **({"microsoft_app_id": APP_ID, "microsoft_app_tenant_id": TENANT} | given),
    )

    assert authority(chosen) == expected


@pytest.fixture
def managed(login: Identity, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An app service with a managed identity."""
    monkeypatch.setenv("IDENTITY_ENDPOINT", login.managed_url)
    monkeypatch.setenv("IDENTITY_HEADER", "a made-up header")
    return settings(login, microsoft_app_type="UserAssignedMSI", microsoft_app_password="")


async def test_managed_identity_needs_no_secret(login: Identity, managed: Settings) -> None:
    ours = OurIdentity(managed)

    tokens = [await ours.token() for _ in range(3)]
    await ours.close()

    assert tokens == ["given-to-the-bot-1"] * 3
    assert login.asked == ["managed"]


async def test_unknown_managed_identity_is_refused(login: Identity, managed: Settings) -> None:
    other = managed.model_copy(update={"microsoft_app_id": "99999999-aaaa-4bbb-8ccc-00000000b07a"})
    ours = OurIdentity(other)

    with pytest.raises(LoginRefused, match="MICROSOFT_APP_ID is not known here"):
        await ours.token()
    await ours.close()


async def test_managed_identity_that_does_not_answer_is_named(
    login: Identity, managed: Settings
) -> None:
    login.broken.add("managed")
    ours = OurIdentity(managed)

    with pytest.raises(LoginUnreached, match="The managed identity gave no token"):
        await ours.token()
    await ours.close()


async def test_everything_well_is_nothing_to_say(login: Identity) -> None:
    async with running(login) as bot:
        assert await bot.app.check() == []


async def test_check_names_a_refused_secret_and_unreadable_keys(login: Identity) -> None:
    login.broken.add("keys")

    found = await check(settings(login, microsoft_app_password="wrong"))

    assert [sentence.split(" (")[0] for sentence in found] == [
        "MICROSOFT_APP_ID and MICROSOFT_APP_PASSWORD are not accepted by Microsoft",
        KEYS_UNREACHED.format(url=login.openid_url),
    ]


async def test_check_names_a_login_that_does_not_answer(login: Identity) -> None:
    (said,) = await check(settings(login, teams_login_url="https://127.0.0.1:9/adfs"))

    assert said == (
        "Microsoft's login did not answer at https://127.0.0.1:9/adfs; check the network, a "
        "proxy, MICROSOFT_APP_TENANT_ID and TEAMS_LOGIN_URL."
    )


async def test_login_with_a_certificate_of_somebody_else_is_not_trusted(login: Identity) -> None:
    async with Identity() as other:
        found = await check(settings(login, requests_ca_bundle=other.bundle))

    assert len(found) == 2
    assert login.issued == []
