"""How the community is doing: what every member can read, on a page to show in a meeting."""

from dataclasses import dataclass

from bot.chat.messages import Fact
from bot.console.front import Asker
from bot.views import community_report as views
from storage import community_report
from storage.unit_of_work import UnitOfWork


@dataclass(frozen=True, slots=True)
class Page:
    """The purpose, the figures, what went less well and who is here."""

    purpose: str
    figures: tuple[tuple[str, str], ...]
    less_well: tuple[str, ...]
    covered: tuple[tuple[str, str], ...]
    nothing: str = views.NOTHING
    how: str = views.HOW


def look(db: UnitOfWork, asker: Asker) -> Page:
    """The same words as in the chat."""
    found = community_report.standing(db, asker.community.id, now=asker.now)
    return Page(
        asker.community.purpose,
        tuple(map(_line, views.figures(found))),
        tuple(views.less_well(found)),
        tuple(map(_line, views.covered(found))),
    )


def _line(found: Fact) -> tuple[str, str]:
    return found.label, "".join(each.text for each in found.spans)
