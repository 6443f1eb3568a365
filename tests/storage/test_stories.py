"""Stories on both databases: kept, found by their words, and forgotten by the index."""

from dataclasses import replace
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.chat.requests import Role
from bot.domain.stories import Clearing, CoAuthor, Consent, Reuse, State, Story
from bot.domain.stories_adoption import Tried, Try
from bot.domain.stories_rotation import Setup, Turn
from bot.domain.stories_search import Found, terms
from bot.ids import CommunityId, StoryId
from storage import joining, tables
from storage.database import Database
from storage.migrate import migrate
from storage.secrets import Vault
from tests.conftest import SECRET
from tests.leaders import START

LATER = START + timedelta(minutes=1)
LONDON = "Europe/London"
SIGNS = ('"', "night OR", "AND", "NEAR(a b)", "title:night", "ni*", "';--", "& | !", ":*")


@pytest.fixture
def add(db, community):
    def added(name: str):
        return db.members.add(community, name, zone=LONDON, now=START)

    return added


@pytest.fixture
def ada(add):
    return add("Ada Obi")


@pytest.fixture
def publish(db, community, ada):
    def published(title: str, *, now=START, **more) -> Story:
        told = {"changed": "It got better.", "whom": "All", "state": State.PUBLISHED} | more
        story = Story(community, ada, title=title, published_at=now, **told)
        return db.stories.save(story, now=now)

    return published


def titles(found) -> list[str]:
    return [each.title for each in found]


def search(db, community, asked: str, limit: int = 8) -> Found:
    return db.stories.search(community, terms(asked), limit=limit)


def test_story_is_kept_with_all_it_tells(db, community, ada, add):
    ben = add("Ben Lee")
    story = Story(
        community,
        ada,
        title="A calm ward",
        changed="Falls dropped.",
        whom="Older people",
        problem="Falls",
        done="Walks",
        differently="Begin with the porters",
        place="Lewisham",
        priority="Prevention",
        tags=("night", "falls"),
        reuse=Reuse.FREELY,
        has_consent=True,
        state=State.APPROVED,
        note="Well done",
        by_author=Clearing("a", "ours"),
        by_curator=Clearing("b", "seen"),
        coauthors=(CoAuthor(ben, Consent.AGREED),),
        changed_at=START,
        digest="1:2026",
    )

    kept = db.stories.save(story, now=START)

    assert kept == replace(story, id=kept.id)
    assert db.stories.find(community, kept.id) == kept
    assert db.stories.find(CommunityId(99), kept.id) is None
    assert db.stories.find(community, StoryId(99)) is None


def test_saving_again_changes_the_same_story(db, community, ada, add):
    ben, cy = add("Ben Lee"), add("Cy Fox")
    story = db.stories.save(
        Story(community, ada, coauthors=(CoAuthor(ben), CoAuthor(cy))), now=START
    )

    agreed = (CoAuthor(ben, Consent.AGREED), CoAuthor(cy))
    changed = db.stories.save(replace(story, title="New", coauthors=agreed), now=LATER)
    db.stories.remove_coauthor(story.id, cy)

    assert (changed.id, changed.title, changed.coauthors) == (story.id, "New", agreed)
    assert db.stories.get(story.id).coauthors == agreed[:1]


def test_own_stories_are_those_one_writes_or_cowrites(db, community, ada, add):
    ben, cy = add("Ben Lee"), add("Cy Fox")
    coauthors = (CoAuthor(ben), CoAuthor(cy, Consent.DECLINED))
    first = db.stories.save(Story(community, ada, title="1", coauthors=coauthors), now=START)
    second = db.stories.save(Story(community, ben, title="2"), now=LATER)

    assert titles(db.stories.of(ben)) == [second.title, first.title]
    assert titles(db.stories.of(ada)) == ["1"]
    assert titles(db.stories.of(cy)) == []


@pytest.mark.parametrize(
    "asked",
    ["ward", "calms", "WARDS", "café", "CAFE", "falling", "night", "lewisham", "calm night walk"],
)
def test_search_finds_stems_accents_and_tags_in_every_part(db, community, publish, asked):
    publish("A calm ward", changed="Falls dropped at the Café.", done="They walk.",
            place="Lewisham", tags=("night",))  # fmt: skip
    publish("Another one")

    found = search(db, community, asked)

    assert (titles(found.stories), found.total, found.has_all) == (["A calm ward"], 1, True)


def test_search_puts_titles_before_tags_before_the_rest(db, community, publish):
    publish("In the text", changed="It is about frailty, among much else.")
    publish("In the tags", tags=("frailty",))
    publish("Frailty at home")

    assert titles(search(db, community, "frailty").stories) == [
        "Frailty at home",
        "In the tags",
        "In the text",
    ]


def test_search_puts_the_newest_first_among_equals(db, community, publish):
    publish("One", changed="Night walks.")
    publish("Two", changed="Night walks.", now=LATER)

    assert titles(search(db, community, "night").stories) == ["Two", "One"]


def test_search_counts_more_than_it_shows(db, community, publish):
    for at in range(5):
        publish(f"Night {at}")

    found = search(db, community, "night", limit=2)

    assert (len(found.stories), found.total) == (2, 5)


def test_search_falls_back_to_any_of_the_words(db, community, publish):
    publish("Night walks")
    publish("Day walks")

    both = search(db, community, "night walks")
    some = search(db, community, "night unicorns")

    assert (titles(both.stories), both.has_all) == (["Night walks"], True)
    assert (titles(some.stories), some.has_all) == (["Night walks"], False)
    assert search(db, community, "unicorns") == Found()
    assert search(db, community, "") == Found()


@pytest.mark.parametrize("state", [state for state in State if state is not State.PUBLISHED])
def test_search_finds_nothing_that_is_not_published(db, community, publish, state):
    seen = publish("Night walks")
    assert titles(search(db, community, "night").stories) == ["Night walks"]

    db.stories.save(replace(seen, state=state), now=LATER)
    publish("Night draft", state=state)

    assert search(db, community, "night") == Found()
    assert db.stories.newest(community, limit=9) == ()
    assert db.stories.untold(community, limit=9) == ()
    assert db.stories.count(community) == 0
    assert len(db.stories.in_state(community, state)) == 2


def test_search_looks_no_further_than_the_community(db, community, publish):
    publish("Night walks")
    other = db.communities.add("Others", zone=LONDON, now=START)

    assert search(db, other, "night") == Found()


@pytest.mark.parametrize("asked", SIGNS)
def test_search_reads_signs_and_operators_as_words(db, community, publish, asked):
    publish("Night walks")

    assert search(db, community, asked).total in {0, 1}


def test_changed_words_are_found_and_the_old_ones_are_not(db, community, publish):
    story = publish("Night walks", tags=("porters",))

    db.stories.save(replace(story, title="Day trips", tags=("nurses",)), now=LATER)

    assert [
        titles(search(db, community, asked).stories)
        for asked in ("day", "nurses", "night", "porters")
    ] == [["Day trips"], ["Day trips"], [], []]


def test_index_on_sqlite_keeps_nothing_of_a_story_that_goes(database):
    with database.transaction() as db:
        community = db.communities.add("Leaders", zone=LONDON, now=START)
        both = [
            db.stories.save(Story(community, None, title=title, state=State.PUBLISHED), now=START)
            for title in ("Quetzalcoatl walks", "Zanzibar walks")
        ]
        db.stories.save(replace(both[0], state=State.WITHDRAWN), now=LATER)
        rows = db.connection.exec_driver_sql("SELECT block FROM search_stories_data").scalars()
        pages = b"".join(rows)
        db.connection.execute(tables.stories.delete().where(tables.stories.c.id == both[1].id))
        left = db.connection.exec_driver_sql("SELECT count(*) FROM search_stories").scalar()

    assert (b"zanzibar" in pages, b"quetzalcoatl" in pages) == (True, False)
    assert left == 0


def test_search_on_sqlite_asks_its_index_once_and_not_for_each_story(database):
    asked = []

    @sa.event.listens_for(database.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    with database.transaction() as db:
        db.stories.search(CommunityId(1), ("night",), limit=5)
        searches = [each for each in asked if "MATCH" in each[0]]
        plans = [
            [row[3] for row in db.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", how)]
            for one, how in searches
        ]

    scans = [step for plan in plans for step in plan if "search_stories" in step]
    assert scans == ["SCAN search_stories VIRTUAL TABLE INDEX 0:M3"] * len(searches)


def test_search_on_postgres_uses_its_index(postgres_database):
    opened = Database(postgres_database, Vault(SECRET))
    migrate(opened)
    asked = []

    @sa.event.listens_for(opened.engine, "before_cursor_execute")
    def note(_connection, _cursor, statement, parameters, _context, _many):
        asked.append((statement, parameters))

    with opened.transaction() as db:
        # An empty table is read faster in other ways.
        db.connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
        db.connection.exec_driver_sql("DROP INDEX ix_stories_community, ix_stories_community_state")
        db.stories.search(CommunityId(1), ("night",), limit=5)
        statement, parameters = asked[-1]
        plan = db.connection.exec_driver_sql(f"EXPLAIN {statement}", parameters).scalars().all()
    opened.close()

    assert any("search_stories" in line for line in plan), plan


def test_community_goes_with_its_stories(db, community, publish):
    publish("Night walks")

    db.communities.remove(community)

    left = db.connection.execute(sa.select(sa.func.count()).select_from(tables.stories)).scalar()
    assert left == 0


def test_newest_and_untold_are_in_their_order(db, community, publish):
    first, second = publish("One"), publish("Two", now=LATER)

    assert titles(db.stories.newest(community, limit=9)) == ["Two", "One"]
    assert titles(db.stories.newest(community, limit=1)) == ["Two"]
    assert titles(db.stories.untold(community, limit=9)) == ["One", "Two"]
    db.stories.set_digest([first.id], "1:a")
    assert titles(db.stories.untold(community, limit=9)) == ["Two"]
    assert titles(db.stories.in_digest(community, "1:a")) == ["One"]
    assert second.digest == ""


def test_each_celebrates_once(db, publish, ada, add):
    story, other, ben = publish("One"), publish("Two"), add("Ben Lee")

    first = [db.stories.celebrate(story, each) for each in (ada, ben)]
    again = db.stories.celebrate(story, ada)

    assert (first, again) == ([True, True], False)
    assert db.stories.celebrations([story.id, other.id]) == {story.id: 2}


def test_trying_is_kept_and_moves_on(db, publish, ada, add):
    story, ben = publish("One"), add("Ben Lee")
    db.stories.save_try(story, Try(ben, Tried.WANTS, START))
    db.stories.save_try(story, Try(ada, Tried.WANTS, START))
    db.stories.save_try(story, Try(ada, Tried.TRIED, LATER))

    assert db.stories.tries([story.id]) == {
        story.id: (Try(ben, Tried.WANTS, START), Try(ada, Tried.TRIED, LATER))
    }


def test_rhythm_is_none_until_one_is_chosen(db, community):
    before = db.stories.setup(community)
    db.stories.save_setup(Setup(community, 2, 5))
    db.stories.save_setup(Setup(community, 4, 0))

    assert (before, db.stories.setup(community)) == (Setup(community), Setup(community, 4, 0))


def test_turns_tell_who_was_asked_who_wrote_and_who_is_off(db, community, ada, add, publish):
    ben, cy = add("Ben Lee"), add("Cy Fox")
    publish("One")
    db.stories.set_asked(community, [ada, ben], START)
    db.stories.set_asked(community, [ben], LATER)
    db.stories.set_off(community, cy, is_off=True)
    db.stories.set_off(community, ben, is_off=True)
    db.stories.set_off(community, ben, is_off=False)

    assert db.stories.turns(community) == {
        ada: Turn(START, START, 1),
        ben: Turn(LATER, None, 2),
        cy: Turn(),
    }
    assert db.stories.off(community) == {cy}


def test_whoever_wrote_without_being_asked_has_a_turn_too(db, community, ada, publish):
    publish("One")

    assert db.stories.turns(community) == {ada: Turn(wrote_at=START)}


def test_joining_takes_stories_along_and_nobody_is_their_own_coauthor(
    db, community, ada, add, publish
):
    again, ben = add("Ada O"), add("Ben Lee")
    hers = publish("One", coauthors=(CoAuthor(again, Consent.AGREED), CoAuthor(ben)))
    his = db.stories.save(
        Story(community, ben, coauthors=(CoAuthor(again), CoAuthor(ada, Consent.AGREED))), now=START
    )
    second = db.stories.save(Story(community, again, title="Two"), now=LATER)
    for each in (ada, again):
        db.stories.celebrate(hers, each)
        db.stories.save_try(his, Try(each, Tried.WANTS, START))
        db.stories.set_asked(community, [each], START)

    joining.join(db.connection, ada, again, now=LATER)

    assert {each.id for each in db.stories.of(ada)} == {hers.id, second.id, his.id}
    assert db.stories.get(hers.id).coauthors == (CoAuthor(ben),)
    assert db.stories.get(his.id).coauthors == (CoAuthor(ada, Consent.AGREED),)
    assert db.stories.celebrations([hers.id]) == {hers.id: 1}
    assert db.stories.tries([his.id]) == {his.id: (Try(ada, Tried.WANTS, START),)}
    assert set(db.stories.turns(community)) == {ada, ben}


def test_reviewers_are_curators_and_organisers(db, community, ada, add):
    ben, cy = add("Ben Lee"), add("Cy Fox")
    db.members.set_role(cy, Role.CURATOR)
    db.members.set_role(ben, Role.ORGANISER)

    assert [each.id for each in db.members.reviewers(community)] == [ben, cy]
