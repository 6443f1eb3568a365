"""The table of routes is complete: each is explained, told by a test, and led to by no dead end."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.chat.routes import Route
from handlers import PROGRAMMES, ROUTES
from tests import cards
from tests.views.test_help import LONGEST

ROOT = Path(__file__).parents[2]
CODE = [ROOT / folder for folder in ("bot/views", "bot/domain", "handlers", "jobs")]
TESTS = ROOT / "tests"
LISTED = [route for route in ROUTES if route.is_listed]

# Made of something else than words on the page; every card that a test sees is looked at.
MADE = {"common.py", "hello.py", "standing.py", "vocabularies.py"}
# What is said in these words in a channel may be nobody else's business.
SENSITIVE = ("coffee avoid", "my data", "pulse", "concern")


def names(routes: list[Route]) -> list[str]:
    return [route.name for route in routes]


def words_in(path: Path) -> Iterator[str]:
    """All literal words of a file."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def taps_in(path: Path) -> Iterator[str]:
    """The labels that a test taps, or looks at."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(("taps", "button_of")):
            yield from (each.value for each in node.args if isinstance(each, ast.Constant))


def test_every_listed_route_says_what_it_does_in_a_sentence():
    assert names([each for each in LISTED if not re.fullmatch(r"\S.*\.", each.help)]) == []
    sizes = {each.name: len(f"{each.name}{each.usage}{each.help}{each.example}") for each in LISTED}
    assert [name for name, size in sizes.items() if size > LONGEST] == []


def test_every_route_that_takes_words_has_an_example_of_its_own():
    taking = [each for each in LISTED if each.usage or each.example]

    found = {each.name: (each.usage and ROUTES.match(each.example)) or None for each in taking}

    wrong = [
        name for name, said in found.items() if said is None or said[0].name != name or not said[1]
    ]
    assert wrong == []


def test_every_listed_route_but_help_belongs_to_one_programme():
    owners = {
        each.name: [one.name for one in PROGRAMMES if each in one.listed(each.role)]
        for each in LISTED
    }

    assert {name: found for name, found in owners.items() if len(found) != 1} == {"help": []}


def test_every_button_and_form_in_the_code_leads_to_a_route():
    written = list(cards.written(*CODE))

    dead = [(where, route) for where, _, route in written if route and not cards.is_answered(route)]
    made = {where.partition(":")[0] for where, _, route in written if not route}

    assert dead == []
    assert made <= MADE
    assert len(written) > 200


def test_every_word_to_type_is_understood():
    told = {
        (path.name, words)
        for folder in CODE
        for path in folder.rglob("*.py")
        for literal in words_in(path)
        for words in re.findall(r"[Tt]ype “([^”{]+)”", literal)
    }

    assert [each for each in sorted(told) if ROUTES.match(each[1]) is None] == []
    assert len(told) > 10


def test_every_route_is_told_of_by_a_test():
    literals = [
        literal
        for path in TESTS.rglob("test_*.py")
        if path.name not in {"test_routes.py", "test_examples.py"}
        for literal in words_in(path)
    ]
    told = "\n".join(literals)
    labels = [(label, route) for _, label, route in cards.written(*CODE) if label]
    pressed = {label for path in TESTS.rglob("test_*.py") for label in taps_in(path)}
    tapped = {route for label, route in labels if any(map(label.startswith, pressed))}
    untold = [
        route.name
        for route in ROUTES
        if route.name not in tapped
        and not re.search(rf"(^|[\s“/]){re.escape(route.name)}\b", told, re.MULTILINE)
        and not route.name.endswith(" help")
    ]

    assert untold == []


@pytest.mark.parametrize("start", SENSITIVE)
def test_what_is_nobody_elses_business_is_sensitive(start: str):
    members = [each for each in ROUTES if f"{each.name} ".startswith(f"{start} ")]
    open_ones = [each.name for each in members if not each.sensitive and each.role == "member"]

    assert open_ones == []
