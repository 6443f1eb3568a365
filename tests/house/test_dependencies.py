"""What the product imports is what pyproject.toml declares, pinned and without addresses."""

import ast
import json
import re
import sys
import tomllib
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("bot", "handlers", "jobs", "storage")


def canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", re.match(r"[\w.-]+", name)[0]).lower()


def declared(*extras: str) -> set[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    optional = project["optional-dependencies"]
    lines = [*project["dependencies"], *(line for extra in extras for line in optional[extra])]
    return {canonical(line) for line in lines}


def imported() -> set[str]:
    """The distributions behind every import in the product's code, lazy ones included."""
    names = set()
    for source in (path for package in PACKAGES for path in (ROOT / package).rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text())):
            if isinstance(node, ast.Import):
                names.update(alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                names.update(f"{node.module}.{alias.name}" for alias in node.names)

    found = metadata.packages_distributions()
    distributions = set()
    for name in names:
        top = name.split(".", maxsplit=1)[0]
        if top in sys.stdlib_module_names or top in PACKAGES:
            continue
        owners = {canonical(owner) for owner in found.get(top, [top])}
        # botbuilder is a folder shared by several distributions; one declared owner is enough.
        distributions |= owners & declared("postgres") or owners
    return distributions


def test_imports_are_declared_dependencies() -> None:
    assert imported() - declared("postgres") == set()


def test_constraints_pin_every_dependency_by_name_and_version_only() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()

    pins = [line for line in lines if line and not line.startswith("#")]

    assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.]+", pin)] == []
    assert declared("postgres", "test") - {canonical(pin.split("==")[0]) for pin in pins} == set()


def test_package_lock_names_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]

    assert [name for name, package in packages.items() if "resolved" in package] == []


def test_decisions_have_a_line_for_each_dependency() -> None:
    text = (ROOT / "docs" / "decisions.md").read_text()

    listed = {
        canonical(line) for line in re.findall(r"^\| ([\w-]+)(?= (?:\(|\|))", text, re.MULTILINE)
    }

    assert declared("postgres") - listed == set()
