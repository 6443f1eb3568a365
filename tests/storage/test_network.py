"""Priorities, organisations' cards and the community's figures, on both databases."""

from dataclasses import replace

import pytest

from bot.domain.members import Organisation, Profile
from bot.domain.organisations import Proposal
from bot.domain.south_east_london import seed_words
from storage import community_report, retention
from tests.leaders import START

CARD = Organisation("The Pantry", "", "Food.", "Anybody.", "Members.")


@pytest.fixture
def db(any_database):
    with any_database.transaction() as unit:
        yield unit


@pytest.fixture
def community(db):
    number = db.communities.add("Leaders", zone="Europe/London", now=START)
    db.communities.add_terms(number, seed_words())
    return number


@pytest.fixture
def ada(db, community):
    profile = Profile(organisation="The Pantry", place="Bexley", interests=("Prevention",))
    return db.members.add(
        community, "Ada", zone="Europe/London", now=START, profile=profile, introduced_at=START
    )


def test_priority_is_renamed_with_whoever_chose_it(db, community, ada):
    db.priorities.add(community, "Rest", "Nobody pours from an empty cup.")
    first, *_, last = db.priorities.all(community)

    changed = replace(first, label="Staying well")
    db.priorities.save(community, changed, former=first.label, now=START)
    db.priorities.order((last, changed))

    found = db.priorities.overview(community, now=START)
    assert db.members.get(ada).profile.interests == ("Staying well",)
    assert found.priorities[0] == last
    assert [each.label for each in found.priorities if found.of(each).care] == ["Staying well"]


def test_a_members_newer_proposal_takes_the_place_of_the_older(db, community, ada):
    first = db.organisation_cards.propose(community, ada, CARD, now=START)
    newer = replace(CARD, what_we_do="Food and company.")
    second = db.organisation_cards.propose(community, ada, newer, now=START)

    assert first == second
    assert db.organisation_cards.proposals(community) == (Proposal(first, ada, newer),)
    assert db.organisation_cards.people(community) == {"The Pantry": 1}
    db.organisation_cards.save(community, replace(newer, sector="Voluntary sector"))
    db.organisation_cards.save(community, newer)
    assert db.organisation_cards.of(community, ["The Pantry", "Else"]) == (newer,)


def test_figures_of_a_new_community(db, community, ada):
    found = community_report.standing(db, community, now=START)

    assert (found.members, found.introduced, found.in_coffee) == (1, 1, 0)
    assert (found.quarter.joined, found.before.joined) == (1, 0)
    assert (found.round, found.round_before) == (None, None)
    by_name = {each.name: each for each in found.coverage}
    assert dict(by_name["place"].people)["Bexley"] == 1
    assert by_name["sector"].unsaid == 1


def test_proposal_that_nobody_looked_at_for_a_year_is_forgotten(db, community, ada):
    db.organisation_cards.propose(community, ada, CARD, now=START)

    retention.forget(db.connection, now=START + retention.PROPOSALS_KEPT, limit=10)
    kept = len(db.organisation_cards.proposals(community))
    retention.forget(db.connection, now=START + 2 * retention.PROPOSALS_KEPT, limit=10)

    assert (kept, db.organisation_cards.proposals(community)) == (1, ())
