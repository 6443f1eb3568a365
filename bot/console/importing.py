"""Members from a spreadsheet: a file is brought, looked over row by row, and imported or not."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot import spreadsheets
from bot.chat.messages import Message
from bot.console import uploads
from bot.console.checks import Sent, first
from bot.console.front import TOO_OLD, Asker, Front, said
from bot.console.paging import Pager, pager
from bot.console.seals import Flash
from bot.domain import importing
from bot.domain.importing import Checked, Column, Headed, Known, Outcome, Row
from bot.errors import NotUnderstood
from bot.views.importing import PAGE
from storage import taking_in
from storage.import_drafts import Draft
from storage.unit_of_work import UnitOfWork

SIZE = 50
# The longest list of people this is made for, twice over.
MAX_ROWS = 20_000
MAX_COLUMNS = 100
# With what may stand above the row that names the columns; a spreadsheet may claim a million.
MOST_READ = MAX_ROWS + 100
MAX_TEXT = 10_000_000  # 20,000 rows of 500 letters
MAX_NAME = 200
# What is sent for a column that holds nothing of use.
LEFT_OUT = ""
OUTCOMES = {
    Outcome.PROBLEM: "With problems",
    Outcome.ADDED: "Added",
    Outcome.UPDATED: "Updated",
    Outcome.UNCHANGED: "Unchanged",
}
NO_FILE = "Choose a file first."
ONE_EACH = "“{}” stands in two columns; say which of them holds it."
NEEDED = "Say which column holds: {}."


@dataclass(frozen=True, slots=True)
class Field:
    """A column of the file, with an example from it, and what it is taken for."""

    index: int
    header: str
    example: str
    chosen: str


@dataclass(frozen=True, slots=True)
class Page:
    """What would happen to each row; ``mistake`` says what the columns still lack."""

    name: str
    token: str
    fields: tuple[Field, ...]
    mistake: str
    counts: tuple[tuple[Outcome, str, int], ...] = ()
    rows: tuple[Row, ...] = ()
    wanted: str = ""
    pager: Pager | None = None
    good: int = 0
    bad: int = 0


class Importing:
    """The import page; the members are written by the route of the chat."""

    def __init__(self, front: Front) -> None:
        self._front = front

    async def look(self, request: web.Request) -> web.StreamResponse:
        """The form for a file, or what the file that was brought would do."""
        asker, found = await self._front.read(request, _found)
        if found is None:
            return self._front.show(request, asker, "import", page=None, columns=())
        path = self._front.address(request)
        page = await asyncio.to_thread(_page, *found, dict(request.query), path)
        return self._front.show(request, asker, "import", page=page, columns=tuple(Column))

    async def bring(self, request: web.Request) -> web.StreamResponse:
        """Take a file in, to be looked over."""
        asker = await self._front.asker(request)
        file = await uploads.uploaded(request)
        if not self._front.is_ours(asker, file.sent):
            return self._front.see(PAGE, Flash(TOO_OLD, is_problem=True))
        try:
            rows, columns = await asyncio.to_thread(_read, file)
        except NotUnderstood as error:
            return self._front.see(PAGE, Flash(str(error), is_problem=True))

        def keep(db: UnitOfWork, asker: Asker) -> None:
            db.import_drafts.save(
                asker.community.id,
                asker.member.id,
                name=_short(file.name),
                rows=rows,
                columns=columns,
                now=asker.now,
            )

        await self._front.read(request, keep)
        return self._front.see(PAGE)

    async def change(self, request: web.Request) -> web.StreamResponse:
        """Say what each column holds, forget the file, or import it."""
        asker, sent = await self._front.sent(request)
        if not self._front.is_ours(asker, sent):
            return self._front.see(PAGE, Flash(TOO_OLD, is_problem=True))
        if first(sent, "act") == "forget":
            await self._front.read(
                request, lambda db, asker: db.import_drafts.remove(asker.member.id)
            )
            return self._front.see(PAGE, Flash("The file is forgotten. Nothing was imported."))
        if first(sent, "act") == "columns":
            return await self._map(request, sent)
        outcome = await self._front.tap(
            asker, "import members sure", value=first(sent, "value"), token=first(sent, "once")
        )
        reply = outcome.reply
        return self._front.see(PAGE, said(reply) if isinstance(reply, Message) else None)

    async def _map(self, request: web.Request, sent: Sent) -> web.StreamResponse:
        try:
            columns = _chosen(sent)
        except NotUnderstood as error:
            return self._front.see(PAGE, Flash(str(error), is_problem=True))
        await self._front.read(
            request, lambda db, asker: db.import_drafts.map(asker.member.id, columns)
        )
        return self._front.see(PAGE)


def _found(db: UnitOfWork, asker: Asker) -> tuple[Draft, Known] | None:
    draft = db.import_drafts.find(asker.member.id)
    return None if draft is None else (draft, taking_in.known(db, asker.community.id))


def _read(file: uploads.Upload) -> tuple[list[tuple[str, ...]], Mapping[Column, int]]:
    """The rows of a file and what its columns seem to hold; raises ``NotUnderstood``."""
    if not file.name:
        raise NotUnderstood(NO_FILE)
    rows = spreadsheets.rows(file.content, called=f"“{_short(file.name)}”", most=MOST_READ)
    if sum(len(cell) for row in rows for cell in row) > MAX_TEXT:
        raise NotUnderstood("The file holds too much text for a list of people.")
    table = importing.headed(rows)
    if len(table.rows) > MAX_ROWS:
        raise NotUnderstood(f"The file has more than {MAX_ROWS:,} rows.")
    if max(map(len, rows)) > MAX_COLUMNS:
        raise NotUnderstood(f"The file has more than {MAX_COLUMNS} columns.")
    if not table.rows:
        raise NotUnderstood("The file holds nobody: there is no row below its first one.")
    return rows, table.guessed


def _chosen(sent: Sent) -> dict[Column, int]:
    """Where each column stands, as the form says it."""
    found: dict[Column, int] = {}
    known = set(Column)
    for index in range(MAX_COLUMNS):
        words = first(sent, f"column-{index}")
        if words not in known:
            continue
        column = Column(words)
        if column in found:
            raise NotUnderstood(ONE_EACH.format(words))
        found[column] = index
    return found


def _page(draft: Draft, known: Known, query: Mapping[str, str], path: str) -> Page:
    table = importing.headed(draft.rows)
    fields = _fields(table, draft.columns)
    missing = importing.lacking(draft.columns)
    if missing:
        return Page(draft.name, draft.token, fields, NEEDED.format(" and ".join(missing).lower()))
    checked = importing.check(importing.sheet(draft.rows, draft.columns), known)
    bad = checked.counts[Outcome.PROBLEM]
    wanted = query.get("show", "")
    chosen = Outcome(wanted) if wanted in set(Outcome) else None
    rows = [row for row in checked.rows if chosen in {None, row.outcome}]
    turning = pager(query, total=len(rows), size=SIZE, path=path, kept=("show",))
    return Page(
        draft.name,
        draft.token,
        fields,
        "",
        counts=tuple((each, label, checked.counts[each]) for each, label in OUTCOMES.items()),
        rows=tuple(rows[turning.offset : turning.offset + SIZE]),
        wanted=chosen or "",
        pager=turning,
        good=_good(checked),
        bad=bad,
    )


def _good(checked: Checked) -> int:
    return checked.counts[Outcome.ADDED] + checked.counts[Outcome.UPDATED]


def _fields(table: Headed, columns: Mapping[Column, int]) -> tuple[Field, ...]:
    taken = {index: column.value for column, index in columns.items()}
    width = max(len(table.header), *(len(row) for _, row in table.rows))
    return tuple(
        Field(index, _at(table.header, index), _example(table, index), taken.get(index, LEFT_OUT))
        for index in range(width)
        if _at(table.header, index) or _example(table, index)
    )


def _example(table: Headed, index: int) -> str:
    return next((_at(row, index) for _, row in table.rows if _at(row, index)), "")[:60]


def _at(row: tuple[str, ...], index: int) -> str:
    return row[index] if index < len(row) else ""


def _short(name: str) -> str:
    return name[-MAX_NAME:]
