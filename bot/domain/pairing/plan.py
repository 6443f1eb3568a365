"""A round, planned: who meets whom, who can't be placed and why, and how good it is.

It loads numpy, scipy and rustworkx and computes for a while, so it runs in a process of its own.
The aims, one strictly after the other: hard rules; everybody placed; as many groups of the wished
size as can be; fewest repeats; the oldest repeats (most rounds since, summed, each up to 50); the
score. The order of people in a file does not matter: they are put in an order drawn from seed,
round and id, and all ties are broken from there.
"""

from collections.abc import Sequence
from hashlib import blake2b
from itertools import combinations

import numpy as np

from bot.domain.pairing import bound, larger, matching, rescue, rules, small, trios
from bot.domain.pairing import relaxed as relaxation
from bot.domain.pairing.model import Constraints, History, Person, Plan, Unmatched
from bot.domain.pairing.relaxed import Relaxed
from bot.domain.pairing.table import (
    FORBIDDEN,
    SCORE,
    STRICT_UP_TO,
    UNIT,
    Table,
    Weighing,
    Whole,
    by_aims,
    encode,
    rounds_since,
    trio_cost,
    weigh,
    weigh_pairs,
)

Group = tuple[int, ...]

LARGER_PART = 1_200
"""A multiple of 12, so that threes and fours fill each part."""


def plan_round(
    people: Sequence[Person],
    history: History,
    constraints: Constraints,
    *,
    round: int,  # noqa: A002  The community's word; the builtin is not needed here.
    seed: int,
    locked: Sequence[tuple[str, ...]] = (),
) -> Plan:
    """The best plan for those due in this round; the same arguments give the same plan.

    ``locked`` groups stay as they are and the others are planned around them. Raises ValueError
    with a sentence if a locked group is not legal.
    """
    _check_ids(people)
    due = sorted(
        rules.due(people, history, round), key=lambda person: _draw(seed, round, person.id)
    )
    fixed = _locked_rows(due, constraints, locked)
    if not due:
        return Plan(round, seed, groups=(), unmatched=(), score=0.0, bound=0.0, repeats=0)

    table = encode(due, history, constraints, number=round)
    rng = np.random.default_rng(int.from_bytes(_draw(seed, round, "")[0]))

    taken = {row for group in fixed for row in group}
    free = [row for row in range(table.size) if row not in taken]
    groups = list(fixed)
    prices = np.full(table.size, FORBIDDEN)
    is_whole = not fixed
    for rows in components(table, free):
        parts = _parts(rows, constraints)
        for part_rows in parts:
            part = table
            if len(part_rows) < table.size:
                part = encode([due[row] for row in part_rows], history, constraints, number=round)
            found, prices[part_rows] = _plan_part(part, rng=rng)
            groups += [tuple(part_rows[row] for row in group) for group in found]
        is_whole = is_whole and len(parts) == 1

    aims_prices = prices if is_whole else None
    return _plan(table, groups, aims_prices, number=round, seed=seed, rng=rng)


def components(table: Table, rows: Sequence[int]) -> tuple[list[int], ...]:
    """These people in parts between which nobody may meet anybody, each part in order.

    A part is complete once none of the others may meet anybody in it; whichever side has fewer
    people is asked.
    """
    others = np.zeros(table.size, np.bool_)
    others[list(rows)] = True
    parts = []
    while others.any():
        first = int(others.argmax())
        others[first] = False
        part, waiting = [first], [first]
        while waiting and others.any():
            if len(waiting) <= others.sum():
                near = weigh(table, waiting[0], waiting[0] + 1, SCORE)[0] > FORBIDDEN
                reached = np.flatnonzero(others & near)
                waiting = waiting[1:]
            else:
                reached = np.array(
                    [
                        row
                        for row in np.flatnonzero(others).tolist()
                        if (weigh(table, row, row + 1, SCORE)[0, part] > FORBIDDEN).any()
                    ],
                    np.int64,
                )
                waiting = []
            others[reached] = False
            part += reached.tolist()
            waiting += reached.tolist()
        parts.append(sorted(part))
    return tuple(parts)


def _draw(seed: int, number: int, name: str) -> tuple[bytes, str]:
    """A place in line that nobody can foresee and that does not depend on any file's order."""
    return blake2b(f"{seed} {number} {name}".encode(), digest_size=16).digest(), name


def _check_ids(people: Sequence[Person]) -> None:
    seen: set[str] = set()
    for person in people:
        if person.id in seen:
            raise ValueError(f"{person.id} is in the list twice.")
        seen.add(person.id)


def _locked_rows(
    due: Sequence[Person], limits: Constraints, locked: Sequence[tuple[str, ...]]
) -> list[Group]:
    places = {person.id: row for row, person in enumerate(due)}
    groups: list[Group] = []
    for names in locked:
        told = " and ".join(names)
        if any(name not in places for name in names):
            raise ValueError(f"{told} can't be locked together: not all of them are due.")
        if not limits.group_min <= len(set(names)) == len(names) <= limits.group_max:
            raise ValueError(
                f"{told} can't be locked together: a group has {limits.group_min} to "
                f"{limits.group_max} different people."
            )
        group = tuple(places.pop(name) for name in names)
        for one, other in combinations(group, 2):
            reason = rules.forbidden(due[one], due[other], limits)
            if reason is not None:
                raise ValueError(f"{told} can't be locked together: {reason}.")
        groups.append(group)
    return groups


def _parts(rows: list[int], constraints: Constraints) -> list[list[int]]:
    """Groups of three and four are found among at most LARGER_PART people at a time."""
    if constraints.group_size == 2 or len(rows) <= STRICT_UP_TO:
        return [rows]
    return [rows[start : start + LARGER_PART] for start in range(0, len(rows), LARGER_PART)]


def _plan_part(table: Table, *, rng: np.random.Generator) -> tuple[tuple[Group, ...], Whole]:
    """The groups of people who are all linked by whom they may meet, and their prices."""
    if table.size == 1:
        return (), np.array([FORBIDDEN])

    weighing = by_aims(table)
    relaxed = relaxation.relax(table, weighing, rng=rng)
    if table.size <= small.EXACT_UP_TO:
        groups = small.best_groups(table)
    elif table.constraints.group_size == 2:
        groups = pair_up(table, weighing, relaxed, rng=rng)
    else:
        pairs = matching.match(table, weighing, relaxed, rng=rng)
        groups = larger.group_up(table, weighing, pairs)
        groups = rescue.place_alone(table, weighing, groups, left_out=relaxed.left_out)
    return groups, relaxed.prices


def pair_up(
    table: Table, weighing: Weighing, relaxed: Relaxed, *, rng: np.random.Generator
) -> tuple[Group, ...]:
    """Pairs, with one trio for an odd number of people, or more where pairs alone can't do it."""
    has_trios = table.constraints.group_max > 2
    if table.size % 2 and has_trios:
        found = trios.match_with_trio(table, weighing, relaxed, rng=rng)
        if found is not None:
            return (found.trio, *found.others.pairs)

    groups = tuple(matching.match(table, weighing, relaxed, rng=rng).pairs)
    if not has_trios:
        return groups
    rescued = rescue.place_alone(table, weighing, groups, left_out=relaxed.left_out)
    if rescued == groups or table.size > STRICT_UP_TO:
        return rescued
    return larger.exchange(table, weighing, rescued)


def _plan(
    table: Table,
    groups: list[Group],
    aims_prices: Whole | None,
    *,
    number: int,
    seed: int,
    rng: np.random.Generator,
) -> Plan:
    people = table.people
    placed = {row for group in groups for row in group}
    pairs = [(*pair, len(group) - 1) for group in groups for pair in combinations(group, 2)]
    rows, cols, shares = np.array(pairs, np.int64).reshape(-1, 3).T
    score = int((weigh_pairs(table, rows, cols, SCORE) // shares).sum())
    score -= sum(trio_cost(table, group) for group in groups)
    repeats = int((rounds_since(table, rows, cols) > 0).sum())
    unmatched = [
        Unmatched(person.id, _why(person, people, table.constraints))
        for row, person in enumerate(people)
        if row not in placed
    ]
    prices = bound.score_prices(table, aims_prices, rng=rng)
    return Plan(
        round=number,
        seed=seed,
        groups=tuple(sorted(tuple(sorted(people[row].id for row in g)) for g in groups)),
        unmatched=tuple(sorted(unmatched, key=lambda left: left.id)),
        score=score / UNIT,
        bound=bound.upper_bound(prices, placed=len(placed)),
        repeats=repeats,
    )


def _why(person: Person, people: Sequence[Person], constraints: Constraints) -> str:
    others = [other for other in people if other is not person]
    return rules.why_unmatched(person, others, constraints)
