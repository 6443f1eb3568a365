"""Figures that name nobody, and what is concluded from them."""

import pytest

from bot.domain import community_report as rules
from bot.domain.community_report import (
    Coverage,
    Crossing,
    Miss,
    Quarter,
    RoundFigures,
    Seat,
    Share,
    Standing,
    best_share,
)
from bot.domain.members import Vocabulary

ALL_WELL = Quarter(joined=9, sessions=1, came=Share(9, 10), stories=1, tried=1)


@pytest.mark.parametrize("whole", [10, 27, 54])
def test_share_tells_nothing_of_fewer_than_five(whole: int) -> None:
    few = {Share(part, whole).told for part in range(5)}
    most = {Share(whole - rest, whole).told for rest in range(5)}

    assert (few, most) == ({0.0}, {1.0})
    assert Share(5, whole).rate is not None
    assert {Share(part, 4).told for part in range(5)} == {None}


def test_share_goes_in_steps_of_five_per_cent() -> None:
    assert [Share(part, 100).rate for part in (52, 53, 57, 58)] == [0.5, 0.55, 0.55, 0.6]


@pytest.mark.parametrize(("people", "told"), [(0, 0), (4, 0), (5, 5), (7, 5), (8, 10), (62, 60)])
def test_people_are_counted_in_steps_of_five(people: int, told: int) -> None:
    assert rules.about(people) == told


@pytest.mark.parametrize(
    ("people", "groups", "pairs", "best"),
    [
        ({"a": 10, "b": 10}, 10, 10, 1.0),
        # Fourteen share ten groups: four of those are of two of them.
        ({"a": 14, "b": 6}, 10, 10, 0.6),
        ({"a": 20}, 10, 10, 0.0),
        ({"a": 30}, 10, 30, 0.0),
        ({}, 0, 0, 1.0),
    ],
)
def test_best_is_what_any_matching_could_reach(
    people: dict[str, int], groups: int, pairs: int, best: float
) -> None:
    assert best_share(people, groups=groups, pairs=pairs) == pytest.approx(best)


def test_round_counts_pairs_of_those_who_told_both() -> None:
    seats = [
        Seat(1, True, True, True, "Oxleas", "Bexley", "Nursing", "Clinical"),
        Seat(1, False, False, None, "Guy's", "Bexley", "", "Enabling"),
        Seat(2, False, True, False, "Oxleas", "", "Nursing", ""),
        Seat(2, False, False, None, "Oxleas", "Lewisham", "Medicine", "Clinical"),
    ]

    found = rules.round_figures(3, seats, left_out=1)

    assert (found.met, found.worth, found.answered) == (Share(1, 2), Share(1, 2), Share(2, 4))
    shares = {name: each.share for name, each in found.crossing.items()}
    assert shares == {
        "organisation": Share(1, 2),
        "place": Share(0, 1),
        "profession": Share(1, 1),
        "clinical": Share(1, 1),
    }


def figures(met: Share, **more: object) -> RoundFigures:
    known = {"worth": Share(), "answered": Share(20, 20), "left_out": 0, "crossing": {}}
    return RoundFigures(number=2, met=met, **{**known, **more})  # type: ignore[arg-type]


GOOD = figures(Share(16, 20))


@pytest.mark.parametrize(
    ("changes", "missed"),
    [
        ({}, []),
        ({"round": None}, [(Miss.NO_ROUND, ())]),
        ({"round": figures(Share(8, 20))}, [(Miss.FEW_MET, ()), (Miss.FEWER_MET, ())]),
        ({"round": figures(Share(8, 20)), "round_before": None}, [(Miss.FEW_MET, ())]),
        # Of so few nothing is told, so nothing is concluded.
        ({"round": figures(Share(0, 4))}, []),
        ({"round": figures(Share(13, 20))}, [(Miss.FEWER_MET, ())]),
        ({"round": figures(Share(18, 20), answered=Share(9, 20))}, [(Miss.SILENT, ())]),
        ({"round": figures(Share(18, 20), left_out=1)}, [(Miss.LEFT_OUT, ())]),
        (
            {"round": figures(Share(18, 20), crossing={
                "place": Crossing(Share(10, 20), 0.9), "clinical": Crossing(Share(10, 20), 0.6),
            })},
            [(Miss.CROSSING, ("place",))],
        ),
        ({"quarter": Quarter()}, [
            (Miss.NO_SESSION, ()), (Miss.NO_STORY, ()), (Miss.FEWER_JOINED, ()),
        ]),
        (
            {"quarter": Quarter(9, 1, 2, Share(5, 10), 11, stories=1)},
            [(Miss.EMPTY_SEATS, ()), (Miss.UNKNOWN, ()), (Miss.NOT_TRIED, ()),
             (Miss.CANCELLED, ("2",))],
        ),
        (
            {"coverage": (Coverage("place", (("Bexley", 0), ("Bromley", 3))),)},
            [(Miss.NOBODY, ("place", "Bexley"))],
        ),
    ],
)  # fmt: skip
def test_misses_are_what_went_less_well(
    changes: dict[str, object], missed: list[tuple[Miss, tuple[str, ...]]]
) -> None:
    known = {"quarter": ALL_WELL, "before": ALL_WELL, "round": GOOD, "round_before": GOOD}
    standing = Standing(30, 30, 30, **{**known, **changes})  # type: ignore[arg-type]

    assert list(rules.misses(standing)) == missed


def test_coverage_counts_every_word_and_every_kind_of_leader() -> None:
    found = rules.coverage(
        {Vocabulary.PLACE: ("Bexley", "Bromley")},
        {Vocabulary.PLACE: {"Bexley": 7, "": 6}},
        {
            ("Clinical", "Early career", "Nursing"): 3,
            ("Executive or manager", "Executive", "Management"): 4,
            ("Enabling", "Senior", "Digital and data"): 5,
            ("Patient or carer", "", "Lived experience"): 6,
            ("", "Executive", "Workforce and education"): 7,
        },
    )

    by_name = {each.name: each for each in found}
    assert by_name["place"] == Coverage("place", (("Bexley", 7), ("Bromley", 0)), 6)
    assert by_name["place"].nobody == ("Bromley",)
    assert dict(by_name["kind"].people) == {
        "Clinicians and care professionals": 3,
        "Executives and managers": 11,
        "Early career": 3,
        "Digital, estates and workforce": 12,
        "Patients and carers": 6,
    }
    assert by_name["kind"].unsaid == 7
