"""The planner's parts by themselves: bounds, chains, many people."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from scipy.optimize import linear_sum_assignment

from bench import populations
from bot.domain import pairing
from bot.domain.pairing import Constraints, History, Person, matching, small
from bot.domain.pairing import plan as planner
from bot.domain.pairing import relaxed as relaxation
from bot.domain.pairing import table as tables
from bot.domain.pairing.bound import score_prices, upper_bound
from bot.domain.pairing.larger import exchange
from bot.domain.pairing.rescue import place_alone

RULES = Constraints()


def rng() -> np.random.Generator:
    return np.random.default_rng(1)


def strangers(count: int, prefix: str = "p") -> list[Person]:
    return [Person(f"{prefix}{row:02}") for row in range(count)]


def all_weights(table: tables.Table) -> tables.Whole:
    return tables.weigh(table, 0, table.size, tables.SCORE)


def knows_only(person: Person, friends: set[str], everybody: set[str]) -> Person:
    return replace(person, blocked=frozenset(everybody - friends - {person.id}))


@pytest.mark.parametrize(
    ("people", "history"),
    [
        (populations.community(150, seed=8), History()),
        (populations.one_large_organisation(151, seed=8), History()),
        (
            populations.community(60, seed=9),
            populations.met_all_but(populations.community(60, seed=9), unmet=2),
        ),
    ],
    ids=["even", "odd", "repeats"],
)
def test_prices_cover_every_pair_and_are_the_best_there_are(people, history):
    table = tables.encode(people, history, RULES, number=99)
    weights = all_weights(table)

    prices = score_prices(table, None, rng=rng())

    legal = weights > tables.FORBIDDEN
    assert (prices[:, None] + prices[None, :] >= weights)[legal].all()
    rows, cols = linear_sum_assignment(np.where(legal, weights, -1e9), maximize=True)
    best = weights[rows, cols].sum() / 2
    assert best <= prices.sum() <= best + len(people)


def test_the_planners_own_prices_are_lifted_where_a_repeat_would_be_worth_it():
    # Only the four who have met share anything, so their meeting again scores highest of all.
    people = strangers(12)
    history = History((pairing.Round(1, (("p00", "p01"), ("p02", "p03"))),))
    table = tables.encode(people, history, RULES, number=2)
    weights = all_weights(table)
    low = np.full(12, 12 * 25)
    low[:2] = -12 * 100

    lifted = score_prices(table, low, rng=rng())
    anew = score_prices(table, np.where(low < 0, 12 * -1_000, low), rng=rng())

    legal = weights > tables.FORBIDDEN
    met = np.zeros_like(legal)
    met[[0, 1, 2, 3], [1, 0, 3, 2]] = True
    assert (lifted[:, None] + lifted[None, :] >= weights)[met].all()
    assert (anew[:, None] + anew[None, :] >= weights)[legal].all()
    assert upper_bound(anew, placed=12) == 6 * 50


def test_single_pairs_weigh_the_same_however_many_are_weighed_at_once(monkeypatch):
    people = populations.community(12, seed=8)
    table = tables.encode(people, History(), RULES, number=1)
    rows, cols = np.indices((12, 12)).reshape(2, -1)

    monkeypatch.setattr(tables, "PAIRS_AT_ONCE", 7)

    weights = tables.weigh_pairs(table, rows, cols, tables.SCORE)
    assert (weights == all_weights(table).ravel()).all()


def test_the_bound_counts_only_as_many_as_are_placed():
    assert upper_bound(np.array([12, 36, 24, -600]), placed=2) == 5
    assert upper_bound(np.array([12, 36]), placed=0) == 0


def test_prices_still_come_out_when_the_assignment_was_not_the_best():
    edges = relaxation.Edges(*np.array([[0, 1, 0], [1, 2, 2], [600, 600, 1200]]))

    prices = relaxation._prices(edges, np.array([1, 0, 2]), 10_000)

    assert len(prices) == 3


def test_somebody_alone_takes_a_place_so_that_another_may_join_elsewhere():
    everybody = {"alone", "giver", "host", "left", "right"}
    people = [
        knows_only(Person("alone"), {"host"}, everybody),
        Person("giver"),
        knows_only(Person("host"), {"alone", "giver"}, everybody),
        Person("left"),
        Person("right"),
    ]
    table = tables.encode(people, History(), RULES, number=1)

    groups = place_alone(table, tables.by_aims(table), [(1, 2), (3, 4)])

    assert groups == ((0, 2), (1, 3, 4))


def test_a_chain_may_end_in_a_group_that_it_has_changed():
    # Two, alone, sends six off, who sends zero off, who sends seven off, who joins three and six.
    friends = ["135", "02567", "17", "067", "", "017", "137", "12356"]
    everybody = {f"p{row:02}" for row in range(8)}
    people = [
        knows_only(person, {f"p0{friend}" for friend in known}, everybody)
        for person, known in zip(strangers(8), friends, strict=True)
    ]
    table = tables.encode(people, History(), RULES, number=1)

    groups = place_alone(table, tables.by_aims(table), [(0, 3), (1, 6), (5, 7)], left_out=1)

    assert sorted(member for group in groups for member in group) == [0, 1, 2, 3, 5, 6, 7]


def test_a_chain_that_leads_nowhere_changes_nothing():
    everybody = {"alone", "giver", "host", "other"}
    people = [
        knows_only(Person("alone"), {"host"}, everybody),
        knows_only(Person("giver"), {"host"}, everybody),
        Person("host"),
        knows_only(Person("other"), {"host"}, everybody),
    ]
    table = tables.encode(people, History(), RULES, number=1)

    assert place_alone(table, tables.by_aims(table), [(1, 2)]) == ((1, 2),)


@pytest.mark.parametrize(
    ("count", "seed", "rounds"),
    [(12, 0, 7), (12, 1, 10), (13, 0, 10), (13, 1, 0), (13, 2, 0), (13, 2, 4)],
)
def test_matching_finds_what_trying_everything_finds(count, seed, rounds):
    people = populations.community(count, seed=seed)
    people = tuple(replace(person, team=None, manager=None) for person in people)
    history = populations.shuffled_rounds(people, rounds=rounds, seed=seed)
    table = tables.encode(people, history, RULES, number=rounds + 1)
    weighing = tables.by_aims(table)

    relaxed = relaxation.relax(table, weighing, rng=rng())
    found = planner.pair_up(table, weighing, relaxed, rng=rng())

    def total(groups):
        return sum(tables.group_weight(table, group, weighing) for group in groups)

    assert sum(map(len, found)) == count
    assert total(found) == total(small.best_groups(table))


def test_a_poor_first_matching_is_mended_by_the_proof(monkeypatch):
    people = populations.community(80, seed=13)
    table = tables.encode(people, History(), RULES, number=1)
    weighing = tables.by_aims(table)
    relaxed = relaxation.relax(table, weighing, rng=rng())
    good = matching.match(table, weighing, relaxed, rng=rng())

    monkeypatch.setattr(matching, "TIGHT", 1)

    assert matching.match(table, weighing, relaxed, rng=rng()).value == good.value


def test_no_exchange_of_two_people_makes_larger_groups_better():
    people = populations.community(18, seed=14)
    people = tuple(replace(person, team=None, manager=None) for person in people)
    history = populations.shuffled_rounds(people, rounds=16, seed=14)
    table = tables.encode(people, history, RULES, number=17)
    weighing = tables.by_aims(table)
    start = [(0, 1, 2, 3), (4, 5, 6), (7, 8), (9, 10, 11, 12), (13, 14, 15), (16, 17)]

    def total(groups):
        return sum(tables.group_weight(table, group, weighing) for group in groups)

    def exchanged(groups, one, other):
        swap = {one: other, other: one}
        return [[swap.get(row, row) for row in group] for group in groups]

    groups = exchange(table, weighing, start)

    assert [len(group) for group in groups] == [len(group) for group in start]
    assert total(groups) > total(start)
    for one, other in combinations(range(18), 2):
        assert total(exchanged(groups, one, other)) <= total(groups)


def test_an_exchange_counts_the_repeats_that_both_leave_behind():
    # One repeat instead of two, though both who move have one, and though it costs 100 points.
    sides = [
        {"place": side, "organisation": side, "sector": side, "profession": side, "stage": side}
        for side in "xy"
    ]
    likes = [
        {"slots": frozenset({"mon", "tue"}), "interests": frozenset({"a", "b", "c"})},
        {"slots": frozenset({"wed", "thu"}), "interests": frozenset({"d", "e", "f"})},
    ]
    people = [
        replace(person, platform=f"platform {row // 2}", **sides[row % 2], **likes[row // 2])
        for row, person in enumerate(strangers(4))
    ]
    pairs = [("p00", "p01"), ("p02", "p03"), ("p00", "p02"), ("p00", "p03"), ("p01", "p02")]
    table = tables.encode(people, History((pairing.Round(1, tuple(pairs)),)), RULES, number=60)
    first = [(0, 1), (2, 3)]

    groups = exchange(table, tables.by_aims(table), first)

    assert groups == ((1, 3), (0, 2))
    scores = [
        sum(tables.group_weight(table, g, tables.SCORE) for g in some) for some in (first, groups)
    ]
    assert scores == [0, -100 * tables.UNIT]


def test_an_exchange_gives_the_pairs_to_those_who_like_them():
    people = [replace(person, likes_pairs=person.id in {"p00", "p01"}) for person in strangers(5)]
    table = tables.encode(people, History(), RULES, number=1)

    groups = exchange(table, tables.by_aims(table), [(0, 1, 2), (3, 4)])

    assert {len(group): group for group in groups}[2] == (0, 1)


def test_each_group_of_friends_around_one_person_gets_its_trio():
    # Seven, seven and seven who only meet among themselves, and one whom all of them may meet.
    rings = [strangers(7, prefix) for prefix in "abc"]
    people = [
        replace(person, languages=frozenset({prefix}))
        for prefix, ring in zip("abc", rings, strict=True)
        for person in ring
    ]
    people.append(Person("hub", languages=frozenset("abc")))

    plan = pairing.plan_round(people, History(), RULES, round=1, seed=1)

    assert plan.unmatched == ()
    assert sorted(map(len, plan.groups)) == [2] * 8 + [3, 3]


def test_groups_of_three_where_most_may_meet_only_one_person():
    everybody = {f"p{row:02}" for row in range(12)} | {"hub"}
    people = [knows_only(person, {"hub"}, everybody) for person in strangers(12)]
    people.append(Person("hub"))

    plan = pairing.plan_round(people, History(), Constraints(group_size=3), round=1, seed=1)
    trios = pairing.plan_round(
        people, History(), Constraints(group_size=3, group_min=3), round=1, seed=1
    )

    assert [len(group) for group in plan.groups] == [2]
    assert len(plan.unmatched) == 11
    assert trios.groups == ()
    assert len(trios.unmatched) == 13


def test_pairs_only_among_an_odd_number_leave_out_whoever_costs_least():
    people = populations.community(131, seed=10)

    plan = pairing.plan_round(people, History(), Constraints(group_max=2), round=1, seed=1)

    assert len(plan.groups) == 65
    assert 0.999 <= plan.ratio <= 1


@pytest.mark.parametrize("count", [2_100, 2_101])
def test_more_than_two_thousand_members_are_planned_almost_as_well(count):
    people = populations.community(count, seed=11)
    history = populations.shuffled_rounds(people, rounds=4, seed=11)

    plan = pairing.plan_round(people, history, RULES, round=5, seed=1)

    named = [name for group in plan.groups for name in group]
    assert sorted(named) == [person.id for person in people]
    assert plan.repeats == 0
    assert sorted({len(group) for group in plan.groups}) == ([2, 3] if count % 2 else [2])
    assert 0.999 <= plan.ratio <= 1


def test_groups_of_three_among_more_than_two_thousand_members():
    people = populations.community(2_100, seed=12)

    plan = pairing.plan_round(people, History(), Constraints(group_size=3), round=1, seed=1)

    assert [len(group) for group in plan.groups] == [3] * 700
    assert plan.unmatched == ()
    assert 0.93 <= plan.ratio <= 1


def test_people_are_parted_by_whom_they_may_meet_at_all():
    everybody = {f"p{row:02}" for row in range(5)}
    one, two, three, four, five = strangers(5)
    people = [
        knows_only(one, {"p01"}, everybody),
        two,
        knows_only(three, {"p01"}, everybody),
        knows_only(four, {"p04"}, everybody),
        knows_only(five, {"p03"}, everybody),
    ]
    table = tables.encode(people, History(), RULES, number=1)

    assert planner.components(table, range(5)) == ([0, 1, 2], [3, 4])
    assert planner.components(table, [0, 2, 3]) == ([0], [2], [3])
