"""Organisations' cards: seen by everybody, written by their own members and by organisers."""

from datetime import timedelta

import pytest

from bot.domain.members import Organisation
from bot.views import organisations as views
from tests.leaders import Community, Leader, words

CARD = {
    "what_we_do": "Food, company and advice in a former pub.",
    "for_whom": "Anybody who walks in.",
    "who_to_ask": "Members from the pantry.",
}
LINES = (
    "The Pantry\nWhat we do: Food, company and advice in a former pub.\n"
    "For whom: Anybody who walks in.\nWho to ask: Members from the pantry."
)


async def member_of(community: Community, organisation: str, name: str) -> Leader:
    leader = await community.leader(name)
    outcome = await leader.submits(
        await leader.says("introduce"),
        job="Cook",
        organisation="another",
        other_organisation=organisation,
        consent="yes",
    )
    assert outcome.errors == {}
    return leader


def audited(community: Community) -> list[tuple[str, str]]:
    with community.database.transaction() as db:
        rows = db.audit.latest(community.id, limit=50)
    return [(row.action, row.subject) for row in rows if row.action.startswith("organ")][::-1]


async def test_a_members_card_is_shown_once_an_organiser_takes_it_over(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await member_of(community, "The Pantry", "Ada Obi")
    ben = await member_of(community, "Oxleas", "Ben Lee")

    empty = await ada.says("organisation")
    outcome = await ada.submits(await ada.taps(empty, "Write the card"), **CARD)
    refused = words(await ben.says("organisation card pantry"))
    before = words(await ben.says("who pantry"))
    offered = olu.last
    taken = await olu.taps(offered, "Take it over")

    assert words(empty).splitlines()[:2] == [
        "The Pantry",
        "Nobody has written its card yet. Its own members and organisers can.",
    ]
    assert words(outcome.reply).endswith(LINES)
    assert refused == "The card of The Pantry is written by its own members and organisers."
    assert "Food, company" not in before
    assert words(offered).startswith(f"Ada Obi proposes this card:\n{LINES}\n")
    assert words(taken) == f"Taken over, and its author is told.\n{LINES}"
    assert words(ada.last).startswith("Your card of The Pantry is taken over.")
    assert words(await ben.says("organisation pantry")).startswith(LINES)
    assert words(await ben.says("who pantry")).startswith(LINES)
    again = words(await olu.says("organisation approve 1"))
    assert again == views.GONE
    assert audited(community) == [("organisation card approved", "The Pantry")]


async def test_cards_are_told_where_people_of_two_organisations_meet(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await member_of(community, "The Pantry", "Ada Obi")
    ben = await member_of(community, "Oxleas", "Ben Lee")
    await olu.submits(await olu.says("organisation card pantry"), **CARD)
    for leader in (ada, ben):
        await leader.says("coffee join")

    await olu.says("coffee run")
    await community.passes(timedelta(minutes=1))

    is_shared = community.platform == "slack"
    assert LINES in words(ben.last)
    assert ("Oxleas\nWhat we do: Mental health" in words(ada.last)) is True
    assert (LINES in words(ada.last)) is is_shared
    mine = words(await ben.says("coffee card 1"))
    assert LINES in mine
    assert "Oxleas\nWhat we do" not in mine
    assert audited(community) == [("organisation card written", "The Pantry")]


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_organisers_see_which_cards_are_missing_and_say_why_one_is_not_taken(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await member_of(community, "The Pantry", "Ada Obi")
    await member_of(community, "The Pantry", "Ben Lee")
    cy = await member_of(community, "A Shed", "Cy Poe")

    named = await ada.submits(
        await ada.says("organisation card"),
        what_we_do="x" * 161,
        for_whom=" ",
        who_to_ask="Ring Ada on 020 7946 0000.",
    )
    phone = await ada.submits(
        await ada.says("organisation card"), **CARD | {"who_to_ask": "Ring 020 7946 0000."}
    )
    await ada.submits(await ada.says("organisation card"), **CARD)
    listing = await olu.says("organisations")
    waiting = await olu.taps(listing, "Read them")
    form = await olu.taps(waiting, "Not like this")
    too_long = await olu.submits(form, why="x" * 301)
    declined = await olu.submits(form, why="Which pub?")

    assert named.errors == {
        "what_we_do": "One short line, please: at most 160 characters.",
        "for_whom": "Please say it in one line.",
    }
    assert list(phone.errors) == ["who_to_ask"]
    assert (
        "Without a whole card, the largest first:\n- The Pantry (2 members)\n- A Shed (1 member)\n"
    ) in words(listing)
    assert "1 proposed card waits for an organiser." in words(listing)
    assert "Without" not in words(await ada.says("organisations"))
    assert too_long.errors == {"why": "Please keep it to 300 characters."}
    assert words(declined.reply).startswith("The card of The Pantry stays as it was")
    assert words(ada.last).startswith(
        "Your card of The Pantry is not taken over yet. An organiser: “Which pub?”"
    )
    assert words(await olu.says("organisation review")) == views.NOTHING_WAITS
    assert words(await cy.says("organisation nowhere")).startswith("I know no organisation called")
    assert words(await cy.says("organisation general practice")).startswith("Several are called so")
    assert words(await cy.says("organisation SLaM")).startswith("South London and Maudsley\n")
    stranger = await community.leader("Di Roy")
    assert "“organisations” shows all of them" in words(await stranger.says("organisation"))
    assert audited(community) == [("organisation card declined", "The Pantry")]


def test_listing_says_what_it_leaves_out() -> None:
    assert words(views.listing((), (), waiting=0, is_organiser=True)) == (
        "No organisation is known yet: “introduce” names the first."
    )
    many = [Organisation(f"Practice {each}") for each in range(views.MOST_LISTED + 1)]
    gaps = [(each.name, 1) for each in many]

    told = words(views.listing(many, gaps, waiting=0, is_organiser=True))

    assert "Practice 59. And 1 more." in told
    assert "- Practice 19 (1 member)\nAnd 41 more." in told


def test_card_says_which_lines_are_missing() -> None:
    half = Organisation("Oxleas", what_we_do="Care.")

    told = words(views.card(half, people=0, may_write=False, is_organiser=False))

    assert told == (
        "Oxleas\nWhat we do: Care.\nLines are missing. Its own members and organisers can.\n"
        "0 people from there are in this community."
    )
