"""What the bot does when asked: one file a programme, merged into one table of routes."""

from bot.chat.routes import Routes
from handlers import (
    accounts,
    accounts_organising,
    announcements,
    announcements_people,
    channels,
    coffee,
    coffee_dates,
    coffee_groups,
    coffee_review,
    coffee_rounds,
    community,
    curators,
    deliveries,
    hello,
    introductions,
    prompts,
    sessions,
    sessions_answers,
    sessions_closing,
    sessions_organising,
    sessions_posts,
    sessions_record,
    sessions_series,
    sessions_topics,
    stories,
    stories_review,
    stories_writing,
)
from handlers.help import with_help

ROUTES = with_help(
    Routes(
        (
            *community.routes,
            *introductions.routes,
            *accounts.routes,
            *hello.routes,
            *coffee.routes,
            *coffee_groups.routes,
            *coffee_rounds.routes,
            *coffee_dates.routes,
            *coffee_review.routes,
            *sessions.routes,
            *sessions_answers.routes,
            *sessions_topics.routes,
            *sessions_record.routes,
            *sessions_organising.routes,
            *sessions_series.routes,
            *sessions_posts.routes,
            *sessions_closing.routes,
            *stories_writing.routes,
            *stories.routes,
            *stories_review.routes,
            *curators.routes,
            *accounts_organising.routes,
            *announcements.routes,
            *announcements_people.routes,
            *prompts.routes,
            *channels.routes,
            *deliveries.routes,
        )
    )
)
"""Every route, by name, in the order of the help page."""
