"""Everybody's attributes as arrays, and the weights of their pairs, a block of rows at a time.

Points are counted in twelfths, so that half a criterion, half a trio and a third of a four are
whole numbers and sums are exact.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
from numpy.typing import NDArray

from bot.domain.pairing.model import Constraints, History, Person, Preference, Theme
from bot.domain.pairing.relation import Pairs, look_up, owners, relate
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

PAIRS_AT_ONCE = 1 << 15
"""Single pairs weighed at once: each takes two rows of the table's columns, some 30 MB together."""

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
class Table:
    """People as arrays, one row each. ``left @ right.T`` is the linear part of the points.

    ``slot_wishes`` and ``interest_wishes`` are what a shared slot or interest adds for those who
    prefer it, ``trio_costs`` what each person takes from a group of more than two.
    """

    people: tuple[Person, ...]
    constraints: Constraints
    left: Reals
    right: Reals
    slots: Reals
    interests: Reals
    slot_wishes: Reals
    interest_wishes: Reals
    trio_costs: Whole
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
    weights = constraints.weights
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
        slot_wishes=_wishes(people, Preference.SLOTS, weights.preference),
        interest_wishes=_wishes(people, Preference.INTERESTS, weights.preference),
        trio_costs=np.array([UNIT * weights.trio * p.likes_pairs for p in people], np.int64),
        languages=_one_hot(speaks),
        teams=_codes(p.team if constraints.forbid_same_team else None for p in people),
        managers=_codes(p.manager if constraints.forbid_same_manager else None for p in people),
        apart=relate(apart, len(people)),
        met=relate(met, len(people)),
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
        ones=np.arange(start, stop)[:, None],
        others=np.arange(table.size),
    )
    weights[_clash(table, rows)] = FORBIDDEN

    met = slice(table.met.starts[start], table.met.starts[stop])
    ages = table.met.values[met]
    again = _repeat_points(ages) + weighing.beyond(ages)
    weights[owners(table.met, start, stop), table.met.cols[met]] += again
    apart = slice(table.apart.starts[start], table.apart.starts[stop])
    weights[owners(table.apart, start, stop), table.apart.cols[apart]] = FORBIDDEN
    # A repeat's cost must not lift or lower a forbidden pair.
    np.copyto(weights, FORBIDDEN, where=weights < FORBIDDEN // 2)
    return weights


def blocks(table: Table, weighing: Weighing) -> Iterator[tuple[int, Whole]]:
    """All weights, BLOCK rows at a time, each block with its first row's number."""
    for start in range(0, table.size, BLOCK):
        yield start, weigh(table, start, min(start + BLOCK, table.size), weighing)


def weigh_pairs(table: Table, rows: Whole, cols: Whole, weighing: Weighing) -> Whole:
    """The weights of single pairs, one for each place in ``rows`` and ``cols``."""
    starts = range(0, max(1, len(rows)), PAIRS_AT_ONCE)
    parts = [slice(start, start + PAIRS_AT_ONCE) for start in starts]
    return np.concatenate([_weigh_some(table, rows[p], cols[p], weighing) for p in parts])


def rounds_since(table: Table, rows: Whole, cols: Whole) -> Whole:
    """How many rounds ago the two of each pair last met, 50 at most; 0 if they never have."""
    return look_up(table.met, rows, cols)


def group_weight(table: Table, group: Sequence[int], weighing: Weighing) -> int:
    """The weight of a group: its score, and in full what weighs beyond it."""
    rows, cols = np.array(list(combinations(group, 2)), np.int64).T
    scores = weigh_pairs(table, rows, cols, SCORE)
    ages = rounds_since(table, rows, cols)
    score = int(scores.sum()) // (len(group) - 1) - trio_cost(table, group)
    return int(weighing.beyond(ages).sum()) + score


def trio_cost(table: Table, group: Sequence[int]) -> int:
    """What a group of more than two costs for those in it who like pairs, in twelfths."""
    return int(table.trio_costs[list(group)].sum()) if len(group) > 2 else 0


def _weigh_some(table: Table, rows: Whole, cols: Whole, weighing: Weighing) -> Whole:
    weights = _points(
        table,
        _row_products(table.left[rows], table.right[cols]),
        slots=_row_products(table.slots[rows], table.slots[cols]),
        interests=_row_products(table.interests[rows], table.interests[cols]),
        ones=rows,
        others=cols,
    )
    ages = look_up(table.met, rows, cols)
    weights += _repeat_points(ages) + weighing.beyond(ages)

    clash = (table.teams[rows] == table.teams[cols]) | (
        table.managers[rows] == table.managers[cols]
    )
    clash |= _row_products(table.languages[rows], table.languages[cols]) == 0
    clash |= look_up(table.apart, rows, cols) > 0
    weights[clash] = FORBIDDEN
    return weights


def _repeat_points(ages: Whole) -> Whole:
    """The score's own part of a repeat, in twelfths."""
    points: Whole = np.where(ages > 0, UNIT * (REPEAT + FORGIVEN_A_ROUND * ages), 0)
    return points


def _points(
    table: Table, linear: Reals, *, slots: Reals, interests: Reals, ones: Whole, others: Whole
) -> Whole:
    """Twelfths of points, given the linear part and how many slots and interests are shared.

    ``ones`` and ``others`` are the rows of the two of each pair, in shapes that span the points'.
    """
    weights = table.constraints.weights
    points = linear
    if table.slot_wishes.any():
        earns = np.where(slots >= 2, weights.slots > 0, (slots >= 1) & (weights.slot > 0))
        points += (table.slot_wishes[ones] + table.slot_wishes[others]) * earns
    if table.interest_wishes.any():
        earns = (interests >= 1) & (min(weights.interest, weights.interests) > 0)
        points += (table.interest_wishes[ones] + table.interest_wishes[others]) * earns
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
    "known" is 1 if both have said. For each who prefers a difference, known - same is added.
    """
    weights = constraints.weights
    left: list[Reals] = []
    right: list[Reals] = []

    def add(columns: Reals, points: float, wishes: Reals) -> None:
        left.append(columns * (np.float32(UNIT * points) + wishes))
        right.append(columns)

    ones = np.ones((len(people), 1), np.float32)
    for name in (*DIFFERENCES, "platform", "slots", "interests"):
        points = getattr(weights, name)
        values = [getattr(person, name) for person in people]
        known = np.array([[bool(value)] for value in values], np.float32)
        sign = 1 if name in DIFFERENCES else -1
        is_heard = name in DIFFERENCES and points > 0
        wishes = _wishes(people, name, weights.preference if is_heard else 0)[:, None]
        add(ones, points / 2, 0 * wishes)
        add(known, sign * points / 2, wishes)
        if name not in {"slots", "interests"}:
            same = _one_hot([{value} if value else () for value in values])
            add(same, -sign * points, -wishes)
            if wishes.any():
                left += [known, -same]
                right += [known * wishes, same * wishes]

    if constraints.theme is not None:
        theme = constraints.theme
        sides = np.array([theme_sides(theme, person) for person in people], np.float32)
        if theme is Theme.GUESTS_OF_THE_LAST_SESSION:
            # Both its sides are the same, so that a pair of guests would count twice.
            sides = sides[:, :1]
        left.append(sides * np.float32(UNIT * weights.theme))
        right.append(sides[:, ::-1])
    return np.hstack(left), np.hstack(right)


def _wishes(people: Sequence[Person], name: str, points: int) -> Reals:
    """So many points, in twelfths, for those who prefer this criterion, and 0 for the others."""
    return np.array([UNIT * points * (person.prefers == name) for person in people], np.float32)


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


def _most_points(constraints: Constraints) -> int:
    """More than any pair can earn, and two people lose in a larger group."""
    weights = constraints.weights
    names = (*DIFFERENCES, "slot", "slots", "interests", "platform", "theme")
    points = sum(int(getattr(weights, name)) for name in names)
    return 1 + points + 2 * (weights.preference + weights.trio)
