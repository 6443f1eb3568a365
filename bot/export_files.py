"""``/export/{token}/...``: the community's data, for an organiser who holds the secret.

Rows are read a page at a time, each in a transaction of its own, so that nobody waits for a large
community's export; it is written to a temporary file, and never held in memory as a whole.
"""

import asyncio
import csv
import io
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import IO, Any, TextIO

from aiohttp import web

from bot.chat.requests import Role
from bot.domain import cells
from bot.ids import CommunityId
from bot.views import audit as audit_views
from storage import exporting
from storage.database import Database
from storage.exporting import HISTORY, PARTS, Cells, Key, Page, Part
from storage.sessions_links import Purpose
from storage.unit_of_work import UnitOfWork

NOT_THERE = "This file is not there any more. Ask the bot for “export”."
SECRET = re.compile(r"[\w-]+", re.ASCII)
# Above this a temporary file leaves memory for the disk.
IN_MEMORY = 1024 * 1024


class Written:
    """A part being written: a file for spreadsheets, and one for programs."""

    def __init__(self, part: Part, table: TextIO, records: TextIO | None = None) -> None:
        self._part = part
        self._table = csv.writer(table)
        self._table.writerow(part.columns)
        self._records = records
        self._is_first = True
        if records is not None:
            records.write("[")

    def add(self, rows: Iterable[Cells]) -> None:
        """More rows."""
        for row in rows:
            values = _in_words(row) if self._part is HISTORY else row
            self._table.writerow([cells.cell(value) for value in values])
            if self._records is not None:
                record = dict(zip(self._part.columns, values, strict=True))
                self._records.write("\n" if self._is_first else ",\n")
                self._records.write(json.dumps(record, ensure_ascii=False))
                self._is_first = False

    def end(self) -> None:
        """No more rows."""
        if self._records is not None:
            self._records.write("\n]\n")


class ExportFiles:
    """Serves exports; a secret that fits nothing is a 404 with a sentence."""

    def __init__(self, database: Database, *, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def routes(self) -> list[web.RouteDef]:
        """Everything in one archive, and the audit log alone."""
        return [
            web.get("/export/{token}/leaders.zip", self._archive),
            web.get("/export/{token}/history.csv", self._history),
        ]

    async def _archive(self, request: web.Request) -> web.Response:
        return await self._served(request, self._packed, "leaders.zip", "application/zip")

    async def _history(self, request: web.Request) -> web.Response:
        return await self._served(request, self._log, "history.csv", "text/csv")

    async def _served(
        self, request: web.Request, write: Any, name: str, content_type: str
    ) -> web.Response:
        token = request.match_info["token"]
        community = await self._database.run(lambda db: self._community(db, token))
        if community is None:
            return web.Response(status=404, text=NOT_THERE)
        return web.Response(
            body=await write(community),
            content_type=content_type,
            headers={
                "Content-Disposition": f'attachment; filename="{name}"',
                "Cache-Control": "no-store",
                "X-Content-Type-Options": "nosniff",
            },
        )

    def _community(self, db: UnitOfWork, token: str) -> CommunityId | None:
        """Whose data it is; None for a secret of somebody who is no organiser any more."""
        if not SECRET.fullmatch(token):
            return None
        owner = db.session_links.owner(token, Purpose.EXPORT, now=self._clock())
        if owner is None:
            return None
        member = db.members.get(owner)
        return member.community if member.role is Role.ORGANISER else None

    async def _packed(self, community: CommunityId) -> IO[bytes]:
        file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - aiohttp closes it.
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for part in PARTS:
                with tempfile.SpooledTemporaryFile(IN_MEMORY) as records:
                    with archive.open(f"{part.name}.csv", "w") as table:
                        await self._write(community, part, table, records)
                    records.seek(0)
                    with archive.open(f"{part.name}.json", "w") as packed:
                        await asyncio.to_thread(shutil.copyfileobj, records, packed)
        file.seek(0)
        return file

    async def _log(self, community: CommunityId) -> IO[bytes]:
        file = tempfile.SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - aiohttp closes it.
        await self._write(community, HISTORY, file, None)
        file.seek(0)
        return file

    async def _write(self, community: CommunityId, part: Part, table: Any, records: Any) -> None:
        # With the mark by which spreadsheets know that it is UTF-8.
        texts = [io.TextIOWrapper(table, "utf-8-sig", newline="", write_through=True)]
        if records is not None:
            texts.append(io.TextIOWrapper(records, "utf-8", newline="", write_through=True))
        written = Written(part, *texts)
        after: Key | None = None
        while True:
            found = await self._database.run_behind(partial(_page, community, part, after))
            await asyncio.to_thread(written.add, found.rows)
            after = found.after
            if after is None:
                break
        written.end()
        for text in texts:
            text.flush()
            text.detach()


def _page(community: CommunityId, part: Part, after: Key | None, db: UnitOfWork) -> Page:
    return exporting.page(db.connection, community, part, after)


def _in_words(row: Cells) -> Cells:
    """An entry of the audit log as it reads."""
    at, who, action, subject, name = row
    return at, who, audit_views.deed(str(action)), audit_views.about(str(subject), str(name)), name
