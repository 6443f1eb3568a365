"""Slack's app manifest: the scopes, events and commands the bot asks a workspace for, with why.

``manifest.yaml`` at the root is this manifest for a deployment that has no address yet.
Source: https://docs.slack.dev/reference/app-manifest
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

ADDRESS = "/slack/events"
INSTALL = "/slack/install"
REDIRECT = "/slack/oauth_redirect"
PLACEHOLDER = "https://leaders.example.nhs.uk"

# Scope -> the method or event that needs it, and what for.
SCOPES: Mapping[str, str] = {
    "app_mentions:read": "app_mention: to answer when the bot is mentioned in a channel",
    "chat:write": "chat.postMessage, chat.update, chat.delete, chat.postEphemeral: to speak",
    "commands": "slash commands: to be asked",
    "im:history": "message.im, conversations.history: to be asked directly, and to find a message",
    "im:write": "conversations.open: to find the direct conversation a message went to",
    "mpim:write": "conversations.open: to open a conversation of a coffee group",
    "users:read": "users.info, users.list, team_join, user_change: names, and who has left",
    "users:read.email": "users.info, users.list: to know the same person on another platform",
}

# Event -> what it is for.
EVENTS: Mapping[str, str] = {
    "app_home_opened": "shows App Home, and greets somebody new",
    "app_mention": "words in a channel",
    "app_uninstalled": "the workspace took the bot away",
    "message.im": "words in a direct message",
    "team_join": "greets a newcomer",
    "tokens_revoked": "the workspace took the bot's token away",
    "user_change": "somebody was deactivated, came back or has a new address",
}


@dataclass(frozen=True, slots=True)
class Command:
    """A slash command as people see it while they type."""

    name: str
    description: str
    usage: str


DESCRIPTION = "Coffee, introductions, sessions and stories for leaders in health and care."
MAIN_COMMAND = "/leaders"
COMMANDS = (
    Command(MAIN_COMMAND, "Ask the leaders bot anything it can do.", "help"),
    Command("/introduce", "Introduce yourself to the community.", ""),
    Command("/coffee", "Meet another leader over coffee.", "join | pause 2 weeks | next | help"),
    Command("/sessions", "See learning sessions and sign up.", "mine | topics | reminders | help"),
    Command("/story", "Share what went well.", ""),
    Command("/pulse", "Answer the open survey.", ""),
    Command("/announce", "Write to the community (organisers).", ""),
)
# Each does the same as the main command with its name in front.
SHORT_COMMANDS = tuple(command.name for command in COMMANDS if command.name != MAIN_COMMAND)


def manifest(
    *,
    base_url: str = PLACEHOLDER,
    commands: Sequence[str] = (),
    socket_mode: bool = False,
    token_rotation: bool = False,
) -> dict[str, Any]:
    """The manifest of one deployment, ready to be printed as JSON or YAML.

    ``commands`` are names with or without a slash, and none means all. With ``socket_mode``
    nothing is posted to an address; installing in several workspaces needs one all the same. With
    ``token_rotation``, which Slack never takes back, tokens end after twelve hours. Raises
    ``ValueError`` for a command that does not exist.
    """
    address = f"{base_url.rstrip('/')}{ADDRESS}"
    url = {} if socket_mode else {"url": address}
    request = {} if socket_mode else {"request_url": address}
    is_known = base_url != PLACEHOLDER or not socket_mode
    redirect = {"redirect_urls": [f"{base_url.rstrip('/')}{REDIRECT}"]} if is_known else {}
    options = {} if socket_mode else {"message_menu_options_url": address}
    return {
        "display_information": {
            "name": "Leaders",
            "description": DESCRIPTION,
            "background_color": "#005eb8",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "leaders", "always_online": True},
            "slash_commands": [
                {"command": command.name, **url, "description": command.description}
                | ({"usage_hint": command.usage} if command.usage else {})
                | {"should_escape": True}
                for command in _chosen(commands)
            ],
        },
        "oauth_config": {**redirect, "scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**request, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **request, **options},
            "org_deploy_enabled": False,
            "socket_mode_enabled": socket_mode,
            "token_rotation_enabled": token_rotation,
        },
    }


def _chosen(names: Sequence[str]) -> list[Command]:
    if not names:
        return list(COMMANDS)
    known = {command.name: command for command in COMMANDS}
    wanted = [f"/{name.strip().lstrip('/').lower()}" for name in names]
    for name in wanted:
        if name not in known:
            raise ValueError(f"There is no command {name}; choose from {', '.join(known)}.")
    return [known[name] for name in dict.fromkeys(wanted)]
