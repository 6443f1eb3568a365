"""The points of a pair, the reasons behind them, and that the planner counts the same."""

from dataclasses import replace
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.pairing import (
    Constraints,
    History,
    Person,
    Preference,
    Reason,
    ReasonKind,
    Round,
    Theme,
    Weights,
    forbidden,
    group_score,
    pair_points,
    reasons,
    repeat_points,
)
from bot.domain.pairing import table as tables

ADA = Person(
    "ada",
    place="Lewisham",
    organisation="org-07",
    sector="acute",
    profession="nurse",
    stage="senior",
    kind="clinical",
    interests=frozenset({"frailty", "digital"}),
    slots=frozenset({"mon-lunch", "thu-late"}),
    platform="teams",
    team="team-12",
    manager="m007",
    blocked=frozenset({"m100"}),
)


def like_ada(**changes: object) -> Person:
    return replace(ADA, **({"id": "ben"} | changes))


@pytest.mark.parametrize(
    ("changes", "points"),
    [
        ({}, 20 + 10 + 5),
        ({"organisation": "org-08"}, 35 + 20),
        ({"place": "Bexley"}, 35 + 15),
        ({"sector": "council"}, 35 + 10),
        ({"profession": "doctor"}, 35 + 10),
        ({"stage": "early"}, 35 + 5),
        ({"kind": "enabling"}, 35),
        ({"slots": frozenset({"mon-lunch"})}, 15 + 10 + 5),
        ({"slots": frozenset({"fri-late"})}, 10 + 5),
        ({"interests": frozenset({"frailty"})}, 20 + 5 + 5),
        ({"interests": frozenset({"sleep"})}, 20 + 5),
        ({"platform": "web"}, 20 + 10),
        ({"organisation": None}, 35 + 10),
        ({"place": None}, 35 + 7.5),
        ({"sector": None}, 35 + 5),
        ({"profession": None}, 35 + 5),
        ({"stage": None}, 35 + 2.5),
        ({"slots": frozenset()}, 10 + 10 + 5),
        ({"interests": frozenset()}, 20 + 7.5 + 5),
        ({"platform": None}, 20 + 10 + 2.5),
    ],
)
def test_pair_points_add_up_the_criteria(changes, points):
    other = like_ada(**changes)

    assert pair_points(ADA, other, Weights()) == points
    assert pair_points(other, ADA, Weights()) == points


def test_pair_points_reach_100_and_no_more():
    interests = frozenset({"a", "b", "c", "d"})
    one = Person("ada", "Bexley", "o1", "acute", "nurse", "early", "clinical", interests)
    other = Person("ben", "Bromley", "o2", "council", "doctor", "senior", "enabling", interests)
    same = {"slots": frozenset({"mon", "tue", "wed"}), "platform": "web"}

    assert pair_points(replace(one, **same), replace(other, **same), Weights()) == 100


def test_pair_points_of_two_unknown_people_are_half_of_everything():
    assert pair_points(Person("ada"), Person("ben"), Weights()) == 50


def test_pair_points_follow_the_weights_of_the_community():
    weights = Weights(kind=15, platform=0)

    assert pair_points(ADA, like_ada(kind="enabling"), weights) == 30 + 15
    assert pair_points(ADA, like_ada(kind=None), weights) == 30 + 7.5


@pytest.mark.parametrize(
    ("rounds_ago", "points"), [(1, -198), (2, -196), (49, -102), (50, -100), (300, -100)]
)
def test_repeat_points_are_forgiven_over_fifty_rounds(rounds_ago, points):
    assert repeat_points(rounds_ago) == points


def test_group_score_divides_by_the_size_less_one():
    trio = [ADA, like_ada(), like_ada(id="cat", organisation="org-08")]
    history = History((Round(4, (("ada", "ben"),)),))

    assert group_score(trio[:2], History(), Constraints(), round=9) == 35
    assert group_score(trio[:2], history, Constraints(), round=9) == 35 - 190
    assert group_score(trio, history, Constraints(), round=9) == (35 - 190 + 55 + 55) / 2


@pytest.mark.parametrize(
    ("prefers", "changes", "wished"),
    [
        ("organisation", {"organisation": "org-08"}, True),
        ("organisation", {"place": "Bexley"}, False),
        ("organisation", {"organisation": None}, False),
        ("place", {"place": "Bexley"}, True),
        ("place", {}, False),
        ("profession", {"profession": "doctor"}, True),
        ("profession", {"profession": None}, False),
        ("slots", {}, True),
        ("slots", {"slots": frozenset({"mon-lunch"})}, True),
        ("slots", {"slots": frozenset({"fri-late"})}, False),
        ("slots", {"slots": frozenset()}, False),
        ("interests", {"interests": frozenset({"frailty"})}, True),
        ("interests", {"interests": frozenset({"sleep"})}, False),
        ("interests", {"interests": frozenset()}, False),
    ],
)
def test_a_preference_adds_points_where_its_criterion_earns_some(prefers, changes, wished):
    other = like_ada(**changes)
    wishing = replace(ADA, prefers=Preference(prefers))
    plain = pair_points(ADA, other, Weights())
    weights = Weights(preference=7)

    assert pair_points(wishing, other, weights) - plain == (7 if wished else 0)
    assert pair_points(other, wishing, weights) - plain == (7 if wished else 0)
    both = pair_points(wishing, replace(other, prefers=Preference(prefers)), weights)
    assert both - plain == (14 if wished else 0)


@pytest.mark.parametrize(
    ("prefers", "weights"),
    [
        ("place", Weights(place=0)),
        ("slots", Weights(slots=0)),
        ("interests", Weights(interest=0)),
        ("interests", Weights(interests=0)),
    ],
)
def test_a_preference_for_what_the_community_does_not_count_adds_nothing(prefers, weights):
    other = like_ada(place="Bexley")
    wishing = replace(ADA, prefers=Preference(prefers))

    assert pair_points(wishing, other, weights) == pair_points(ADA, other, weights)


def test_a_preference_is_never_a_reason():
    other = like_ada(organisation="org-08")
    wishing = replace(ADA, prefers=Preference.ORGANISATION, likes_pairs=True)

    assert reasons(wishing, other, Weights()) == reasons(ADA, other, Weights())


def test_a_group_of_more_than_two_loses_points_for_each_who_likes_pairs():
    pair = [replace(ADA, likes_pairs=True), like_ada(likes_pairs=True)]
    trio = [*pair, like_ada(id="cat")]
    rules = Constraints(weights=Weights(trio=8))

    assert group_score(pair, History(), rules, round=9) == 35
    assert group_score(trio, History(), rules, round=9) == 3 * 35 / 2 - 2 * 8


def test_reasons_are_what_gave_points_most_first():
    other = like_ada(
        organisation="org-08", stage="early", place=None, slots=frozenset({"thu-late"})
    )

    assert reasons(ADA, other, Weights()) == (
        Reason(ReasonKind.ORGANISATION, 20, ("org-07", "org-08")),
        Reason(ReasonKind.SLOTS, 15, ("thu-late",)),
        Reason(ReasonKind.INTERESTS, 10, ("digital", "frailty")),
        Reason(ReasonKind.STAGE, 5, ("senior", "early")),
        Reason(ReasonKind.PLATFORM, 5, ("teams",)),
    )


def test_reasons_never_tell_what_is_confidential():
    other = like_ada(team="team-99", manager="m008", blocked=frozenset({"m101"}))

    told = repr(reasons(ADA, other, Weights(), theme=Theme.WITH_DIGITAL_AND_ESTATES))

    assert [word for word in ("team-", "m00", "m10") if word in told] == []


@pytest.mark.parametrize(
    ("theme", "one", "other", "fits"),
    [
        ("clinicians_with_executives", {"kind": "clinical"}, {"kind": "executive"}, True),
        ("clinicians_with_executives", {"kind": "clinical"}, {"kind": "clinical"}, False),
        ("clinicians_with_executives", {"kind": None}, {"kind": "executive"}, False),
        ("early_career_with_experienced", {"stage": "Early-career"}, {"stage": "senior"}, True),
        ("early_career_with_experienced", {"stage": "early"}, {"stage": "mid"}, False),
        ("with_digital_and_estates", {"kind": "digital"}, {"kind": "clinical"}, True),
        ("with_digital_and_estates", {"kind": "digital"}, {"kind": "estates"}, False),
        ("with_digital_and_estates", {"kind": "digital"}, {"kind": None}, False),
        ("guests_of_the_last_session", {"was_guest": True}, {"was_guest": True}, True),
        ("guests_of_the_last_session", {"was_guest": True}, {"was_guest": False}, False),
    ],
)
def test_a_theme_adds_points_to_the_pairs_it_wishes_for(theme, one, other, fits):
    pair = like_ada(**one), like_ada(**other)
    without = pair_points(*pair, Weights())

    added = pair_points(*pair, Weights(theme=12), theme=Theme(theme)) - without
    turned = pair_points(*reversed(pair), Weights(theme=12), theme=Theme(theme)) - without

    assert added == turned == (12 if fits else 0)


def some(*values: str) -> st.SearchStrategy[frozenset[str]]:
    return st.frozensets(st.sampled_from(values))


def one_of(*values: str) -> st.SearchStrategy[str | None]:
    return st.sampled_from([None, *values])


profiles = st.builds(
    dict,
    place=one_of("Bexley", "Bromley"),
    organisation=one_of("o1", "o2"),
    sector=one_of("acute", "council"),
    profession=one_of("nurse", "doctor"),
    stage=one_of("early", "senior"),
    kind=one_of("clinical", "executive", "digital"),
    interests=some("a", "b", "c", "d"),
    slots=some("mon", "tue", "wed"),
    languages=some("en", "cy"),
    platform=one_of("web", "slack"),
    team=one_of("t1", "t2", "t3"),
    manager=one_of("p0", "p1", "boss"),
    blocked=some("p0", "p2"),
    prefers=st.sampled_from([None, *Preference]),
    likes_pairs=st.booleans(),
    was_guest=st.booleans(),
)

# Some weights at 0: a preference for what earns nothing is not heard.
points = st.sampled_from([0, 5, 20])
weighings = st.builds(
    Weights,
    organisation=points,
    place=points,
    profession=points,
    kind=st.integers(0, 20),
    slot=points,
    slots=points,
    interest=points,
    interests=points,
    preference=st.integers(0, 20),
    trio=st.integers(0, 20),
)


@given(
    made=st.lists(profiles, min_size=2, max_size=5),
    theme=st.sampled_from([None, *Theme]),
    weighing=weighings,
    keeps=st.booleans(),
    ages=st.lists(st.integers(1, 60), max_size=3),
)
def test_the_planner_counts_the_same_points_and_obeys_the_same_rules(
    made, theme, weighing, keeps, ages
):
    people = [Person(f"p{row}", **profile) for row, profile in enumerate(made)]
    rules = Constraints(
        weights=weighing,
        theme=theme,
        forbid_same_team=keeps,
        forbid_same_manager=keeps,
        forbid_manager_report=keeps,
        require_shared_language=keeps,
    )
    history = History(tuple(Round(61 - age, (("p0", f"p{age % 4}"),)) for age in ages))

    table = tables.encode(people, history, rules, number=61)
    weights = tables.weigh(table, 0, table.size, tables.SCORE)
    rows, cols = np.indices(weights.shape).reshape(2, -1)

    assert (tables.weigh_pairs(table, rows, cols, tables.SCORE) == weights.ravel()).all()
    for row, one in enumerate(people):
        for col, other in enumerate(people):
            if row == col or forbidden(one, other, rules) is not None:
                assert weights[row, col] == tables.FORBIDDEN
            else:
                score = group_score([one, other], history, rules, round=61)
                assert weights[row, col] / tables.UNIT == score
                assert weights[row, col] <= tables._most_points(rules) * tables.UNIT
    for size in (2, 3, 4):
        for group in combinations(range(table.size), size):
            if all(weights[pair] > tables.FORBIDDEN for pair in combinations(group, 2)):
                score = group_score([people[row] for row in group], history, rules, round=61)
                weight = tables.group_weight(table, group, tables.SCORE)
                assert weight / tables.UNIT == pytest.approx(score)
