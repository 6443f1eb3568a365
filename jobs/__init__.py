"""What the bot does when it is time: one file a programme, merged into one schedule."""

from bot.chat.schedule import Schedule
from jobs import (
    announcements,
    calm,
    coffee,
    coffee_groups,
    deliveries,
    prompts,
    sessions,
    stories,
    upkeep,
)

SCHEDULE = Schedule(
    (
        *coffee.schedule,
        *coffee_groups.schedule,
        *sessions.schedule,
        *stories.schedule,
        *announcements.schedule,
        *prompts.schedule,
        *calm.schedule,
        *upkeep.schedule,
    )
)
"""Every job, by name."""

RESULTS = deliveries.RESULTS
"""What follows from a delivery that ended, in order."""
