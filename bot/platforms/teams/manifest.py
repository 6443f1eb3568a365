"""Teams' app package: the manifest with the commands that people see while they type, and icons.

Nothing is asked for that needs consent to data: no Microsoft Graph, and no resource-specific
consent either. The Bot Connector tells any bot in a team or chat who else is in it:
https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context

Source: https://learn.microsoft.com/microsoft-365/extensibility/schema/
"""

import io
import json
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.platforms.teams import icons
from bot.platforms.teams.text import Json, cut

# Generally available since April 2026. Later ones add nothing that is used here, and an
# organisation's Teams refuses a package of a version that it does not know yet.
SCHEMA_VERSION = "1.27"
SCHEMA = f"https://developer.microsoft.com/json-schemas/teams/v{SCHEMA_VERSION}/MicrosoftTeams.schema.json"

# Raised whenever the manifest changes: Teams takes an update only with a higher one.
VERSION = "1.0.0"

MAX_COMMANDS = 10  # Commands of a list: what Teams shows.
MAX_TITLE = 32  # Title of a command.
MAX_DESCRIPTION = 128  # Description of a command.

NAME = "Leaders"
FULL_NAME = "Leaders: a community of clinical and care professional leaders"
SHORT = "Coffee, introductions and learning for leaders in health and care."
FULL = (
    "Leaders brings clinical and care professional leaders together across organisations, "
    "professions and places. Meet another leader over coffee, introduce yourself, and find people "
    "and organisations. Everything is opt-in, and every message says how to stop it. Write “help” "
    "to see all that you can say."
)
DEVELOPER = "Leaders"
ACCENT = "#005eb8"  # NHS blue.
COLOUR_ICON = "color.png"
OUTLINE_ICON = "outline.png"

_READABLE = 0o644 << 16


@dataclass(frozen=True, slots=True)
class Command:
    """What can be said, as people see it while they type.

    ``is_private`` keeps it out of the lists of teams and group chats, where it is not carried out.
    """

    title: str
    description: str
    is_private: bool = False


def manifest(app_id: str, base_url: str, commands: Sequence[Command]) -> Json:
    """The manifest of one deployment; of the commands the first ten that fit each list.

    Raises ``ValueError`` for an address that Teams would not take.
    """
    address = urlsplit(base_url)
    if address.scheme != "https" or not address.hostname:
        raise ValueError(f"Teams needs an https address, and BASE_URL is “{base_url}”.")
    site = base_url.rstrip("/")
    return {
        "$schema": SCHEMA,
        "manifestVersion": SCHEMA_VERSION,
        "version": VERSION,
        "id": app_id,
        "developer": {
            "name": DEVELOPER,
            "websiteUrl": f"{site}/",
            "privacyUrl": f"{site}/",
            "termsOfUseUrl": f"{site}/",
        },
        "name": {"short": NAME, "full": FULL_NAME},
        "description": {"short": SHORT, "full": FULL},
        "icons": {"color": COLOUR_ICON, "outline": OUTLINE_ICON},
        "accentColor": ACCENT,
        "bots": [
            {
                "botId": app_id,
                "scopes": ["personal", "team", "groupChat"],
                "isNotificationOnly": False,
                "supportsFiles": False,
                "supportsCalling": False,
                "supportsVideo": False,
                "commandLists": [
                    _list(["personal"], commands),
                    _list(
                        ["team", "groupChat"],
                        [command for command in commands if not command.is_private],
                    ),
                ],
            }
        ],
        "defaultInstallScope": "personal",
        "validDomains": [address.hostname],
    }


def package(made: Json) -> bytes:
    """The app package: a zip of the manifest and its icons, the same for the same manifest."""
    files = {
        "manifest.json": json.dumps(made, indent=2, ensure_ascii=False).encode(),
        COLOUR_ICON: icons.colour(),
        OUTLINE_ICON: icons.outline(),
    }
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as zipped:
        for name, content in files.items():
            # Made so, an entry has the date where time begins for a zip, not that of today.
            entry = zipfile.ZipInfo(name)
            entry.external_attr = _READABLE
            zipped.writestr(entry, content)
    return written.getvalue()


def _list(scopes: list[str], commands: Sequence[Command]) -> Json:
    shown = [command for command in commands if len(command.title) <= MAX_TITLE]
    return {
        "scopes": scopes,
        "commands": [
            {
                "title": command.title,
                "description": cut(command.description, MAX_DESCRIPTION),
            }
            for command in shown[:MAX_COMMANDS]
        ],
    }
