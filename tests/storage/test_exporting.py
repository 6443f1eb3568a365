"""Every table of an export, a page at a time, on both databases."""

import pytest

from bot.domain.coffee import GroupState, RoundState
from bot.domain.members import Profile, Term, Vocabulary
from bot.domain.stories import CoAuthor, Consent, State, Story
from storage import exporting
from storage.exporting import PARTS
from storage.rows import insert_row
from storage.tables import coffee_groups, coffee_places, coffee_rounds
from tests.leaders import START

PART = {part.name: part for part in PARTS}


def read(db, community, name, size):
    """All rows of a part, read so many at a time."""
    rows, after = [], None
    while True:
        found = exporting.page(db.connection, community, PART[name], after, size=size)
        rows += found.rows
        after = found.after
        if after is None:
            return rows


@pytest.fixture
def people(db, community):
    profile = Profile(job="GP", team="secret", interests=("Frailty",))
    return [
        db.members.add(
            community, name, zone="UTC", now=START, email=f"{name}@x.example", profile=profile,
            introduced_at=START if name == "Ada" else None,
        )
        for name in ("Ada", "Ben", "Cy")
    ]  # fmt: skip


def test_every_part_reads_the_same_whatever_the_page(db, community, people):
    other = db.communities.add("Others", zone="UTC", now=START)
    db.communities.add_terms(community, [Term(Vocabulary.PLACE, each) for each in "abcde"])
    db.communities.add_terms(other, [Term(Vocabulary.PLACE, "theirs")])
    authors = (CoAuthor(people[1], Consent.AGREED), CoAuthor(people[2], Consent.DECLINED))
    db.stories.save(
        Story(community, people[0], "Tea", state=State.PUBLISHED, coauthors=authors), now=START
    )
    for number, state in enumerate((RoundState.SENT, RoundState.DRAFTED), start=1):
        made = insert_row(
            db.connection, coffee_rounds, community=community, number=number, state=state,
            label=START.replace(tzinfo=None, day=number), zone="UTC", seed=1, sends_at=START,
            closes_at=START,
        )  # fmt: skip
        group = insert_row(
            db.connection, coffee_groups, community=community, round=made, state=GroupState.OPEN,
            starter=0, calendar=f"c{number}",
        )  # fmt: skip
        for member in people:
            db.connection.execute(
                coffee_places.insert().values(
                    community=community, group=group, member=member, state="in", met="yes",
                    note="secret",
                )
            )  # fmt: skip

    whole = {name: read(db, community, name, 500) for name in PART}

    for size in (1, 2, 3):
        assert {name: read(db, community, name, size) for name in PART} == whole
    assert [row[1] for row in whole["vocabularies"]] == [*"abcde"]
    assert [(row[1], row[8], row[16]) for row in whole["members"]] == [
        ("Ada", "GP", ["Frailty"]), ("Ben", None, None), ("Cy", None, None),
    ]  # fmt: skip
    assert [row[6] for row in whole["members"]] == [None] * 3
    assert [row[-2:] for row in whole["stories"]] == [("Ada", "Ben")]
    assert [(row[0], row[3]) for row in whole["coffee-groups"]] == [
        (1, "Ada"), (1, "Ben"), (1, "Cy"),
    ]  # fmt: skip
    assert "secret" not in str(whole)
