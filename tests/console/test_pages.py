"""What the pages show: empty, ordinary and in trouble."""

from datetime import datetime, timedelta

import pytest

from bot.chat.messages import Account
from bot.domain import coffee as rules
from bot.errors import CannotDeliver, Uncertain
from bot.ids import Lane
from tests.console.conftest import Place, leaders, post, running, set_up, settings
from tests.leaders import START, Leader, words
from tests.sessions import planned


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/console", "Nothing needs you now."),
        ("/console", "1 member In coffee 0 Pausing 0 Resting after silent rounds 0"),
        ("/console", "Coffee is not running: no round is planned. Set up coffee"),
        ("/console", "No round under way"),
        ("/console/coffee", "Say how often, and it runs by itself. Set up coffee"),
        ("/console/coffee", "No round has gone out yet. Each one gets its report here."),
        ("/console/coffee/rounds", "No round has been drafted yet."),
        ("/console/members", "1 member Name Organisation"),
        ("/console/members?words=zed", "0 members of 1 Nobody fits."),
        ("/console/deliveries", "0 All 0 Could not be delivered 0 Uncertain 0 Waiting"),
        ("/console/deliveries", "Nothing has been sent yet."),
        ("/console/deliveries?state=cannot", "Nothing has been sent yet."),
        ("/console/schedule", "Nothing is planned."),
        ("/console/schedule", "Everything ran when it should."),
        ("/console/schedule", "Nothing has run yet."),
        ("/console/doing", "Why we exist Nobody has written it down yet. Change our purpose"),
        ("/console/doing", "Members a few Joined a few (none)"),
        ("/console/audit", "Nobody has changed anything yet."),
        ("/console/audit?page=3", "Nobody has changed anything yet."),
    ],
)
async def test_empty_pages_say_so(place: Place, olu: Leader, path: str, sentence: str) -> None:
    sight = await place.opens(path)

    assert sight.status == 200
    assert sentence in sight.text


@pytest.mark.parametrize(
    "number", ["0", "2", "-1", "1.5", "x", "²", "9" * 40, "1e3", "%00", "<script>"]
)
@pytest.mark.parametrize("ending", ["", ".csv"])
async def test_round_that_is_not_there_is_a_page_that_says_so(
    place: Place, olu: Leader, number: str, ending: str
) -> None:
    sight = await place.opens(f"/console/coffee/rounds/{number}{ending}")

    assert sight.status == 404
    assert "That did not work" in sight.text


@pytest.mark.parametrize("number", ["0", "-3", "x", "²", "999999999", "9" * 40, ""])
@pytest.mark.parametrize("path", ["coffee", "coffee/rounds", "members", "deliveries", "audit"])
async def test_page_that_is_not_there_shows_the_nearest(
    place: Place, olu: Leader, path: str, number: str
) -> None:
    sight = await place.opens(f"/console/{path}?page={number}&swap={number}&show=x&state=x")

    assert sight.status == 200


async def test_every_page_names_where_one_is(place: Place, olu: Leader) -> None:
    titles = {}
    for path in (
        "", "/coffee", "/members", "/community", "/deliveries", "/schedule", "/doing", "/audit"
    ):  # fmt: skip
        sight = await place.opens(f"/console{path}")
        current = sight.html.split('aria-current="page">')[1].split("<")[0]
        titles[path] = (sight.html.split("<title>")[1].split("<")[0], current)

    assert titles == {
        "": ("Overview – Leaders", "Overview"),
        "/coffee": ("Coffee – Leaders", "Coffee"),
        "/members": ("Members – Leaders", "Members"),
        "/community": ("Community – Leaders", "Community"),
        "/deliveries": ("Deliveries – Leaders", "Deliveries"),
        "/schedule": ("Schedule – Leaders", "Schedule"),
        "/doing": ("How we are doing – Leaders", "How we are doing"),
        "/audit": ("History – Leaders", "History"),
    }


async def test_doing_shows_what_members_read_and_the_purpose_changed_there(
    place: Place, olu: Leader
) -> None:
    form = await place.opens("/console/purpose")
    fields = form.form_with("Save").fields | {"field-purpose": ["We look after one another."]}

    sight = await place.posts("/console/purpose", {key: each[0] for key, each in fields.items()})

    told = await olu.says("how are we doing")
    assert sight.flash.startswith("This is our purpose now: We look after one another.")
    assert "Why we exist We look after one another. Change our purpose" in sight.text
    assert "No learning session was held." in sight.text
    assert "- No learning session was held.\n" in words(told)


async def test_overview_counts_who_takes_part(place: Place, olu: Leader) -> None:
    people = await leaders(place.community, "Ada Obi", "Ben Cole", "Cy Dent", "Di Eve", "Ed Fox")
    await people[1].says("coffee pause 2 weeks")
    await people[2].says("coffee leave")
    with place.community.database.transaction() as db:
        part = db.coffee.participation(people[3].id)
        for _ in range(rules.SILENT_ROUNDS):
            part = rules.after_round(part, was_silent=True)
        db.coffee.save(place.community.id, part, now=place.community.now)

    sight = await place.opens("/console")

    assert "6 members In coffee 2 Pausing 1 Resting after silent rounds 1" in sight.text


async def test_overview_shows_a_round_under_way_by_counts_alone(place: Place, olu: Leader) -> None:
    people = await leaders(place.community, "Ada Obi", "Ben Cole", "Cy Dent", "Di Eve")
    await set_up(place)
    await place.community.passes(timedelta(days=2))
    await people[0].taps(people[0].last, "We’ve met")

    overview = await place.opens("/console")
    coffee = await place.opens("/console/coffee")

    told = "50% of groups met so far 1 of 2 groups met; 1 of 4 people answered."
    assert f"Round 1, under way {told} It closes on Tuesday 8 December at 09:00." in overview.text
    assert f"Round 1, under way {told}" in coffee.text
    assert not [each.name for each in people if each.name in overview.text + coffee.text]


async def test_overview_tells_what_could_not_be_delivered(place: Place, olu: Leader) -> None:
    ada = await place.community.leader("Ada Obi")
    place.community.web.troubles = [
        CannotDeliver("the account was closed"),
        CannotDeliver("the account was closed"),
        Uncertain("the line broke"),
    ]
    for number in range(3):
        post(place, ada, f"one:{number}")
    await place.community.settle()

    sight = await place.opens("/console")
    later = place.community.now + timedelta(days=15)
    place.community.now = later
    forgotten = await place.opens("/console")

    assert "2 messages could not be delivered The account was closed. (2 times)" in sight.text
    assert "1 message may or may not have arrived The line broke. See it" in sight.text
    assert "Nothing needs you now." in forgotten.text


async def test_overview_tells_who_has_no_account_and_what_was_missed(
    place: Place, olu: Leader
) -> None:
    with place.community.database.transaction() as db:
        db.members.add(place.community.id, "Zed", now=place.community.now, zone="Europe/London")
        label = datetime(2026, 11, 20, 3, 0)
        db.schedule.add(
            place.community.id, "coffee draft", subject="coffee:2026-11-20T03:00", label=label,
            zone="Europe/London",
        )  # fmt: skip
    await place.community.settle()

    sight = await place.opens("/console")
    who = await place.opens("/console/members?show=unreachable")
    schedule = await place.opens("/console/schedule")

    assert "1 member has no account" in sight.text
    assert "A round is drafted: skipped Friday 20 November at 03:00." in sight.text
    assert "1 member of 2" in who.text
    assert "Zed" in who.text
    assert "Nowhere yet" in who.text
    assert "Its time had passed by too much; the bot may have been off." in schedule.text


async def test_overview_leads_to_the_draft(place: Place, olu: Leader) -> None:
    await leaders(place.community, "Ada Obi", "Ben Cole")
    await set_up(place, review="send")
    await place.community.passes(timedelta(days=6))

    sight = await place.opens("/console")
    coffee = await place.opens("/console/coffee")

    assert (
        "Round 1 of coffee waits for your review It goes out on Tuesday 1 December at 09:00."
        in sight.text
    )
    assert "Next round of coffee Tuesday 1 December at 09:00" in sight.text
    assert "If nobody approves it, it goes out all the same." in coffee.text


async def test_members_are_searched_by_every_word(place: Place, olu: Leader) -> None:
    community = place.community
    await community.leader("Ada Obi", organisation="Oxleas", place="Bexley", job="Midwife")
    await community.leader("Ben Cole", organisation="Oxleas", place="Bromley", job="GP")
    await leaders(community, "Élodie Roy", "Percy 100%")

    async def found(query: str) -> list[str]:
        sight = await place.opens(f"/console/members?{query}")
        names = ("Ada Obi", "Ben Cole", "Élodie Roy", "Percy 100%")
        return [name for name in names if name in sight.text]

    assert await found("words=oxleas") == ["Ada Obi", "Ben Cole"]
    assert await found("words=MIDWIFE+bexley") == ["Ada Obi"]
    assert await found("words=élodie".replace("é", "%C3%89")) == ["Élodie Roy"]
    assert await found("words=%25") == ["Percy 100%"]
    assert await found("words=_") == []
    assert await found("show=in+coffee") == ["Élodie Roy", "Percy 100%"]
    assert await found("show=not+in+coffee") == ["Ada Obi", "Ben Cole"]
    assert await found("show=in+coffee&words=ada") == []


async def test_members_show_what_they_told_and_where_they_are_reached(
    place: Place, olu: Leader
) -> None:
    shown = await place.community.leader("Ada Obi", show_email=True, job="Midwife")
    with place.community.database.transaction() as db:
        db.members.add_account(
            place.community.id,
            shown.id,
            Account(Lane("slack:T1"), "U9"),
            now=place.community.now,
        )
        db.members.set_account_active(olu.account, is_active=True)

    sight = await place.opens("/console/members")

    assert (
        "Ada Obi Midwife ada.obi@leaders.example Organisation – Borough – "
        "Reached at Slack, Web chat Coffee –" in sight.text
    )
    assert "Olu Adeyemi Organiser Organisation –" in sight.text
    assert "olu.adeyemi@leaders.example" not in sight.text


async def test_names_are_never_markup(place: Place, olu: Leader) -> None:
    evil = "<script>alert(1)</script>\"'&"
    await leaders(place.community, evil, f"{evil} Roy", organisation=evil)
    await set_up(place, review="hold")
    await place.community.passes(timedelta(days=6))

    for path in ("", "/coffee", "/members", f"/members?words={evil}", "/deliveries"):
        sight = await place.opens(f"/console{path}")

        assert sight.status == 200
        assert "<script" not in sight.html


async def test_example_is_marked(place: Place, olu: Leader) -> None:
    place.signs_in(olu, is_example=True)

    sight = await place.opens("/console")

    assert "Example community: everybody here is invented. Switch person" in sight.text


async def test_pages_live_below_the_public_address(place: Place, olu: Leader) -> None:
    behind = settings(base_url="https://nhs.example/leaders", host="0.0.0.0")  # noqa: S104

    async with running(place.community, behind) as proxied:
        proxied.signs_in(olu)
        page = await proxied.opens("/console/coffee/setup")
        form = page.form_with("Save")
        sent = [(name, each) for name, values in form.fields.items() for each in values]
        headers = {"Origin": "https://nhs.example", "Sec-Fetch-Site": "same-origin"}
        saved = await proxied.posts(
            "/console/coffee/setup", sent, headers=headers, allow_redirects=False
        )

    assert 'href="/leaders/console/members"' in page.html
    assert 'href="/leaders/console/static/' in page.html
    assert saved.headers["Location"] == "/leaders/console/coffee"
    cookie = saved.headers["Set-Cookie"]
    assert "; HttpOnly; " in cookie
    assert cookie.endswith("; Path=/leaders/console; SameSite=Strict; Secure")


async def test_schedule_shows_what_is_moved_or_left_out_before_and_after(
    place: Place, olu: Leader
) -> None:
    moved = "Moved: bank holiday: Christmas Day."
    await set_up(place, rhythm="every week on Friday 09:00", if_off="next working day")
    with place.community.database.transaction() as db:
        db.recurrences.pause(
            place.community.id, "coffee round", until=datetime(2026, 12, 18), now=START
        )
    coffee = await place.presses(await place.opens("/console/coffee"), "Yes, leave it out")

    before = await place.opens("/console/schedule")
    overview = await place.opens("/console")
    await place.community.until(datetime(2026, 12, 30, 9, 0))
    after = await place.opens("/console/schedule")

    assert "There is no round on Friday 18 December (an organiser left it out)." in coffee.text
    assert "It moved there from Friday 25 December (bank holiday: Christmas Day)." in coffee.text
    assert "A round of coffee begins Left out An organiser left it out. When" in before.text
    assert f"A round of coffee begins {moved} When 29 Dec 2026, 09:00" in before.text
    assert "Everything ran when it should." in before.text
    assert "Nothing needs you now." in overview.text
    assert "Skipped An organiser left it out." in after.text
    assert f"Done {moved}" in after.text


async def test_skip_is_taken_back_on_the_coffee_page(place: Place, olu: Leader) -> None:
    await set_up(place)
    page = await place.presses(await place.opens("/console/coffee"), "Yes, leave it out")

    back = await place.presses(page, "Take the skip back")

    assert "There is no round" in page.text
    assert "There is no round" not in back.text
    assert "Take the skip back" not in back.text
    assert back.flash == "Taken back: the next round goes out on Tuesday 24 November at 09:00."


async def test_schedule_tells_of_an_earlier_attempt(place: Place, olu: Leader) -> None:
    await set_up(place)
    with place.community.database.transaction() as db:
        upcoming = db.recurrences.upcoming(place.community.id, "coffee round")
        db.schedule.retry(upcoming.id, at=upcoming.due_at, reason="OSError")

    sight = await place.opens("/console/schedule")

    assert "A round of coffee begins Tried before: OSError. When" in sight.text


async def test_session_that_was_moved_is_no_trouble(place: Place, olu: Leader) -> None:
    number = await planned(olu)

    await olu.submits(await olu.says(f"sessions edit {number}"), date="2026-12-10")
    page = await place.opens("/console/schedule")
    overview = await place.opens("/console")

    assert "People are reminded of a session" in page.text
    assert f"Learning session {number}" in page.text
    assert "Nothing needs you now." in overview.text
