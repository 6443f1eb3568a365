"""Sixty-one leaders as an organiser's spreadsheet has them: 31 in Slack and 30 on the web chat.

They are made so that a planner without hard rules breaks them: three teams of twenty share their
organisation, those with one manager and those who avoid each other have everything in common.
"""

import csv
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from bot.domain.south_east_london import BOROUGHS, INTERESTS, KINDS, PROFESSIONS

FIRST = ("Ada", "Ben", "Cleo", "Dev", "Esi", "Finn", "Gita", "Hugo")
LAST = ("Abara", "Birch", "Cole", "Daly", "Eze", "Frost", "Gill", "Hart")
TEAMS = ("Renal", "Stroke", "Frailty")
ORGANISER = 0
# These report to one person who is not in coffee, and these to the organiser, who is.
SAME_MANAGER = range(10, 18)
REPORTS = range(20, 26)
MANAGER = "somebody.else@leaders.example"
# The first of each pair avoids the second: two in Slack, and one in Slack and one on the web.
AVOIDING = ((3, 7), (5, 40))
IN_SLACK = 31
COUNT = 61
# These have their Slack member ID in the spreadsheet; the others are found by e-mail.
WITH_SLACK_ID = 16
SECRETLY = "marmalade-lighthouse"


@dataclass(frozen=True)
class Leader:
    """One row; ``user`` is a Slack member ID, empty on the web."""

    number: int
    name: str
    email: str
    user: str
    team: str
    manager: str

    @property
    def is_in_slack(self) -> bool:
        return bool(self.user)


def everybody() -> list[Leader]:
    return [_leader(number) for number in range(COUNT)]


def forbidden(leaders: list[Leader]) -> set[frozenset[str]]:
    """The pairs, by name, that no round may bring together."""
    return {
        frozenset({one.name, other.name})
        for one, other in combinations(leaders, 2)
        if one.team == other.team
        or (one.manager and one.manager == other.manager)
        or other.manager == one.email
        or (one.number, other.number) in AVOIDING
    }


def write(leaders: Iterable[Leader], path: Path) -> Path:
    """The spreadsheet."""
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, _row(_leader(0)))
        rows.writeheader()
        rows.writerows(map(_row, leaders))
    return path


def _leader(number: int) -> Leader:
    name = f"{FIRST[number % 8]} {LAST[number // 8]}"
    manager = _leader(ORGANISER).email if number in REPORTS else ""
    return Leader(
        number=number,
        name=name,
        email=f"{name.lower().replace(' ', '.')}@leaders.example",
        user=f"U0{number:02}" if number < IN_SLACK else "",
        team=TEAMS[number % 3],
        manager=MANAGER if number in SAME_MANAGER else manager,
    )


def _row(leader: Leader) -> dict[str, str]:
    number = leader.number
    alike = number in SAME_MANAGER or any(number in pair for pair in AVOIDING)
    interests = INTERESTS[:3] if alike else INTERESTS[4 + number % 5 :][:2]
    return {
        "Name": leader.name,
        "E-mail": leader.email,
        "Borough": BOROUGHS[number % 6],
        "Organisation": f"{TEAMS[2 - number % 3]} Partnership",
        "Profession": PROFESSIONS[number % len(PROFESSIONS)],
        "Kind": KINDS[number % len(KINDS)],
        "Interests": "; ".join(interests),
        "Slots": "mon-lunch; wed-early" if alike or number % 2 else "fri-late",
        "Ask me about": f"{SECRETLY} <!channel> & number {number}",
        "Team": leader.team,
        "Line manager e-mail": leader.manager,
        "Platform": "slack" if leader.is_in_slack else "web",
        "Slack": leader.user if number < WITH_SLACK_ID else "",
        "Coffee": "yes",
    }
