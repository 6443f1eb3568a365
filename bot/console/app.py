"""The organisers' pages, ready to be hung into an aiohttp application."""

from collections.abc import Callable
from datetime import datetime
from urllib.parse import urlsplit

from aiohttp import web

from bot.chat.platform import Answer
from bot.console import (
    announcement,
    announcement_files,
    announcements,
    coffee,
    community,
    csv_files,
    deliveries,
    doing,
    history,
    members,
    overview,
    progress,
    prompts,
    reports,
    schedule,
)
from bot.console.changes import FORMS, Changes
from bot.console.front import Asker, Front, WhoAsks
from bot.console.importing import Importing
from bot.console.pages import Pages
from bot.console.refusals import Refused, no_such_page
from bot.console.reports import Page as Report
from bot.settings import Settings
from bot.times import utc_now
from storage.database import Database
from storage.unit_of_work import UnitOfWork


class Console:
    """Pages for organisers below ``/console``.

    ``answer`` is dispatch, by which every change is made; ``visitor`` says who is signed in in a
    browser. Whether they are an organiser is read from the database on every request.
    """

    def __init__(
        self,
        settings: Settings,
        database: Database,
        answer: Answer,
        visitor: WhoAsks,
        *,
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._pages = Pages(urlsplit(settings.public_url).path)
        self._front = Front(
            settings,
            database,
            answer=answer,
            visitor=visitor,
            pages=self._pages,
            clock=clock,
        )
        self._changes = Changes(self._front)
        self._importing = Importing(self._front)

    def routes(self) -> list[web.RouteDef]:
        """Everything below ``/console``."""
        page = self._front.guarded
        changes = self._changes
        return [
            web.get("/console", page(self._overview)),
            web.get("/console/coffee", page(self._coffee)),
            web.post("/console/coffee", page(changes.tap)),
            web.post("/console/deliveries", page(changes.tap)),
            web.get("/console/coffee/rounds", page(self._rounds)),
            web.get("/console/coffee/rounds/{number}.csv", page(self._file_of_round)),
            web.get("/console/coffee/rounds/{number}", page(self._round)),
            web.get("/console/announcements", page(self._announcements)),
            web.post("/console/announcements", page(changes.tap)),
            web.get("/console/announcements/{number}.csv", page(self._file_of_announcement)),
            web.get("/console/announcements/{number}/progress", page(self._announcement_progress)),
            web.get("/console/prompts", page(self._prompts)),
            web.post("/console/prompts", page(changes.tap)),
            web.get("/console/members", page(self._members)),
            web.get("/console/community", page(self._community)),
            web.post("/console/community/export", page(changes.export)),
            web.get("/console/import", page(self._importing.look)),
            web.post("/console/import/file", page(self._importing.bring)),
            web.post("/console/import/change", page(self._importing.change)),
            web.get("/console/deliveries", page(self._deliveries)),
            web.get("/console/deliveries/progress", page(self._progress)),
            web.get("/console/deliveries.csv", page(self._file_of_trouble)),
            web.get("/console/schedule", page(self._schedule)),
            web.get("/console/doing", page(self._doing)),
            web.get("/console/audit", page(self._history)),
            web.get("/console/audit.csv", page(self._file_of_history)),
            *(web.get(f"/console/{address}", page(changes.form)) for address in FORMS),
            *(web.post(f"/console/{address}", page(changes.send_form)) for address in FORMS),
            # After the forms, of which "new" is one.
            web.get("/console/announcements/{number}", page(self._announcement)),
            web.get("/console/static/{version}/{name}", page(self._static)),
            web.route("*", "/console/{anything:.*}", page(self._elsewhere)),
        ]

    async def _overview(self, request: web.Request) -> web.Response:
        asker, found = await self._front.read(request, overview.look)
        return self._front.show(request, asker, "overview", page=found)

    async def _coffee(self, request: web.Request) -> web.Response:
        asker, found = await self._front.read(
            request, lambda db, asker: coffee.look(db, asker, request.query, path=self._at(request))
        )
        return self._front.show(request, asker, "coffee", page=found)

    async def _rounds(self, request: web.Request) -> web.Response:
        asker, found = await self._front.read(
            request,
            lambda db, asker: coffee.rounds(db, asker, request.query, path=self._at(request)),
        )
        return self._front.show(request, asker, "rounds", page=found)

    async def _round(self, request: web.Request) -> web.Response:
        asker, found = await self._report(request)
        if found.round.is_draft:
            return self._front.see("/console/coffee")
        return self._front.show(request, asker, "round", page=found)

    async def _file_of_round(self, request: web.Request) -> web.Response:
        _, found = await self._report(request)
        if found.figures is None:
            raise Refused(404, "This round did not go out, so it has no figures.")
        return csv_files.answered(
            reports.file(found.round, found.figures), f"coffee-round-{found.round.number}.csv"
        )

    async def _announcements(self, request: web.Request) -> web.Response:
        asker, found = await self._front.read(
            request,
            lambda db, asker: announcements.look(db, asker, request.query, path=self._at(request)),
        )
        return self._front.show(request, asker, "announcements", page=found)

    async def _announcement(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        asker, found = await self._front.read(
            request,
            lambda db, asker: announcement.look(
                db, asker, number, request.query, path=self._at(request)
            ),
        )
        return self._front.show(request, asker, "announcement", page=found, progress=found.progress)

    async def _announcement_progress(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        asker, found = await self._front.read(
            request, lambda db, asker: announcement.progress(db, asker, number)
        )
        return self._front.show(request, asker, "announcement_progress", progress=found)

    async def _prompts(self, request: web.Request) -> web.Response:
        asker, found = await self._front.read(request, prompts.look)
        return self._front.show(request, asker, "prompts", page=found)

    async def _file_of_announcement(self, request: web.Request) -> web.Response:
        number = request.match_info["number"]
        _, found = await self._front.read(
            request, lambda db, asker: announcement_files.look(db, asker, number)
        )
        return csv_files.answered(found.text, found.name)

    async def _members(self, request: web.Request) -> web.Response:
        asker, found = await self._front.read(
            request,
            lambda db, asker: members.look(db, asker, request.query, path=self._at(request)),
        )
        return self._front.show(request, asker, "members", page=found)

    async def _community(self, request: web.Request) -> web.Response:
        asker, found = await self._front.read(request, community.look)
        return self._front.show(request, asker, "community", page=found)

    async def _deliveries(self, request: web.Request) -> web.Response:
        asker, found = await self._front.read(
            request,
            lambda db, asker: deliveries.look(db, asker, request.query, path=self._at(request)),
        )
        return self._front.show(request, asker, "deliveries", page=found, sends=found.sends)

    async def _progress(self, request: web.Request) -> web.Response:
        asker, found = await self._front.read(request, progress.look)
        return self._front.show(request, asker, "progress", sends=found)

    async def _file_of_trouble(self, request: web.Request) -> web.Response:
        _, found = await self._front.read(request, deliveries.file)
        return csv_files.answered(found, "not-delivered.csv")

    async def _schedule(self, request: web.Request) -> web.Response:
        asker, found = await self._front.read(request, schedule.look)
        return self._front.show(request, asker, "schedule", page=found)

    async def _doing(self, request: web.Request) -> web.Response:
        asker, found = await self._front.read(request, doing.look)
        return self._front.show(request, asker, "doing", page=found)

    async def _history(self, request: web.Request) -> web.Response:
        asker, found = await self._front.read(
            request,
            lambda db, asker: history.look(db, asker, request.query, path=self._at(request)),
        )
        return self._front.show(request, asker, "audit", page=found)

    async def _file_of_history(self, request: web.Request) -> web.Response:
        _, found = await self._front.read(
            request, lambda db, asker: history.file(db, asker, request.query)
        )
        return csv_files.answered(found, "history.csv")

    async def _report(self, request: web.Request) -> tuple[Asker, Report]:
        number = request.match_info["number"]

        def look(db: UnitOfWork, asker: Asker) -> Report:
            return reports.look(db, reports.find(db, asker, number))

        return await self._front.read(request, look)

    async def _static(self, request: web.Request) -> web.Response:
        found = self._pages.file(request.match_info["version"], request.match_info["name"])
        if found is None:
            raise Refused(404, "There is no such file.")
        return found

    async def _elsewhere(self, request: web.Request) -> web.Response:
        """No page of ours: an organiser is told so, everybody else what they would be told."""
        await self._front.asker(request)
        if not request.match_info["anything"]:
            return self._front.see("/console")
        raise no_such_page()

    def _at(self, request: web.Request) -> str:
        return self._front.address(request)
