"""What is kept for how long, on both databases."""

from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account, Button, buttons, message, plain, text
from bot.chat.platform import DeliveryKind, Destination, Receipt
from bot.chat.requests import Mark
from bot.domain.stories import State as StoryState
from bot.domain.stories import Story
from bot.ids import Lane
from bot.times import local
from storage import codec
from storage.drain import Settled
from storage.outbox import State
from storage.retention import (
    AUDIT_KEPT,
    CODES_KEPT,
    ENTRIES_KEPT,
    OCCURRENCES_KEPT,
    STORIES_KEPT,
    TAPS_KEPT,
    WORDS_KEPT,
    forget,
)
from storage.schedule import OccurrenceState
from storage.tables import account_codes, audit, heard, occurrences, outbox, stories, taps
from storage.web import LINK_LIFE, SESSION_LIFE, web_account
from tests.leaders import SLACK, START

ADA = Account(SLACK, "U1")
CARD = message(text("Did you meet?"), buttons(Button("Yes", "coffee met")))
SECOND = timedelta(seconds=1)


@pytest.fixture
def db(any_database):
    with any_database.transaction() as unit:
        yield unit


@pytest.fixture
def community(db):
    return db.communities.add("Leaders", zone="Europe/London", now=START)


@pytest.fixture
def ada(db, community):
    member = db.members.add(community, "Ada", zone="Europe/London", now=START)
    db.members.add_account(community, member, web_account(community, member), now=START)
    return member


def rows(db, table: sa.Table) -> int:
    return db.connection.execute(sa.select(sa.func.count()).select_from(table)).scalar_one()


def clear(db, *, after: timedelta, limit: int = 100) -> bool:
    return forget(db.connection, now=START + after, limit=limit)


def assert_kept_for(db, table: sa.Table, length: timedelta) -> None:
    """A row is there up to its time and gone a second later."""
    before = rows(db, table)
    clear(db, after=length)
    kept = rows(db, table)
    clear(db, after=length + SECOND)

    assert (before, kept, rows(db, table)) == (1, 1, 0)


def posted(db, community, *, key: str, state: State = State.SENT, **more) -> None:
    """A row of the outbox that ended in this state at the start."""
    kind = more.pop("kind", DeliveryKind.POST)
    words = CARD if kind in {DeliveryKind.POST, DeliveryKind.UPDATE} else None
    there = Destination(channel="C1")
    db.outbox.add(
        community, SLACK, kind, there, message=words, key=key, subject="intro:1", now=START
    )
    [row] = db.drain.claim(SLACK, key, now=START, limit=1)
    receipt = Receipt("C1", "17.1")
    assert db.drain.settle(key, Settled(row, state, START, receipt=receipt))


def test_taps_links_sessions_and_entries_go_when_their_time_is_over(db, community, ada):
    db.taps.use(community, ada, "t", route="go", value="", now=START)
    assert_kept_for(db, taps, TAPS_KEPT)


def test_links_end_when_they_run_out_and_sessions_when_they_end(db, community, ada):
    db.web.make_link(community, ada, now=START)
    links = sa.table("web_links")
    sessions = sa.table("web_sessions")
    link = db.connection.execute(sa.text("SELECT hash FROM web_links")).scalar_one()
    db.web.enter(link, "s", now=START)

    clear(db, after=LINK_LIFE)
    before = rows(db, links), rows(db, sessions)
    clear(db, after=LINK_LIFE + SECOND)
    between = rows(db, links), rows(db, sessions)
    clear(db, after=SESSION_LIFE + SECOND)

    assert (before, between) == ((1, 1), (0, 1))
    assert rows(db, sessions) == 0


def test_what_was_heard_goes_with_the_time_in_which_it_can_be_told_again(db):
    db.repeats.are_new((Mark(("slack", "Ev1"), timedelta(hours=1)),), now=START)
    assert_kept_for(db, heard, timedelta(hours=1))


def test_codes_are_known_for_a_day_after_they_ran_out(db, community, ada):
    db.connection.execute(
        account_codes.insert().values(
            hash="h", community=community, member=ada, lane=SLACK, user="U1", expires_at=START
        )
    )
    assert_kept_for(db, account_codes, CODES_KEPT)


def test_conversation_in_the_web_chat_is_kept_for_a_year(db, community, ada):
    db.web.keep_words(web_account(community, ada), "help", now=START)
    assert_kept_for(db, sa.table("web_entries"), ENTRIES_KEPT)


@pytest.mark.parametrize(
    "state", [StoryState.DRAFT, StoryState.CHANGES_ASKED, StoryState.WITHDRAWN]
)
def test_story_that_nobody_reads_is_kept_for_a_year(db, community, ada, state):
    db.stories.save(Story(community, ada, state=state), now=START)
    assert_kept_for(db, stories, STORIES_KEPT)


@pytest.mark.parametrize("state", [StoryState.SUBMITTED, StoryState.APPROVED, StoryState.PUBLISHED])
def test_story_that_somebody_reads_is_kept(db, community, ada, state):
    db.stories.save(Story(community, ada, state=state), now=START)

    clear(db, after=10 * STORIES_KEPT)

    assert rows(db, stories) == 1


def test_audit_is_kept_for_six_years(db, community, ada):
    db.audit.add(community, ada, action="role organiser", subject="Ada", now=START)
    assert_kept_for(db, audit, AUDIT_KEPT)


def test_what_ran_is_kept_for_over_a_year_and_what_waits_for_ever(db, community):
    for subject in ("ran", "waits"):
        db.schedule.add(
            community, "job", subject=subject, label=local(START, "UTC"), zone="Europe/London"
        )
    ran, _ = db.schedule.due(START, limit=2)
    db.schedule.finish(db.schedule.begin(ran, now=START), OccurrenceState.DONE, now=START)

    clear(db, after=OCCURRENCES_KEPT)
    before = rows(db, occurrences)
    clear(db, after=10 * OCCURRENCES_KEPT)

    assert (before, rows(db, occurrences)) == (2, 1)
    assert len(db.schedule.due(START, limit=2)) == 1


@pytest.mark.parametrize("state", [State.SENT, State.CANNOT, State.UNCERTAIN])
def test_words_of_what_was_settled_go_and_its_key_and_receipt_stay(db, community, state):
    posted(db, community, key="k", state=state)

    clear(db, after=WORDS_KEPT)
    before = db.connection.execute(sa.select(outbox)).one()
    clear(db, after=WORDS_KEPT + SECOND)
    after = db.connection.execute(sa.select(outbox)).one()

    assert plain(codec.load_message(before.message)) == plain(CARD)
    assert before.token != ""
    assert (plain(codec.load_message(after.message)), after.token) == ("", "")
    assert codec.load_receipt(after.receipt) == Receipt("C1", "17.1")
    assert db.outbox.was_added(community, "k") is True


def test_words_that_wait_to_be_sent_stay_however_old(db, community):
    db.outbox.post(community, ADA, CARD, key="waits", subject="s", now=START)

    clear(db, after=10 * WORDS_KEPT)

    [row] = db.drain.claim(SLACK, "c", now=START, limit=1)
    assert plain(row.delivery.message) == plain(CARD)


def test_post_without_its_words_is_still_changed_and_taken_down(db, community):
    posted(db, community, key="old")
    clear(db, after=2 * WORDS_KEPT)
    now = START + 2 * WORDS_KEPT

    lanes = db.posted.revise(community, "intro:1", lambda _: message(text("New.")), now=now)
    [changed] = db.drain.claim(SLACK, "c", now=now, limit=9)
    taken = db.posted.take_down(community, "intro:1", now=now)
    [removed] = db.drain.claim(SLACK, "d", now=now, limit=9)

    assert (lanes, taken) == (frozenset({SLACK}), 1)
    assert (changed.delivery.kind, removed.delivery.kind) == (
        DeliveryKind.UPDATE,
        DeliveryKind.DELETE,
    )
    assert {changed.delivery.receipt, removed.delivery.receipt} == {Receipt("C1", "17.1")}


def test_post_that_was_taken_down_does_not_come_back(db, community):
    posted(db, community, key="gone")
    db.posted.take_down(community, "intro:1", now=START)

    clear(db, after=2 * WORDS_KEPT)

    assert db.posted.take_down(community, "intro:1", now=START) == 0


def test_card_without_its_words_is_not_sent_again(db, community):
    there = Account(Lane("slack:T1"), "U1")
    db.outbox.post(community, there, CARD, key="card", subject="s", now=START)
    [row] = db.drain.claim(SLACK, "c", now=START, limit=1)
    db.drain.settle("c", Settled(row, State.SENT, START))
    clear(db, after=2 * WORDS_KEPT)

    assert db.outbox.again_later(community, "", there, at=START, now=START) is False


def test_changes_and_deletions_and_lists_that_were_done_go_whole(db, community):
    for kind in (DeliveryKind.UPDATE, DeliveryKind.DELETE, DeliveryKind.FETCH_MEMBERS):
        posted(db, community, key=kind.value, kind=kind)
    posted(db, community, key="post")

    clear(db, after=2 * WORDS_KEPT)

    keys = db.connection.execute(sa.select(outbox.c.key)).scalars().all()
    assert keys == ["post"]


def test_many_rows_go_a_batch_at_a_time(db, community, ada):
    for number in range(5):
        db.taps.use(community, ada, str(number), route="go", value="", now=START)

    more = [clear(db, after=2 * TAPS_KEPT, limit=2) for _ in range(3)]

    assert more == [True, True, False]
    assert rows(db, taps) == 0
