"""The home page tells at a glance where one stands."""

from datetime import datetime, timedelta

import pytest

from bot.chat.messages import Message
from tests.leaders import Community, Leader, button_of, words
from tests.sessions import planned
from tests.storytelling import curator, tells

pytestmark = pytest.mark.parametrize("community", ["web"], indirect=True)

# The first Tuesday that leaves time to draft a round and have it reviewed, or to ask who is in.
TUESDAY = datetime(2026, 12, 1, 9, 0)
FORTNIGHTLY = "every 2 weeks on Tuesday 09:00"


def part(page: Message, title: str) -> list[str]:
    """The lines of a part of the page, without its buttons."""
    lines = words(page).splitlines()
    titles = {
        "Waiting for you", "Peer coffee", "Learning sessions", "Not finished yet",
        "Your settings", "For organisers",
    }  # fmt: skip
    if title not in lines:
        return []
    found = []
    for line in lines[lines.index(title) + 1 :]:
        if line in titles or line.startswith("My coffees: "):
            break
        if ": type “" not in line:
            found.append(line.removeprefix("- "))
    return found


async def pair(community: Community, **setup: str) -> tuple[Leader, Leader, Leader]:
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"), rhythm=FORTNIGHTLY, **setup)
    slots = ("tue-lunch", "thu-late")
    ada = await community.leader("Ada Obi", slots=slots)
    ben = await community.leader("Ben Lee", slots=slots)
    for leader in (ada, ben):
        await leader.says("coffee join")
    return olu, ada, ben


async def test_an_empty_home_is_warm_and_shows_a_beginning(community):
    zoe = await community.leader("Zoe Ek")

    home = await zoe.says("home")

    assert part(home, "Waiting for you") == ["Nothing waits for your answer. Enjoy the quiet."]
    assert part(home, "Peer coffee") == ["You are not in coffee."]
    assert part(home, "Learning sessions") == ["You have not signed up for a session to come."]
    assert part(home, "Not finished yet") == [
        "You have not introduced yourself yet. A minute is enough, and you see it first."
    ]
    assert part(home, "Your settings") == ["I write to you in the web chat."]
    assert part(home, "For organisers") == []
    assert button_of(home, "Join coffee").route == "coffee join"
    assert button_of(home, "See the sessions").route == "sessions"


async def test_a_coffee_is_followed_from_the_draft_to_the_question(community):
    olu, ada, ben = await pair(community, review="send")
    await community.until(TUESDAY - timedelta(hours=47))
    drafted = await olu.says("home")
    await olu.taps(await olu.taps(drafted, "Review the round"), "Approve")
    approved = await olu.says("home")
    await community.until(TUESDAY)
    begun = await ada.says("home")
    await ada.taps(await ada.taps(begun, "Show the times"), "Tuesday")
    tapped = await ada.says("home")
    await ben.taps(ben.last, "Tuesday")
    agreed = await ada.says("home")
    await community.passes(timedelta(days=12))
    asked = await ada.says("home")
    await ada.taps(asked, "Yes")
    answered = await ada.says("home")

    assert part(drafted, "Not finished yet")[0] == (
        "Round 1 of coffee is drafted, to go out on Tuesday 1 December at 09:00."
    )
    assert part(approved, "Not finished yet")[0] == (
        "Round 1 of coffee is approved and goes out on Tuesday 1 December at 09:00."
    )
    assert part(begun, "Waiting for you") == ["Which times suit you, to meet Ben Lee?"]
    assert part(begun, "Peer coffee")[0] == "Your coffee now: Ben Lee."
    quiet = ["Nothing waits for your answer. Enjoy the quiet."]
    assert part(tapped, "Waiting for you") == quiet
    assert part(agreed, "Peer coffee")[0] == (
        "Your coffee now: Ben Lee, on Tuesday 8 December at 12:30."
    )
    assert part(asked, "Waiting for you") == ["Did you meet Ben Lee?"]
    assert part(answered, "Waiting for you") == quiet
    assert part(await ben.says("home"), "Waiting for you") == ["Did you meet Ada Obi?"]


async def test_whether_to_take_part_is_asked_until_it_is_said(community):
    _, ada, ben = await pair(community, mode="asked")
    before = await ada.says("home")
    await community.until(TUESDAY - timedelta(hours=20))
    asked = await ada.says("home")
    await ada.taps(asked, "Count me in")
    await ben.says("coffee leave")

    said = await ada.says("home")
    gone = await ben.says("home")

    quiet = ["Nothing waits for your answer. Enjoy the quiet."]
    assert part(before, "Waiting for you") == quiet
    assert part(asked, "Waiting for you") == [
        "The next round of coffee goes out on Tuesday 1 December at 09:00. Are you in?"
    ]
    assert (part(said, "Waiting for you"), part(gone, "Waiting for you")) == (quiet, quiet)
    await community.until(TUESDAY)
    late = await ada.says("home")
    assert "Are you in?" not in words(late)


async def test_sessions_are_shown_before_and_asked_about_after(community):
    olu = await community.organiser("Olu Chair")
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    number = await planned(olu, capacity="1")
    await ada.says(f"sessions sign up {number}")
    await ben.says(f"sessions sign up {number}")
    homes = [await each.says("home") for each in (ada, ben, olu)]
    await community.passes(timedelta(days=11))
    asked = await ada.says("home")
    await ada.taps(asked, "Partly")
    answered = await ada.says("home")
    forgotten = await ben.says("home")

    when = "Thursday 3 December at 12:30"
    assert [part(each, "Learning sessions") for each in homes] == [
        [f"Frailty at home, {when}. You have a place."],
        [f"Frailty at home, {when}. You are number 1 on the waitlist."],
        [f"You look after Frailty at home, {when}."],
    ]
    assert part(homes[0], "Your settings")[0] == (
        "I remind you of sessions a day before and an hour before."
    )
    assert part(asked, "Waiting for you") == ["Frailty at home: Was it worth your time?"]
    quiet = ["Nothing waits for your answer. Enjoy the quiet."]
    assert (part(answered, "Waiting for you"), part(forgotten, "Waiting for you")) == (quiet, quiet)


async def test_a_session_is_not_asked_about_for_ever_or_of_the_absent(community):
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")
    for _ in range(2):
        await ada.says(f"sessions sign up {await planned(olu)}")
    await community.passes(timedelta(days=11))
    await ada.says("sessions absent 1")

    asked = await ada.says("home")
    await community.passes(timedelta(days=14))
    later = await ada.says("home")

    assert part(asked, "Waiting for you") == ["Frailty at home: Was it worth your time?"]
    assert button_of(asked, "Yes").value == "2 yes"
    assert part(later, "Waiting for you") == ["Nothing waits for your answer. Enjoy the quiet."]


async def test_what_does_not_remind_is_said(community):
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")
    await ada.says(f"sessions sign up {await planned(olu)}")
    await ada.says("sessions reminders none")

    assert part(await ada.says("home"), "Your settings")[0] == "I remind you of no sessions."


async def test_stories_wait_for_authors_co_authors_and_curators(community):
    cy = await curator(community)
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    form = await ada.says("story draft")
    await ada.submits(form, title="Warm homes", changed="Homes are warmer.")
    drafts = await ada.says("home")
    sent = await tells(ada)
    await ada.submits(await ada.taps(sent, "Add a co-author"), person=f"#{ben.id}")
    to_read, to_answer = await cy.says("home"), await ben.says("home")
    await ben.taps(to_answer, "Yes, name me")
    review = await cy.taps(await cy.taps(to_read, "Read what waits"), "Read: A calm ward")
    await cy.submits(await cy.taps(review, "Ask for changes"), note="Which ward?")
    for leader in (ada, ben):
        await leader.says("stories stop")
    to_change, nothing = await ada.says("home"), await ben.says("home")

    assert part(drafts, "Not finished yet")[0] == "Your story Warm homes is a draft."
    assert part(to_read, "Waiting for you") == ["1 story waits for a curator."]
    assert part(to_answer, "Waiting for you") == [
        "Ada Obi would like to name you as a co-author of “A calm ward”."
    ]
    assert part(to_change, "Waiting for you") == [
        "Your story A calm ward waits for changes that a curator asked for."
    ]
    assert part(nothing, "Waiting for you") == ["Nothing waits for your answer. Enjoy the quiet."]
    assert part(nothing, "Your settings")[0] == (
        "You get no digests of stories, and no questions for one."
    )


async def test_home_tells_organisers_what_is_theirs(community):
    olu = await community.organiser("Olu Chair", show_email=True)

    home = await olu.says("home")

    assert button_of(home, "The drafted round").route == "coffee review"
    assert part(home, "Your settings") == [
        "You are introduced, and others can find you.",
        "I write to you in the web chat.",
    ]
