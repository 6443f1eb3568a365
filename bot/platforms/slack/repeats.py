"""Events that Slack tells again: it repeats what was not acknowledged, up to three times.

Commands, buttons and forms are told once, and buttons and forms carry a one-time token.
Source: https://docs.slack.dev/apis/events-api#retries: at once, after 1 and after 5 minutes.
"""

from dataclasses import replace
from datetime import timedelta

from bot.chat.requests import Incoming, Mark
from bot.platforms.slack.heard import Heard

# Long after the last retry: Slack keeps no promise of when it comes.
SAME_EVENT_WITHIN = timedelta(hours=1)


def marked(heard: Heard) -> Incoming:
    """What was asked, with the mark by which it is known when Slack tells of it again."""
    if not heard.event:
        return heard.incoming
    return replace(heard.incoming, marks=(Mark(("slack", heard.event), SAME_EVENT_WITHIN),))
