"""Builds settings, database, platforms, dispatch, scheduler and delivery; nothing else does."""

import asyncio
import multiprocessing
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import asynccontextmanager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import structlog
from aiohttp import web

from bot import appointing, log, settings
from bot.calendar_files import CalendarFiles
from bot.chat.messages import Account
from bot.chat.platform import MailStore, Platform, SlackStore, TeamsStore, WebStore
from bot.console.app import Console
from bot.data_files import DataFiles
from bot.delivery import Delivery
from bot.dispatch import Dispatch
from bot.errors import CommandError, SettingsError
from bot.export_files import ExportFiles
from bot.health import Health, unready
from bot.ids import Lane
from bot.lanes import Lanes
from bot.lanes.tasks import TaskLanes
from bot.platforms.web.app import Web
from bot.scheduler import Scheduler
from bot.settings import Settings
from bot.time_files import TimeFiles
from bot.times import utc_now
from handlers import ROUTES, signing_in
from jobs import RESULTS, SCHEDULE
from storage import soundness
from storage.communities import Community
from storage.database import Database
from storage.only_process import only_process
from storage.secrets import Vault, kept_key
from storage.unit_of_work import Touched

T = TypeVar("T")

events = structlog.get_logger()

# How many names a person field suggests.
SUGGESTIONS = 20


@dataclass(frozen=True, slots=True)
class House:
    """The settings and the database, for commands."""

    settings: Settings
    database: Database

    def community(self) -> Community:
        """The community commands work on: the first; raises ``CommandError`` without one."""
        with self.database.transaction() as db:
            found = db.communities.all()
        if not found:
            raise CommandError("There is no community yet. Type “community add NAME” to make one.")
        return found[0]


@contextmanager
def opened(*, to_serve: bool = False) -> Iterator[House]:
    """The database of the settings, its tables up to date on SQLite, closed at the end.

    One ``to_serve`` from is looked over first where nobody closed it the last time, and SQLite
    serves one bot: a second by mistake is refused before it touches anything.
    """
    chosen = settings.load()
    log.configure(chosen.log_level)
    with only_process(chosen.database_url) if to_serve else nullcontext():
        database = open_database(chosen, to_serve=to_serve)
        try:
            if not database.has_tables():
                raise SettingsError("The database has no tables yet; run “python -m bot migrate”.")
            yield House(chosen, database)
        finally:
            database.close()


def open_database(chosen: Settings, *, to_serve: bool = False) -> Database:
    """The database; on SQLite it is migrated, on PostgreSQL that is ``python -m bot migrate``.

    Raises ``SettingsError`` where it does not answer or is damaged.
    """
    key = chosen.secret_key or kept_key(chosen.keys_dir)
    file = chosen.database_file
    was_left_open = to_serve and file is not None and soundness.was_left_open(file)
    if was_left_open:
        events.warning("database_left_open", check="every page is read before the start")
    vault = Vault(key, chosen.secret_key_old)
    database = Database(chosen.database_url, vault, has_mail=chosen.has_mail)
    try:
        soundness.reach(database, thoroughly=was_left_open)
    except BaseException:
        database.close()
        raise
    if database.is_sqlite:
        # Loading Alembic costs a third of a second; only what migrates needs it.
        from storage.migrate import migrate  # noqa: PLC0415 - see above.

        migrate(database)
    return database


class App:
    """The whole bot in one process: one aiohttp server, one database."""

    def __init__(
        self,
        chosen: Settings,
        database: Database,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._settings = chosen
        self._database = database
        self._clock = clock
        self._loop: asyncio.AbstractEventLoop | None = None
        # Spawned, not forked: the planner must not inherit our connections and threads.
        self._pool = ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn"))

        dispatch = Dispatch(database, ROUTES, clock=clock)
        self._web = Web(
            chosen,
            dispatch,
            self._in_web,
            send_link=self._send_link if chosen.has_mail else None,
            clock=clock,
        )
        self._slack = None
        platforms: dict[str, Platform] = {"web": self._web.platform}
        if chosen.has_slack:
            # Bolt takes a while to load; only where Slack is served.
            from bot.platforms.slack.app import Slack  # noqa: PLC0415 - see above.

            self._slack = Slack(
                chosen, dispatch, self._in_slack, people=self._people, seals=database.vault
            )
            platforms["slack"] = self._slack.platform
        self._teams = None
        if chosen.has_teams:
            # The Bot Framework takes 265 ms and 23 MB to load; only where Teams is served.
            from bot.platforms.teams.app import Teams  # noqa: PLC0415 - see above.

            self._teams = Teams(chosen, dispatch, self._in_teams)
            platforms["teams"] = self._teams.platform

        self._mail = None
        if chosen.has_mail:
            # Nothing but e-mail needs the library for SMTP.
            from bot.platforms.mail.app import Mail  # noqa: PLC0415 - see above.

            self._mail = Mail(chosen, self._in_mail, clock=clock)
            platforms["mail"] = self._mail.platform

        self._scheduler = Scheduler(database, SCHEDULE, clock=clock, pool=self._pool)
        self._delivery = Delivery(database, platforms, clock=clock, results=RESULTS)
        self._lanes = self._drainers()
        self._edges = (
            Health(
                database,
                is_alive=lambda: self._lanes.is_alive,
                token=chosen.metrics_token,
                clock=clock,
            ),
            CalendarFiles(database, clock=clock),
            TimeFiles(database, clock=clock),
            DataFiles(database, clock=clock),
            ExportFiles(database, clock=clock),
            Console(chosen, database, dispatch, self._web.visitor, clock=clock),
            self._web,
        )

    def server(self) -> web.Application:
        """The aiohttp application; the bot starts and stops with it."""
        server = web.Application(middlewares=[unready])
        for edge in self._edges:
            server.add_routes(edge.routes())
        if self._slack is not None:
            server.add_routes(self._slack.routes())
        if self._teams is not None:
            server.add_routes(self._teams.routes())
        # An open page's stream has no end of its own, and the server waits for its requests.
        server.on_shutdown.append(self._let_pages_go)
        server.cleanup_ctx.append(self._running)
        return server

    async def start(self) -> None:
        """Take in, send out and tick."""
        self._loop = asyncio.get_running_loop()
        self._database.listen(self._touched)
        await self._web.start()
        # A workspace is kept for a community, and organisers are named by their workspace.
        await self._database.run(
            lambda db: appointing.prepare(db, self._settings, now=self._clock())
        )
        if self._slack is not None:
            await self._slack.start()
        if self._teams is not None:
            await self._teams.start()
        await self._database.run(
            lambda db: appointing.get_to_know(db, self._settings, now=self._clock())
        )
        self._lanes.start()
        await self._scheduler.start()
        events.info("started", slack=self._slack is not None, teams=self._teams is not None)

    async def stop(self) -> None:
        """Finish what is under way; nothing that was accepted is lost."""
        await self._scheduler.stop()
        self._delivery.stop()
        await self._lanes.stop()
        if self._slack is not None:
            await self._slack.stop()
        if self._teams is not None:
            await self._teams.stop()
        if self._mail is not None:
            self._mail.stop()
        await self._web.stop()
        self._pool.shutdown(cancel_futures=True)
        events.info("stopped")

    @asynccontextmanager
    async def _running(self, _server: web.Application) -> AsyncIterator[None]:
        await self.start()
        try:
            yield
        finally:
            await self.stop()

    async def _let_pages_go(self, _server: web.Application) -> None:
        await self._web.stop()

    def _touched(self, touched: Touched) -> None:
        """Called in the database's thread after a commit."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, touched)

    def _wake(self, touched: Touched) -> None:
        for lane in touched.lanes:
            self._lanes.wake(lane)
        if touched.schedule:
            self._scheduler.wake()

    async def _in_web(self, act: Callable[[WebStore], T]) -> T:
        return await self._database.run(lambda db: act(db.web))

    async def _in_mail(self, act: Callable[[MailStore], T]) -> T:
        return await self._database.run(lambda db: act(db.mail))

    async def _send_link(self, address: str) -> None:
        await self._database.run(lambda db: signing_in.send_link(db, address, now=self._clock()))

    async def _in_slack(self, act: Callable[[SlackStore], T]) -> T:
        return await self._database.run(lambda db: act(db.workspaces))

    async def _in_teams(self, act: Callable[[TeamsStore], T]) -> T:
        return await self._database.run(lambda db: act(db.teams))

    async def _people(self, account: Account, words: str) -> Sequence[tuple[str, str]]:
        return await self._database.run(
            lambda db: db.members.suggestions(account, words, limit=SUGGESTIONS)
        )

    def _drainers(self) -> Lanes:
        if self._database.is_sqlite:
            return TaskLanes(self._delivery.drain, self._pending)
        # Procrastinate serves PostgreSQL only; on SQLite it is not even installed.
        from bot.lanes.engine import EngineLanes  # noqa: PLC0415 - see above.

        return EngineLanes(self._settings.database_url, self._delivery.drain, self._pending)

    async def _pending(self) -> tuple[Lane, ...]:
        return await self._database.run(lambda db: db.drain.pending(self._clock()))
