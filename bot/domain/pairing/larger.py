"""Groups of three and four: pairs first, then the others join them, then exchanges.

The best pairs open the groups; everybody else is given to them one place at a time, each time by
the best assignment; then any two people of different groups change places while that helps.
"""

from collections.abc import Sequence
from itertools import combinations_with_replacement

import numpy as np
from scipy.optimize import linear_sum_assignment

from bot.domain.pairing.matching import Matched
from bot.domain.pairing.model import Constraints
from bot.domain.pairing.table import (
    FORBIDDEN,
    SCORE,
    Table,
    Weighing,
    rounds_since,
    weigh,
    weigh_pairs,
)

Group = tuple[int, ...]


def sizes(people: int, constraints: Constraints) -> tuple[int, ...]:
    """The sizes of the groups: most people placed, most groups of the wished size, fewest others.

    Empty where not even one group can be made.
    """
    wished = constraints.group_size
    allowed = range(constraints.group_min, constraints.group_max + 1)
    others = [size for size in allowed if size != wished]
    # Three other groups are enough to make up any remainder of 2 to 4.
    rests = [rest for count in range(4) for rest in combinations_with_replacement(others, count)]
    options = [
        ((people - sum(rest)) // wished * (wished,), rest) for rest in rests if sum(rest) <= people
    ]
    full, rest = max(
        options, key=lambda option: (sum(map(sum, option)), len(option[0]), -len(option[1]))
    )
    return full + rest


def group_up(table: Table, weighing: Weighing, pairs: Matched) -> tuple[Group, ...]:
    """Groups of the wished sizes that start from the best of these pairs."""
    wanted = sorted(sizes(table.size, table.constraints), reverse=True)
    partners = pairs.partners
    rows = np.flatnonzero(partners > np.arange(table.size))
    order = np.argsort(-weigh_pairs(table, rows, partners[rows], weighing), kind="stable")
    groups = [[int(row), int(partners[row])] for row in rows[order][: len(wanted)]]
    placed = {member for group in groups for member in group}
    free = [row for row in range(table.size) if row not in placed]

    for length in range(3, max(wanted, default=0) + 1):
        open_groups = [
            group
            for group, size in zip(groups, wanted, strict=False)
            if size >= length and len(group) == length - 1
        ]
        free = _join(table, weighing, open_groups, free)
    kept = [tuple(g) for g in groups if len(g) >= table.constraints.group_min]
    return exchange(table, weighing, kept) if kept else ()


def exchange(table: Table, weighing: Weighing, groups: Sequence[Group]) -> tuple[Group, ...]:
    """The groups after every exchange of two people that makes the plan better; sizes stay."""
    size = table.size
    everybody = np.arange(size)
    scores = weigh(table, 0, size, SCORE)
    again = np.where(scores > FORBIDDEN, 0, FORBIDDEN)
    np.fill_diagonal(again, 0)
    owners, cols = np.repeat(everybody, np.diff(table.met.starts)), table.met.cols
    ages = rounds_since(table, owners, cols)
    again[owners, cols] += weighing.beyond(ages)
    scores[scores == FORBIDDEN] = 0

    home = np.full(size, -1)
    for place, group in enumerate(groups):
        home[list(group)] = place
    shares = np.array([len(group) - 1 for group in groups], np.int64)
    is_larger = (shares > 1).astype(np.int64)
    again_with = np.stack([again[:, list(group)].sum(axis=1) for group in groups], axis=1)
    scores_with = np.stack([scores[:, list(group)].sum(axis=1) for group in groups], axis=1)
    is_placed = home >= 0
    their_again = np.where(is_placed, again_with[everybody, home], 0)
    their_score = np.where(is_placed, scores_with[everybody, home], 0)

    # Each exchange adds to a whole number that has a bound, so this ends.
    is_better = True
    while is_better:
        is_better = False
        for row in np.flatnonzero(is_placed):
            here = home[row]
            gains = again_with[row, home] + again_with[:, here] - 2 * again[row]
            gains -= their_again + their_again[row]
            gains += (scores_with[row, home] - scores[row] - their_score) // shares[home]
            gains += (scores_with[:, here] - scores[row] - their_score[row]) // shares[here]
            costs = table.trio_costs[row] - table.trio_costs
            gains += costs * (is_larger[here] - is_larger[home])
            gains[(home == here) | ~is_placed] = 0
            other = int(gains.argmax())
            if gains[other] <= 0:
                continue

            is_better = True
            there = home[other]
            for place, sign in ((here, 1), (there, -1)):
                again_with[:, place] += sign * (again[:, other] - again[:, row])
                scores_with[:, place] += sign * (scores[:, other] - scores[:, row])
            home[row], home[other] = there, here
            moved = np.flatnonzero((home == here) | (home == there))
            their_again[moved] = again_with[moved, home[moved]]
            their_score[moved] = scores_with[moved, home[moved]]
    return tuple(tuple(np.flatnonzero(home == place).tolist()) for place in range(len(groups)))


def _join(table: Table, weighing: Weighing, groups: list[list[int]], free: list[int]) -> list[int]:
    """Give each group one more person, as well as all together allow; return who is left."""
    gains = np.zeros((len(free), len(groups)), np.int64)
    rows = np.array(free, np.int64)
    for place, group in enumerate(groups):
        gains[:, place] = sum(
            weigh_pairs(table, rows, np.full(len(free), member), weighing) for member in group
        )
    worth = np.where(gains > FORBIDDEN // 2, gains, -weighing.alone)
    people, places = linear_sum_assignment(worth, maximize=True)
    joined = set()
    for person, place in zip(people, places, strict=True):
        if gains[person, place] > FORBIDDEN // 2:
            groups[place].append(free[person])
            joined.add(free[person])
    return [row for row in free if row not in joined]
