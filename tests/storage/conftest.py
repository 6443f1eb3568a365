"""A community on SQLite and on PostgreSQL, and one open transaction to speak with it."""

from collections.abc import Iterator

import pytest

from bot.ids import CommunityId
from storage.database import Database
from storage.unit_of_work import UnitOfWork
from tests.leaders import START


@pytest.fixture
def community(any_database: Database) -> CommunityId:
    with any_database.transaction() as db:
        return db.communities.add("Leaders", zone="Europe/London", now=START)


@pytest.fixture
def db(any_database: Database, community: CommunityId) -> Iterator[UnitOfWork]:
    with any_database.transaction() as unit:
        yield unit
