"""What no plan can exceed: a sum of prices that cover every legal pair.

If y[i] + y[j] >= w[i, j] for every legal pair, any plan that places k people scores at most the sum
of the k largest y (LP duality for the fractional perfect matching, with the choice of who is placed
left open). Anybody can check it from the prices alone, without trusting how they were found.
"""

import numpy as np

from bot.domain.pairing import relaxed as relaxation
from bot.domain.pairing.relaxed import CLOSE_ENOUGH
from bot.domain.pairing.table import (
    FORBIDDEN,
    UNIT,
    Table,
    Whole,
    by_score,
    weigh_pairs,
)


def upper_bound(prices: Whole, *, placed: int) -> float:
    """The bound in points for plans that place so many people; prices in twelfths of points."""
    if not placed:
        return 0.0
    return int(np.sort(prices)[-placed:].sum()) / UNIT


def score_prices(table: Table, aims_prices: Whole | None, *, rng: np.random.Generator) -> Whole:
    """Prices that cover every legal pair's score.

    The planner's own prices differ only where a repeat would be worth its points; they are lifted
    there, unless that costs too much or there are none.
    """
    weighing = by_score(table)
    if aims_prices is None:
        return relaxation.relax(table, weighing, rng=rng).prices
    rows = np.repeat(np.arange(table.size), np.diff(table.met.starts))
    cols = table.met.cols
    lacks = np.zeros(table.size, np.int64)
    weights = weigh_pairs(table, rows, cols, weighing)
    short = np.where(weights > FORBIDDEN, weights - aims_prices[rows] - aims_prices[cols], 0)
    np.maximum.at(lacks, rows, short)
    if lacks.sum() * CLOSE_ENOUGH > abs(int(aims_prices.sum())):
        return relaxation.relax(table, weighing, rng=rng).prices
    return aims_prices + (lacks + 1) // 2
