"""Sessions on SQLite and PostgreSQL: the last place, and who has what."""

import threading
from datetime import datetime, timedelta

import pytest
import sqlalchemy as sa

from bot.domain.sessions import Details, Session
from bot.domain.sessions_after import Feedback, Worth
from bot.ids import CommunityId, MemberId, SessionId
from handlers import sessions_places
from storage import joining, tables
from storage.database import Database
from storage.secrets import Vault
from storage.sessions_links import Purpose
from tests.conftest import SECRET
from tests.leaders import START, Community, words
from tests.sessions import planned

STARTS = datetime(2026, 12, 3, 12, 30)
LONDON = "Europe/London"


def make(db, community: CommunityId, **more) -> Session:
    details = Details(**{"title": "Frailty", "minutes": 60, **more})
    return db.sessions.add(Session(SessionId(0), community, details, STARTS, LONDON, None))


def people(db, community: CommunityId, number: int) -> list[MemberId]:
    return [
        db.members.add(community, f"Leader {each}", zone=LONDON, now=START)
        for each in range(number)
    ]


@pytest.fixture
def second(any_database: Database, tmp_path):
    """Another process's connection to the same database."""
    url = any_database.engine.url.render_as_string(hide_password=False)
    opened = Database(
        url.replace("postgresql+psycopg://", "postgresql://"),
        Vault(SECRET),
        patience=timedelta(seconds=20),
    )
    yield opened
    opened.close()


def is_kept_waiting(database: Database) -> bool:
    """Whether a transaction waits for another one's lock; SQLite does not say so."""
    if database.is_sqlite:
        return True
    with database.engine.connect() as connection:
        locked = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        return bool(connection.exec_driver_sql(locked).scalar_one())


def test_two_who_take_the_last_place_at_once_are_one_in_and_one_first_in_line(
    any_database: Database, second: Database
) -> None:
    with any_database.transaction() as db:
        community = db.communities.add("Leaders", zone=LONDON, now=START)
        session = make(db, community, capacity=2)
        early, ada, ben = people(db, community, 3)
        sessions_places.take(db, session.id, early, now=START)
    begun = threading.Event()

    def take() -> None:
        begun.set()
        with second.transaction() as db:
            sessions_places.take(db, session.id, ben, now=START)

    with any_database.transaction() as db:
        # Ada has the last place, and nobody else can see it yet.
        sessions_places.take(db, session.id, ada, now=START)
        other = threading.Thread(target=take)
        other.start()
        begun.wait(timeout=20)
        while other.is_alive() and not is_kept_waiting(any_database):
            other.join(timeout=0.02)
    other.join(timeout=60)

    with any_database.transaction() as db:
        register = db.sessions.register(db.sessions.get(session.id))
    assert [each.member for each in register.going] == [early, ada]
    assert [each.member for each in register.waiting] == [ben]
    assert register.turn_of(ben) == 1


def test_many_who_ask_at_once_fill_the_places_and_no_more(
    any_database: Database, second: Database
) -> None:
    with any_database.transaction() as db:
        community = db.communities.add("Leaders", zone=LONDON, now=START)
        session = make(db, community, capacity=5)
        several = people(db, community, 12)

    def take(database: Database, asking: list[MemberId]) -> None:
        for member in asking:
            with database.transaction() as db:
                sessions_places.take(db, session.id, member, now=START)

    threads = [
        threading.Thread(target=take, args=(any_database, several[::2])),
        threading.Thread(target=take, args=(second, several[1::2])),
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join(timeout=60)

    with any_database.transaction() as db:
        register = db.sessions.register(db.sessions.get(session.id))
    assert (len(register.going), len(register.waiting)) == (5, 7)
    assert sorted(each.position for each in register.signups) == list(range(1, 13))


def test_joining_two_members_keeps_the_place_that_counts(db, community) -> None:
    ada, again, ben = people(db, community, 3)
    first, second = make(db, community), make(db, community, title="Estates")
    sessions_places.take(db, first.id, again, now=START)
    for each in (ada, again):
        sessions_places.take(db, second.id, each, now=START)
    sessions_places.give_back(db, second.id, ada, now=START)
    db.sessions.set_organiser(first, again)
    for each in (ada, again):
        db.session_answers.save_feedback(community, first.id, each, Feedback(Worth.YES, f"{each}"))
        db.session_answers.save_need(community, first.id, each, f"need {each}")
        db.session_answers.save_leads(community, each, [int(each)])
    topic = db.session_topics.add(community, again, "Estates")
    db.session_topics.vote(community, topic, ada)
    secret = db.session_links.make(community, again, Purpose.FEED)

    joining.join(db.connection, ada, again, now=START)

    registers = [db.sessions.register(db.sessions.get(each.id)) for each in (first, second)]
    assert [[each.member for each in one.going] for one in registers] == [[ada], [ada]]
    assert [len(one.signups) for one in registers] == [1, 1]
    assert db.sessions.get(first.id).organiser == ada
    assert db.session_answers.feedback(first.id) == (Feedback(Worth.YES, f"{ada}"),)
    assert db.session_answers.needs(first.id) == {ada: f"need {ada}"}
    assert db.session_answers.leads(ada) == (int(ada),)
    assert db.session_topics.find(community, topic).voters == (ada,)
    assert db.session_links.owner(secret, Purpose.FEED, now=START) == ada
    assert ben not in registers[0].concerned


def test_a_place_left_over_by_joining_goes_to_who_waits_at_the_next_sign_up(db, community) -> None:
    ada, again, ben, cy = people(db, community, 4)
    session = make(db, community, capacity=2)
    for each in (ada, again, ben):
        sessions_places.take(db, session.id, each, now=START)
    joining.join(db.connection, ada, again, now=START)

    register = sessions_places.take(db, session.id, cy, now=START)

    assert [each.member for each in register.going] == [ada, ben]
    assert [each.member for each in register.waiting] == [cy]


def test_an_address_ends_at_its_time(db, community) -> None:
    [ada] = people(db, community, 1)
    secret = db.session_links.make(
        community, ada, Purpose.HOURS, expires_at=START + timedelta(hours=1)
    )

    found = [
        db.session_links.owner(secret, Purpose.HOURS, now=START + timedelta(minutes=each))
        for each in (59, 60)
    ]

    assert found == [ada, None]
    assert db.session_links.owner(secret, Purpose.FEED, now=START) is None


def test_instants_are_kept_beside_the_local_time(db, community) -> None:
    session = make(db, community)

    row = db.connection.execute(sa.select(tables.sessions)).one()

    assert (row.begins_at, row.ends_at) == (session.begins, session.ends)
    assert db.sessions.get(session.id) == session
    assert db.sessions.past(community, now=session.ends, limit=9) == (session,)
    assert db.sessions.past(community, now=session.begins, limit=9) == ()
    assert db.sessions.organised_by(community, MemberId(1), now=START) == ()


async def test_a_year_of_sessions_is_the_same_on_either_database(any_database: Database) -> None:
    community = Community(any_database, "slack")
    olu = await community.organiser("Olu Chair")
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    number = await planned(olu, capacity="1")
    chair = await planned(olu, kind="open chair", capacity="1", title="A day with Di")
    await olu.submits(await olu.says(f"sessions repeat {number}"), rhythm="4 weeks")
    for leader in (ada, ben):
        for each in (number, chair):
            await leader.says(f"sessions sign up {each}")
    await ada.submits(await ada.says(f"sessions needs {number}"), words="Captions")
    await ada.says("sessions reminders 1 hour")
    await ada.says("sessions suggest Estates")
    topics = words(await ben.says("sessions vote 1"))
    needs = words(await olu.says(f"sessions needs read {number}"))
    await olu.submits(await olu.says(f"sessions edit {number}"), time="13:00", scope="later")
    await community.until(datetime(2026, 12, 3, 13, 0))
    await ada.says(f"sessions here {number}")
    await community.until(datetime(2026, 12, 3, 14, 0))
    await ada.says(f"sessions worth {number} yes")
    form = await olu.says(f"sessions materials add {number}")
    await olu.submits(form, title="Slides", url="https://files.example/1")

    report = words(await olu.says(f"sessions report {number}"))
    time = words(await ada.says("my time"))
    past = words(await ada.says("sessions past"))
    listed = words(await ada.says("sessions"))
    community.pool.shutdown()

    assert topics.startswith("Your vote counts for “Estates”: 2 votes.")
    assert "- Ada Obi: Captions" in needs
    assert "Places taken: 1\nWaited for a place: 1\nCame away: 0\nWere there: 1" in report
    assert "Was it worth your time?: yes 1, partly 0, no 0" in report
    assert "Learning sessions attended: 1" in time
    assert "Frailty at home, Thursday 3 December at 13:00\n- Slides" in past
    assert "Thursday 31 December at 13:00." in listed
    with any_database.transaction() as db:
        [drawn] = db.sessions.register(db.sessions.get(SessionId(chair))).going
        assert db.sessions.had_an_open_chair(community.id) == {drawn.member}
