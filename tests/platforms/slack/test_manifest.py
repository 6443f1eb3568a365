from pathlib import Path

import pytest
import yaml

from bot.platforms.slack.manifest import COMMANDS, EVENTS, PLACEHOLDER, SCOPES, manifest
from tests.slack_stand_in import ALL_SCOPES
from tests.slack_web_api import METHOD_SCOPES

PACKAGE = Path(__file__).parents[3] / "bot" / "platforms" / "slack"
TEMPLATE = Path(__file__).parents[3] / "manifest.yaml"

# What Slack's manifest reference allows: https://docs.slack.dev/reference/app-manifest
LIMITS = {"name": 35, "description": 140}
MAX_COMMAND = 32
MAX_COMMAND_DESCRIPTION = 2000
MAX_USAGE = 1000
# Event -> the scope Slack's event page asks for; None where it asks for none.
EVENT_SCOPES = {
    "app_home_opened": None,
    "app_mention": "app_mentions:read",
    "app_uninstalled": None,
    "message.im": "im:history",
    "team_join": "users:read",
    "tokens_revoked": None,
    "user_change": "users:read",
}


def test_template_is_the_manifest_of_no_address_yet() -> None:
    assert yaml.safe_load(TEMPLATE.read_text()) == manifest()


def test_manifest_keeps_slacks_limits() -> None:
    made = manifest()

    shown = made["display_information"]
    assert [name for name, limit in LIMITS.items() if len(shown[name]) > limit] == []
    commands = made["features"]["slash_commands"]
    assert len(commands) == len({command["command"] for command in commands}) == len(COMMANDS)
    for command in commands:
        assert len(command["command"]) <= MAX_COMMAND
        assert len(command["description"]) <= MAX_COMMAND_DESCRIPTION
        assert len(command.get("usage_hint", "")) <= MAX_USAGE
        assert command["should_escape"] is True
    assert made["features"]["app_home"] == {
        "home_tab_enabled": True,
        "messages_tab_enabled": True,
        "messages_tab_read_only_enabled": False,
    }


def test_every_scope_is_needed_and_none_is_missing() -> None:
    code = "\n".join(path.read_text() for path in PACKAGE.glob("*.py"))
    methods = {method for method in METHOD_SCOPES if f'"{method}"' in code}
    needed = {scope for scope in EVENT_SCOPES.values() if scope}
    needed |= {"commands", "chat:write", "im:write", "mpim:write", "im:history", "users:read"}
    # A setting of users.info and users.list rather than of a method.
    needed |= {"users:read.email"}

    assert set(EVENT_SCOPES) == set(EVENTS)
    assert methods == set(METHOD_SCOPES)
    assert set(SCOPES) == needed
    assert sorted(SCOPES) == manifest()["oauth_config"]["scopes"]["bot"] == sorted(ALL_SCOPES)
    for method in methods:
        assert METHOD_SCOPES[method] & set(SCOPES), method


def test_every_scope_says_what_it_is_for() -> None:
    assert [scope for scope, why in SCOPES.items() if ": " not in why] == []


def test_addresses_are_the_deployments_own() -> None:
    made = manifest(base_url="https://leaders.nhs.example/")

    text = yaml.safe_dump(made)
    assert PLACEHOLDER not in text
    assert text.count("https://leaders.nhs.example/slack/events") == len(COMMANDS) + 3


def test_socket_mode_needs_no_address() -> None:
    made = manifest(socket_mode=True)

    assert made["settings"]["socket_mode_enabled"] is True
    assert made["settings"]["interactivity"] == {"is_enabled": True}
    assert "http" not in yaml.safe_dump(made)


def test_installing_comes_back_to_the_deployments_own_address() -> None:
    redirect = ["https://leaders.nhs.example/slack/oauth_redirect"]
    made = [
        manifest(base_url="https://leaders.nhs.example/", socket_mode=socket_mode)
        for socket_mode in (False, True)
    ]

    assert [one["oauth_config"]["redirect_urls"] for one in made] == [redirect, redirect]
    assert "redirect_urls" not in manifest(socket_mode=True)["oauth_config"]


def test_tokens_end_only_where_that_is_chosen() -> None:
    chosen = [manifest(), manifest(token_rotation=True)]

    assert [one["settings"]["token_rotation_enabled"] for one in chosen] == [False, True]


def test_commands_are_chosen_by_name() -> None:
    made = manifest(commands=["leaders", "/Coffee", "coffee"])

    assert [one["command"] for one in made["features"]["slash_commands"]] == ["/leaders", "/coffee"]


def test_unknown_command_is_named() -> None:
    with pytest.raises(ValueError, match="There is no command /tea; choose from /leaders, "):
        manifest(commands=["tea"])
