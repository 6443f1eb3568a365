"""Communities, their vocabularies and organisations."""

import pytest
import sqlalchemy as sa

from bot.domain.community import Contact, Contacts, Settings
from bot.domain.members import Organisation, Term, Vocabulary
from storage.communities import Community
from tests.leaders import START

LONDON = "Europe/London"


@pytest.fixture
def db(any_database):
    with any_database.transaction() as unit:
        yield unit


def add(db, name: str):
    return db.communities.add(name, zone=LONDON, now=START)


def test_communities_are_listed_the_oldest_first(db):
    first = add(db, "Leaders")
    second = db.communities.add(
        "Example", zone="Africa/Lagos", purpose="To show.", is_example=True, now=START
    )

    assert db.communities.all() == (
        Community(first, "Leaders", "", LONDON, is_example=False),
        Community(second, "Example", "To show.", "Africa/Lagos", is_example=True),
    )
    assert db.communities.get(second).name == "Example"


def test_a_name_is_taken_once(db):
    add(db, "Leaders")

    with pytest.raises(sa.exc.IntegrityError), db.connection.begin_nested():
        add(db, "Leaders")


def test_removing_a_community_takes_everything_in_it_and_nothing_else(db):
    gone, stays = add(db, "Gone"), add(db, "Stays")
    for community in (gone, stays):
        member = db.members.add(community, "Ada", zone=LONDON, now=START)
        db.workspaces.add_web(community, now=START)
        db.communities.add_terms(community, [Term(Vocabulary.PLACE, "Lewisham")])
        db.audit.add(community, member, action="made", now=START)

    db.communities.remove(gone)

    assert [each.name for each in db.communities.all()] == ["Stays"]
    for community, left in ((gone, 0), (stays, 1)):
        assert db.members.count(community) == left
        assert len(db.communities.terms(community, Vocabulary.PLACE)) == left
        assert len(db.audit.latest(community, limit=5)) == left
    assert [each.community for each in db.workspaces.all()] == [stays]


def test_words_of_a_vocabulary_keep_the_order_they_were_given_in(db):
    community, other = add(db, "Leaders"), add(db, "Others")
    words = [Term(Vocabulary.PLACE, label) for label in ("Lewisham", "Bexley", "Bromley")]

    db.communities.add_terms(community, [*words, Term(Vocabulary.PRIORITY, "Frailty", why="Need.")])
    db.communities.add_terms(community, [Term(Vocabulary.PLACE, "Bexley")])
    db.communities.add_terms(other, [Term(Vocabulary.PLACE, "Leeds")])
    db.communities.add_terms(other, [])

    assert db.communities.terms(community, Vocabulary.PLACE) == ("Lewisham", "Bexley", "Bromley")
    assert db.communities.terms(community, Vocabulary.PRIORITY) == ("Frailty",)
    assert db.communities.terms(community, Vocabulary.SECTOR) == ()
    assert db.communities.terms(other, Vocabulary.PLACE) == ("Leeds",)


def test_an_organisation_that_is_known_stays_as_it_is(db):
    community = add(db, "Leaders")
    card = Organisation("Bromley Healthcare", "Community", "Nursing.", "Adults", "Ada Obi")

    db.communities.add_organisations(community, [card, Organisation("Age UK")])
    db.communities.add_organisations(community, [Organisation("Age UK", "Charity")])
    db.communities.add_organisations(community, [])

    assert db.communities.organisations(community) == (Organisation("Age UK"), card)


def test_settings_and_contacts_are_kept_and_a_name_is_taken_once(db):
    ours, _ = (db.communities.add(name, zone="UTC", now=START) for name in ("Ours", "Theirs"))
    contacts = Contacts(Contact("Fay", "fay@x.example"), Contact("Sam", "020 7946 0000"))
    assert db.communities.contacts(ours) == Contacts()

    taken = db.communities.save_settings(ours, Settings("Theirs", "UTC", contacts))
    unchanged = db.communities.get(ours).name
    db.communities.take_turns(ours)
    saved = db.communities.save_settings(ours, Settings("Ours", "Europe/London", contacts))

    assert (taken, unchanged, saved) == (False, "Ours", True)
    assert db.communities.contacts(ours) == contacts
    assert db.communities.get(ours).zone == "Europe/London"
