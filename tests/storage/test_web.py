"""What the web chat keeps: links that work once, sessions that end, conversations."""

import hashlib
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.chat.messages import Button, buttons, message, text
from bot.chat.platform import Entry, Post, Visitor
from bot.chat.requests import Role
from bot.domain.members import MemberState, Profile
from storage.tables import web_links
from storage.web import LINK_LIFE, SESSION_LIFE, web_account
from storage.workspaces import web_lane
from tests.leaders import START

LONDON = "Europe/London"
HELLO = message(text("Hello."))
CARD = message(buttons(Button("Go", "go")))
SECOND = timedelta(seconds=1)


def digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


@pytest.fixture
def ada(db, community):
    return db.members.add(
        community,
        "Ada Obi",
        zone=LONDON,
        now=START,
        role=Role.ORGANISER,
        profile=Profile(job="Nurse", place="Lewisham"),
    )


@pytest.fixture
def account(community, ada):
    return web_account(community, ada)


def test_a_link_lets_one_person_in_once(db, community, ada, account):
    secret = db.web.make_link(community, ada, now=START)
    expected = Visitor(account, "Ada Obi", "Nurse · Lewisham", is_organiser=True)

    assert db.web.link(digest(secret), now=START) == expected
    assert db.web.enter(digest(secret), "session", now=START) == expected
    assert db.web.enter(digest(secret), "another", now=START) is None
    assert db.web.link(digest(secret), now=START) is None
    assert db.web.visitor("session", now=START) == expected
    assert db.web.visitor("another", now=START) is None
    assert db.members.accounts_of(ada) == (account,)


def test_only_the_hash_of_a_link_is_kept(db, community, ada):
    secret = db.web.make_link(community, ada, now=START)

    assert db.connection.execute(sa.select(web_links.c.hash)).scalar_one() == digest(secret)
    assert db.web.link(secret, now=START) is None
    assert db.web.enter(secret, "session", now=START) is None


def test_a_link_runs_out(db, community, ada):
    secret = digest(db.web.make_link(community, ada, now=START))

    assert db.web.link(secret, now=START + LINK_LIFE - SECOND) is not None
    assert db.web.enter(secret, "session", now=START + LINK_LIFE) is None
    assert db.web.visitor("session", now=START) is None


def test_a_session_runs_out_and_can_be_ended(db, community, ada):
    for name in ("one", "two"):
        db.web.enter(digest(db.web.make_link(community, ada, now=START)), name, now=START)

    db.web.leave("two")

    assert db.web.visitor("one", now=START + SESSION_LIFE - SECOND).name == "Ada Obi"
    assert db.web.visitor("one", now=START + SESSION_LIFE) is None
    assert db.web.visitor("two", now=START) is None


@pytest.mark.parametrize("state", [MemberState.LEFT, MemberState.SUSPENDED])
def test_who_is_no_longer_a_member_is_not_let_in(db, community, ada, state):
    db.web.enter(digest(db.web.make_link(community, ada, now=START)), "session", now=START)
    link = digest(db.web.make_link(community, ada, now=START))

    db.members.set_state(ada, state)

    assert db.web.visitor("session", now=START) is None
    assert db.web.enter(link, "another", now=START) is None


def test_one_can_act_as_invented_people_of_an_example_and_as_nobody_else(db, community, ada):
    example = db.communities.add("Example", zone=LONDON, now=START, is_example=True)
    zoe = db.members.add(
        example, "Zoe", zone=LONDON, now=START, is_example=True, role=Role.ORGANISER
    )
    ben = db.members.add(example, "Ben", zone=LONDON, now=START, is_example=True)
    real = db.members.add(example, "Real", zone=LONDON, now=START)
    fake = db.members.add(community, "Fake", zone=LONDON, now=START, is_example=True)
    gone = db.members.add(example, "Gone", zone=LONDON, now=START, is_example=True)
    db.members.set_state(gone, MemberState.LEFT)

    assert [each.name for each in db.web.example_people()] == ["Zoe", "Ben"]
    visitor = db.web.act_as(web_account(example, ben), "session", now=START)
    assert visitor == Visitor(web_account(example, ben), "Ben", is_example=True)
    assert db.web.visitor("session", now=START) == visitor
    refused = (
        (example, real),
        (community, fake),
        (community, ada),
        (example, gone),
        (community, zoe),
    )
    for of, number in refused:
        assert db.web.act_as(web_account(of, number), f"x{number}", now=START) is None


def test_a_conversation_is_read_from_its_end(db, account):
    db.web.keep_words(account, "help", now=START)
    db.web.keep_message(account, HELLO, key=None, now=START + SECOND)
    db.web.keep_words(account, "coffee", now=START + 2 * SECOND)

    found = db.web.entries(account, before=None, limit=2)

    first = found[0].id
    assert found == (
        Entry(first, START + SECOND, "", HELLO),
        Entry(first + 1, START + 2 * SECOND, "coffee", None),
    )
    assert [each.words for each in db.web.entries(account, before=first, limit=2)] == ["help"]


def test_a_message_with_a_key_is_kept_once(db, account):
    kept = db.web.keep_message(account, HELLO, key="coffee:7", now=START)

    assert db.web.keep_message(account, CARD, key="coffee:7", now=START + SECOND) == kept
    assert db.web.keep_message(account, HELLO, key="coffee:8", now=START).id != kept.id
    assert len(db.web.entries(account, before=None, limit=9)) == 2


def test_a_message_can_be_replaced_and_taken_away_by_its_owner_alone(db, community, ada, account):
    other = web_account(community, db.members.add(community, "Ben", zone=LONDON, now=START))
    card = db.web.keep_message(account, CARD, key=None, now=START)
    words = db.web.keep_words(account, "help", now=START)

    assert db.web.replace_message(other, card.id, HELLO) is None
    assert db.web.remove_message(other, card.id) is False
    assert db.web.replace_message(account, words.id, HELLO) is None
    assert db.web.replace_message(account, card.id, HELLO) == Entry(card.id, START, "", HELLO)
    assert db.web.remove_message(account, card.id) is True
    assert db.web.remove_message(account, card.id) is False
    assert db.web.entries(account, before=None, limit=9) == (words,)


def test_a_number_is_not_used_again_for_another_line(db, account):
    gone = db.web.keep_message(account, CARD, key=None, now=START)
    db.web.remove_message(account, gone.id)

    assert db.web.keep_message(account, HELLO, key=None, now=START).id > gone.id


def test_what_came_after_the_last_line_read_is_unread(db, account):
    first = db.web.keep_message(account, HELLO, key=None, now=START)
    db.web.keep_words(account, "help", now=START)
    last = db.web.keep_message(account, CARD, key=None, now=START)

    unread = [db.web.unread(account)]
    for entry in (first, last):
        db.web.mark_read(account, entry.id)
        unread.append(db.web.unread(account))

    assert unread == [2, 1, 0]


def test_people_are_named_to_the_visitor(db, community, account, ada):
    db.members.add_account(community, ada, account, now=START)
    ben = db.members.add(community, "Ben", zone=LONDON, now=START)

    assert db.web.people_named(account, "b", limit=5) == ((f"#{ben}", "Ben"),)


def test_introductions_are_there_before_anything_is_posted(db, community):
    assert db.web.channels(web_lane(community)) == (("introductions", 0),)


def test_a_post_is_kept_once_under_its_key(db, community):
    lane = web_lane(community)

    first = db.web.keep_post(lane, "stories", HELLO, key="story:1", now=START)
    again = db.web.keep_post(lane, "stories", CARD, key="story:1", now=START + SECOND)

    assert again == first == Post(first.id, "stories", START, HELLO)
    assert db.web.channels(lane) == (("introductions", 0), ("stories", 1))


def test_posts_come_newest_first_in_pages(db, community):
    lane = web_lane(community)
    one, two, three = (
        db.web.keep_post(lane, "introductions", HELLO, key=str(number), now=START)
        for number in range(3)
    )
    db.web.keep_post(lane, "stories", HELLO, key="story", now=START)

    newest = db.web.posts(lane, "introductions", before=None, limit=2)
    older = db.web.posts(lane, "introductions", before=two.id, limit=2)

    assert (newest, older) == ((three, two), (one,))


def test_a_post_is_changed_and_removed(db, community):
    lane = web_lane(community)
    post = db.web.keep_post(lane, "introductions", HELLO, key="a", now=START)

    changed = db.web.replace_post(lane, post.id, CARD)
    removed = [db.web.remove_post(lane, post.id) for _ in range(2)]

    assert changed == Post(post.id, "introductions", START, CARD)
    assert removed == [True, False]
    assert db.web.replace_post(lane, post.id, CARD) is None


def test_posts_of_another_community_are_out_of_reach(db, community):
    mine = db.web.keep_post(web_lane(community), "introductions", HELLO, key="a", now=START)
    other = web_lane(db.communities.add("Others", zone=LONDON, now=START))

    assert db.web.posts(other, "introductions", before=None, limit=9) == ()
    assert db.web.channels(other) == (("introductions", 0),)
    assert db.web.replace_post(other, mine.id, CARD) is None
    assert db.web.remove_post(other, mine.id) is False
