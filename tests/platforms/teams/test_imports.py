"""The Bot Framework is loaded where Teams is served, and nowhere else."""

import subprocess
import sys

LOADED = (
    "import sys, {module}; "
    "print([name for name in ('botbuilder', 'botframework', 'msal') if name in sys.modules])"
)


def loaded_with(module: str) -> str:
    program = [sys.executable, "-c", LOADED.format(module=module)]
    return subprocess.run(program, capture_output=True, text=True, check=True).stdout.strip()


def test_bot_without_teams_does_not_load_the_bot_framework() -> None:
    assert loaded_with("bot.app") == "[]"
    assert loaded_with("bot.commands.check") == "[]"


def test_teams_loads_the_bot_framework() -> None:
    assert loaded_with("bot.platforms.teams.app") == "['botbuilder', 'botframework', 'msal']"
