"""The platforms' manifests against the commands and scopes that the bot really has."""

from pathlib import Path

import pytest
import yaml

from bot.chat.requests import Role
from bot.commands.manifest import teams_commands
from bot.platforms.slack import manifest
from bot.platforms.teams import manifest as teams_manifest
from handlers import PROGRAMMES, ROUTES

MANIFEST = yaml.safe_load((Path(__file__).parents[1] / "manifest.yaml").read_text())
COMMANDS = [each["command"] for each in MANIFEST["features"]["slash_commands"]]
FIRST_WORDS = {route.programme for route in ROUTES if route.is_listed}
# What the short commands of programmes that are still to come stand for.
TO_COME = {"pulse"}


def test_the_manifest_asks_for_the_scopes_that_the_code_gives_reasons_for():
    assert MANIFEST["oauth_config"]["scopes"]["bot"] == sorted(manifest.SCOPES)


def test_the_manifest_names_the_commands_that_the_code_knows():
    assert [manifest.MAIN_COMMAND, *manifest.SHORT_COMMANDS] == COMMANDS


@pytest.mark.parametrize("command", manifest.SHORT_COMMANDS)
def test_each_short_command_leads_to_its_programme(command):
    programme = command.removeprefix("/")
    if programme not in FIRST_WORDS:
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


def teams_lists():
    made = teams_manifest.manifest(
        "b0700000-1111-4222-8333-444455556666", "https://l.example", teams_commands(PROGRAMMES)
    )
    return made["bots"][0]["commandLists"]


def test_each_command_that_teams_shows_is_a_route_a_member_may_use():
    for shown in teams_lists():
        for command in shown["commands"]:
            route, rest = ROUTES.match(command["title"])

            assert (route.name, route.help, rest) == (command["title"], command["description"], "")
            assert route.is_listed
            assert route.role is Role.MEMBER
            assert not (route.sensitive and "team" in shown["scopes"])


def test_teams_shows_the_most_useful_command_of_every_programme_before_anything_else():
    firsts = [each.first(Role.MEMBER)[0].name for each in PROGRAMMES if each.listed(Role.MEMBER)]

    found = [command.title for command in teams_commands(PROGRAMMES)]

    assert found[: len(firsts) + 1] == ["help", *firsts]
    assert len(found) == len(set(found))
    assert set(found) == {
        each.name for each in ROUTES if each.is_listed and each.role is Role.MEMBER
    }


def test_teams_keeps_sensitive_commands_out_of_shared_lists():
    private = {command.title for command in teams_commands(PROGRAMMES) if command.is_private}

    assert private == {
        route.name
        for route in ROUTES
        if route.is_listed and route.sensitive and route.role is Role.MEMBER
    }
    assert "coffee avoid" in private
