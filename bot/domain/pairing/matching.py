"""The best way to pair everybody off: maximum weight matching, proven where it is cheap.

The relaxed problem's prices say which pairs can matter: a plan with a pair whose two prices exceed
its weight by s weighs at least s less than all prices together (reduced costs). So a first matching
on the tightest pairs leaves a gap, and a second one on all pairs within that gap is the optimum.
"""

from dataclasses import dataclass

import numpy as np
import rustworkx

from bot.domain.pairing import relaxed as relaxation
from bot.domain.pairing.relaxed import Edges, Relaxed
from bot.domain.pairing.table import STRICT_UP_TO, Claims, Table, Weighing, Whole, weigh_pairs

TIGHT = 8
"""Pairs each person brings to the first matching."""

WIDER = 32
"""Pairs each person brings to the second one where proving the optimum would take too many."""

MOST_PAIRS = 60
"""A proof may take so many pairs a person: about a second at 2,000 people."""

CORE = 2_400
"""Among very many people only so many are matched anew; the others keep their relaxed partner."""

TIE_BITS = 40
WEIGHT_SHIFT = 54
"""Random bits below the weights make the optimum unique, whatever order the library walks in.

2**40 values for at most 2**21 pairs; 2**13 of them add up to less than 2**54.
"""


@dataclass(frozen=True, slots=True)
class Matched:
    """Everybody's partner, themselves if alone, and the total weight, those alone included."""

    partners: Whole
    value: int

    @property
    def alone(self) -> Whole:
        """Those without a partner."""
        return np.flatnonzero(self.partners == np.arange(len(self.partners)))

    @property
    def pairs(self) -> list[tuple[int, ...]]:
        """The pairs, lower row first."""
        return [(row, int(col)) for row, col in enumerate(self.partners) if row < col]


def match(
    table: Table, weighing: Weighing, relaxed: Relaxed, *, rng: np.random.Generator
) -> Matched:
    """As many pairs as possible, of the greatest weight; proven up to 2,000 people, mostly."""
    settled = settle(relaxed, table.size)
    edges = relaxation.closest(table, weighing, relaxed.prices, count=TIGHT)
    first = solve(table, weighing, edges, settled=settled, rng=rng)
    gap = int(relaxed.prices.sum()) - first.value
    if gap == 0 or table.size > STRICT_UP_TO:
        return first

    most = MOST_PAIRS * table.size
    proof = relaxation.within(table, weighing, relaxed.prices, gap=gap, most=most)
    if proof is None:
        proof = relaxation.closest(table, weighing, relaxed.prices, count=WIDER)
    second = solve(table, weighing, proof, settled=settled, rng=rng)
    return max(first, second, key=lambda matched: matched.value)


def settle(relaxed: Relaxed, size: int) -> Whole:
    """Partners that are not questioned any more: nobody's up to 2,000 people, else most people's.

    In the relaxed problem most people have chosen each other. The others, who form circles, are
    matched anew with as many of the settled as CORE allows.
    """
    alone = np.arange(size)
    if size <= STRICT_UP_TO:
        return alone
    mutual = relaxed.partners[relaxed.partners] == alone
    spare = np.flatnonzero(mutual & (relaxed.partners > alone))
    room = max(0, CORE - int((~mutual).sum())) // 2
    again = spare[:room]
    mutual[again] = mutual[relaxed.partners[again]] = False
    return np.where(mutual, relaxed.partners, alone)


def solve(
    table: Table,
    weighing: Weighing,
    edges: Edges,
    *,
    settled: Whole,
    rng: np.random.Generator,
    without: tuple[int, ...] = (),
) -> Matched:
    """The greatest weight of the most pairs along these edges, some people left aside.

    Settled partners stay, and those left aside count as alone without costing anything.
    """
    is_free: Claims = settled == np.arange(table.size)
    is_free[list(without)] = False
    keep = is_free[edges.rows] & is_free[edges.cols]
    weights = edges.weights[keep].tolist()
    ties = rng.integers(0, 1 << TIE_BITS, len(weights)).tolist()
    unique = [(weight << WEIGHT_SHIFT) + tie for weight, tie in zip(weights, ties, strict=True)]
    graph = rustworkx.PyGraph[int, int](multigraph=False)
    graph.add_nodes_from(range(table.size))
    graph.add_edges_from(
        list(zip(edges.rows[keep].tolist(), edges.cols[keep].tolist(), unique, strict=True))
    )

    partners = settled.copy()
    for one, other in rustworkx.max_weight_matching(graph, max_cardinality=True, weight_fn=int):
        partners[one], partners[other] = other, one
    rows = np.flatnonzero(partners > np.arange(table.size))
    alone = table.size - 2 * len(rows) - len(without)
    weight = int(weigh_pairs(table, rows, partners[rows], weighing).sum())
    return Matched(partners, weight - alone * weighing.alone // 2)
