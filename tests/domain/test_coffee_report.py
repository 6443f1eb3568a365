from dataclasses import replace

from bot.domain.coffee import Met, PlaceState
from bot.domain.coffee_report import report
from bot.ids import MemberId
from tests.builders import group, member

ADA = member("Ada Obi", 1, organisation="Oxleas", place="Bexley")
BEN = member("Ben Lee", 2, organisation="King’s", place="Bexley")
CY = member("Cy Poe", 3, organisation="Oxleas")
EVERYBODY = {each.id: each for each in (ADA, BEN, CY)}


def test_report_of_no_groups_has_no_rates() -> None:
    figures = report([], EVERYBODY, [], left_out=[], repeats=0, quality="the best possible")

    assert figures.met_rate is None
    assert set(figures.crossing.values()) == {None}


def test_report_counts_people_answers_and_crossings() -> None:
    met = group(1, 2, met=Met.YES)
    met = replace(met, places=tuple(replace(place, worth=True) for place in met.places))
    trio = group(1, 2, 3, number=2)
    trio = replace(trio, places=(replace(trio.places[0], state=PlaceState.OUT), *trio.places[1:]))

    figures = report(
        [met, trio], EVERYBODY, [], left_out=[("Di", "same team")], repeats=1, quality="x"
    )

    assert (figures.groups, figures.people, figures.trios) == (2, 3, 1)
    assert (figures.met_groups, figures.met_rate) == (1, 0.5)
    assert (figures.answered, figures.asked) == (2, 5)
    assert (figures.worth, figures.worth_asked, figures.could_not) == (2, 2, 1)
    assert figures.crossing["organisation"] == 3 / 4
    assert figures.crossing["place"] == 0
    assert figures.crossing["sector"] is None
    assert figures.left_out == (("Di", "same team"),)


def test_new_ties_are_first_meetings_of_two_organisations() -> None:
    now = [group(1, 2), group(1, 3, number=2)]

    first = report(now, EVERYBODY, [], left_out=[], repeats=0, quality="x")
    again = report(
        now, EVERYBODY, [(MemberId(2), MemberId(3)), (MemberId(9), MemberId(1))],
        left_out=[], repeats=0, quality="x",
    )  # fmt: skip

    assert first.new_ties == (("King’s", "Oxleas"),)
    assert again.new_ties == ()
