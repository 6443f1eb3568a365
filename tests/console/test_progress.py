"""Messages to many: how far they are, stopped from the page, and whom they did not reach."""

from datetime import timedelta

from bot.chat.messages import Account, message, text
from bot.console import csv_files
from bot.errors import CannotDeliver, TryLater, Uncertain
from storage.outbox import Priority
from tests.console.conftest import Place, post
from tests.leaders import Leader

HELLO = message(text("Hello."))


def announce(place: Place, people: int, *, subject: str = "announcement:7") -> None:
    with place.community.database.transaction() as db:
        for number in range(people):
            db.outbox.post(
                place.community.id,
                Account(place.community.lanes["web"], f"{1000 + number}"),
                HELLO,
                key=f"{subject}:{number}",
                subject=subject,
                now=place.community.now,
                priority=Priority.BULK,
            )


def pauses_after(place: Place, sent: int) -> None:
    web = place.community.web
    take = web.send

    async def send(delivery):
        if len(web.deliveries) >= sent:
            raise TryLater("slowly", after=timedelta(hours=1))
        return await take(delivery)

    web.send = send


async def test_page_tells_how_far_it_is_and_asks_for_it_anew(place: Place, olu: Leader) -> None:
    announce(place, 20)
    pauses_after(place, 5)
    await place.community.settle()

    page = await place.opens("/console/deliveries")
    part = await place.opens("/console/deliveries/progress")

    told = "Announcement 5 of 20 sent, 15 waiting. Begun 23 Nov 2026, 10:00. Cancel the rest"
    assert f"Messages to many {told}" in page.text
    assert part.text.startswith(told)
    assert "data-under-way" in part.html
    assert 'data-live="/console/deliveries/progress"' in page.html
    assert "/live.js" in page.html
    script = page.html.split('type="module" src="')[1].split('"')[0]
    served = await place.opens(script)
    assert (served.status, served.headers["Content-Type"]) == (
        200,
        "text/javascript; charset=utf-8",
    )


async def test_page_asks_no_more_once_all_has_ended(place: Place, olu: Leader) -> None:
    announce(place, 6)
    await place.community.settle()

    page = await place.opens("/console/deliveries")

    assert "Announcement 6 of 6 sent. Begun" in page.text
    assert "Cancel the rest" not in page.text
    assert "data-under-way" not in page.html
    assert "live.js" not in page.html


async def test_rest_is_cancelled_after_a_question_and_noted(place: Place, olu: Leader) -> None:
    announce(place, 20)
    pauses_after(place, 5)
    await place.community.settle()
    page = await place.opens("/console/deliveries")

    done = await place.presses(page, "Yes, cancel the rest: Announcement")
    again = await place.presses(page, "Yes, cancel the rest: Announcement")

    assert "15 messages would go to nobody." in page.text
    assert done.url == "/console/deliveries"
    assert done.flash == "Announcement: stopped. 5 of 20 were sent, 15 cancelled."
    assert "Announcement 5 of 20 sent, 15 cancelled." in done.text
    assert again.flash.startswith("Nothing of that waits any more.")
    with place.community.database.transaction() as db:
        (noted,) = db.audit.latest(place.community.id, limit=9)
    assert (noted.actor, noted.action) == ("Olu Adeyemi", "deliveries stop")


async def test_file_names_whom_messages_did_not_reach_and_is_no_formula(
    place: Place, olu: Leader
) -> None:
    people = [await place.community.leader(name) for name in ("=1+1 Obi", "Ben Cole", "Cy Dent")]
    place.community.web.troubles = [
        CannotDeliver("@closed\tfor good"),
        Uncertain("the line broke"),
    ]
    for number, each in enumerate(people):
        post(place, each, f"hello:{number}", subject="hello")
    await place.community.settle()

    page = await place.opens("/console/deliveries?state=cannot")
    found = await place.opens("/console/deliveries.csv")

    assert 'href="/console/deliveries.csv" download' in page.html
    assert found.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert found.headers["Content-Disposition"] == 'attachment; filename="not-delivered.csv"'
    when = "2026-11-23 10:00"
    assert found.html.removeprefix("\ufeff").splitlines() == [
        "To,What,Workspace,State,Reason,Asked for (UTC),Settled (UTC)",
        f"Ben Cole,Hello,Web chat,Uncertain,The line broke.,{when},{when}",
        f"'=1+1 Obi,Hello,Web chat,Could not be delivered,'@closed\tfor good.,{when},{when}",
    ]


def test_no_cell_of_a_file_is_a_formula() -> None:
    cells = ["=1", "+1", "-1", "@a", "\ta", "\ra", "  =1", "a=1", "", "1"]

    rows = csv_files.written(["Cell"], [[each] for each in [*cells, -1, 0.5]])

    assert rows.split("\r\n") == [
        "Cell", "'=1", "'+1", "'-1", "'@a", "'\ta", '"\'\ra"', "'  =1", "a=1", '""', "1", "-1",
        "0.5", "",
    ]  # fmt: skip
