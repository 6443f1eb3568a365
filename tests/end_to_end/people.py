"""Sixty-one leaders as an organiser's spreadsheet has them: 31 in Slack and 30 on the web chat.

They are made so that a planner without one of its hard rules breaks it: those who are kept apart
have interests and protected times in common, and everybody else has next to none. A team is one of
its organisation, so they all work for one.
"""

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from bot.domain.members import SLOTS
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
AVOIDING = ((3, 7), (5, 43))
IN_SLACK = 31
COUNT = 61
# Whoever is kept apart by one rule; the three teams come before them.
KEPT_APART = (SAME_MANAGER, (ORGANISER, *REPORTS), *AVOIDING)
SHARED_INTERESTS = 3
SHARED_SLOTS = 2
EVERYBODYS_SLOT = SLOTS[-1]
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
    circles = [TEAMS.index(leader.team)]
    circles += [at for at, circle in enumerate(KEPT_APART, start=len(TEAMS)) if number in circle]
    interests = [each for at in circles for each in _part(INTERESTS, at, SHARED_INTERESTS)]
    slots = [each for at in circles for each in _part(SLOTS, at, SHARED_SLOTS)]
    return {
        "Name": leader.name,
        "E-mail": leader.email,
        "Borough": BOROUGHS[number // 3 % len(BOROUGHS)],
        "Organisation": "Thames Reach Hospitals",
        "Profession": PROFESSIONS[number // 3 % len(PROFESSIONS)],
        "Kind": KINDS[number // 3 % len(KINDS)],
        "Interests": "; ".join(interests),
        "Slots": "; ".join((*slots, EVERYBODYS_SLOT)),
        "Ask me about": f"{SECRETLY} <!channel> & number {number}",
        "Team": leader.team,
        "Line manager e-mail": leader.manager,
        "Platform": "slack" if leader.is_in_slack else "web",
        "Slack": leader.user if number < WITH_SLACK_ID else "",
        "Coffee": "yes",
    }


def _part(words: Sequence[str], at: int, size: int) -> Sequence[str]:
    return words[at * size : (at + 1) * size]
