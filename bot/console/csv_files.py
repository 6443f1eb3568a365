"""Files for spreadsheets, in which every cell is what it says."""

import csv
import io
from collections.abc import Iterable, Sequence

from aiohttp import web

from bot.domain import cells


def written(head: Sequence[str], rows: Iterable[Sequence[str | float]]) -> str:
    """The rows below their head, as comma-separated text."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(head)
    writer.writerows([cells.safe(cell) for cell in row] for row in rows)
    return file.getvalue()


def answered(text: str, name: str) -> web.Response:
    """The file as a browser saves it under this name."""
    return web.Response(
        # The mark at the start tells spreadsheets that it is UTF-8.
        body=text.encode("utf-8-sig"),
        content_type="text/csv",
        charset="utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
        },
    )
