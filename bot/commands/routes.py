"""``routes``: the table of commands."""

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from handlers import ROUTES


def routes() -> None:
    """Print everything that can be said to the bot, and who may say it."""
    table = Table("Say", "For example", "What it does", "Who")
    for route in ROUTES:
        if route.is_listed:
            said = f"{route.name} {route.usage}".strip()
            table.add_row(escape(said), escape(route.example), escape(route.help), route.role)
    Console().print(table)
