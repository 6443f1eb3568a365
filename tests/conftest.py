"""What every test may ask for: an empty database, and a community to talk to."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from storage.database import Database
from storage.migrate import migrate
from storage.secrets import Vault
from tests.compiled import share_compiled
from tests.leaders import Community, begun
from tests.plugins.postgres import made_database

SECRET = "only for tests, and long enough to be taken"


@pytest.fixture(autouse=True)
def _own_log() -> Iterator[None]:
    """A test that starts the bot does not leave its log, to a file closed since, to the next."""
    yield
    structlog.reset_defaults()


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, made once and copied by each test."""
    path = tmp_path_factory.mktemp("migrated") / "leaders.db"
    database = Database(f"sqlite:///{path}", Vault(SECRET))
    migrate(database)
    database.close()
    return path


@pytest.fixture(scope="session")
def inhabited(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same file with the community of ``tests.leaders`` in it."""
    path = tmp_path_factory.mktemp("inhabited") / "leaders.db"
    shutil.copy(migrated, path)
    database = Database(f"sqlite:///{path}", Vault(SECRET))
    begun(database)
    database.close()
    return path


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    """A SQLite database with all tables; empty, or with what ``inhabited`` has for who asks."""
    is_inhabited = "inhabited" in request.fixturenames
    path = tmp_path / "leaders.db"
    shutil.copy(request.getfixturevalue("inhabited" if is_inhabited else "migrated"), path)
    opened = share_compiled(Database(f"sqlite:///{path}", Vault(SECRET)))
    yield opened
    opened.close()


@pytest.fixture(scope="session")
def migrated_postgres(postgres_url: str) -> Iterator[str]:
    """The name of a PostgreSQL database with all tables, made once and copied by each test."""
    with made_database(postgres_url) as address:
        database = Database(address, Vault(SECRET))
        migrate(database)
        database.close()
        yield address.rpartition("/")[2]


@pytest.fixture(params=["sqlite", "postgres"])
def any_database(request: pytest.FixtureRequest) -> Iterator[Database]:
    """An empty database with all tables, once on SQLite and once on PostgreSQL."""
    if request.param == "sqlite":
        yield request.getfixturevalue("database")
        return
    template = request.getfixturevalue("migrated_postgres")
    with made_database(request.getfixturevalue("postgres_url"), template=template) as address:
        opened = share_compiled(Database(address, Vault(SECRET)))
        yield opened
        opened.close()


@pytest.fixture(params=["slack", "teams", "web"])
def community(
    request: pytest.FixtureRequest, inhabited: Path, database: Database
) -> Iterator[Community]:
    """A community whose leaders are on Slack, and the same in Teams and on the web chat."""
    made = Community(database, request.param)
    yield made
    made.pool.shutdown()
