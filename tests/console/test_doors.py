"""Who may come in, and what is refused at the door."""

from datetime import timedelta

import pytest

from bot.chat.messages import Account
from bot.chat.platform import Visitor
from bot.chat.requests import Role
from bot.console import seals
from bot.domain.members import MemberState
from bot.ids import Lane
from bot.settings import Settings
from tests.console.conftest import Place, Sight, settings
from tests.leaders import Leader

PATHS = (
    "/console",
    "/console/coffee",
    "/console/coffee/setup",
    "/console/coffee/rounds",
    "/console/coffee/rounds/1",
    "/console/coffee/rounds/1.csv",
    "/console/announcements/1.csv",
    "/console/members",
    "/console/deliveries",
    "/console/deliveries/progress",
    "/console/deliveries.csv",
    "/console/schedule",
    "/console/doing",
    "/console/purpose",
    "/console/audit",
    "/console/audit.csv",
    "/console/import",
    "/console/community",
    "/console/nothing",
)
POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)


async def stop(place: Place, **changes: str) -> Sight:
    """Press “stop rounds” with a form of one's own making; a value of "" leaves a part out."""
    page = await place.opens("/console/coffee/setup")
    sent = {**page.form_with("Save").fields, "route": ["coffee stop rounds"]}
    parts = {name: values[0] for name, values in sent.items() if not name.startswith("field-")}
    parts.update(changes)
    return await place.posts("/console/coffee", {k: v for k, v in parts.items() if v})


def is_audited(place: Place) -> bool:
    with place.community.database.transaction() as db:
        return bool(db.audit.latest(place.community.id, limit=1))


@pytest.mark.parametrize("path", PATHS)
async def test_nobody_signed_in_is_led_to_the_start_page(place: Place, path: str) -> None:
    sight = await place.asks(path)

    assert (sight.status, sight.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("role", [Role.MEMBER, Role.CURATOR])
@pytest.mark.parametrize("path", PATHS)
async def test_only_organisers_come_in(place: Place, path: str, role: Role) -> None:
    place.signs_in(await place.community.leader("Ben Cole", role=role), is_organiser=True)

    sight = await place.asks(path)

    assert sight.status == 403
    assert sight.text == (
        "Skip to the page That did not work These pages are for the organisers of your community. "
        "An organiser can give you that role. Back to the chat"
    )


async def test_members_change_nothing_by_a_form_either(place: Place, olu: Leader) -> None:
    page = await place.opens("/console/coffee/setup")
    place.signs_in(await place.community.leader("Ben Cole"), is_organiser=True)

    sight = await place.presses(page, "Save")

    assert sight.status == 403
    assert not is_audited(place)


async def test_role_is_read_afresh(place: Place, olu: Leader) -> None:
    before = await place.asks("/console")
    with place.community.database.transaction() as db:
        db.members.set_role(olu.id, Role.MEMBER)

    after = await place.asks("/console")

    assert (before.status, after.status) == (200, 403)


@pytest.mark.parametrize("state", [MemberState.SUSPENDED, MemberState.LEFT])
async def test_who_is_no_longer_here_is_led_out(
    place: Place, olu: Leader, state: MemberState
) -> None:
    with place.community.database.transaction() as db:
        db.members.set_state(olu.id, state)

    sight = await place.asks("/console")

    assert (sight.status, sight.headers["Location"]) == (303, "/")


async def test_account_of_nobody_is_led_out(place: Place) -> None:
    place.visitor = Visitor(Account(Lane("web:1"), "99"), "Nobody")

    sight = await place.asks("/console")

    assert (sight.status, sight.headers["Location"]) == (303, "/")


@pytest.mark.parametrize("path", [*PATHS, "/console/static/x/base.css"])
async def test_every_answer_is_locked_down(place: Place, olu: Leader, path: str) -> None:
    sight = await place.asks(path)

    found = {name: sight.headers[name] for name in ("Content-Security-Policy", "X-Frame-Options")}
    assert found == {"Content-Security-Policy": POLICY, "X-Frame-Options": "DENY"}
    assert sight.headers["X-Content-Type-Options"] == "nosniff"
    assert sight.headers["Cache-Control"] == "no-store"


async def test_form_of_ours_is_taken(place: Place, olu: Leader) -> None:
    sight = await stop(place)

    assert sight.flash == "No further rounds go out. A round under way runs to its end."
    assert is_audited(place)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://[half"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ],
)
async def test_other_sites_change_nothing(
    place: Place, olu: Leader, headers: dict[str, str]
) -> None:
    page = await place.opens("/console/coffee/setup")
    sent = {"route": "coffee stop rounds", **_carried(page)}

    sight = await place.posts("/console/coffee", sent, headers=headers)

    assert sight.status == 403
    assert not is_audited(place)


@pytest.mark.parametrize("token", ["", "wrong", "ä"])
async def test_form_without_our_token_changes_nothing(
    place: Place, olu: Leader, token: str
) -> None:
    sight = await stop(place, form_token=token)

    assert sight.flash == (
        "Nothing was changed. The page had been open for too long, so nothing was changed. "
        "Please try again."
    )
    assert not is_audited(place)


async def test_token_of_another_organiser_changes_nothing(place: Place, olu: Leader) -> None:
    page = await place.opens("/console/coffee/setup")
    place.signs_in(await place.community.organiser("Pam Roy"))

    sight = await stop(place, **_carried(page))

    assert "open for too long" in sight.flash
    assert not is_audited(place)


@pytest.mark.parametrize(("hours", "is_taken"), [(24, True), (49, False)])
async def test_token_lasts_over_midnight_and_no_longer(
    place: Place, olu: Leader, hours: int, is_taken: bool
) -> None:
    page = await place.opens("/console/coffee/setup")
    await place.community.passes(timedelta(hours=hours))

    await stop(place, **_carried(page))

    assert is_audited(place) == is_taken


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"json": {"route": "coffee run"}}, 400),
        ({"data": b"a=%ff", "type": True}, 400),
        ({"data": "a=ä".encode(), "type": True}, 400),
        ({"data": "&".join(f"a{each}=1" for each in range(501)), "type": True}, 400),
        ({"data": "a=" + "x" * 65536, "type": True}, 413),
        ({"data": b"\x1f\x8bbroken", "type": True, "packed": True}, 400),
        ({"data": "route=coffee+avoid", "type": True}, 404),
        ({"data": "", "type": True}, 404),
    ],
)
@pytest.mark.parametrize("path", ["/console/coffee", "/console/coffee/setup"])
async def test_nonsense_is_refused_with_a_sentence(
    place: Place, olu: Leader, path: str, options: dict, status: int
) -> None:
    options = {**options}
    headers = {"Origin": place.origin, "Sec-Fetch-Site": "same-origin"}
    if options.pop("type", False):
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    if options.pop("packed", False):
        headers["Content-Encoding"] = "gzip"
    if status == 404 and path.endswith("setup"):
        status = 422  # It is a form of ours with nothing filled in.

    sight = await place.posts(path, headers=headers, **options)

    assert sight.status == status
    assert "Nothing was changed" in sight.text or "That did not work" in sight.text
    assert not is_audited(place)


@pytest.mark.parametrize("host", ["evil.example", "[broken"])
async def test_other_names_for_this_machine_are_refused(
    place: Place, olu: Leader, host: str
) -> None:
    sight = await place.asks("/console", headers={"Host": host})

    assert sight.status == 403
    assert "This address is not served here." in sight.text


async def test_slash_at_the_end_leads_to_the_overview(place: Place, olu: Leader) -> None:
    sight = await place.asks("/console/")

    assert (sight.status, sight.headers["Location"]) == (303, "/console")


async def test_files_are_kept_for_ever_by_their_version(place: Place, olu: Leader) -> None:
    page = await place.opens("/console")
    address = page.html.split('rel="stylesheet" href="')[1].split('"')[0]

    new = await place.opens(address)
    old = await place.opens("/console/static/old/base.css")
    none = await place.opens("/console/static/old/app.py")

    assert (new.status, new.headers["Cache-Control"]) == (
        200,
        "public, max-age=31536000, immutable",
    )
    assert new.headers["Content-Type"] == "text/css; charset=utf-8"
    assert (old.status, old.headers["Cache-Control"]) == (200, "no-store")
    assert none.status == 404


async def test_trouble_is_told_with_a_reference(
    place: Place, olu: Leader, caplog: pytest.LogCaptureFixture
) -> None:
    place.community.database.engine.dispose()
    with place.community.database.transaction() as db:
        db.connection.exec_driver_sql("DROP TABLE audit")

    sight = await place.opens("/console/audit")

    assert sight.status == 503
    assert "Something broke (ref " in sight.text
    assert "Traceback" not in sight.text


async def test_flash_that_is_not_ours_is_not_shown(place: Place, olu: Leader) -> None:
    for forged in ("Trust me", "gAAAA", "ä"):
        sight = await place.opens("/console", cookies={"leaders-console": forged})

        assert (sight.status, sight.flash) == (200, "")


async def test_flash_is_shown_once(place: Place, olu: Leader) -> None:
    first = await stop(place)
    second = await place.opens("/console/coffee")

    assert first.flash.startswith("No further rounds go out.")
    assert second.flash == ""


def test_long_flash_fits_a_cookie() -> None:
    sealing = seals.Seals(settings())

    sealed = sealing.seal(seals.Flash("é" * 5000))

    assert len(sealed) < 4000
    assert sealing.opened(sealed) == seals.Flash("é" * 900)


def test_key_is_kept_where_none_is_set(tmp_path) -> None:
    unset = Settings(_env_file=None, keys_dir=tmp_path)

    sealed = seals.Seals(unset).seal(seals.Flash("Hello"))

    assert seals.Seals(unset).opened(sealed) == seals.Flash("Hello")


def _carried(page: Sight) -> dict[str, str]:
    fields = page.form_with("Save").fields
    return {name: fields[name][0] for name in ("form_token", "once")}
