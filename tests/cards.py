"""What the buttons and forms of messages lead to, wherever tests meet them."""

import ast
from collections.abc import Iterator
from pathlib import Path

from bot.chat.forms import Form
from bot.chat.messages import Button, Buttons, Message
from handlers import ROUTES


def dead_ends(shown: object) -> list[str]:
    """The routes that a message or form leads to and that do not exist, or are events."""
    return [name for name in _leads_to(shown) if not is_answered(name)]


def is_answered(name: str) -> bool:
    """Whether a tap or a form that carries this route finds a handler."""
    route = ROUTES.get(name)
    return route is not None and not route.event


def written(*folders: Path) -> Iterator[tuple[str, str, str]]:
    """Every button and form that stands in the code: where, its label or title, and its route.

    The route is empty where it is made of something that can't be read off the page.
    """
    for path in sorted(each for folder in folders for each in folder.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and _name(node.func) in {"Button", "Form"}:
                for route in _routes(node):
                    yield f"{path.name}:{node.lineno}", _label(node), route


def _leads_to(shown: object) -> Iterator[str]:
    if isinstance(shown, Form):
        yield shown.route
    if isinstance(shown, Message):
        for block in shown.blocks:
            if isinstance(block, Buttons):
                yield from (item.route for item in block.items if isinstance(item, Button))


def _name(called: ast.expr) -> str:
    if isinstance(called, ast.Attribute):
        return called.attr
    return called.id if isinstance(called, ast.Name) else ""


def _routes(made: ast.Call) -> list[str]:
    given = next((each.value for each in made.keywords if each.arg == "route"), None)
    told = given or made.args[1]
    either = [told.body, told.orelse] if isinstance(told, ast.IfExp) else [told]
    return [each.value if isinstance(each, ast.Constant) else "" for each in either]


def _label(made: ast.Call) -> str:
    """The label, or as much of it as does not depend on anything."""
    told = made.args[0] if made.args else ast.Constant("")
    if isinstance(told, ast.JoinedStr):
        told = told.values[0]
    return str(told.value) if isinstance(told, ast.Constant) else ""
