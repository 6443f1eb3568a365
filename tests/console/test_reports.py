"""What a round came to."""

import csv
import io
from dataclasses import replace
from datetime import timedelta

from bot.console import reports
from bot.domain import pairing
from bot.domain.coffee import Met, RoundState
from tests.console.conftest import Place, drafted, leaders, set_up
from tests.leaders import Leader

NAMES = ("Ada Obi", "Ben Cole", "Cy Dent", "Di Eve")


async def held(place: Place, rounds: int) -> list[Leader]:
    """Four people and rounds that went out; in the first, one group met."""
    people = await leaders(place.community, *NAMES)
    await set_up(place)
    await place.community.passes(timedelta(days=2))
    await people[0].taps(people[0].last, "We’ve met")
    await place.community.passes(timedelta(weeks=2 * (rounds - 1)))
    return people


async def test_report_tells_the_figures_of_its_round(place: Place, olu: Leader) -> None:
    await held(place, 1)

    sight = await place.opens("/console/coffee/rounds/1")

    assert "Went out on Tuesday 24 November at 09:00 to 4 leaders in 2 groups." in sight.text
    assert "50% of groups met so far Groups that met 1 of 2 Answered 1 of 4 people" in sight.text
    assert "Different organisations 100% Different boroughs 0% Different sectors not told" in (
        sight.text
    )
    assert "2 for the first time Organisation 0 –" in sight.text
    assert "Nobody was left out" in sight.text
    assert '<svg class="trend"' not in sight.html


async def test_report_compares_with_the_rounds_before(place: Place, olu: Leader) -> None:
    await held(place, 3)

    newest = await place.opens("/console/coffee/rounds/3")
    first = await place.opens("/console/coffee/rounds/1")
    listed = await place.opens("/console/coffee/rounds")

    assert (
        'aria-label="Groups that met: 50% in round 1, 0% in round 2 and 0% in round 3 so far."'
        in (newest.html)
    )
    assert "Round 3 (this one) 22 Dec 2026, 09:00 2 4 0% 100% 0 0" in newest.text
    assert "Round 1 24 Nov 2026, 09:00 2 4 50% 100% 0 0" in newest.text
    assert "50% of groups met Groups that met" in first.text
    assert "Round 2" not in first.text
    assert "Round 1 Went out Tuesday 24 November at 09:00 State Closed Groups 2" in listed.text


async def test_report_names_who_was_left_out_as_it_was_kept(place: Place, olu: Leader) -> None:
    people = await held(place, 1)
    with place.community.database.transaction() as db:
        one = db.coffee.rounds(place.community.id)[0]
        gap = pairing.Unmatched(str(people[2].id), "cannot be paired")
        db.coffee.save_round(replace(one, unmatched=(gap,)))

    sight = await place.opens("/console/coffee/rounds/1")

    assert "1 leader without a group Cy Dent : cannot be paired" in sight.text


async def test_draft_has_no_report_but_its_page(place: Place, olu: Leader) -> None:
    await drafted(place, *NAMES)

    page = await place.asks("/console/coffee/rounds/1")
    file = await place.asks("/console/coffee/rounds/1.csv")
    listed = await place.opens("/console/coffee/rounds")

    assert (page.status, page.headers["Location"]) == (303, "/console/coffee")
    assert file.status == 404
    assert "Round 1 Went out planned for Tuesday 1 December at 09:00 State Drafted" in listed.text


async def test_cancelled_round_says_that_nobody_was_told(place: Place, olu: Leader) -> None:
    await drafted(place, *NAMES)
    await place.presses(await place.opens("/console/coffee"), "Yes, cancel this round")

    sight = await place.opens("/console/coffee/rounds/1")
    file = await place.opens("/console/coffee/rounds/1.csv")

    assert "Round 1 Cancelled This round was cancelled before it went out." in sight.text
    assert (file.status, "did not go out" in file.text) == (404, True)


async def test_file_holds_the_figures_and_names_nobody(place: Place, olu: Leader) -> None:
    people = await held(place, 1)

    sight = await place.opens("/console/coffee/rounds/1.csv")

    rows = list(csv.reader(io.StringIO(sight.html.removeprefix("\ufeff"))))
    assert sight.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert sight.headers["Content-Disposition"] == 'attachment; filename="coffee-round-1.csv"'
    assert ["Meetings", "Share of groups that met", "0.5"] in rows
    assert ["Across boundaries", "Different sectors", ""] in rows
    assert {len(row) for row in rows} == {3}
    assert not [each.name for each in people if each.name in sight.html]


async def test_no_cell_of_the_file_is_a_formula(place: Place, olu: Leader) -> None:
    evil = ("=1+1", "+1", "-1", "@x", "\t=1", " =1", "\r=1")
    for number, organisation in enumerate(evil):
        await leaders(place.community, f"Leader {number}", organisation=organisation)
    await set_up(place)
    await place.community.passes(timedelta(days=2))

    sight = await place.opens("/console/coffee/rounds/1.csv")

    rows = list(csv.reader(io.StringIO(sight.html.removeprefix("\ufeff"), newline="")))
    cells = [cell for row in rows for cell in row]
    assert len([cell for cell in cells if cell.lstrip("'\t\r ")[:1] in {"=", "+", "-", "@"}]) >= 7
    assert not [
        cell for cell in cells if cell.lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r"))
    ]


async def test_long_lists_are_cut_and_say_so(place: Place, olu: Leader) -> None:
    people = await leaders(place.community, *(f"Leader {number:03}" for number in range(70)))
    await set_up(place)
    await place.community.passes(timedelta(days=2))
    with place.community.database.transaction() as db:
        one = db.coffee.rounds(place.community.id)[0]
        several = [pairing.Unmatched(str(each.id), "no group left") for each in people]
        db.coffee.save_round(replace(one, unmatched=tuple(several * 2)))

    sight = await place.opens("/console/coffee/rounds/1")

    assert "140 leaders without a group" in sight.text
    assert "and 40 more Beside the rounds before" in sight.text
    assert "35 for the first time" in sight.text
    assert "and 5 more, all in the file" in sight.text


def test_rounds_without_groups_have_no_place_in_the_picture() -> None:
    assert reports.trend(()) is None


async def test_met_is_counted_by_group(place: Place, olu: Leader) -> None:
    people = await held(place, 1)
    with place.community.database.transaction() as db:
        one = db.coffee.rounds(place.community.id, RoundState.SENT)[0]
        for group in db.coffee.groups(one.id):
            places = tuple(replace(each, met=Met.YES) for each in group.places)
            db.coffee.save_group(replace(group, places=places))

    sight = await place.opens("/console")

    assert "100% of groups met so far 2 of 2 groups met; 4 of 4 people answered." in sight.text
    assert people
