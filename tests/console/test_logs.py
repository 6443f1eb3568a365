"""Deliveries, the schedule and the history: what happened, in words that name nobody too much."""

from datetime import timedelta

import pytest

from bot.console import words
from bot.errors import CannotDeliver
from bot.views.deliveries import subject
from storage.schedule import OccurrenceState
from tests.console.conftest import Place, leaders, post, set_up
from tests.leaders import Leader


async def test_deliveries_name_nobody_but_whom_they_may_not_have_reached(
    place: Place, olu: Leader
) -> None:
    ada, ben = [await place.community.leader(name) for name in ("Ada Obi", "Ben Cole")]
    post(place, ada, "one")
    post(place, ada, "two")
    await place.community.settle()
    place.community.web.troubles = [CannotDeliver("the account was closed")]
    post(place, ben, "three", subject="round:77")
    await place.community.settle()
    post(place, ada, "four", subject="strange")

    everything = await place.opens("/console/deliveries")
    trouble = await place.opens("/console/deliveries?state=cannot")
    waiting = await place.opens("/console/deliveries?state=queued")
    none = await place.opens("/console/deliveries?state=uncertain")

    assert "4 All 1 Could not be delivered 0 Uncertain 1 Waiting 0 Being sent 2 Delivered" in (
        everything.text
    )
    assert "Web chat Waiting 1 Oldest is late by – Delivered 2 With trouble 1" in everything.text
    assert "Greeting 2 messages" in everything.text
    assert "Ada Obi" not in everything.text
    assert (
        "Coffee to Ben Cole Workspace Web chat State Could not be delivered "
        "The account was closed." in trouble.text
    )
    assert "1 delivery in this state" in waiting.text
    assert "Strange Workspace Web chat State Waiting" in waiting.text
    assert "No delivery is in this state." in none.text


async def test_lane_that_is_late_says_by_how_much(place: Place, olu: Leader) -> None:
    ada = await place.community.leader("Ada Obi", platform="slack")
    post(place, ada, "one")
    place.community.now += timedelta(hours=3)

    sight = await place.opens("/console/deliveries")

    assert "Slack: T1 Waiting 1 Oldest is late by 3 hours" in sight.text


async def test_schedule_tells_what_is_due_and_what_ran(place: Place, olu: Leader) -> None:
    await leaders(place.community, "Ada Obi", "Ben Cole")
    await set_up(place)
    await place.community.passes(timedelta(days=2))

    sight = await place.opens("/console/schedule")

    assert "Silent groups are nudged Coffee, round 1 When 30 Nov 2026, 09:00" in sight.text
    assert (
        "A round of coffee begins Planned for Tuesday 24 November at 09:00 "
        "Ran 24 Nov 2026, 09:00 Outcome Done" in sight.text
    )


async def test_schedule_tells_what_failed_and_what_is_tried_again(
    place: Place, olu: Leader
) -> None:
    label = place.community.now.replace(tzinfo=None)
    with place.community.database.transaction() as db:
        for number, subject in enumerate(("one", "two", "three")):
            db.schedule.add(
                place.community.id, "later things", subject=subject,
                label=label + timedelta(minutes=number), zone="UTC",
            )  # fmt: skip
        first, second, third = db.schedule.due(label.astimezone() + timedelta(1), limit=3)
        begun = [db.schedule.begin(each, now=place.community.now) for each in (first, second)]
        assert begun[0]
        db.schedule.finish(
            begun[0], OccurrenceState.FAILED, now=place.community.now, reason="KeyError"
        )
        db.schedule.retry(third, at=place.community.now + timedelta(1), reason="OSError")

    sight = await place.opens("/console/schedule")
    overview = await place.opens("/console")

    assert "Outcome Failed It broke several times (KeyError). The log says more." in sight.text
    assert "Later things Running" in sight.text
    assert "Later things Tried before: OSError." in sight.text
    assert "Later things: failed" in overview.text


async def test_history_is_paged(place: Place, olu: Leader) -> None:
    with place.community.database.transaction() as db:
        for number in range(120):
            db.audit.add(
                place.community.id, olu.id if number else None, action="coffee setup",
                subject=f"number {number}", now=place.community.now,
            )  # fmt: skip

    first = await place.opens("/console/audit")
    last = await place.opens("/console/audit?page=3")

    assert "number 119" in first.text
    assert "number 69" not in first.text
    assert "Next page of entries" in first.text
    assert "Previous page of entries" not in first.text
    assert "The command line" not in first.text
    assert "the command line What Set coffee up About number 0" in last.text
    assert "Next page of entries" not in last.text


async def test_history_is_searched_and_saved_as_a_file(place: Place, olu: Leader) -> None:
    with place.community.database.transaction() as db:
        for action, subject in (
            ("coffee setup", "=1+1"), ("role curator", f"member:{olu.id}"), ("sessions edit", "")
        ):  # fmt: skip
            db.audit.add(
                place.community.id, olu.id, action=action, subject=subject, now=place.community.now
            )

    found = await place.opens("/console/audit?words=coffee")
    nothing = await place.opens("/console/audit?words=nobody")
    wrong = await place.opens("/console/audit?words=since+teatime")
    saved = await place.opens("/console/audit.csv?words=olu+on+23+november")

    assert "1 entry" in found.text
    assert "Nothing fits. Show everything" in nothing.text
    assert "I could not read “teatime” as a date. Try “audit since 3 March”." in wrong.text
    assert saved.html.lstrip("\ufeff").splitlines() == [
        "When (Europe/London),Who,What,About",
        "2026-11-23 10:00,Olu Adeyemi,changed a session,",
        "2026-11-23 10:00,Olu Adeyemi,made a curator of,Olu Adeyemi",
        "2026-11-23 10:00,Olu Adeyemi,set coffee up,'=1+1",
    ]


@pytest.mark.parametrize(
    ("length", "told"),
    [
        (timedelta(seconds=1), "1 second"),
        (timedelta(seconds=59), "59 seconds"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(minutes=119), "1 hour"),
        (timedelta(days=2, hours=3), "2 days"),
    ],
)
def test_age_is_told_in_its_largest_unit(length: timedelta, told: str) -> None:
    assert words.age(length) == told


@pytest.mark.parametrize(
    ("text", "told"), [("", ""), (" a b ", "A b."), ("Why?", "Why?"), ("So…", "So…")]
)
def test_sentence_begins_and_ends_as_one(text: str, told: str) -> None:
    assert words.sentence(text) == told


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("round:4", "Coffee, round 9"),
        ("round:4:seeker:7", "Coffee, round 9"),
        ("round:5", "Coffee"),
        ("round:x", "Coffee"),
        ("greeting", "Greeting"),
        ("coffee:2026-12-01T09:00", "Coffee: who is in the round"),
        ("story:3", "Story"),
    ],
)
def test_subject_is_told_in_words(key: str, told: str) -> None:
    assert subject(key, {4: 9}) == told
