"""Cards stay small enough for every platform, however long their lines are."""

from dataclasses import replace
from datetime import datetime

from bot.domain.coffee_meeting import Meeting
from bot.domain.members import Organisation, Reachable
from bot.domain.organisations import LONGEST_LINE, Proposal, to_tell
from bot.ids import MemberId, ProposalId
from bot.views import coffee_groups, organisations
from tests.builders import group, member
from tests.leaders import words

LONG = "x" * LONGEST_LINE
# Below Slack's 13,200 characters and 50 blocks of a message, and Teams' 25 kB.
MOST_WORDS, MOST_BLOCKS = 6000, 50


def card(name: str) -> Organisation:
    return Organisation(name, "", LONG, LONG, LONG)


def test_match_of_four_organisations_stays_small() -> None:
    people = tuple(
        Reachable(member(f"Member {each}", each, organisation=f"Organisation {each}"), ())
        for each in range(1, 5)
    )
    meeting = Meeting(
        group(1, 2, 3, 4),
        people,
        (),
        people[0].member,
        (("tue-lunch", datetime(2026, 12, 1, 12, 30)),),
        tuple(card(f"Organisation {each}") for each in range(1, 5)),
    )

    shared = coffee_groups.invitation(meeting)
    alone = coffee_groups.invitation(meeting, to=people[0].member)

    assert [words(each).count(LONG) for each in (shared, alone)] == [12, 9]
    assert max(len(words(shared)), len(words(alone))) < MOST_WORDS
    assert len(shared.blocks) < MOST_BLOCKS


def test_proposals_that_wait_stay_small_and_the_rest_is_counted() -> None:
    author = member("Ada Obi")
    proposal = Proposal(ProposalId(1), MemberId(1), card("Oxleas"))
    several = [(replace(proposal, id=ProposalId(each)), author) for each in range(1, 13)]

    told = organisations.waiting(several)

    assert words(told).endswith("And 2 more.")
    assert len(words(told)) < 2 * MOST_WORDS
    assert len(told.blocks) < MOST_BLOCKS


def test_people_of_one_organisation_are_told_nothing_of_it() -> None:
    ada, ben = (member(name, organisation="Oxleas") for name in ("Ada", "Ben"))
    cy = member("Cy")

    assert to_tell((ada, ben), [card("Oxleas")]) == ()
    assert to_tell((ada, cy), [card("Oxleas"), Organisation("Bare")]) == (card("Oxleas"),)


def test_organisers_without_gaps_are_shown_none() -> None:
    told = organisations.listing([card("Oxleas")], (), waiting=0, is_organiser=True)

    assert words(told) == (
        "1 organisation\nOxleas.\n"
        "“organisation” and a name shows what it does, for whom and who to ask."
    )
