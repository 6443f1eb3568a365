from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest

from bot.chat.arguments import Rhythm
from bot.chat.messages import Account
from bot.domain import coffee, coffee_matching, coffee_meeting, pairing
from bot.domain.coffee import (
    Apart,
    Mode,
    Participation,
    ParticipationState,
    PlaceState,
    Setup,
    Size,
)
from bot.domain.members import Reachable, shared_lane, slot_name, slot_start
from bot.errors import MemberError
from bot.ids import CommunityId, Lane, MemberId, RoundId
from bot.times import next_label
from tests.builders import group, member

SETUP = Setup(CommunityId(1))
ACTIVE = Participation(MemberId(1), ParticipationState.ACTIVE)
RULES = coffee_matching.constraints(SETUP, None)


@pytest.mark.parametrize(
    ("review", "mode", "hours"),
    [
        (False, Mode.STANDING, 0),
        (True, Mode.STANDING, 48),
        (False, Mode.ASKED, 48),
        (True, Mode.ASKED, 96),
    ],
)
def test_lead_leaves_time_to_ask_and_to_review(review: bool, mode: Mode, hours: int) -> None:
    assert replace(SETUP, review=review, mode=mode).lead == timedelta(hours=hours)


def test_rhythm_is_what_was_set_up() -> None:
    assert SETUP.rhythm == Rhythm(2, 1, time(9, 0))


@pytest.mark.parametrize(
    ("after", "first"),
    [
        (datetime(2026, 11, 23, 10, 0), datetime(2026, 11, 24, 9, 0)),
        (datetime(2026, 11, 24, 8, 59), datetime(2026, 11, 24, 9, 0)),
        (datetime(2026, 11, 24, 9, 0), datetime(2026, 12, 1, 9, 0)),
        (datetime(2026, 11, 25, 0, 0), datetime(2026, 12, 1, 9, 0)),
    ],
)
def test_first_round_is_the_first_that_fits(after: datetime, first: datetime) -> None:
    found = coffee.recurrence(SETUP, after=after)

    assert next_label(found, after) == first
    assert next_label(found, first) == first + timedelta(weeks=2)


def test_life_of_a_round_lies_between_two_rounds() -> None:
    for weeks in range(1, 13):
        for day in range(7):
            begun = datetime(2026, 11, 23, 3, 38) + timedelta(days=day)
            setup = replace(SETUP, weeks=weeks)
            nudge, question = coffee.nudges(setup, begun), coffee.asks(setup, begun)
            assert begun < nudge < question < coffee.closes(setup, begun)
            assert nudge.weekday() < 5
            assert question.weekday() < 5
            assert (nudge.hour, question.hour) == (9, 9)


@pytest.mark.parametrize(
    ("state", "until", "on", "takes_part"),
    [
        (ParticipationState.ACTIVE, None, date(2026, 1, 1), True),
        (ParticipationState.ACTIVE, date(2026, 1, 2), date(2026, 1, 1), False),
        (ParticipationState.ACTIVE, date(2026, 1, 2), date(2026, 1, 2), True),
        (ParticipationState.RESTING, None, date(2026, 1, 1), False),
        (ParticipationState.LEFT, None, date(2026, 1, 1), False),
    ],
)
def test_who_takes_part(
    state: ParticipationState, until: date | None, on: date, takes_part: bool
) -> None:
    part = replace(ACTIVE, state=state, paused_until=until)

    assert part.takes_part(on) is takes_part


def test_third_silent_round_rests_and_a_press_starts_again() -> None:
    part = ACTIVE
    for silent in (1, 2):
        part = coffee.after_round(part, was_silent=True)
        assert part == replace(ACTIVE, silent_rounds=silent)

    assert coffee.after_round(part, was_silent=False) == ACTIVE
    rested = coffee.after_round(part, was_silent=True)
    assert rested.state is ParticipationState.RESTING
    assert coffee.after_round(rested, was_silent=True).state is ParticipationState.RESTING


def test_leaving_forgets_the_pause_and_keeps_preferences() -> None:
    part = replace(ACTIVE, paused_until=date(2027, 1, 1), group_size=2)

    assert coffee.left(part) == replace(
        ACTIVE, state=ParticipationState.LEFT, group_size=2, paused_until=None
    )


@pytest.mark.parametrize(("size", "people"), [(Size.ANY, None), (Size.TWO, 2), (Size.THREE, 3)])
def test_size_is_a_number_of_people(size: Size, people: int | None) -> None:
    assert size.people == people


def test_rules_follow_the_setup() -> None:
    rules = coffee_matching.constraints(
        replace(SETUP, apart=frozenset({Apart.TEAM}), group_size=4),
        pairing.Theme.WITH_DIGITAL_AND_ESTATES,
    )

    assert (rules.group_size, rules.group_max) == (4, 4)
    assert (rules.forbid_same_team, rules.forbid_same_manager) == (True, False)
    assert rules.theme is pairing.Theme.WITH_DIGITAL_AND_ESTATES


def test_line_manager_is_found_by_email() -> None:
    boss = member("Bo Boss", 1)
    ada = member("Ada Obi", 2, line_manager="Bo.Boss@leaders.example")
    people = coffee_matching.people(
        [(each, replace(ACTIVE, member=each.id)) for each in (boss, ada)],
        {MemberId(1): frozenset({MemberId(9)})},
        {},
    )

    assert pairing.forbidden(*people, RULES) == "one manages the other"
    assert people[0].blocked == {"9"}


def test_teams_of_two_organisations_are_two_teams() -> None:
    people = coffee_matching.people(
        [
            (member("Ada Obi", 1, organisation="Oxleas", team="Frailty"), ACTIVE),
            (member("Ben Lee", 2, organisation="King’s", team="Frailty"), ACTIVE),
            (member("Cy Poe", 3, organisation="Oxleas", team="Frailty"), ACTIVE),
        ],
        {},
        {},
    )

    assert pairing.forbidden(people[0], people[1], RULES) is None
    assert pairing.forbidden(people[0], people[2], RULES) == "same team"


def test_more_senior_writes_first_by_the_communitys_order() -> None:
    early, senior = member("Ada", 1, stage="Early"), member("Ben", 2, stage="Senior")
    unknown = member("Cy", 3)

    assert coffee_meeting.writes_first([early, senior, unknown], ["Early", "Senior"]) == senior
    assert coffee_meeting.writes_first([unknown, member("Di", 4)], ["Early"]) == unknown


def test_common_slots_come_in_the_order_of_the_week() -> None:
    one = member("Ada", 1, slots=("thu-late", "mon-early", "tue-lunch"))
    other = member("Ben", 2, slots=("tue-lunch", "thu-late"))

    assert coffee_meeting.common_slots([one, other]) == ("tue-lunch", "thu-late")


@pytest.mark.parametrize(
    ("taps", "agreed"),
    [
        ([("tue-lunch",), ("tue-lunch",)], "tue-lunch"),
        ([("thu-late", "tue-lunch"), ("tue-lunch", "thu-late")], "tue-lunch"),
        ([("tue-lunch",), ("thu-late",)], None),
        ([("tue-lunch",), ()], None),
        ([("tue-lunch",)], None),
    ],
)
def test_first_offered_time_that_all_tapped_is_agreed(
    taps: list[tuple[str, ...]], agreed: str | None
) -> None:
    made = group(*range(1, len(taps) + 1), slots=("tue-lunch", "thu-late"))
    places = [replace(place, slots=slots) for place, slots in zip(made.places, taps, strict=True)]

    assert coffee_meeting.agreed_slot(replace(made, places=tuple(places))) == agreed


def test_swap_exchanges_two_people_or_says_why_not() -> None:
    groups = [(MemberId(1), MemberId(2)), (MemberId(3), MemberId(4))]

    assert coffee_matching.swapped(groups, MemberId(1), MemberId(4)) == [(4, 2), (3, 1)]
    with pytest.raises(MemberError, match="in the same group already"):
        coffee_matching.swapped(groups, MemberId(1), MemberId(2))
    with pytest.raises(MemberError, match="must be in this round"):
        coffee_matching.swapped(groups, MemberId(1), MemberId(9))


def _people(*ids: int, **more: frozenset[str]) -> dict[MemberId, pairing.Person]:
    return {
        MemberId(each): pairing.Person(str(each), blocked=more.get(f"b{each}", frozenset()))
        for each in ids
    }


def without(
    groups: list[tuple[int, ...]],
    gone: set[int],
    people: dict[MemberId, pairing.Person],
    **more: Any,
) -> tuple[list[tuple[int, ...]], tuple[int, ...]]:
    repaired = coffee_matching.without(
        [tuple(map(MemberId, group)) for group in groups],
        {MemberId(each) for each in gone},
        people,
        more.pop("history", pairing.History()),
        RULES,
        number=2,
        **more,
    )
    return [tuple(sorted(group)) for group in repaired.groups], repaired.alone


@pytest.mark.parametrize(
    ("groups", "gone", "rest", "alone"),
    [
        ([(1, 2, 3)], {1}, [(2, 3)], ()),
        ([(1, 2), (3, 4)], {1}, [(2, 3, 4)], ()),
        ([(1, 2)], {1}, [], (2,)),
        ([(1, 2), (3, 4)], {1, 2}, [(3, 4)], ()),
        ([(1, 2), (3, 4)], {1, 3}, [(2, 4)], ()),
        ([(1, 2), (3, 4)], {1, 2, 3, 4}, [], ()),
        ([(1, 2), (3, 4), (5, 6)], {1, 3, 5}, [(2, 4, 6)], ()),
    ],
)
def test_those_left_alone_find_each_other_or_a_group(
    groups: list[tuple[int, ...]],
    gone: set[int],
    rest: list[tuple[int, ...]],
    alone: tuple[int, ...],
) -> None:
    here = {each for group in groups for each in group} - gone

    assert without(groups, gone, _people(*here)) == (rest, alone)


@pytest.mark.parametrize(
    ("groups", "blocked", "parted"),
    [
        ([(1, 2)], {}, [(1, 2)]),
        ([(1, 2), (3, 4)], {"b1": {"2"}}, [(2,), (1,), (3, 4)]),
        ([(1, 2, 3)], {"b1": {"2"}}, [(2, 3), (1,)]),
        ([(1, 2, 3)], {"b1": {"2"}, "b2": {"1"}}, [(3,), (1,), (2,)]),
        ([(1, 2)], {"b1": {"2"}, "b2": {"1"}}, [(1,), (2,)]),
        ([(1, 2)], {"b1": {"3"}}, [(1, 2)]),
        ([(1, 9)], {}, [(1, 9)]),
    ],
)
def test_whoever_keeps_away_from_somebody_leaves_their_group(
    groups: list[tuple[int, ...]], blocked: dict[str, set[str]], parted: list[tuple[int, ...]]
) -> None:
    people = _people(1, 2, 3, 4, **{name: frozenset(each) for name, each in blocked.items()})
    given = [tuple(map(MemberId, group)) for group in groups]

    assert coffee_matching.parted(given, people) == parted


def test_partner_left_over_meets_one_of_a_trio() -> None:
    rest, alone = without([(1, 2), (3, 4, 5)], {1}, _people(2, 3, 4, 5))

    assert alone == ()
    assert sorted(map(len, rest)) == [2, 2]
    assert {each for group in rest for each in group} == {2, 3, 4, 5}


def test_partner_whom_nobody_may_take_is_left_over() -> None:
    people = _people(2, 3, 4, b2=frozenset({"3", "4"}))

    assert without([(1, 2), (3, 4)], {1}, people) == ([(3, 4)], (2,))


def test_locked_groups_are_left_as_they_are() -> None:
    locked = [(MemberId(3), MemberId(4))]

    assert without([(1, 2), (3, 4)], {1}, _people(2, 3, 4), locked=locked) == ([(3, 4)], (2,))


def test_repair_avoids_a_repeat_before_it_looks_at_points() -> None:
    history = pairing.History((pairing.Round(1, (("2", "3"),)),))
    people = _people(2, 3, 4, 5, 6)

    rest, _ = without([(1, 2), (3, 4), (5, 6)], {1}, people, history=history)

    assert sorted(rest) == [(2, 5, 6), (3, 4)]


def test_month_has_as_many_rounds_as_the_rhythm_gives_it() -> None:
    part = replace(ACTIVE, frequency=pairing.Frequency.MONTHLY)

    between = [
        coffee_matching.people([(member("Ada"), part)], {}, {}, weeks=weeks)[0].rounds_between
        for weeks in (1, 2, 3, 4, 8)
    ]

    assert between == [4, 2, 2, 1, 1]


def test_best_match_is_a_first_meeting_no_rule_forbids() -> None:
    seeker = pairing.Person("1", place="Bexley", blocked=frozenset({"4"}))
    free = [
        pairing.Person("2", place="Bexley"),
        pairing.Person("3", place="Lambeth"),
        pairing.Person("4", place="Lewisham"),
        pairing.Person("5", place="Lewisham"),
    ]
    history = pairing.History((pairing.Round(1, (("1", "5"),)),))

    best = coffee_matching.best_match(seeker, free, history, RULES, now=2)

    assert best == free[1]
    assert coffee_matching.best_match(seeker, [free[3]], history, RULES, now=2) is None


def test_why_of_a_trio_holds_for_every_two() -> None:
    ada = member("Ada", 1, organisation="A", place="Bexley", interests=("Frailty", "Digital"))
    ben = member("Ben", 2, organisation="B", place="Bexley", interests=("Frailty", "Digital"))
    cy = member("Cy", 3, organisation="C", place="Lambeth", interests=("Frailty",))

    reasons = {each.kind: each.values for each in coffee_meeting.why([ada, ben, cy], None)}

    assert reasons.keys() == {pairing.ReasonKind.ORGANISATION, pairing.ReasonKind.INTERESTS}
    assert reasons[pairing.ReasonKind.INTERESTS] == ("Frailty",)
    assert coffee_meeting.why([ada], None) == ()
    none_shared = member("Di", 4, organisation="D", interests=("Estates", "Digital"))
    kinds = [each.kind for each in coffee_meeting.why([cy, ben, none_shared], None)]
    assert pairing.ReasonKind.INTERESTS not in kinds


def test_why_of_a_trio_tells_the_theme_that_two_of_them_fit() -> None:
    kinds = ("Clinical", "Clinical", "Executive or manager")
    trio = [member(f"Leader {n}", n, kind=kind) for n, kind in enumerate(kinds, start=1)]

    reasons = coffee_meeting.why(trio, pairing.Theme.CLINICIANS_WITH_EXECUTIVES)

    assert pairing.ReasonKind.THEME in [each.kind for each in reasons]


def test_why_names_times_in_the_order_of_the_week() -> None:
    pair = [member(f"Leader {n}", n, slots=("thu-late", "mon-early")) for n in (1, 2)]

    (slots,) = [
        each for each in coffee_meeting.why(pair, None) if each.kind is pairing.ReasonKind.SLOTS
    ]

    assert slots.values == ("mon-early", "thu-late")


def test_meeting_offers_dates_after_the_round_and_today_the_soonest_first() -> None:
    ada, ben = member("Ada", 1), member("Ben", 2)
    of = coffee.Round(
        RoundId(1), CommunityId(1), 1, datetime(2026, 11, 24, 9, 0), "Europe/London",
        coffee.RoundState.SENT, 1, None, sends_at=datetime(2026, 11, 24),
        closes_at=datetime(2027, 1, 1),
    )  # fmt: skip
    people = {each.id: Reachable(each, ()) for each in (ada, ben)}
    made = group(1, 2, slots=("tue-lunch", "thu-late"))

    early = coffee_meeting.meeting(made, of, people, [], today=date(2026, 11, 20))
    late = coffee_meeting.meeting(made, of, people, [], today=date(2026, 12, 3))

    # The soonest first, wherever in the week it stands.
    assert early.times == (
        ("thu-late", datetime(2026, 11, 26, 17, 0)),
        ("tue-lunch", datetime(2026, 12, 1, 12, 30)),
    )
    assert late.times == (
        ("tue-lunch", datetime(2026, 12, 8, 12, 30)),
        ("thu-late", datetime(2026, 12, 10, 17, 0)),
    )
    assert early.others(ada.id) == (ben,)


def test_group_knows_who_is_still_in_it() -> None:
    made = group(1, 2, 3)
    made = replace(made, places=(replace(made.places[0], state=PlaceState.OUT), *made.places[1:]))

    assert made.people == (1, 2, 3)
    assert made.present == (2, 3)
    assert made.others(MemberId(2)) == (3,)
    assert made.is_silent
    assert not made.has_met


def test_shared_lane_is_a_slack_workspace_of_all() -> None:
    slack, web = Account(Lane("slack:T1"), "U1"), Account(Lane("web:1"), "1")
    ada, ben = member("Ada", 1), member("Ben", 2)

    assert shared_lane([Reachable(ada, (slack,)), Reachable(ben, (slack, web))]) == "slack:T1"
    assert shared_lane([Reachable(ada, (web,)), Reachable(ben, (web,))]) is None
    assert shared_lane([]) is None


def test_slots_have_names_and_starts() -> None:
    assert slot_name("mon-lunch") == "Monday 12:30"
    assert slot_start("mon-early", after=date(2026, 11, 23)) == datetime(2026, 11, 30, 8, 0)
    assert slot_start("tue-early", after=date(2026, 11, 23)) == datetime(2026, 11, 24, 8, 0)


def test_why_of_a_trio_leaves_out_what_only_two_of_them_share() -> None:
    interests = (("A", "B"), ("B", "C"), ("C", "A"))
    trio = [member(f"Leader {n}", n, interests=each) for n, each in enumerate(interests, start=1)]

    assert coffee_meeting.why(trio, None) == ()
