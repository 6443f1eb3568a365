"""The database: one connection in one thread on SQLite, a small pool of threads on PostgreSQL.

Everything that touches it is a plain function given to :meth:`Database.run` (from the event loop)
or done inside :meth:`Database.transaction` (from a command or a test).
"""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from datetime import timedelta
from pathlib import Path
from sqlite3 import Connection as SQLiteConnection
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import StaticPool

from bot.errors import DatabaseUnready, SettingsError
from storage import tables
from storage.refusals import refusing
from storage.secrets import Vault
from storage.unit_of_work import Touched, UnitOfWork

T = TypeVar("T")

# An execution option: the lock is tried once and not waited for.
_AT_ONCE = "at_once"

# SQLite takes one writer; PostgreSQL gains little past a few threads under Python's lock.
POSTGRES_THREADS = 4
# Another process (a command) may hold the database for a moment. Less than the 2.5 seconds that
# Slack is kept waiting, so that it is told to come again before its words would be lost.
PATIENCE = timedelta(seconds=2)
# PostgreSQL ends a session that says nothing for so long in the middle of a transaction: it belongs
# to a process that sleeps or to a machine that is gone, and holds what others wait for. Less than
# the nine seconds after which a replica is taken for dead, so that its heirs find all of it free.
SILENCE = timedelta(seconds=8)


class Database:
    """Opens transactions and tells listeners, after each commit, what was touched.

    ``has_mail`` says that mail is set up, so that an e-mail address reaches somebody.
    """

    def __init__(
        self,
        url: str,
        vault: Vault,
        *,
        has_mail: bool = False,
        patience: timedelta = PATIENCE,
        silence: timedelta = SILENCE,
    ) -> None:
        self.has_mail = has_mail
        self.is_sqlite = url.startswith("sqlite:")
        self.vault = vault
        self.engine = (
            _sqlite_engine(url, patience)
            if self.is_sqlite
            else _postgres_engine(url, patience, silence)
        )
        workers = 1 if self.is_sqlite else POSTGRES_THREADS
        self._threads = ThreadPoolExecutor(workers, thread_name_prefix="database")
        self._listeners: list[Callable[[Touched], None]] = []
        # SQLite's one connection may be asked for by a command's thread and by ours at once.
        self._one_at_a_time = threading.Lock() if self.is_sqlite else nullcontext()
        self._refused_at = float("-inf")
        # What nobody waits for leaves a thread to those who do, or is one of theirs in the queue.
        self._behind = asyncio.Semaphore(max(1, workers - 1))

    def listen(self, listener: Callable[[Touched], None]) -> None:
        """Call the listener after every commit that touched the outbox or the schedule.

        It is called in the database's thread and must only pass the word on.
        """
        self._listeners.append(listener)

    @contextmanager
    def transaction(self) -> Iterator[UnitOfWork]:
        """A unit of work, committed at the end of the block and rolled back by any error.

        Raises ``DatabaseUnready`` where the database is full, locked beyond our patience or away.
        """
        with self._transaction(self.engine) as unit:
            yield unit

    @contextmanager
    def _transaction(self, engine: sa.Engine) -> Iterator[UnitOfWork]:
        with self._one_at_a_time, refusing(), engine.begin() as connection:
            unit = UnitOfWork(connection, self.vault, has_mail=self.has_mail)
            yield unit
        if unit.touched:
            for listener in self._listeners:
                listener(unit.touched)

    async def run(self, act: Callable[[UnitOfWork], T]) -> T:
        """What ``act`` returns, done in a transaction of its own, off the event loop.

        Raises ``DatabaseUnready`` as :meth:`transaction` does. Whoever waited in line behind
        somebody whose patience ended has waited long enough, and waits no time of their own.
        """
        return await asyncio.get_running_loop().run_in_executor(
            self._threads, self._in_transaction, act, time.monotonic()
        )

    async def run_behind(self, act: Callable[[UnitOfWork], T]) -> T:
        """As :meth:`run`, for what nobody waits for: however much there is, others come between."""
        async with self._behind:
            return await self.run(act)

    def reach(self) -> None:
        """Nothing, where the database answers; raises ``SettingsError`` where it does not."""
        try:
            self.engine.connect().close()
        except sa.exc.OperationalError as error:
            reason = str(error.orig).splitlines()[0]
            raise SettingsError(f"DATABASE_URL does not answer: {reason}") from error

    def has_tables(self) -> bool:
        """Whether it was ever migrated."""
        return sa.inspect(self.engine).has_table(tables.communities.name)

    def close(self) -> None:
        """Wait for what is under way and close the connections."""
        self._threads.shutdown(wait=True)
        self.engine.dispose()

    def _in_transaction(self, act: Callable[[UnitOfWork], T], asked: float) -> T:
        has_waited = asked < self._refused_at
        engine = self.engine.execution_options(**{_AT_ONCE: True}) if has_waited else self.engine
        try:
            with self._transaction(engine) as unit:
                return act(unit)
        except DatabaseUnready:
            self._refused_at = time.monotonic()
            raise


def _postgres_engine(url: str, patience: timedelta, silence: timedelta) -> sa.Engine:
    options = {
        "lock_timeout": _milliseconds(patience),
        "idle_in_transaction_session_timeout": _milliseconds(silence),
    }
    url = url.replace("postgresql://", "postgresql+psycopg://", 1)
    return sa.create_engine(
        url,
        pool_size=POSTGRES_THREADS,
        pool_pre_ping=True,
        # libpq counts in whole seconds, from two upwards.
        connect_args={
            "connect_timeout": max(2, round(patience.total_seconds())),
            "options": " ".join(f"-c {name}={value}" for name, value in options.items()),
        },
        hide_parameters=True,
    )


def _sqlite_engine(url: str, patience: timedelta) -> sa.Engine:
    path = url.removeprefix("sqlite:///")
    if path and path != ":memory:":
        Path(path).parent.mkdir(parents=True, exist_ok=True)
    engine = sa.create_engine(
        url,
        poolclass=StaticPool,
        connect_args={"check_same_thread": False},
        # An error's text ends in the log, and parameters hold what people wrote.
        hide_parameters=True,
    )

    @sa.event.listens_for(engine, "connect")
    def set_up(connection: SQLiteConnection, _record: Any) -> None:
        # The driver's own deferred BEGIN is switched off: ours, below, takes the lock at once.
        connection.isolation_level = None
        for pragma in (
            f"busy_timeout={_milliseconds(patience)}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        # SQLite's own knows the case of A to Z alone, and names have more letters.
        connection.create_function("lower", 1, str.lower, deterministic=True)

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        wait = 0 if connection.get_execution_options().get(_AT_ONCE) else _milliseconds(patience)
        connection.exec_driver_sql(f"PRAGMA busy_timeout={wait}")
        connection.exec_driver_sql("BEGIN IMMEDIATE")

    return engine


def _milliseconds(length: timedelta) -> int:
    return length // timedelta(milliseconds=1)
