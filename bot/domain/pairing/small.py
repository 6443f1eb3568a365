"""The best plan for a handful of people, by trying every way to group them.

Dynamic programming over the set of people not yet placed: exact for every group size and every
rule, and cheap while there are at most a thousand such sets.
"""

from collections.abc import Iterator
from functools import cache
from itertools import combinations
from typing import NamedTuple

import numpy as np

from bot.domain.pairing.model import Constraints
from bot.domain.pairing.table import (
    FORBIDDEN,
    SCORE,
    Table,
    rounds_since,
    trio_cost,
    weigh,
)

EXACT_UP_TO = 10
"""So many people are grouped by trying everything: at most 1,024 sets."""

Group = tuple[int, ...]


class Worth(NamedTuple):
    """How good a plan is, the first aim first; larger is better throughout."""

    placed: int = 0
    of_size: int = 0
    off_size: int = 0
    repeats: int = 0
    ages: int = 0
    score: int = 0


def best_groups(table: Table) -> tuple[Group, ...]:
    """The groups of the best plan; whoever is in none can't be placed."""
    worths = _worths(table)

    @cache
    def best(left: int) -> tuple[Worth, tuple[Group, ...]]:
        if not left:
            return Worth(), ()
        first = (left & -left).bit_length() - 1
        choice = best(left & (left - 1))
        for group in worths_of[first]:
            mask, worth = worths[group]
            if mask & left == mask:
                rest, groups = best(left ^ mask)
                total = Worth(*(a + b for a, b in zip(worth, rest, strict=True)))
                choice = max(choice, (total, (group, *groups)), key=lambda found: found[0])
        return choice

    worths_of = [[group for group in worths if group[0] == row] for row in range(table.size)]
    return best((1 << table.size) - 1)[1]


def _worths(table: Table) -> dict[Group, tuple[int, Worth]]:
    """Every legal group with its people as bits and what it is worth."""
    weights = weigh(table, 0, table.size, SCORE)
    ages = rounds_since(table, *np.indices(weights.shape).reshape(2, -1)).reshape(weights.shape)
    found = {}
    for group in _possible(table.size, table.constraints):
        pairs = list(combinations(group, 2))
        if all(weights[pair] > FORBIDDEN for pair in pairs):
            is_of_size = len(group) == table.constraints.group_size
            points = sum(int(weights[pair]) for pair in pairs)
            found[group] = (
                sum(1 << row for row in group),
                Worth(
                    placed=len(group),
                    of_size=int(is_of_size),
                    off_size=-int(not is_of_size),
                    repeats=-sum(int(ages[pair] > 0) for pair in pairs),
                    ages=sum(int(ages[pair]) for pair in pairs),
                    score=points // (len(group) - 1) - trio_cost(table, group),
                ),
            )
    return found


def _possible(size: int, constraints: Constraints) -> Iterator[Group]:
    for people in range(constraints.group_min, constraints.group_max + 1):
        yield from combinations(range(size), people)
