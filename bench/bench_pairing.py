"""How close a planned round comes to the best possible, beside a shuffle and greedy pairing.

`python -m bench.bench_pairing [people ...]`. Without numbers it is the short form: four populations
of 1,000 and one of 10,000. All three ways plan the same population in the same run and are measured
against the same bound. The shuffle puts people side by side at random and moves on where a rule
forbids it; greedy takes the best pair left, then the next. Both hold all weights at once, so beyond
2,000 people only the planner runs.
"""

import os
import platform
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import numpy as np

from bench import populations
from bot.domain import pairing
from bot.domain.pairing import Constraints, History, Person, Preference
from bot.domain.pairing import table as tables
from bot.domain.pairing.plan import plan_round

ROUNDS = 26
SEED = 1
BOTH_UP_TO = 2_000
Pairs = list[tuple[int, int]]


def main() -> None:
    print(f"{datetime.now(UTC):%d %B %Y}, {os.cpu_count()} cores, {_processor()}")
    print(
        f"{'population':22} {'people':>6}  {'way':8} {'of bound':>8} {'repeats':>7} {'seconds':>7}"
    )
    wanted = [int(word) for word in sys.argv[1:]]
    for size in wanted or [1_000]:
        for name, people, history in _cases(size):
            _compare(name, people, history)
    if not wanted:
        _compare(*next(_cases(10_000)))


def _cases(size: int) -> Iterator[tuple[str, tuple[Person, ...], History]]:
    makers: dict[str, Callable[..., tuple[Person, ...]]] = {
        "community": populations.community,
        "60 % in one employer": populations.one_large_organisation,
        "ten blocks each": populations.many_blocks,
        "with preferences": _wishing,
    }
    for name, make in makers.items():
        people = make(size, seed=SEED)
        yield name, people, populations.shuffled_rounds(people, rounds=ROUNDS, seed=SEED)


def _wishing(size: int, *, seed: int) -> tuple[Person, ...]:
    """A community in which a third would like pairs, and most prefer something."""
    rng = Random(seed + 4)
    return tuple(
        replace(
            person,
            prefers=rng.choice([None, *Preference]),
            likes_pairs=rng.random() < 1 / 3,
        )
        for person in populations.community(size, seed=seed)
    )


def _processor() -> str:
    cpu = Path("/proc/cpuinfo")
    lines = cpu.read_text(encoding="utf-8").splitlines() if cpu.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def _compare(name: str, people: tuple[Person, ...], history: History) -> None:
    started = time.perf_counter()
    plan = plan_round(people, history, Constraints(), round=ROUNDS + 1, seed=SEED)
    seconds = time.perf_counter() - started
    _row(
        name,
        len(people),
        "planned",
        ratio=plan.score / plan.bound,
        repeats=plan.repeats,
        seconds=seconds,
    )

    if len(people) > BOTH_UP_TO:
        return

    due = pairing.due(people, history, ROUNDS + 1)
    table = tables.encode(due, history, Constraints(), number=ROUNDS + 1)
    for way, pair_off in (("greedy", _greedy), ("shuffle", _shuffle)):
        started = time.perf_counter()
        pairs = pair_off(table)
        seconds = time.perf_counter() - started
        rows, cols = np.array(pairs, np.int64).T
        score = tables.weigh_pairs(table, rows, cols, tables.SCORE).sum() / tables.UNIT
        repeats = int((tables.rounds_since(table, rows, cols) > 0).sum())
        _row(name, len(people), way, ratio=score / plan.bound, repeats=repeats, seconds=seconds)


def _greedy(table: tables.Table) -> Pairs:
    weights = np.vstack([block for _, block in tables.blocks(table, tables.SCORE)])
    rows, cols = np.triu_indices(table.size, 1)
    order = np.argsort(-weights[rows, cols], kind="stable")
    return _take(zip(rows[order].tolist(), cols[order].tolist(), strict=True), weights)


def _shuffle(table: tables.Table) -> Pairs:
    weights = np.vstack([block for _, block in tables.blocks(table, tables.SCORE)])
    order = Random(SEED).sample(range(table.size), table.size)
    return _take(
        ((one, other) for place, one in enumerate(order) for other in order[place + 1 :]), weights
    )


def _take(candidates: Iterable[tuple[int, int]], weights: tables.Whole) -> Pairs:
    """The pairs one after the other, where both are still free and may meet."""
    taken: set[int] = set()
    pairs = []
    for one, other in candidates:
        if one not in taken and other not in taken and weights[one, other] > tables.FORBIDDEN:
            pairs.append((one, other))
            taken |= {one, other}
    return pairs


def _row(name: str, size: int, way: str, *, ratio: float, repeats: int, seconds: float) -> None:
    print(f"{name:22} {size:6,}  {way:8} {ratio:8.4f} {repeats:7} {seconds:7.2f}")


if __name__ == "__main__":
    main()
