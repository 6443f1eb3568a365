"""A symmetric relation of some pairs among many people: who has met, and who is kept apart."""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Pairs:
    """A symmetric relation of some pairs: row i's columns are cols[starts[i]:starts[i + 1]].

    ``keys`` are row * size + column of each entry, in order.
    """

    starts: Whole
    cols: Whole
    values: Whole
    keys: Whole


def relate(triples: Iterable[tuple[int, int, int]], size: int) -> Pairs:
    """Both directions of each pair, each once, sorted by row."""
    both = {(a, b): value for one, other, value in triples for a, b in ((one, other), (other, one))}
    flat = np.array(
        [(row, col, value) for (row, col), value in sorted(both.items())], np.int64
    ).reshape(-1, 3)
    starts = np.searchsorted(flat[:, 0], np.arange(size + 1))
    return Pairs(
        starts=starts.astype(np.int64),
        cols=flat[:, 1],
        values=flat[:, 2],
        keys=flat[:, 0] * size + flat[:, 1],
    )


def owners(pairs: Pairs, start: int, stop: int) -> Whole:
    """For each entry of rows start to stop its row, counted from start."""
    return np.repeat(np.arange(stop - start), np.diff(pairs.starts[start : stop + 1]))


def look_up(pairs: Pairs, rows: Whole, cols: Whole) -> Whole:
    """The value of each pair in the relation, or 0 where it is not in it."""
    size = len(pairs.starts) - 1
    if not len(pairs.cols):
        return np.zeros(len(rows), np.int64)
    wanted = rows * size + cols
    places = np.minimum(np.searchsorted(pairs.keys, wanted), len(pairs.keys) - 1)
    values: Whole = np.where(pairs.keys[places] == wanted, pairs.values[places], 0)
    return values
