"""What is known of a member, as files of their own: JSON for programs, CSV for spreadsheets."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.domain import cells

# Long enough to fetch both files, too short for a link that is found later.
LINK_LIFE = timedelta(hours=1)

Row = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Section:
    """Rows of one kind, each of named values in words."""

    title: str
    rows: tuple[Row, ...]


def as_json(sections: Sequence[Section]) -> str:
    """Each section by its title, with its rows."""
    found = {section.title: [dict(row) for row in section.rows] for section in sections}
    return json.dumps(found, ensure_ascii=False, indent=2)


def as_csv(sections: Sequence[Section]) -> str:
    """One line a value: section, number of the row in it, what it is, and the value."""
    written = io.StringIO()
    writer = csv.writer(written)
    writer.writerow(("section", "row", "what", "value"))
    for section in sections:
        for number, row in enumerate(section.rows, start=1):
            for name, value in row:
                writer.writerow((section.title, number, name, cells.safe(value)))
    return written.getvalue()
