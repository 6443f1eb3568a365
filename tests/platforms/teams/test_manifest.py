import io
import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator

from bot.platforms.teams import icons, manifest
from bot.platforms.teams.manifest import SCHEMA_VERSION, Command

SCHEMAS = (
    Path(__file__).parents[3] / "node_modules/@microsoft/app-manifest/build/json-schemas/teams"
)
APP = "b0700000-1111-4222-8333-444455556666"
COMMANDS = [
    Command("help", "All that you can say."),
    Command("pulse", "Answer the open survey.", is_private=True),
    *(Command(f"coffee {at}", "d" * 129) for at in range(12)),
]


def made(base_url: str = "https://leaders.nhs.example/bot/") -> dict[str, Any]:
    return manifest.manifest(APP, base_url, COMMANDS)


def test_manifest_is_valid_by_microsofts_schema() -> None:
    path = SCHEMAS / f"v{SCHEMA_VERSION}" / "MicrosoftTeams.schema.json"
    if not path.exists():
        pytest.skip("Microsoft's schema of the manifest needs `npm ci`.")
    schema = json.loads(path.read_text())

    validator = Draft4Validator(schema)

    assert [error.message for error in validator.iter_errors(made())] == []
    assert [error.message for error in validator.iter_errors({**made(), "id": "leaders"})] != []


def test_manifest_asks_for_a_bot_and_nothing_else() -> None:
    found = made()

    assert set(found) == {
        "$schema",
        "manifestVersion",
        "version",
        "id",
        "developer",
        "name",
        "description",
        "icons",
        "accentColor",
        "bots",
        "defaultInstallScope",
        "validDomains",
    }
    [bot] = found["bots"]
    assert {name: value for name, value in bot.items() if name != "commandLists"} == {
        "botId": APP,
        "scopes": ["personal", "team", "groupChat"],
        "isNotificationOnly": False,
        "supportsFiles": False,
        "supportsCalling": False,
        "supportsVideo": False,
    }
    assert found["validDomains"] == ["leaders.nhs.example"]
    assert found["developer"]["websiteUrl"] == "https://leaders.nhs.example/bot/"
    assert (found["id"], found["accentColor"]) == (APP, "#005eb8")


def test_lists_hold_ten_commands_and_shared_ones_no_private_one() -> None:
    personal, shared = made()["bots"][0]["commandLists"]

    assert (personal["scopes"], shared["scopes"]) == (["personal"], ["team", "groupChat"])
    assert [each["title"] for each in personal["commands"]] == [
        "help",
        "pulse",
        *(f"coffee {at}" for at in range(8)),
    ]
    assert [each["title"] for each in shared["commands"]] == [
        "help",
        *(f"coffee {at}" for at in range(9)),
    ]
    assert personal["commands"][2]["description"] == "d" * 127 + "…"


def test_command_too_long_for_teams_is_left_out() -> None:
    found = manifest.manifest(APP, "https://a.example", [Command("c" * 33, "d"), Command("e", "f")])

    assert [each["commands"] for each in found["bots"][0]["commandLists"]] == [
        [{"title": "e", "description": "f"}]
    ] * 2


@pytest.mark.parametrize("base_url", ["http://127.0.0.1:3000", "https://", "leaders.example"])
def test_address_that_teams_would_not_take_is_refused(base_url: str) -> None:
    with pytest.raises(ValueError, match="Teams needs an https address, and BASE_URL is"):
        made(base_url)


def test_package_holds_the_manifest_and_both_icons_and_is_the_same_each_time() -> None:
    first, second = (manifest.package(made()) for _ in range(2))

    assert first == second
    with zipfile.ZipFile(io.BytesIO(first)) as zipped:
        assert zipped.namelist() == ["manifest.json", "color.png", "outline.png"]
        assert zipped.testzip() is None
        assert {each.date_time[0] for each in zipped.infolist()} == {1980}
        assert json.loads(zipped.read("manifest.json")) == made()
        assert zipped.read("color.png") == icons.colour()
        assert zipped.read("outline.png") == icons.outline()


def pixels(png: bytes) -> tuple[int, list[tuple[int, ...]]]:
    """The side of a square picture and its pixels, row by row, its checksums checked."""
    assert png[:8] == b"\x89PNG\r\n\x1a\n"
    parts, at = {}, 8
    while at < len(png):
        (length,) = struct.unpack(">I", png[at : at + 4])
        name, content = png[at + 4 : at + 8], png[at + 8 : at + 8 + length]
        (check,) = struct.unpack(">I", png[at + 8 + length : at + 12 + length])
        assert check == zlib.crc32(name + content)
        parts[name] = content
        at += 12 + length
    assert list(parts) == [b"IHDR", b"IDAT", b"IEND"]
    width, height, depth, kind = struct.unpack(">IIBB", parts[b"IHDR"][:10])
    assert (height, depth, kind) == (width, 8, 6)
    rows = zlib.decompress(parts[b"IDAT"])
    step = 1 + 4 * width
    assert len(rows) == step * width
    assert {rows[start] for start in range(0, len(rows), step)} == {0}
    return width, [
        tuple(rows[start + 1 + 4 * x : start + 5 + 4 * x])
        for start in range(0, len(rows), step)
        for x in range(width)
    ]


def test_colour_icon_is_white_on_blue_within_its_middle() -> None:
    side, found = pixels(icons.colour())

    assert side == 192
    assert found[0] == found[-1] == (0, 94, 184, 255)
    assert {pixel[3] for pixel in found} == {255}
    white = [at for at, pixel in enumerate(found) if pixel == (255, 255, 255, 255)]
    assert 0.08 < len(white) / len(found) < 0.3
    assert {(36 <= at % side < 156, 36 <= at // side < 156) for at in white} == {(True, True)}


def test_outline_icon_is_white_on_nothing() -> None:
    side, found = pixels(icons.outline())

    assert side == 32
    assert {pixel[:3] for pixel in found} == {(255, 255, 255)}
    assert found[0][3] == 0
    solid = sum(pixel[3] == 255 for pixel in found)
    assert 0.08 < solid / len(found) < 0.4
