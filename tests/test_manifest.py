"""Slack's manifest against the commands and scopes that the bot really has."""

from pathlib import Path

import pytest
import yaml

from bot.platforms.slack import manifest
from handlers import ROUTES

MANIFEST = yaml.safe_load((Path(__file__).parents[1] / "manifest.yaml").read_text())
COMMANDS = [each["command"] for each in MANIFEST["features"]["slash_commands"]]
PROGRAMMES = {route.programme for route in ROUTES if route.is_listed}
# What the short commands of programmes that are still to come stand for.
TO_COME = {"sessions", "story", "pulse", "announce"}


def test_the_manifest_asks_for_the_scopes_that_the_code_gives_reasons_for():
    assert MANIFEST["oauth_config"]["scopes"]["bot"] == sorted(manifest.SCOPES)


def test_the_manifest_names_the_commands_that_the_code_knows():
    assert [manifest.MAIN_COMMAND, *manifest.SHORT_COMMANDS] == COMMANDS


@pytest.mark.parametrize("command", manifest.SHORT_COMMANDS)
def test_each_short_command_leads_to_its_programme(command):
    programme = command.removeprefix("/")
    if programme not in PROGRAMMES:
        assert programme in TO_COME
        return

    route, rest = ROUTES.match(programme)

    assert (route.name, rest) == (programme, "")
    assert route.is_listed


@pytest.mark.parametrize(
    ("command", "usage"),
    [
        (each["command"].removeprefix("/"), hint.strip())
        for each in MANIFEST["features"]["slash_commands"]
        for hint in each.get("usage_hint", "").split("|")
        if hint and each["command"] != manifest.MAIN_COMMAND
    ],
)
def test_each_hint_can_be_typed(command, usage):
    route, _ = ROUTES.match(f"{command} {usage}")

    assert route.name == f"{command} {usage.split()[0]}"
