"""What was heard a short while ago, on both databases."""

import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa

from bot.chat.messages import Account
from bot.chat.requests import Mark
from bot.errors import DatabaseUnready
from bot.ids import Lane
from storage.database import Database
from storage.repeats import FORGOTTEN_WITH_EACH
from storage.secrets import Vault
from storage.tables import heard
from tests.conftest import SECRET
from tests.leaders import START
from tests.plugins.postgres import made_database

WHILE = timedelta(seconds=20)
EVENT = Mark(("slack", "Ev1"), WHILE)
WORDS = Mark(("teams", "ada", "coffee avoid Ben"), WHILE)
ADA = Account(Lane("slack:T1"), "U1")


def hear(database: Database, *marks: Mark, after: timedelta = timedelta()) -> bool:
    with database.transaction() as db:
        return db.repeats.are_new(marks, now=START + after)


def kept(database: Database) -> int:
    with database.transaction() as db:
        return db.connection.execute(sa.select(sa.func.count()).select_from(heard)).scalar_one()


@pytest.fixture
def replicas(migrated_postgres: str, postgres_url: str) -> Iterator[tuple[Database, Database]]:
    """Two ways to the same PostgreSQL database; the second has little patience."""
    with made_database(postgres_url, template=migrated_postgres) as address:
        one = Database(address, Vault(SECRET))
        other = Database(address, Vault(SECRET), patience=timedelta(milliseconds=50))
        yield one, other
        one.close()
        other.close()


def test_what_has_no_mark_is_new_each_time(any_database):
    assert [hear(any_database), hear(any_database), kept(any_database)] == [True, True, 0]


@pytest.mark.parametrize(
    ("again", "expected"),
    [
        ((EVENT,), False),
        ((WORDS,), False),
        ((Mark(("new",), WHILE), WORDS), False),
        ((Mark(("slack", "Ev2"), WHILE),), True),
        ((Mark(("slackE", "v1"), WHILE),), True),
    ],
)
def test_one_mark_in_common_makes_a_repeat(any_database, again: Iterable[Mark], expected: bool):
    first = hear(any_database, EVENT, WORDS)

    assert (first, hear(any_database, *again)) == (True, expected)


def test_time_counts_from_the_first_and_not_from_its_repeats(any_database):
    moments = (timedelta(), WHILE, WHILE + timedelta(seconds=1), WHILE * 2)

    found = [hear(any_database, EVENT, after=after) for after in moments]

    assert found == [True, False, True, False]


def test_what_was_rolled_back_was_not_heard(any_database):
    with any_database.transaction() as db:
        db.repeats.are_new((EVENT, WORDS), now=START)
        db.connection.rollback()

    assert hear(any_database, EVENT, WORDS) is True


def test_only_a_digest_is_kept_that_nobody_can_guess(any_database):
    other = Vault("another key")
    with any_database.transaction() as db:
        db.repeats.are_new((WORDS,), now=START)
        row = db.connection.execute(sa.select(heard)).one()

    assert row.until == START + WHILE
    assert bytes(row.digest) == Vault(SECRET).digest("mark", *WORDS.key)
    assert bytes(row.digest) != other.digest("mark", *WORDS.key)


def test_each_takes_a_few_with_it_whose_time_is_over(any_database):
    for number in range(FORGOTTEN_WITH_EACH + 2):
        hear(any_database, Mark((str(number),), WHILE))
    before = kept(any_database)

    hear(any_database, EVENT, after=WHILE + timedelta(seconds=1))

    assert (before, kept(any_database)) == (FORGOTTEN_WITH_EACH + 2, 3)


def test_of_many_at_once_one_is_new(any_database):
    start = threading.Barrier(8)

    def one(_: int) -> bool:
        start.wait()
        return hear(any_database, EVENT, WORDS)

    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(one, range(8)))

    assert sorted(found) == [False] * 7 + [True]


@pytest.mark.parametrize("is_committed", [True, False])
def test_second_waits_for_what_becomes_of_the_first(any_database, is_committed: bool):
    with ThreadPoolExecutor(1) as pool:
        with any_database.transaction() as db:
            db.repeats.are_new((EVENT,), now=START)
            second = pool.submit(hear, any_database, EVENT)
            with pytest.raises(TimeoutError):
                second.result(timeout=0.2)
            if not is_committed:
                db.connection.rollback()
        is_new = second.result(timeout=5)

    assert is_new is not is_committed


def test_second_is_asked_to_come_again_where_the_first_takes_long(replicas):
    one, other = replicas
    with one.transaction() as db:
        db.repeats.are_new((EVENT,), now=START)
        with pytest.raises(DatabaseUnready):
            hear(other, EVENT)

    assert hear(other, EVENT) is False


def test_turns_are_taken_by_account_until_the_transaction_ends(replicas):
    one, other = replicas
    ben = Account(ADA.lane, "U2")

    def turn(account: Account) -> None:
        with other.transaction() as db:
            db.repeats.take_turns(account)

    with one.transaction() as db:
        db.repeats.take_turns(ADA)
        turn(ben)
        with pytest.raises(DatabaseUnready):
            turn(ADA)
    turn(ADA)


def test_what_another_replica_forgets_is_not_waited_for(replicas):
    one, other = replicas
    later = WHILE + timedelta(seconds=1)
    hear(one, EVENT)

    with one.transaction() as db:
        db.repeats.are_new((WORDS,), now=START + later)
        is_new = hear(other, Mark(("new",), WHILE), after=later)

    assert is_new is True
