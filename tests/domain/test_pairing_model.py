"""The dull parts: history's index, constraints that can't be, and the sentence of a plan."""

import pickle
import subprocess
import sys

import pytest

from bot.domain import pairing
from bot.domain.pairing import Constraints, History, Person, Plan, Round


def plan(*, score: float, bound: float) -> Plan:
    return Plan(
        round=1, seed=1, groups=(("ada", "ben"),), unmatched=(), score=score, bound=bound, repeats=0
    )


def test_history_knows_the_last_meeting_whatever_the_order():
    history = History(
        (
            Round(5, (("ben", "ada"),)),
            Round(2, (("ada", "ben", "cat"),)),
            Round(4, (("ada", "cat"),)),
        )
    )

    assert history.last_met("ada", "ben") == 5
    assert history.last_met("ben", "ada") == 5
    assert history.last_met("cat", "ada") == 4
    assert history.last_met("cat", "ben") == 2
    assert history.last_met("cat", "dan") is None
    assert history.last_round_of("cat") == 4
    assert history.last_round_of("dan") is None
    assert history.last_round() == 5
    assert sorted(history.pairs()) == [("ada", "ben", 5), ("ada", "cat", 4), ("ben", "cat", 2)]


def test_history_before_the_first_round_is_empty():
    assert History().last_round() == 0
    assert list(History().pairs()) == []


@pytest.mark.parametrize(
    ("least", "size", "most"), [(1, 2, 3), (3, 2, 3), (2, 4, 3), (2, 2, 5), (2, 5, 5)]
)
def test_constraints_refuse_sizes_that_can_not_be_planned(least, size, most):
    with pytest.raises(ValueError, match="can't be planned"):
        Constraints(group_min=least, group_size=size, group_max=most)


@pytest.mark.parametrize(
    ("score", "bound", "sentence"),
    [
        (90.0, 90.0, "the best possible"),
        (90.0, 100.0, "within 10 % of the best possible"),
        (99.999, 100.0, "within 0.01 % of the best possible"),
        (2.0, 3.0, "within 33.34 % of the best possible"),
        (-150.0, -100.0, "within 50 points of the best possible"),
        (-7.5, 0.0, "within 7.5 points of the best possible"),
    ],
)
def test_quality_is_a_share_of_the_bound_or_a_difference(score, bound, sentence):
    assert plan(score=score, bound=bound).quality == sentence


def test_ratio_is_missing_where_the_bound_is_not_above_zero():
    assert plan(score=45.0, bound=90.0).ratio == 0.5
    assert plan(score=-5.0, bound=0.0).ratio is None


def test_people_and_history_travel_to_the_worker_process():
    person = Person("ada", blocked=frozenset({"ben"}))
    history = History((Round(3, (("ada", "ben"),)),))

    there = pickle.loads(pickle.dumps((person, history, pairing.plan_round)))  # noqa: S301  Ours.

    assert there == (person, history, pairing.plan_round)
    assert there[1].last_met("ada", "ben") == 3


def test_importing_the_package_and_the_command_does_not_load_the_planner():
    program = (
        "import sys, bot.domain.pairing, bot.commands.pair;"
        "print(sorted({'numpy', 'scipy', 'rustworkx'} & set(sys.modules)))"
    )

    printed = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert printed.stdout == "[]\n"
