"""A round as a community meets it: odd numbers, one large team, heavy blocking, long histories."""

from dataclasses import replace
from itertools import combinations
from random import Random

import pytest

from bench import populations
from bot.domain import pairing
from bot.domain.pairing import (
    Constraints,
    Frequency,
    History,
    Person,
    Plan,
    Preference,
    Round,
    Theme,
    Unmatched,
    Weights,
    forbidden,
)

RULES = Constraints()


def planned(people, history=History(), rules=RULES, *, number=1, seed=1, locked=()) -> Plan:  # noqa: B008  Frozen.
    return pairing.plan_round(people, history, rules, round=number, seed=seed, locked=locked)


def assert_valid(plan: Plan, people, rules=RULES) -> None:
    by_id = {person.id: person for person in people}
    named = [name for group in plan.groups for name in group]
    named += [left.id for left in plan.unmatched]

    assert sorted(named) == sorted(by_id)
    for group in plan.groups:
        assert rules.group_min <= len(group) <= rules.group_max
        for one, other in combinations(group, 2):
            assert forbidden(by_id[one], by_id[other], rules) is None


def sizes(plan: Plan) -> list[int]:
    return sorted(map(len, plan.groups))


def strangers(count: int) -> list[Person]:
    return [Person(f"p{row:02}") for row in range(count)]


@pytest.mark.parametrize(
    ("count", "expected"),
    [(0, []), (2, [2]), (3, [3]), (4, [2, 2]), (5, [2, 3]), (13, [2] * 5 + [3]), (14, [2] * 7)],
)
def test_an_odd_number_makes_one_trio_and_leaves_nobody_out(count, expected):
    people = strangers(count)

    plan = planned(people)

    assert_valid(plan, people)
    assert sizes(plan) == expected


def test_nobody_due_is_an_empty_plan():
    people = [Person("ada", paused_until_round=5)]

    plan = planned(people)

    assert plan == Plan(1, 1, groups=(), unmatched=(), score=0, bound=0, repeats=0)


def test_one_person_is_named():
    assert planned([Person("ada")]).unmatched == (Unmatched("ada", "nobody else is due"),)


def test_two_people_of_one_team_are_named_with_the_reason():
    plan = planned([Person("ben", team="t1"), Person("ada", team="t1")])

    assert plan.groups == ()
    assert plan.unmatched == (Unmatched("ada", "same team"), Unmatched("ben", "same team"))
    assert (plan.score, plan.bound) == (0, 0)


def test_a_block_reads_cannot_be_paired():
    plan = planned([Person("ada", blocked=frozenset({"ben"})), Person("ben")])

    assert plan.unmatched == (
        Unmatched("ada", "cannot be paired"),
        Unmatched("ben", "cannot be paired"),
    )


def test_a_team_larger_than_everybody_else_fills_all_the_groups_it_can():
    people = [Person(f"t{row:02}", team="t") for row in range(12)] + strangers(4)

    plan = planned(people)

    assert_valid(plan, people)
    assert sizes(plan) == [2, 2, 2, 2]
    assert len(plan.unmatched) == 8
    assert {left.reason for left in plan.unmatched} == {
        "everybody they may meet is needed in another group"
    }
    assert plan.score <= plan.bound


def test_only_those_due_take_part():
    people = [
        Person("ada"),
        Person("ben", frequency=Frequency.MONTHLY),
        Person("cat"),
        Person("dan", paused_until_round=9),
    ]

    plan = planned(people, History((Round(3, (("ada", "ben"),)),)), number=4)

    assert plan.groups == (("ada", "cat"),)
    assert plan.unmatched == ()


def test_two_halves_that_may_not_meet_get_a_trio_each():
    welsh = [Person(f"w{row:02}", languages=frozenset({"cy"})) for row in range(13)]
    people = [*strangers(15), *welsh]

    plan = planned(people)

    assert_valid(plan, people)
    assert sizes(plan) == [2] * 11 + [3, 3]


def test_trios_rescue_those_whom_pairs_leave_alone():
    # Two rings of seven hang on one person: pairs alone would leave two people out.
    one, other = strangers(14)[:7], strangers(14)[7:]
    people = [replace(person, languages=frozenset({"a"})) for person in one]
    people += [replace(person, languages=frozenset({"b"})) for person in other]
    people[0] = replace(people[0], languages=frozenset({"a", "c"}))
    people[7] = replace(people[7], languages=frozenset({"b", "c"}), blocked=frozenset({"p00"}))
    people += [Person("hub", languages=frozenset({"c"})), Person("pal", languages=frozenset({"c"}))]

    plan = planned(people)

    assert_valid(plan, people)
    assert plan.unmatched == ()
    assert sum(sizes(plan)) == 16


def test_groups_of_two_only_leave_an_odd_one_out():
    people = strangers(13)

    plan = planned(people, rules=Constraints(group_max=2))

    assert sizes(plan) == [2] * 6
    assert [left.reason for left in plan.unmatched] == [
        "everybody they may meet is needed in another group"
    ]


@pytest.mark.parametrize(
    ("count", "rules", "expected"),
    [
        (24, Constraints(group_size=3), [3] * 8),
        (25, Constraints(group_size=3), [2, 2] + [3] * 7),
        (26, Constraints(group_size=3), [2] + [3] * 8),
        (25, Constraints(group_size=3, group_max=4), [3] * 7 + [4]),
        (24, Constraints(group_size=4, group_max=4), [4] * 6),
        (27, Constraints(group_size=4, group_max=4), [3] + [4] * 6),
        (14, Constraints(group_size=3, group_min=3), [3] * 4),
    ],
)
def test_larger_groups_are_as_many_as_can_be(count, rules, expected):
    people = list(populations.community(count, seed=4))
    people = [replace(person, team=None, manager=None) for person in people]

    plan = planned(people, rules=rules)

    assert_valid(plan, people, rules)
    assert sizes(plan) == expected
    assert plan.score <= plan.bound


def test_larger_groups_keep_the_rules_and_avoid_repeats():
    people = populations.many_blocks(120, seed=2)
    history = populations.shuffled_rounds(people, rounds=8, seed=2)
    rules = Constraints(group_size=4, group_max=4)

    plan = planned(people, history, rules, number=9)

    assert_valid(plan, people, rules)
    assert (plan.unmatched, plan.repeats) == ((), 0)


def test_a_repeat_happens_only_when_it_must_and_then_the_oldest():
    people = strangers(4)
    history = History(
        (
            Round(1, (("p00", "p01"), ("p02", "p03"))),
            Round(2, (("p00", "p02"), ("p01", "p03"))),
        )
    )

    third = planned(people, history, number=3)
    held = History((*history.rounds, Round(3, third.groups)))
    fourth = planned(people, held, number=4)

    assert (third.groups, third.repeats) == ((("p00", "p03"), ("p01", "p02")), 0)
    assert (fourth.groups, fourth.repeats) == ((("p00", "p01"), ("p02", "p03")), 2)


def test_when_almost_everybody_has_met_those_left_are_found():
    people = populations.community(40, seed=5)
    free = tuple(replace(person, team=None, manager=None) for person in people)
    history = populations.met_all_but(free, unmet=3)

    plan = planned(free, history, number=len(history.rounds) + 1)

    assert_valid(plan, free)
    assert plan.repeats == 0


def test_the_only_trio_without_a_repeat_is_found():
    people = strangers(21)
    ids = [person.id for person in people]
    hidden = [tuple(ids[:3]), *(tuple(ids[row : row + 2]) for row in range(3, 21, 2))]
    unmet = {pair for group in hidden for pair in combinations(group, 2)}
    met = tuple(pair for pair in combinations(ids, 2) if pair not in unmet)

    plan = planned(people, History((Round(1, met),)), number=2)

    assert plan.groups == tuple(hidden)
    assert plan.repeats == 0


def test_a_theme_brings_its_pairs_together():
    kinds = ["clinical", "executive"] * 10
    people = [replace(p, kind=kind) for p, kind in zip(strangers(20), kinds, strict=True)]
    by_id = {person.id: person for person in people}

    plan = planned(people, rules=Constraints(theme=Theme.CLINICIANS_WITH_EXECUTIVES))

    assert all({by_id[a].kind, by_id[b].kind} == set(kinds) for a, b in plan.groups)


def test_preferences_decide_between_pairs_that_are_otherwise_as_good():
    kinds = [
        {"place": "x", "profession": "nurse", "prefers": Preference.PLACE},
        {"place": "x", "profession": "nurse", "prefers": Preference.PROFESSION},
        {"place": "y", "profession": "nurse"},
        {"place": "x", "profession": "doctor"},
    ]
    people = [replace(person, **kinds[row % 4]) for row, person in enumerate(strangers(20))]
    weights = Weights(place=10, profession=10, preference=1)

    plan = planned(people, rules=Constraints(weights=weights))

    met = {frozenset(int(name[1:]) % 4 for name in group) for group in plan.groups}
    assert met == {frozenset({0, 2}), frozenset({1, 3})}
    assert plan.quality == "the best possible"


@pytest.mark.parametrize(("count", "unconcerned"), [(7, 3), (21, 3), (101, 3), (101, 60)])
def test_the_trio_falls_on_those_who_do_not_mind(count, unconcerned):
    people = [
        replace(person, likes_pairs=row >= unconcerned)
        for row, person in enumerate(strangers(count))
    ]

    plan = planned(people)

    trio = next(group for group in plan.groups if len(group) == 3)
    assert set(trio) <= {person.id for person in people[:unconcerned]}
    assert plan.quality == "the best possible"


def test_groups_of_two_among_larger_ones_go_to_those_who_like_pairs():
    people = [replace(person, likes_pairs=person.id in {"p03", "p20"}) for person in strangers(26)]

    plan = planned(people, rules=Constraints(group_size=3))

    assert sizes(plan) == [2] + [3] * 8
    assert ("p03", "p20") in plan.groups


@pytest.mark.parametrize(
    "people",
    [
        populations.one_large_organisation(301, seed=3),
        populations.many_blocks(120, seed=3, blocked=25),
        populations.community(64, seed=3),
    ],
    ids=["one organisation with 60 %", "heavy blocking", "a small community"],
)
def test_a_round_is_valid_and_close_to_the_bound(people):
    history = populations.shuffled_rounds(people, rounds=10, seed=3)

    plan = planned(people, history, number=11)

    assert_valid(plan, people)
    assert (plan.unmatched, plan.repeats) == ((), 0)
    assert 0.995 <= plan.ratio <= 1


def test_a_thousand_members_after_26_rounds():
    people = populations.community(1_000, seed=1)
    history = populations.shuffled_rounds(people, rounds=26, seed=1)

    plan = planned(people, history, number=27)

    assert_valid(plan, people)
    assert (plan.unmatched, plan.repeats) == ((), 0)
    assert sizes(plan) == [2] * 500
    assert 0.9995 <= plan.ratio <= 1


@pytest.mark.parametrize("count", [40, 41])
def test_the_order_of_the_file_does_not_matter_but_the_seed_does(count):
    people = list(populations.community(count, seed=6))
    shuffled = Random(1).sample(people, count)

    assert planned(people) == planned(shuffled)
    assert planned(strangers(40), seed=1).groups != planned(strangers(40), seed=2).groups


def test_locked_groups_stay_and_the_others_are_planned_around_them():
    people = populations.community(31, seed=7)
    free = tuple(replace(person, team=None, manager=None) for person in people)
    locked = [("m00003", "m00000"), ("m00009", "m00004", "m00001")]

    plan = planned(free, locked=locked)

    assert_valid(plan, free)
    assert [group for group in plan.groups if "m00000" in group or "m00001" in group] == [
        ("m00000", "m00003"),
        ("m00001", "m00004", "m00009"),
    ]
    assert sizes(plan) == [2] * 14 + [3]
    assert plan.score <= plan.bound


@pytest.mark.parametrize(
    ("locked", "sentence"),
    [
        ([("ada", "ben")], "ada and ben can't be locked together: same team."),
        ([("ada", "eve")], "ada and eve can't be locked together: not all of them are due."),
        (
            [("ada", "cat"), ("cat", "dan")],
            "cat and dan can't be locked together: not all of them are due.",
        ),
        ([("ada",)], "ada can't be locked together: a group has 2 to 3 different people."),
        (
            [("ada", "ada")],
            "ada and ada can't be locked together: a group has 2 to 3 different people.",
        ),
    ],
)
def test_a_locked_group_that_breaks_a_rule_is_refused(locked, sentence):
    people = [
        Person("ada", team="t1"),
        Person("ben", team="t1"),
        Person("cat"),
        Person("dan"),
        Person("eve", paused_until_round=9),
    ]

    with pytest.raises(ValueError, match="locked together") as caught:
        planned(people, locked=locked)

    assert str(caught.value) == sentence


def test_somebody_listed_twice_is_refused():
    with pytest.raises(ValueError, match=r"^ada is in the list twice\.$"):
        planned([Person("ada"), Person("ada")])
