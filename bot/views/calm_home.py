"""What calm says on the home page."""

from collections.abc import Iterator
from datetime import datetime

from bot.chat.messages import Button, text
from bot.domain.calm import Setup, Silence, Wishes
from bot.times import local
from bot.views.calm import START_AGAIN
from bot.views.common import count, day, moment
from bot.views.home import Line, Part


def standing(wishes: Wishes, ways: Setup, *, now: datetime, zone: str) -> Iterator[Line]:
    """What is quiet now; nothing where nothing is."""
    if wishes.is_silent(now):
        until = ""
        if wishes.silence is Silence.PAUSED and wishes.silent_until:
            until = f" until {day(local(wishes.silent_until, zone).date())}"
        yield Line(Part.SETTINGS, text(f"You wanted no messages{until}."), (START_AGAIN,))
    elif ways.quiet_until is not None and ways.is_quiet(now):
        why = f" ({ways.quiet_why})" if ways.quiet_why else ""
        until = moment(local(ways.quiet_until, zone))
        yield Line(Part.SETTINGS, text(f"The organisers keep it quiet until {until}{why}."))


def waiting(kept: int) -> Line:
    """How much waits for somebody's next "Your week"."""
    return Line(
        Part.SETTINGS,
        text(f"{count(kept, 'message')} will be in your next “Your week”."),
        (Button("See it now", "your week"),),
    )
