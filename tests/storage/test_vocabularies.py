"""Whatever has a word follows when it is renamed or merged, on both databases."""

from bot.domain.members import MemberState, Profile, Term, Vocabulary
from bot.domain.stories import State, Story
from bot.domain.vocabularies import Entry, Listed
from tests.leaders import START


def test_profiles_organisations_and_stories_follow(db, community):
    other = db.communities.add("Others", zone="Europe/London", now=START)
    for each in (community, other):
        db.communities.add_terms(
            each,
            [
                Term(Vocabulary.PLACE, "Bexley"),
                Term(Vocabulary.SECTOR, "Acute"),
                Term(Vocabulary.INTEREST, "Soin à “domicile” 50%"),
            ],
        )
    profile = Profile(place="Bexley", sector="Acute", interests=("Soin à “domicile” 50%", "X"))
    here, gone, there = (
        db.members.add(of, "Ada", zone="UTC", now=START, profile=profile, state=state)
        for of, state in (
            (community, MemberState.ACTIVE),
            (community, MemberState.LEFT),
            (other, MemberState.ACTIVE),
        )
    )
    db.vocabularies.add(community, Listed.ORGANISATION, ["Oxleas"])
    (oxleas,) = db.vocabularies.entries(community, Listed.ORGANISATION)
    db.vocabularies.set_sector(oxleas, "Acute")
    story = db.stories.save(
        Story(community, here, "Tea", place="Bexley", state=State.PUBLISHED), now=START
    )

    for which, label in (
        (Listed.PLACE, "Sidcup"), (Listed.SECTOR, "Hospital"), (Listed.INTEREST, "At home")
    ):  # fmt: skip
        (entry,) = db.vocabularies.entries(community, which)
        assert entry.uses == 1
        db.vocabularies.rename(community, which, entry, label)

    followed = Profile(place="Sidcup", sector="Hospital", interests=("At home", "X"))
    assert [db.members.get(each).profile for each in (here, gone, there)] == [
        followed, followed, profile,
    ]  # fmt: skip
    assert db.vocabularies.entries(community, Listed.ORGANISATION) == (
        Entry(oxleas.id, "Oxleas", sector="Hospital"),
    )
    assert db.stories.get(story.id).place == "Sidcup"
    assert db.stories.get(story.id).changed_at == story.changed_at
    assert [each.label for each in db.vocabularies.entries(other, Listed.PLACE)] == ["Bexley"]


def test_retired_words_are_kept_but_not_offered(db, community):
    db.vocabularies.add(community, Listed.STAGE, ["Early", "Late"])
    early, late = db.vocabularies.entries(community, Listed.STAGE)

    db.vocabularies.retire(early, is_retired=True)
    db.vocabularies.order([late.id, early.id])

    assert db.communities.terms(community, Vocabulary.STAGE) == ("Late",)
    assert db.communities.terms(community, Vocabulary.STAGE, with_retired=True) == ("Late", "Early")
