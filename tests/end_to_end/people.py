"""Sixty-one leaders as an organiser's spreadsheet has them, wherever each of them is.

They are made so that a planner without one of its hard rules breaks it: those who are kept apart
have interests and protected times in common, and everybody else has next to none. A team is one of
its organisation, so they all work for one. Two who alone speak a language can only meet each other.
"""

import csv
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path

from bot.domain.members import SLOTS
from bot.domain.south_east_london import BOROUGHS, INTERESTS, KINDS, PROFESSIONS
from tests.slack_stand_in import TEAM

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
WEB = "web"
Pairs = Sequence[tuple[int, int]]
SHARED_INTERESTS = 3
SHARED_SLOTS = 2
EVERYBODYS_SLOT = SLOTS[-1]
# These have their Slack member ID in the spreadsheet; the others are found by e-mail.
WITH_SLACK_ID = 16
SECRETLY = "marmalade-lighthouse"


@dataclass(frozen=True)
class Leader:
    """One row. ``lane`` is where they are, ``user`` who they are there; on the web that is empty.

    ``avoids`` is the number of somebody they do not want to meet.
    """

    number: int
    name: str
    email: str
    lane: str
    user: str
    team: str
    manager: str
    language: str = ""
    avoids: int | None = None

    @property
    def platform(self) -> str:
        return self.lane.partition(":")[0]

    @property
    def is_in_slack(self) -> bool:
        return self.platform == "slack"

    @property
    def is_in_teams(self) -> bool:
        return self.platform == "teams"


def everybody() -> list[Leader]:
    """31 in one Slack workspace and 30 on the web chat."""
    homes = [f"slack:{TEAM}"] * IN_SLACK + [WEB] * (COUNT - IN_SLACK)
    users = [f"U0{number:02}" for number in range(IN_SLACK)]
    return settled(homes, users + [""] * (COUNT - IN_SLACK), avoiding=AVOIDING)


def settled(
    homes: Sequence[str],
    users: Sequence[str],
    *,
    avoiding: Pairs,
    languages: Mapping[str, tuple[int, int]] | None = None,
) -> list[Leader]:
    """One leader for each home; the two of a language speak no other."""
    spoken = {number: name for name, pair in (languages or {}).items() for number in pair}
    avoided = dict(avoiding)
    return [
        _leader(number, home, user, language=spoken.get(number, ""), avoids=avoided.get(number))
        for number, (home, user) in enumerate(zip(homes, users, strict=True))
    ]


def forbidden(leaders: list[Leader]) -> set[frozenset[str]]:
    """The pairs, by name, that no round may bring together."""
    return {
        frozenset({one.name, other.name})
        for one, other in combinations(leaders, 2)
        if one.team == other.team
        or (one.manager and one.manager == other.manager)
        or other.manager == one.email
        or other.number == one.avoids
        or one.language != other.language
    }


def write(leaders: Sequence[Leader], path: Path) -> Path:
    """The spreadsheet."""
    pairs = [(each.number, each.avoids) for each in leaders if each.avoids is not None]
    # Whoever is kept apart by one rule; the three teams come before them.
    circles = (SAME_MANAGER, (ORGANISER, *REPORTS), *pairs)
    table = [_row(leader, circles) for leader in leaders]
    with path.open("w", newline="", encoding="utf-8") as file:
        rows = csv.DictWriter(file, table[0])
        rows.writeheader()
        rows.writerows(table)
    return path


def name_of(number: int) -> str:
    return f"{FIRST[number % 8]} {LAST[number // 8]}"


def email_of(number: int) -> str:
    return f"{name_of(number).lower().replace(' ', '.')}@leaders.example"


def _leader(
    number: int, lane: str, user: str, *, language: str = "", avoids: int | None = None
) -> Leader:
    manager = email_of(ORGANISER) if number in REPORTS else ""
    return Leader(
        number=number,
        name=name_of(number),
        email=email_of(number),
        lane=lane,
        user=user,
        team=TEAMS[number % 3],
        manager=MANAGER if number in SAME_MANAGER else manager,
        language=language,
        avoids=avoids,
    )


def _row(leader: Leader, kept_apart: Iterable[Collection[int]]) -> dict[str, str]:
    number = leader.number
    circles = [TEAMS.index(leader.team)]
    circles += [at for at, circle in enumerate(kept_apart, start=len(TEAMS)) if number in circle]
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
        "Languages": leader.language,
        "Slots": "; ".join((*slots, EVERYBODYS_SLOT)),
        "Ask me about": f"{SECRETLY} <!channel> & number {number}",
        "Team": leader.team,
        "Line manager e-mail": leader.manager,
        "Platform": leader.platform,
        "Slack": leader.user if leader.is_in_slack and number < WITH_SLACK_ID else "",
        "Coffee": "yes",
    }


def _part(words: Sequence[str], at: int, size: int) -> Sequence[str]:
    return words[at * size : (at + 1) * size]
