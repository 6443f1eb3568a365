"""What the bot does when asked: one file a programme, merged into one table of routes."""

from bot.chat.routes import Routes
from handlers import (
    accounts,
    accounts_organising,
    coffee,
    coffee_groups,
    coffee_review,
    coffee_rounds,
    community,
    introductions,
)
from handlers.help import with_help

ROUTES = with_help(
    Routes(
        (
            *community.routes,
            *introductions.routes,
            *accounts.routes,
            *coffee.routes,
            *coffee_groups.routes,
            *coffee_rounds.routes,
            *coffee_review.routes,
            *accounts_organising.routes,
        )
    )
)
"""Every route, by name, in the order of the help page."""
