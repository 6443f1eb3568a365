"""What the bot does when it is time: one file a programme, merged into one schedule."""

from bot.chat.schedule import Schedule
from jobs import coffee, upkeep

SCHEDULE = Schedule((*coffee.schedule, *upkeep.schedule))
"""Every job, by name."""
