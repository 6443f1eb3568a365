"""What became of an announcement, as a file for organisers alone."""

import csv
import io

import pytest

from bot.domain.members import Profile
from bot.errors import CannotDeliver
from tests.console.conftest import Place, leaders
from tests.leaders import Leader


async def announces(olu: Leader, **answers: object) -> None:
    form = await olu.says("announce")
    preview = (await olu.submits(form, text="At nine", **answers)).reply
    await olu.taps(preview, "Send now")


async def test_file_tells_what_became_of_it_for_each_person(place: Place, olu: Leader) -> None:
    community = place.community
    told = {"place": "Lewisham", "organisation": "Oxleas"}
    await community.leader("Ada Obi", platform="teams", **told)
    ben = await community.leader("Ben Cole", **told)
    community.teams.troubles.append(CannotDeliver("they blocked the bot"))
    with community.database.transaction() as db:
        db.members.add(
            community.id, "Cy Dent", now=community.now, zone="Europe/London",
            profile=Profile(place="Lewisham"),
        )  # fmt: skip
    await announces(olu, place="Lewisham", acknowledge="yes")
    await ben.taps(ben.last, "I have read this")

    sight = await place.opens("/console/announcements/1.csv")

    assert sight.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert sight.headers["Content-Disposition"] == 'attachment; filename="announcement-1.csv"'
    rows = list(csv.reader(io.StringIO(sight.html.removeprefix("\ufeff"))))
    now = "2026-11-23 10:00"
    assert rows == [
        ["Name", "Organisation", "Outcome", "Reason", "When", "Confirmed"],
        ["Ada Obi", "Oxleas", "Could not", "they blocked the bot", now, ""],
        ["Ben Cole", "Oxleas", "Delivered", "", now, now],
        ["Cy Dent", "", "Could not", "no account reaches them yet", "", ""],
    ]


async def test_no_cell_of_the_file_is_a_formula(place: Place, olu: Leader) -> None:
    await leaders(place.community, "=1+1", organisation="@SUM(A1)")
    await announces(olu)

    sight = await place.opens("/console/announcements/1.csv")

    rows = list(csv.reader(io.StringIO(sight.html.removeprefix("\ufeff"))))
    assert ["'=1+1", "'@SUM(A1)"] in [row[:2] for row in rows]
    assert [cell for row in rows for cell in row if cell[:1] in {"=", "@"}] == []


@pytest.mark.parametrize("number", ["1", "7", "x", "9" * 30])
async def test_what_has_not_gone_out_has_no_file(place: Place, olu: Leader, number: str) -> None:
    form = await olu.says("announce")
    await olu.submits(form, text="A draft")

    sight = await place.opens(f"/console/announcements/{number}.csv")

    assert (sight.status, "No announcement of this number has gone out." in sight.text) == (
        404,
        True,
    )


async def test_file_is_for_organisers_alone(place: Place, olu: Leader) -> None:
    (ada,) = await leaders(place.community, "Ada Obi")
    await announces(olu)
    place.signs_in(ada, is_organiser=False)

    sight = await place.opens("/console/announcements/1.csv")

    assert (sight.status, "Ada Obi" in sight.html) == (403, False)
