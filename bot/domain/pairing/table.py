"""Everybody's attributes as arrays, and the weights of their pairs, a block of rows at a time.

Points are counted in twelfths, so that half a criterion, half a trio and a third of a four are
whole numbers and sums are exact.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from bot.domain.pairing.model import Constraints, History, Person
from bot.domain.pairing.score import (
    DIFFERENCES,
    FORGIVEN_A_ROUND,
    FORGIVEN_ROUNDS,
    REPEAT,
    theme_sides,
)

UNIT = 12
"""So many twelfths make a point."""

FORBIDDEN = -(1 << 56)
"""The weight of two people who may never meet: no sum of others outweighs it."""

BLOCK = 256
"""Rows weighed at once: at 10,000 people a block of 64-bit weights takes 20 MB."""

STRICT_UP_TO = 2_000
"""Up to so many people the aims are strictly one after the other.

Beyond, sums would pass the 53 bits of the assignment's floats; a repeat then still outweighs
whatever 2,000 people could gain.
"""

Whole = NDArray[np.int64]
Reals = NDArray[np.float32]
Claims = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Weighing:
    """What weighs beyond the score: a repeat, each round since it, and being left out."""

    repeat: int = 0
    forgiven: int = 0
    alone: int = 0

    def beyond(self, ages: Whole) -> Whole:
        """What is added for pairs who last met so many rounds ago; 0 rounds mean never."""
        added: Whole = np.where(ages > 0, self.repeat + self.forgiven * ages, 0)
        return added


SCORE = Weighing()
"""The score alone."""


@dataclass(frozen=True, slots=True)
class Pairs:
    """A symmetric relation of some pairs: row i's columns are cols[starts[i]:starts[i + 1]].

    ``keys`` are row * size + column of each entry, in order.
    """

    starts: Whole
    cols: Whole
    values: Whole
    keys: Whole


@dataclass(frozen=True, slots=True)
class Table:
    """People as arrays, one row each. ``left @ right.T`` is the linear part of the points."""

    people: tuple[Person, ...]
    constraints: Constraints
    left: Reals
    right: Reals
    slots: Reals
    interests: Reals
    languages: Reals
    teams: Whole
    managers: Whole
    apart: Pairs
    met: Pairs

    @property
    def size(self) -> int:
        """How many people there are."""
        return len(self.people)


def encode(
    people: Sequence[Person], history: History, constraints: Constraints, *, number: int
) -> Table:
    """The table of these people, in this order, for the round of this number."""
    left, right = _linear(people, constraints)
    places = {person.id: row for row, person in enumerate(people)}
    apart = [(row, row, 1) for row in range(len(people))]
    for row, person in enumerate(people):
        names = set(person.blocked)
        if constraints.forbid_manager_report and person.manager:
            names.add(person.manager)
        apart += [(row, places[name], 1) for name in names if name in places]
    met = [
        (places[one], places[other], min(number - last, FORGIVEN_ROUNDS))
        for one, other, last in history.pairs()
        if one in places and other in places
    ]
    speaks = [person.spoken if constraints.require_shared_language else {""} for person in people]
    return Table(
        people=tuple(people),
        constraints=constraints,
        left=left,
        right=right,
        slots=_one_hot([person.slots for person in people]),
        interests=_one_hot([person.interests for person in people]),
        languages=_one_hot(speaks),
        teams=_codes(p.team if constraints.forbid_same_team else None for p in people),
        managers=_codes(p.manager if constraints.forbid_same_manager else None for p in people),
        apart=_pairs(apart, len(people)),
        met=_pairs(met, len(people)),
    )


def by_score(table: Table) -> Weighing:
    """The score, with everybody placed before any points."""
    most = (_most_points(table.constraints) - REPEAT) * UNIT * (table.size + 2)
    return Weighing(alone=2 * most)


def by_aims(table: Table) -> Weighing:
    """Weights that put everybody placed before fewest repeats before oldest before points."""
    most = min(table.size, STRICT_UP_TO) // 2 + 2
    forgiven = most * (_most_points(table.constraints) - REPEAT) * UNIT * 2
    repeat = forgiven * FORGIVEN_ROUNDS * most
    return Weighing(repeat=-repeat, forgiven=forgiven, alone=2 * repeat * most)


def weigh(table: Table, start: int, stop: int, weighing: Weighing) -> Whole:
    """The weights of rows start to stop with everybody; FORBIDDEN where two may not meet."""
    rows = slice(start, stop)
    weights = _points(
        table,
        table.left[rows] @ table.right.T,
        slots=table.slots[rows] @ table.slots.T,
        interests=table.interests[rows] @ table.interests.T,
    )
    weights[_clash(table, rows)] = FORBIDDEN

    met = slice(table.met.starts[start], table.met.starts[stop])
    owners = _owners(table.met, start, stop)
    ages = table.met.values[met]
    weights[owners, table.met.cols[met]] += _repeat_points(ages) + weighing.beyond(ages)
    apart = slice(table.apart.starts[start], table.apart.starts[stop])
    weights[_owners(table.apart, start, stop), table.apart.cols[apart]] = FORBIDDEN
    # A repeat's cost must not lift or lower a forbidden pair.
    np.copyto(weights, FORBIDDEN, where=weights < FORBIDDEN // 2)
    return weights


def blocks(table: Table, weighing: Weighing) -> Iterator[tuple[int, Whole]]:
    """All weights, BLOCK rows at a time, each block with its first row's number."""
    for start in range(0, table.size, BLOCK):
        yield start, weigh(table, start, min(start + BLOCK, table.size), weighing)


def weigh_pairs(table: Table, rows: Whole, cols: Whole, weighing: Weighing) -> Whole:
    """The weights of single pairs, one for each place in ``rows`` and ``cols``."""
    weights = _points(
        table,
        _row_products(table.left[rows], table.right[cols]),
        slots=_row_products(table.slots[rows], table.slots[cols]),
        interests=_row_products(table.interests[rows], table.interests[cols]),
    )
    ages = _look_up(table.met, rows, cols)
    weights += _repeat_points(ages) + weighing.beyond(ages)

    clash = (table.teams[rows] == table.teams[cols]) | (
        table.managers[rows] == table.managers[cols]
    )
    clash |= _row_products(table.languages[rows], table.languages[cols]) == 0
    clash |= _look_up(table.apart, rows, cols) > 0
    weights[clash] = FORBIDDEN
    return weights


def rounds_since(table: Table, rows: Whole, cols: Whole) -> Whole:
    """How many rounds ago the two of each pair last met, 50 at most; 0 if they never have."""
    return _look_up(table.met, rows, cols)


def group_weight(table: Table, group: Sequence[int], weighing: Weighing) -> int:
    """The weight of a group: its score, and in full what weighs beyond it."""
    rows, cols = np.array(list(combinations(group, 2)), np.int64).T
    scores = weigh_pairs(table, rows, cols, SCORE)
    ages = rounds_since(table, rows, cols)
    return int(weighing.beyond(ages).sum()) + int(scores.sum()) // (len(group) - 1)


def _repeat_points(ages: Whole) -> Whole:
    """The score's own part of a repeat, in twelfths."""
    points: Whole = np.where(ages > 0, UNIT * (REPEAT + FORGIVEN_A_ROUND * ages), 0)
    return points


def _points(table: Table, linear: Reals, *, slots: Reals, interests: Reals) -> Whole:
    """Twelfths of points, given the linear part and how many slots and interests are shared."""
    weights = table.constraints.weights
    points = linear
    points += np.float32(UNIT * weights.slot) * (slots >= 1)
    points += np.float32(UNIT * (weights.slots - weights.slot)) * (slots >= 2)
    interests *= UNIT * weights.interest
    points += np.minimum(interests, UNIT * weights.interests, out=interests)
    return points.astype(np.int64)


def _row_products(one: Reals, other: Reals) -> Reals:
    products: Reals = np.einsum("ij,ij->i", one, other)
    return products


def _clash(table: Table, rows: slice) -> Claims:
    """Whether two share a team or a manager, or no language."""
    clash: Claims = table.teams[rows, None] == table.teams[None, :]
    clash |= table.managers[rows, None] == table.managers[None, :]
    if not table.languages.all(axis=0).any():
        clash |= table.languages[rows] @ table.languages.T == 0
    return clash


def _linear(people: Sequence[Person], constraints: Constraints) -> tuple[Reals, Reals]:
    """Two matrices whose product is the points of all criteria that need no counting.

    A difference earns 1/2 + known/2 - same of its points, sameness 1/2 - known/2 + same, where
    "known" is 1 if both have said.
    """
    weights = constraints.weights
    left: list[Reals] = []
    right: list[Reals] = []

    def add(columns: Reals, factor: float) -> None:
        left.append(columns * np.float32(UNIT * factor))
        right.append(columns)

    ones = np.ones((len(people), 1), np.float32)
    for name in (*DIFFERENCES, "platform", "slots", "interests"):
        points = getattr(weights, name)
        values = [getattr(person, name) for person in people]
        known = np.array([[bool(value)] for value in values], np.float32)
        sign = 1 if name in DIFFERENCES else -1
        add(ones, points / 2)
        add(known, sign * points / 2)
        if name not in {"slots", "interests"}:
            add(_one_hot([{value} if value else () for value in values]), -sign * points)

    if constraints.theme is not None:
        theme = constraints.theme
        sides = np.array([theme_sides(theme, person) for person in people], np.float32)
        left.append(sides * np.float32(UNIT * weights.theme))
        right.append(sides[:, ::-1])
    return np.hstack(left), np.hstack(right)


def _one_hot(values: Sequence[Iterable[str]]) -> Reals:
    """A column for each value anybody has, in the values' order; 1 where a person has it."""
    names = {name: col for col, name in enumerate(sorted({n for some in values for n in some}))}
    columns = np.zeros((len(values), len(names)), np.float32)
    for row, some in enumerate(values):
        columns[row, [names[name] for name in some]] = 1
    return columns


def _codes(values: Iterable[str | None]) -> Whole:
    """Equal numbers for equal values; those without one differ from everybody."""
    names: dict[str, int] = {}
    return np.array(
        [
            names.setdefault(value, len(names)) if value else -1 - row
            for row, value in enumerate(values)
        ],
        np.int64,
    )


def _pairs(triples: Iterable[tuple[int, int, int]], size: int) -> Pairs:
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


def _owners(pairs: Pairs, start: int, stop: int) -> Whole:
    """For each entry of rows start to stop its row, counted from start."""
    return np.repeat(np.arange(stop - start), np.diff(pairs.starts[start : stop + 1]))


def _look_up(pairs: Pairs, rows: Whole, cols: Whole) -> Whole:
    """The value of each pair in the relation, or 0 where it is not in it."""
    size = len(pairs.starts) - 1
    if not len(pairs.cols):
        return np.zeros(len(rows), np.int64)
    wanted = rows * size + cols
    places = np.minimum(np.searchsorted(pairs.keys, wanted), len(pairs.keys) - 1)
    values: Whole = np.where(pairs.keys[places] == wanted, pairs.values[places], 0)
    return values


def _most_points(constraints: Constraints) -> int:
    """More than any pair can earn."""
    weights = constraints.weights
    names = (*DIFFERENCES, "slot", "slots", "interests", "platform", "theme")
    return 1 + sum(int(getattr(weights, name)) for name in names)
