"""Each import contract in pyproject.toml breaks when a forbidden import is planted."""

import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "jobs", "storage")

# Contract -> (importer, imported): who must not import what.
PLANTS = {
    "layers": [
        ("bot.scheduler", "bot.app"),
        ("bot.dispatch", "bot.scheduler"),
        ("bot.delivery", "bot.lanes"),
        ("bot.console", "bot.dispatch"),
        ("bot.platforms.slack", "bot.delivery"),
        ("handlers", "bot.dispatch"),
        ("jobs", "handlers"),
        ("storage", "jobs"),
        ("storage", "bot.views"),
        ("bot.views", "storage"),
        ("bot.domain", "bot.views"),
        ("bot.chat", "bot.domain"),
        ("bot.times", "bot.chat"),
        ("bot.ids", "bot.times"),
        ("bot.health", "bot.calendar_files"),
        ("bot.export_files", "bot.console"),
        ("bot.spreadsheets", "bot.views"),
        ("bot.settings", "bot.ids"),
        ("bot.log", "bot.settings"),
        ("bot.errors", "bot.log"),
    ],
    "platforms": [
        ("bot.platforms.slack", "handlers"),
        ("bot.platforms.teams", "jobs"),
        ("bot.platforms.web", "storage"),
        ("bot.platforms.mail", "bot.domain"),
        ("bot.platforms", "bot.views"),
    ],
    "independent-platforms": [
        ("bot.platforms.slack", "bot.platforms.web"),
        ("bot.platforms.web", "bot.platforms.mail"),
        ("bot.platforms.teams", "bot.platforms.slack"),
    ],
    "pure": [
        ("bot.domain", "sqlalchemy"),
        ("bot.views", "slack_sdk"),
        ("bot.chat", "asyncio"),
        ("bot.times", "apscheduler"),
        ("bot.domain", "aiohttp"),
        ("bot.domain", "botbuilder"),
    ],
    "slack": [("bot.app", "slack_bolt"), ("bot.platforms.web", "slack_sdk")],
    "teams": [
        ("bot.platforms.slack", "botbuilder"),
        ("bot.app", "botframework"),
        ("storage", "msrest"),
        ("handlers", "msal"),
    ],
    "mail": [("bot.app", "aiosmtplib"), ("bot.platforms.web", "aiosmtplib")],
    "sqlalchemy": [("jobs", "sqlalchemy"), ("bot.app", "sqlalchemy")],
    "apscheduler": [("bot.app", "apscheduler"), ("jobs", "apscheduler")],
    "procrastinate": [("bot.delivery", "procrastinate"), ("storage", "procrastinate")],
}
ALLOWED = [
    ("bot.app", "bot.ids"),
    ("bot.platforms.slack", "slack_bolt"),
    ("bot.platforms.teams", "botbuilder"),
    ("bot.platforms.mail", "aiosmtplib"),
    ("storage", "sqlalchemy"),
    ("bot.scheduler", "apscheduler"),
    ("bot.lanes", "procrastinate"),
]


def plant(tree: Path, importer: str, imported: str) -> None:
    """Add the import to a module of the tree, which is made if it is not there yet."""
    package = tree.joinpath(*importer.split("."))
    module = package / "__init__.py" if package.is_dir() else package.with_suffix(".py")
    with module.open("a") as source:
        source.write(f"\nimport {imported}\n")


def make_missing(tree: Path, module: str) -> None:
    """An empty module, where the tree has none of that name yet."""
    package = tree.joinpath(*module.split("."))
    if module.split(".", maxsplit=1)[0] in PACKAGES and not package.is_dir():
        package.with_suffix(".py").touch()


def lint(tree: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [str(Path(sys.executable).with_name("lint-imports")), "--no-logo", "--no-cache"]
    return subprocess.run(
        [*command, *arguments], cwd=tree, capture_output=True, text=True, check=False
    )


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for package in PACKAGES:
        skipped = shutil.ignore_patterns("__pycache__", "static", "templates")
        shutil.copytree(ROOT / package, tmp_path / package, ignore=skipped)
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    return tmp_path


def test_contracts_are_all_planted() -> None:
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())

    contracts = {contract["id"] for contract in settings["tool"]["importlinter"]["contracts"]}

    assert contracts == set(PLANTS)


@pytest.mark.parametrize("contract", PLANTS)
def test_contract_breaks_when_a_forbidden_import_is_planted(contract: str, tree: Path) -> None:
    for importer, imported in PLANTS[contract]:
        make_missing(tree, importer)
        make_missing(tree, imported)
        plant(tree, importer, imported)

    result = lint(tree, "--contract", contract)

    assert result.returncode == 1
    assert "0 kept, 1 broken" in result.stdout
    reported = {edge for edge in PLANTS[contract] if " -> ".join(edge) in result.stdout}
    assert reported == set(PLANTS[contract])


def test_contracts_allow_what_each_place_is_for(tree: Path) -> None:
    for importer, imported in ALLOWED:
        make_missing(tree, importer)
        plant(tree, importer, imported)

    result = lint(tree)

    assert f"{len(PLANTS)} kept, 0 broken" in result.stdout
