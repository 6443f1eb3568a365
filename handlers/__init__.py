"""What the bot does when asked: one file a programme, merged into one table of routes."""

from dataclasses import replace

from bot.chat.programmes import Programme, merged
from handlers import (
    accounts,
    accounts_organising,
    announcements,
    announcements_people,
    audit,
    calm,
    calm_organising,
    channels,
    coffee,
    coffee_dates,
    coffee_groups,
    coffee_review,
    coffee_rounds,
    community,
    community_report,
    concern,
    curators,
    deliveries,
    exporting,
    hello,
    home,
    importing,
    introductions,
    leaving,
    my_data,
    organisations,
    organisers,
    priorities,
    prompts,
    purpose,
    sessions,
    sessions_answers,
    sessions_closing,
    sessions_organising,
    sessions_posts,
    sessions_record,
    sessions_series,
    sessions_topics,
    standing,
    stories,
    stories_review,
    stories_writing,
    taking_down,
    vocabularies,
)
from handlers.acting import acting_on
from handlers.community_settings import settings_beside
from handlers.help import with_help

_PROGRAMMES = (
    Programme(
        "introductions",
        "Introductions",
        "Say who you are, and find people and organisations.",
        (*introductions.routes, *hello.routes, *organisations.routes),
        useful=("introduce", "who", "profile"),
        also=("introduction", "introduce"),
    ),
    Programme(
        "coffee",
        "Peer coffee",
        "Meet another leader for half an hour, mostly from elsewhere in the system.",
        (
            *coffee.routes,
            *coffee_groups.routes,
            *coffee_rounds.routes,
            *coffee_dates.routes,
            *coffee_review.routes,
            *concern.routes,
        ),
        useful=("coffee join", "coffee next", "coffee pause", "coffee setup"),
    ),
    Programme(
        "sessions",
        "Learning sessions",
        "Learn from each other: take a place, check in, and suggest what comes next.",
        (
            *sessions.routes,
            *sessions_answers.routes,
            *sessions_topics.routes,
            *sessions_record.routes,
            *sessions_organising.routes,
            *sessions_series.routes,
            *sessions_posts.routes,
            *sessions_closing.routes,
        ),
        useful=("sessions", "sessions mine", "my time", "sessions create"),
        also=("session",),
    ),
    Programme(
        "stories",
        "Success stories",
        "Share what went well, and find what others have tried.",
        (*stories_writing.routes, *stories.routes, *stories_review.routes, *curators.routes),
        useful=("story", "stories", "story mine", "story review"),
        also=("story",),
    ),
    Programme(
        "announcements",
        "Announcements",
        "Write to the community, or to some of it, and see whom it reached.",
        (*announcements.routes, *announcements_people.routes),
        useful=("announce", "announce list"),
        also=("announcement", "announce"),
    ),
    Programme(
        "prompts",
        "Prompts",
        "Ask questions that come again and again, in channels or of people.",
        (*prompts.routes,),
        useful=("prompts", "prompts new"),
        also=("prompt",),
    ),
    Programme(
        "community",
        "The community",
        "Why it exists, what comes first, and how we are doing.",
        (*community_report.routes, *purpose.routes, *priorities.routes),
        useful=("how are we doing", "priorities", "purpose"),
    ),
    Programme(
        "settings",
        "You and your accounts",
        "Where you stand, and where I reach you.",
        (
            *home.routes,
            *community.routes,
            *accounts.routes,
            *calm.routes,
            *my_data.routes,
            *leaving.routes,
            *taking_down.routes,
        ),
        useful=("home", "your week", "stop", "my data"),
        also=("accounts", "account"),
    ),
    Programme(
        "organising",
        "Organising",
        "The community as a whole: members, channels, and what was sent.",
        (
            *accounts_organising.routes,
            *standing.routes,
            *channels.routes,
            *deliveries.routes,
            *calm_organising.routes,
            *organisers.routes,
            *vocabularies.routes,
            *audit.routes,
            *exporting.routes,
            *importing.routes,
        ),
        useful=("channels", "deliveries", "organisers", "audit"),
        also=("organiser",),
    ),
)


def _with_what_sees_all(programme: Programme) -> Programme:
    """With the routes that lead to, or carry out, those of every programme."""
    table = merged(_PROGRAMMES)
    more = {"settings": acting_on(table), "organising": settings_beside(table)}
    return replace(programme, routes=(*programme.routes, *more.get(programme.name, ())))


PROGRAMMES = tuple(_with_what_sees_all(each) for each in _PROGRAMMES)
"""What the help page lists, in its order. A route is in the table by being in one of these."""

ROUTES = with_help(PROGRAMMES)
"""Every route, by name."""
