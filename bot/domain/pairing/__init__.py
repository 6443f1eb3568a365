"""Pairing: who meets whom in a round, why, and how good the plan is.

Importing this package loads neither numpy nor scipy nor rustworkx: only ``plan_round`` does, when
it is called, and the bot calls it in a worker process.
"""

from collections.abc import Sequence
from importlib import import_module

from bot.domain.pairing.files import (
    PairingFileError,
    read_constraints,
    read_history,
    read_members,
    write_groups,
)
from bot.domain.pairing.model import (
    Constraints,
    Frequency,
    History,
    Person,
    Plan,
    Preference,
    Round,
    Theme,
    Unmatched,
    Weights,
)
from bot.domain.pairing.rules import BLOCKED, due, forbidden
from bot.domain.pairing.score import (
    Reason,
    ReasonKind,
    group_score,
    pair_points,
    reasons,
    repeat_points,
)

__all__ = [
    "BLOCKED",
    "Constraints",
    "Frequency",
    "History",
    "PairingFileError",
    "Person",
    "Plan",
    "Preference",
    "Reason",
    "ReasonKind",
    "Round",
    "Theme",
    "Unmatched",
    "Weights",
    "due",
    "forbidden",
    "group_score",
    "pair_points",
    "plan_round",
    "read_constraints",
    "read_history",
    "read_members",
    "reasons",
    "repeat_points",
    "write_groups",
]


def plan_round(
    people: Sequence[Person],
    history: History,
    constraints: Constraints,
    *,
    round: int,  # noqa: A002  The community's word; the builtin is not needed here.
    seed: int,
    locked: Sequence[tuple[str, ...]] = (),
) -> Plan:
    """The best plan for those due in this round; see ``bot.domain.pairing.plan``.

    It pickles by name without loading the planner, which is what a process pool needs.
    """
    planner = import_module("bot.domain.pairing.plan")
    plan: Plan = planner.plan_round(
        people, history, constraints, round=round, seed=seed, locked=locked
    )
    return plan
