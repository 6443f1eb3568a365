"""The fractional matching of everybody: a price for each person that bounds every plan.

A plan gives each pair of a group of s people 1 / (s - 1), so that each person's shares add up to 1:
it is a fractional perfect matching, trios included. Prices y with y[i] + y[j] >= w[i, j] for every
legal pair (a feasible dual, LP duality) therefore bound its score by their sum. The best prices are
half the sum of the two dual vectors of the assignment problem; only a few candidate pairs enter
it, and pairs that the prices do not yet cover are added until none is left.
"""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_array
from scipy.sparse.csgraph import min_weight_full_bipartite_matching

from bot.domain.pairing.table import FORBIDDEN, STRICT_UP_TO, Table, Weighing, Whole, blocks

CANDIDATES = 16
"""The best partners each person starts with."""

RANDOM_CANDIDATES = 8
"""Partners drawn at random on top, since everybody may list the same few best."""

ADDED = 6
"""Pairs added for each person and pass, the least covered first."""

NOISE_BITS = 5
"""Room below the weights for breaking ties."""

MOST_PASSES = 12
"""After so many passes what is still not covered is mended by raising prices."""

CLOSE_ENOUGH = 5_000
"""Among many people passes end once mending raises the sum by less than one part in so many."""


class Edges(NamedTuple):
    """Pairs with their weights; the first row of a pair is below the second."""

    rows: Whole
    cols: Whole
    weights: Whole


@dataclass(frozen=True, slots=True)
class Relaxed:
    """Prices that cover every legal pair, and each person's partner in the relaxed problem.

    ``partners[i] == i`` means left out there: no plan places more people than the others.
    """

    prices: Whole
    partners: Whole

    @property
    def left_out(self) -> int:
        """So many people at least no plan can place."""
        return int((self.partners == np.arange(len(self.partners))).sum())


def relax(table: Table, weighing: Weighing, *, rng: np.random.Generator) -> Relaxed:
    """The best fractional matching of all people in the table, weighed in this way."""
    edges = first_candidates(table, weighing, rng=rng)
    passes = 0
    while True:
        partners = _assign(edges, table.size, weighing.alone)
        prices = _prices(edges, partners, weighing.alone)
        missing, lacks = _uncovered(table, weighing, prices)
        patience = 0 if table.size <= STRICT_UP_TO else abs(int(prices.sum())) // CLOSE_ENOUGH
        passes += 1
        if lacks.sum() <= patience or passes == MOST_PASSES:
            return Relaxed(prices + (lacks + 1) // 2, partners)
        edges = join(edges, missing, size=table.size)


def first_candidates(table: Table, weighing: Weighing, *, rng: np.random.Generator) -> Edges:
    """For each person the best few partners, ties broken at random for each row, and a few more.

    The order of the file does not matter as long as the table is in an order of its own.
    """
    noise = rng.integers(0, 1 << NOISE_BITS, 2 * table.size)
    offsets = rng.integers(0, table.size, table.size)
    found = []
    for start, weights in blocks(table, weighing):
        keys = weights << NOISE_BITS
        for row in range(len(keys)):
            offset = offsets[start + row]
            keys[row] += noise[offset : offset + table.size]
        best = _lowest(-keys, CANDIDATES)
        drawn = rng.integers(0, table.size, (len(keys), RANDOM_CANDIDATES))
        cols = np.hstack([best, drawn])
        rows = np.repeat(np.arange(len(keys)), cols.shape[1])
        cols = cols.ravel()
        found.append(_legal(Edges(rows + start, cols, weights[rows, cols])))
    return join(*found, size=table.size)


def join(*several: Edges, size: int) -> Edges:
    """All these pairs, each once, in order."""
    rows, cols, weights = (np.concatenate(part) for part in zip(*several, strict=True))
    low, high = np.minimum(rows, cols), np.maximum(rows, cols)
    _, first = np.unique(low * size + high, return_index=True)
    return Edges(low[first], high[first], weights[first])


def closest(table: Table, weighing: Weighing, prices: Whole, *, count: int) -> Edges:
    """For each person the pairs that its price and the other's cover most tightly."""
    found = []
    for start, weights in blocks(table, weighing):
        slack = _slack(prices, start, weights)
        cols = _lowest(slack, count)
        rows = np.repeat(np.arange(len(slack)), cols.shape[1])
        cols = cols.ravel()
        found.append(_legal(Edges(rows + start, cols, weights[rows, cols])))
    return join(*found, size=table.size)


def within(table: Table, weighing: Weighing, prices: Whole, *, gap: int, most: int) -> Edges | None:
    """Every legal pair that its prices exceed by at most ``gap``; None if more than ``most``."""
    found = []
    count = 0
    for start, weights in blocks(table, weighing):
        rows, cols = np.nonzero((_slack(prices, start, weights) <= gap) & (weights > FORBIDDEN))
        count += len(rows)
        if count > 2 * most:
            return None
        found.append(Edges(rows + start, cols, weights[rows, cols]))
    return join(*found, size=table.size)


def _slack(prices: Whole, start: int, weights: Whole) -> Whole:
    slack: Whole = prices[start : start + len(weights), None] + prices[None, :] - weights
    return slack


def _lowest(values: Whole, count: int) -> Whole:
    """For each row the columns of its lowest values."""
    if count >= values.shape[1]:
        return np.tile(np.arange(values.shape[1]), (len(values), 1))
    lowest: Whole = np.argpartition(values, count, axis=1)[:, :count]
    return lowest


def _legal(edges: Edges) -> Edges:
    keep = edges.weights > FORBIDDEN
    return Edges(edges.rows[keep], edges.cols[keep], edges.weights[keep])


def _both_ways(edges: Edges, size: int, alone: int) -> Edges:
    """Each pair from either side, and everybody with themselves, which means left out."""
    everybody = np.arange(size)
    return Edges(
        np.concatenate([edges.rows, edges.cols, everybody]),
        np.concatenate([edges.cols, edges.rows, everybody]),
        np.concatenate([edges.weights, edges.weights, np.full(size, -alone)]),
    )


def _assign(edges: Edges, size: int, alone: int) -> Whole:
    """Each person's partner in the assignment of most weight; somebody may have their own."""
    rows, cols, weights = _both_ways(edges, size, alone)
    # The solver takes a stored 0 for a missing entry, so all costs are at least 1.
    costs = (weights.max() + 1 - weights).astype(np.float64)
    order, partners = min_weight_full_bipartite_matching(
        csr_array((costs, (rows, cols)), shape=(size, size))
    )
    assigned = np.empty(size, np.int64)
    assigned[order] = partners
    return assigned


def _prices(edges: Edges, partners: Whole, alone: int) -> Whole:
    """Half the sum of both dual vectors: longest paths in the graph of exchanges.

    Whoever has partner j could have i's instead, at a difference; with an optimal assignment no
    round of exchanges gains anything, so the longest paths exist and no sweep after the last
    person's finds longer ones (Bellman and Ford). Should rounding have spoilt the assignment, the
    prices come out too low, and raising them mends it.
    """
    rows, cols, weights = _both_ways(edges, len(partners), alone)
    order = np.argsort(cols, kind="stable")
    rows, cols, weights = rows[order], cols[order], weights[order]
    own = np.empty(len(partners), np.int64)
    is_own = partners[rows] == cols
    own[rows[is_own]] = weights[is_own]
    through, gains = partners[rows], weights - own[rows]
    starts = np.searchsorted(cols, np.arange(len(partners)))

    longest = np.zeros(len(partners), np.int64)
    for _ in range(len(partners)):
        longer = np.maximum(longest, np.maximum.reduceat(longest[through] + gains, starts))
        if np.array_equal(longer, longest):
            break
        longest = longer
    prices: Whole = (own - longest[partners] + longest + 1) // 2
    return prices


def _uncovered(table: Table, weighing: Weighing, prices: Whole) -> tuple[Edges, Whole]:
    """The worst pairs of each person that cost more than their prices, and by how much."""
    lacks = np.zeros(table.size, np.int64)
    found = [Edges(*np.zeros((3, 0), np.int64))]
    for start, weights in blocks(table, weighing):
        slack = _slack(prices, start, weights)
        lacking = np.flatnonzero(slack.min(axis=1) < 0)
        worst = _lowest(slack[lacking], ADDED)
        rows = np.repeat(lacking, worst.shape[1])
        cols = worst.ravel()
        lacks[start + lacking] = -slack[lacking].min(axis=1)
        keep = slack[rows, cols] < 0
        rows, cols = rows[keep], cols[keep]
        found.append(Edges(rows + start, cols, weights[rows, cols]))
    return join(*found, size=table.size), lacks
