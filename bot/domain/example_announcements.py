"""The example community's announcements: invented, as everything in it."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.announcements import Way
from bot.domain.audience import EVERYONE, Attribute, Audience, Is, either

LEWISHAM_AND_GREENWICH = either([Is(Attribute.PLACE, "Lewisham"), Is(Attribute.PLACE, "Greenwich")])


@dataclass(frozen=True, slots=True)
class Invented:
    """What was announced so long ago; ``confirmed`` is the share of people who did."""

    ago: timedelta
    text: str
    audience: Audience = EVERYONE
    way: Way = Way.DIRECT
    wants_acknowledgement: bool = False
    confirmed: float = 0.0


SENT = (
    Invented(
        timedelta(days=24, hours=2),
        "# Thank you\n\n"
        "Forty people came to the first evening of this community, and **eleven brought somebody "
        "from another organisation**. The next one is in spring.",
        way=Way.CHANNELS,
    ),
    Invented(
        timedelta(days=16, hours=1),
        "# The foot bridge at Invented Lane is closed\n\n"
        "From Monday, for six weeks. If your team visits people south of it:\n\n"
        "- plan **ten minutes more**\n"
        "- tell people who wait for you\n"
        "- the detour is on [the map](https://map.example/detour)",
        wants_acknowledgement=True,
        confirmed=0.75,
    ),
    Invented(
        timedelta(days=6, hours=3),
        "A room for carers opens in the library at Nowhere Green, every *Thursday from two to "
        "five*. Please tell the carers you know; nobody needs a letter to come.",
        audience=LEWISHAM_AND_GREENWICH,
        way=Way.BOTH,
    ),
)
"""The oldest first."""
SCHEDULED = (
    "# Protected time in the new quarter\n\n"
    "The hours that your organisations keep free for this community are agreed:\n\n"
    "1. Tuesdays at lunch\n"
    "2. every first Thursday, late\n\n"
    "Put them into your calendar before others do."
)
DRAFT = "Flu clinics need **twenty people who can guide the queue**. Dates and places to come."
OWN_QUESTIONS = (
    "What did you learn from another borough this week?",
    "Whom did you ring instead of writing to?",
)
