"""Learning sessions: the list, a place, the waitlist, and a place that frees."""

from datetime import datetime, timedelta

import pytest

from storage import tables
from tests.leaders import Community, Leader, words
from tests.sessions import LINK, links, planned, register, standing

DECLINE = (
    "Does it no longer suit you? Decline with one tap, best before 10:30 on the day, so that the "
    "next person still has time."
)


async def gathered(community: Community, **answers: str) -> tuple[int, list[Leader]]:
    olu = await community.organiser("Olu Chair")
    number = await planned(olu, **answers)
    names = ("Ada Obi", "Ben Lee", "Cy Poe")
    return number, [olu, *[await community.leader(name) for name in names]]


async def test_without_sessions_the_list_asks_for_topics(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    reply = words(await ada.says("sessions"))

    assert reply.startswith("No session is planned yet. Which topic would you like?")


async def test_list_tells_when_with_whom_and_how_many_places(community: Community) -> None:
    number, [olu, ada, *_] = await gathered(community, capacity="2", speakers="Dr Di Roy")
    await planned(olu, title="Digital wards", date="2026-11-26", time="09:00", capacity="")

    reply = words(await ada.says("sessions")).splitlines()

    assert reply[:8] == [
        "2 learning sessions to come, the soonest first:",
        "Digital wards",
        "Thursday 26 November at 09:00. There is room for everybody.",
        "Sign up: type “sessions sign up 2”",
        "More: type “sessions show 2”",
        "Frailty at home",
        "Thursday 3 December at 12:30. With Dr Di Roy. 2 places of 2 are free.",
        f"Sign up: type “sessions sign up {number}”",
    ]


async def test_list_finds_words_of_the_title(community: Community) -> None:
    _, [olu, ada, *_] = await gathered(community)
    await planned(olu, title="Digital wards")

    found = words(await ada.says("sessions frailty"))
    missed = words(await ada.says("sessions finance"))

    assert found.startswith("1 learning session about “frailty”, the soonest first:\nFrailty")
    assert "Digital" not in found
    assert missed.startswith("No session to come is about “finance”.")


async def test_card_keeps_the_joining_link_for_those_with_a_place(community: Community) -> None:
    number, [_, ada, ben, _] = await gathered(community, dial_in="0300 1 code 77", place="Room 2")
    await ada.says(f"sessions sign up {number}")

    mine, others = [words(await each.says(f"sessions show {number}")) for each in (ada, ben)]

    assert f"Join online: {LINK}\nOr dial in: 0300 1 code 77" in mine
    assert LINK not in others
    assert "0300" not in others
    assert "Whoever has a place is told how to join online." in others
    assert others.startswith(
        "Frailty at home\nWhen: Thursday 3 December at 12:30, 1 hour\nWhere: Room 2\n"
    )


async def test_link_is_not_said_where_others_read_along(community: Community) -> None:
    number, [_, ada, *_] = await gathered(community)
    await ada.says(f"sessions sign up {number}")

    said = words(await ada.says(f"sessions show {number}", channel="C9"))
    again = words(await ada.says(f"sessions sign up {number}", channel="C9"))

    for each in (said, again):
        assert LINK not in each
        assert "Ask me in a direct message how to join online" in each


async def test_sign_up_gives_a_place_a_file_and_the_link(community: Community) -> None:
    number, [_, ada, *_] = await gathered(community)
    listing = await ada.says("sessions")

    reply = await ada.taps(listing, "Sign up")

    mine = register(community, number).of(ada.id)
    assert words(reply).splitlines() == [
        "You have a place in Frailty at home, Thursday 3 December at 12:30.",
        f"Join online: {LINK}",
        f"Add to my calendar: /calendar/{mine.calendar}.ics",
        f"Anything you need to take part?: type “sessions needs {number}”",
        f"I can’t come: type “sessions leave {number}”",
        "I remind you a day before and an hour before; “sessions reminders” changes that.",
    ]
    assert links(reply) == [f"/calendar/{mine.calendar}.ics"]


async def test_signing_up_again_changes_nothing(community: Community) -> None:
    number, [_, ada, ben, _] = await gathered(community, capacity="1")
    first = await ada.says(f"sessions sign up {number}")
    await ben.says(f"sessions sign up {number}")

    again = await ada.says(f"sessions sign up {number}")
    await ben.says(f"sessions sign up {number}")

    assert words(again) == words(first)
    assert standing(community, number) == {"going": ["Ada"], "waiting": ["Ben"]}
    assert [each.sequence for each in register(community, number).signups] == [0, 0]


async def test_full_session_has_a_waitlist_and_says_the_turn(community: Community) -> None:
    number, [_, ada, ben, cy] = await gathered(community, capacity="1")
    await ada.says(f"sessions sign up {number}")

    second = words(await ben.says(f"sessions sign up {number}"))
    third = words(await cy.says(f"sessions sign up {number}"))

    assert second.startswith("Frailty at home is full. You are number 1 on the waitlist.")
    assert third.startswith("Frailty at home is full. You are number 2 on the waitlist.")
    assert LINK not in second
    seen = words(await cy.says(f"sessions show {number}"))
    assert "You are number 2 on the waitlist." in seen


async def test_freed_place_goes_to_the_first_who_waits_and_may_be_declined(
    community: Community,
) -> None:
    number, [_, ada, ben, cy] = await gathered(community, capacity="1")
    for each in (ada, ben, cy):
        await each.says(f"sessions sign up {number}")

    left = await ada.taps(await ada.says(f"sessions show {number}"), "I can’t come")
    promoted = ben.last
    declined = await ben.taps(promoted, "I can’t come")

    assert words(left).startswith(
        "Your place in Frailty at home goes to somebody else. Thank you for saying."
    )
    assert words(promoted).splitlines()[:3] == [
        "A place has come free: you are in Frailty at home, Thursday 3 December at 12:30.",
        f"Join online: {LINK}",
        DECLINE,
    ]
    assert words(declined).startswith("Your place in Frailty at home goes to somebody else.")
    assert words(cy.last).startswith("A place has come free: you are in Frailty at home")
    assert standing(community, number) == {"going": ["Cy"], "waiting": []}
    assert len(ada.inbox) == 0


async def test_at_short_notice_a_free_place_is_offered_to_all_who_wait(
    community: Community,
) -> None:
    number, [_, ada, ben, cy] = await gathered(community, capacity="1")
    for each in (ada, ben, cy):
        await each.says(f"sessions sign up {number}")
    await community.until(datetime(2026, 12, 3, 11, 0))

    await ada.says(f"sessions leave {number}")
    offers = [words(each.last) for each in (ben, cy)]
    first = words(await cy.taps(cy.last, "Take it"))
    second = words(await ben.taps(ben.last, "Take it"))

    offer = (
        "A place in Frailty at home, Thursday 3 December at 12:30, is free at short notice. "
        "The first to take it has it.\n"
        f"Take it: type “sessions sign up {number}”\n"
        "You get this because you are on its waitlist."
    )
    assert offers == [offer, offer]
    assert first.startswith("You have a place in Frailty at home")
    assert second.startswith("Frailty at home is full. You are number 1 on the waitlist.")
    assert standing(community, number) == {"going": ["Cy"], "waiting": ["Ben"]}


async def test_leaving_the_waitlist_moves_the_others_up(community: Community) -> None:
    number, [_, ada, ben, cy] = await gathered(community, capacity="1")
    for each in (ada, ben, cy):
        await each.says(f"sessions sign up {number}")

    reply = await ben.says(f"sessions leave {number}")

    assert words(reply).startswith("You are off the list for Frailty at home.")
    assert "number 1 on the waitlist" in words(await cy.says(f"sessions show {number}"))
    assert cy.inbox == []


async def test_nobody_without_a_place_gives_one_back(community: Community) -> None:
    number, [_, ada, *_] = await gathered(community)

    reply = words(await ada.says(f"sessions leave {number}"))

    assert reply == "You have no place in “Frailty at home”, so there is nothing to give back."


async def test_session_that_has_begun_takes_nobody_in(community: Community) -> None:
    number, [_, ada, ben, _] = await gathered(community)
    await ben.says(f"sessions sign up {number}")
    await community.until(datetime(2026, 12, 3, 12, 30))

    late = words(await ada.says(f"sessions sign up {number}"))
    leaving = words(await ben.says(f"sessions leave {number}"))

    assert late == "“Frailty at home” has begun already. Type “sessions” for the others."
    assert leaving == late


async def test_sessions_mine_are_those_to_come(community: Community) -> None:
    number, [olu, ada, *_] = await gathered(community)
    await planned(olu, title="Digital wards")
    none = words(await ada.says("sessions mine"))
    await ada.says(f"sessions sign up {number}")

    mine = words(await ada.says("sessions mine"))
    await community.until(datetime(2026, 12, 3, 13, 31))
    after = words(await ada.says("sessions mine"))

    assert mine.splitlines()[:3] == [
        "Your learning sessions",
        "Frailty at home",
        "Thursday 3 December at 12:30. You have a place.",
    ]
    assert "Digital" not in mine
    assert none == after
    assert none.startswith("You have not signed up for a session to come.")


async def test_somebody_elsewhere_reads_their_own_time_too(community: Community) -> None:
    number, _ = await gathered(community)
    eve = await community.leader("Eve New", zone="America/New_York")

    reply = words(await eve.says(f"sessions show {number}"))

    assert "When: Thursday 3 December at 12:30 in London (07:30 for you), 1 hour" in reply


@pytest.mark.parametrize("asked", ["show 99", "sign up x", "leave", "needs 0", "show 99999999999"])
async def test_unknown_session_is_not_found(community: Community, asked: str) -> None:
    ada = await community.leader("Ada Obi")

    reply = words(await ada.says(f"sessions {asked}"))

    assert reply == "I can’t find that session. Type “sessions” for those to come."


async def test_session_is_found_by_words_of_its_title(community: Community) -> None:
    number, [olu, ada, *_] = await gathered(community)
    await planned(olu, title="Frailty in care homes")

    reply = words(await ada.says("sessions sign up AT home"))
    several = words(await ada.says("sessions sign up frailty"))

    assert reply.startswith("You have a place in Frailty at home")
    assert standing(community, number) == {"going": ["Ada"], "waiting": []}
    assert several == (
        "I know several: 1 (Frailty at home), 2 (Frailty in care homes). Please type the number."
    )


async def test_a_session_of_another_community_is_not_found(community: Community) -> None:
    number, [_, ada, *_] = await gathered(community)
    with community.database.transaction() as db:
        other = db.communities.add("Others", zone="Europe/London", now=community.now)
        db.connection.execute(tables.sessions.update().values(community=other))

    for asked in ("show", "sign up", "leave", "here", "materials"):
        reply = words(await ada.says(f"sessions {asked} {number}"))
        assert reply == "I can’t find that session. Type “sessions” for those to come."


async def test_reminders_come_a_day_and_an_hour_before_with_the_link(community: Community) -> None:
    number, [_, ada, ben, _] = await gathered(community)
    await ada.says(f"sessions sign up {number}")

    await community.until(datetime(2026, 12, 2, 12, 29))
    before = list(ada.inbox)
    await community.until(datetime(2026, 12, 2, 12, 30))
    day = words(ada.last)
    await community.until(datetime(2026, 12, 3, 11, 30))

    assert before == []
    assert day.splitlines()[:2] == [
        "Coming up: Frailty at home, Thursday 3 December at 12:30.",
        f"Join online: {LINK}",
    ]
    assert day.splitlines()[-1] == (
        "You get this because you signed up. "
        "“sessions reminders” changes when I remind you, or stops it."
    )
    assert len(ada.inbox) == 2
    assert ben.inbox == []


@pytest.mark.parametrize(
    ("asked", "number_of_reminders"), [("none", 0), ("1 week, 15 minutes", 2), ("an hour", 1)]
)
async def test_each_member_chooses_their_reminders(
    community: Community, asked: str, number_of_reminders: int
) -> None:
    number, [_, ada, *_] = await gathered(community)
    await ada.says(f"sessions sign up {number}")

    await ada.says(f"sessions reminders {asked}")
    await community.until(datetime(2026, 12, 3, 12, 30))

    assert len(ada.inbox) == number_of_reminders


async def test_reminders_are_chosen_in_a_form_too(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    form = await ada.says("sessions reminders")

    saved = words((await ada.submits(form, leads=("60", "15"))).reply)
    again = await ada.says("sessions reminders")
    nonsense = await ada.submits(form, leads=("61",))

    assert form.fields[0].initial == ("1440", "60")
    assert saved == (
        "I remind you an hour before and 15 minutes before; “sessions reminders” changes that."
    )
    assert again.fields[0].initial == ("60", "15")
    assert nonsense.errors == {"leads": "Please choose some of these."}


async def test_unreadable_reminders_say_what_can_be_read(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    reply = words(await ada.says("sessions reminders 2 fortnights"))

    assert reply == (
        "I could not read “2 fortnights”: I can remind you a week before, a day before, 3 hours "
        "before, an hour before or 15 minutes before. Try “sessions reminders 1 day, 1 hour”, "
        "or “none”."
    )


async def test_reminder_in_quiet_hours_comes_the_evening_before(community: Community) -> None:
    number, [_, ada, *_] = await gathered(community, time="08:30")
    await ada.says(f"sessions sign up {number}")
    await ada.says("sessions reminders 1 hour")

    await community.until(datetime(2026, 12, 2, 19, 29))
    before = len(ada.inbox)
    await community.until(datetime(2026, 12, 2, 19, 30))
    evening = len(ada.inbox)
    await community.until(datetime(2026, 12, 3, 8, 30))

    assert (before, evening, len(ada.inbox)) == (0, 1, 1)


async def test_reminder_that_a_stop_made_late_never_comes_after_the_start(
    community: Community,
) -> None:
    number, [_, ada, *_] = await gathered(community)
    await ada.says(f"sessions sign up {number}")
    await ada.says("sessions reminders 1 hour")
    await community.until(datetime(2026, 12, 3, 11, 29))

    # The bot was off from a minute before the reminder until the start.
    community.now += timedelta(hours=1, minutes=1)
    await community.settle()

    assert ada.inbox == []


async def test_session_moved_to_short_notice_sends_no_reminder_that_has_passed(
    community: Community,
) -> None:
    number, [olu, ada, *_] = await gathered(community)
    await ada.says(f"sessions sign up {number}")

    # "A day before" was an hour ago.
    form = await olu.says(f"sessions edit {number}")
    await olu.submits(form, date="2026-11-24", time="09:00")
    await community.passes(timedelta(hours=23))
    reminders = [words(each) for each in ada.inbox if words(each).startswith("Coming up")]

    assert len(reminders) == 1
