"""How far messages to many are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from bot.console import words
from bot.console.front import Asker
from bot.ids import RoundId
from bot.views import deliveries as views
from bot.views.deliveries import SendLine
from handlers.deliveries import send_line
from storage.unit_of_work import UnitOfWork

# What is older stands in the list of all deliveries.
SHOWN = 6


@dataclass(frozen=True, slots=True)
class Going:
    """Messages to many: in numbers, as a share from 0 to 1, and when they began."""

    line: SendLine
    numbers: str
    share: float
    begun_at: datetime


def look(db: UnitOfWork, asker: Asker) -> tuple[Going, ...]:
    """Those of the last days, the newest first."""
    return going(db, asker, words.round_numbers(db, asker.community.id))


def going(db: UnitOfWork, asker: Asker, rounds: Mapping[RoundId, int]) -> tuple[Going, ...]:
    """The same, where the rounds' numbers are at hand."""
    sends = db.sends.newest(asker.community.id, now=asker.now, limit=SHOWN)
    lines = [(send_line(each, rounds), each) for each in sends]
    return tuple(
        Going(line, views.progress(line), send.share, send.begun_at) for line, send in lines
    )
