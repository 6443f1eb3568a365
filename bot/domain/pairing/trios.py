"""The best trio for an odd number of people, chosen inside the matching.

A plan with trio T weighs at most the sum of all prices less what T's prices exceed T by, because
the pairs of the others never exceed theirs. So trios are tried from the least loss, each with the
best matching of everybody else, until the next one's loss rules it and all after it out.
"""

from dataclasses import dataclass
from itertools import combinations

import numpy as np

from bot.domain.pairing import matching
from bot.domain.pairing import relaxed as relaxation
from bot.domain.pairing.matching import Matched
from bot.domain.pairing.relaxed import Edges, Relaxed
from bot.domain.pairing.table import (
    FORBIDDEN,
    SCORE,
    Claims,
    Table,
    Weighing,
    Whole,
    rounds_since,
    weigh_pairs,
)

ALL_UP_TO = 48
"""Up to so many people every trio is considered: 17,296."""

NEAR = 8
"""Among more people the trios of each person with two of so many tightest partners."""

MATCHINGS = 12_000
"""People times matchings tried: about a second, whatever the number of people."""

FEWEST_MATCHINGS = 4

UNCONCERNED = 256
"""So many of those who don't mind a trio bring trios among themselves: 32,640 pairs."""


@dataclass(frozen=True, slots=True)
class WithTrio:
    """A trio, and the pairs of everybody else."""

    trio: tuple[int, ...]
    others: Matched
    value: int


def match_with_trio(
    table: Table, weighing: Weighing, relaxed: Relaxed, *, rng: np.random.Generator
) -> WithTrio | None:
    """The best trio with the best pairs of all others; None where no trio leaves nobody alone."""
    settled = matching.settle(relaxed, table.size)
    edges = _edges(table, weighing, relaxed)
    is_free = settled == np.arange(table.size)
    trios, losses = _trios(table, weighing, relaxed, edges, is_free=is_free)
    keep = is_free[trios].all(axis=1)
    trios, losses = trios[keep], losses[keep]

    ceiling = int(relaxed.prices.sum())
    best: WithTrio | None = None
    order = np.argsort(losses, kind="stable")
    for place in order[: max(FEWEST_MATCHINGS, MATCHINGS // table.size)]:
        loss = int(losses[place])
        if best is not None and ceiling - loss <= best.value:
            break
        trio = tuple(int(row) for row in trios[place])
        others = matching.solve(table, weighing, edges, settled=settled, rng=rng, without=trio)
        value = others.value + int(relaxed.prices[list(trio)].sum()) - loss
        if len(others.alone) == len(trio) and (best is None or value > best.value):
            best = WithTrio(trio, others, value)
    return best


def _edges(table: Table, weighing: Weighing, relaxed: Relaxed) -> Edges:
    count = table.size if table.size <= ALL_UP_TO else matching.TIGHT + NEAR
    return relaxation.closest(table, weighing, relaxed.prices, count=count)


def _trios(
    table: Table, weighing: Weighing, relaxed: Relaxed, edges: Edges, *, is_free: Claims
) -> tuple[Whole, Whole]:
    """Legal trios, one a row, and what each one's prices exceed it by."""
    if table.size <= ALL_UP_TO:
        trios = _all_trios(table.size)
    else:
        trios = _near_trios(table, edges, relaxed)
        if table.trio_costs.any():
            among = _among_unconcerned(table, weighing, is_free)
            trios = np.unique(np.vstack([trios, _near_trios(table, among, relaxed)]), axis=0)
    sides = [(trios[:, one], trios[:, other]) for one, other in ((0, 1), (0, 2), (1, 2))]
    weights = [weigh_pairs(table, one, other, SCORE) for one, other in sides]
    is_legal = np.logical_and.reduce([weight > FORBIDDEN for weight in weights])

    worth = sum(weights, np.zeros(len(trios), np.int64)) // 2
    for one, other in sides:
        worth += weighing.beyond(rounds_since(table, one, other))
    losses = relaxed.prices[trios].sum(axis=1) - worth + table.trio_costs[trios].sum(axis=1)
    return trios[is_legal], losses[is_legal]


def _all_trios(size: int) -> Whole:
    return np.array(list(combinations(range(size), 3)), np.int64)


def _among_unconcerned(table: Table, weighing: Weighing, is_free: Claims) -> Edges:
    """The legal pairs among those who don't mind a trio, who may be nobody's tightest partners."""
    rows = np.flatnonzero(is_free & (table.trio_costs == 0))[:UNCONCERNED]
    ones, others = (rows[places] for places in np.triu_indices(len(rows), 1))
    weights = weigh_pairs(table, ones, others, weighing)
    keep = weights > FORBIDDEN
    return Edges(ones[keep], others[keep], weights[keep])


def _near_trios(table: Table, edges: Edges, relaxed: Relaxed) -> Whole:
    """Each person with any two of their tightest partners."""
    slack = relaxed.prices[edges.rows] + relaxed.prices[edges.cols] - edges.weights
    owners = np.concatenate([edges.rows, edges.cols])
    partners = np.concatenate([edges.cols, edges.rows])
    order = np.lexsort((partners, np.concatenate([slack, slack]), owners))
    partners = partners[order]
    starts = np.searchsorted(owners[order], np.arange(table.size + 1))
    found = [
        (row, *pair)
        for row in range(table.size)
        for pair in combinations(
            partners[starts[row] : min(starts[row + 1], starts[row] + NEAR)], 2
        )
    ]
    return np.unique(np.sort(np.array(found, np.int64).reshape(-1, 3), axis=1), axis=0)
