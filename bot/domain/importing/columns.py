"""A table of people as it came: which column is what, and which rows there are."""

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.words import clean, folded
from bot.errors import NotUnderstood

# A title and an empty line or two may stand above the row that names the columns.
HEADER_WITHIN = 10
# So much of a header that is not understood is repeated in the sentence about it.
SHOWN_OF_A_HEADER = 300


class Column(StrEnum):
    """What a column can hold; the value is its plain name in a report."""

    NAME = "name"
    FIRST_NAME = "first name"
    LAST_NAME = "last name"
    EMAIL = "e-mail"
    PLACE = "place"
    ORGANISATION = "organisation"
    SECTOR = "sector"
    PROFESSION = "profession"
    JOB = "job"
    STAGE = "stage"
    KIND = "kind"
    INTERESTS = "interests"
    SYSTEM_ROLES = "system roles"
    LANGUAGES = "languages"
    SLOTS = "availability"
    ASK_ME_ABOUT = "ask me about"
    TEAM = "team"
    LINE_MANAGER = "line manager"
    MANAGER_EMAIL = "line manager's e-mail"
    PRONOUNS = "pronouns"
    PLATFORM = "platform"
    SLACK = "slack"
    ORGANISER = "organiser"
    COFFEE = "coffee"


_HEADERS: Mapping[Column, tuple[str, ...]] = {
    Column.NAME: ("full name", "member", "member name", "display name", "person"),
    Column.FIRST_NAME: ("given name", "forename", "given names", "forenames"),
    Column.LAST_NAME: ("surname", "family name"),
    Column.EMAIL: ("email address", "mail", "work email", "work email address", "nhs email"),
    Column.PLACE: ("borough", "location", "area", "places"),
    Column.ORGANISATION: ("organization", "employer", "trust", "org", "organisation name"),
    Column.SECTOR: ("sectors", "type of organisation", "organisation type"),
    Column.PROFESSION: ("professional group", "role group", "staff group", "professional role"),
    Column.JOB: ("job title", "role", "job role", "position", "role title"),
    Column.STAGE: ("career stage", "band", "grade", "level", "seniority"),
    Column.KIND: ("leadership kind", "kind of leader", "leader type", "kind of leadership"),
    Column.INTERESTS: ("interest", "topics", "priorities", "interests and priorities"),
    Column.SYSTEM_ROLES: ("system role", "roles held", "system roles held"),
    Column.LANGUAGES: ("language", "languages spoken"),
    Column.SLOTS: ("slots", "times", "protected time", "protected times", "available"),
    Column.ASK_ME_ABOUT: ("ask about", "expertise"),
    Column.TEAM: ("department", "team name"),
    Column.LINE_MANAGER: ("manager", "line manager name", "manager name", "managers name"),
    Column.MANAGER_EMAIL: ("line manager email", "manager email", "managers email"),
    Column.PRONOUNS: ("pronoun",),
    Column.PLATFORM: ("platforms", "chat platform"),
    Column.SLACK: ("slack id", "slack user id", "slack user", "slack member id", "member id"),
    Column.ORGANISER: ("organizer", "is organiser", "is organizer"),
    Column.COFFEE: ("join coffee", "in coffee", "coffee pairing", "randomised coffee trial"),
}


def _squashed(header: str) -> str:
    return folded(header).replace(" ", "")


_BY_HEADER = {
    _squashed(words): column
    for column, others in _HEADERS.items()
    for words in (column.value, *others)
}


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table: where each known column stands, what was ignored, and the rows with their numbers.

    A row's number is what a spreadsheet shows beside it.
    """

    columns: Mapping[Column, int]
    ignored: tuple[str, ...]
    rows: tuple[tuple[int, tuple[str, ...]], ...]

    def cells(self, row: Sequence[str]) -> dict[Column, str]:
        """What a row says, column by column; empty cells are left out."""
        found = {column: row[index] for column, index in self.columns.items() if index < len(row)}
        return {column: text for column, text in found.items() if text}


@dataclass(frozen=True, slots=True)
class Headed:
    """A table as it came: the row that names its columns, what they seem to hold, and the rest."""

    header: tuple[str, ...]
    guessed: Mapping[Column, int]
    rows: tuple[tuple[int, tuple[str, ...]], ...]


def headed(rows: Iterable[Sequence[str]]) -> Headed:
    """The table in these rows; ``NotUnderstood`` where there is none."""
    cleaned = [
        (number, tuple(clean(cell) for cell in row)) for number, row in enumerate(rows, start=1)
    ]
    filled = [(number, row) for number, row in cleaned if any(row)]
    if not filled:
        raise NotUnderstood("The file is empty.")

    at = next(
        (
            place
            for place, (_, row) in enumerate(filled[:HEADER_WITHIN])
            if Column.EMAIL in _columns(row)
        ),
        0,
    )
    header = filled[at][1]
    return Headed(header, _columns(header), tuple(filled[at + 1 :]))


def sheet(rows: Iterable[Sequence[str]], chosen: Mapping[Column, int] | None = None) -> Sheet:
    """The table in these rows; ``NotUnderstood`` where no row names the columns it needs.

    ``chosen`` says where each column stands, where somebody has looked at what was guessed.
    """
    table = headed(rows)
    columns = table.guessed if chosen is None else chosen
    missing = lacking(columns)
    if missing:
        raise NotUnderstood(
            f"No column is called {' or '.join(f'“{label}”' for label in missing)}. The first row "
            f"names the columns; it reads: "
            f"{', '.join(filter(None, table.header))[:SHOWN_OF_A_HEADER]}."
        )
    taken = set(columns.values())
    ignored = tuple(
        words for index, words in enumerate(table.header) if words and index not in taken
    )
    return Sheet(columns, ignored, table.rows)


def lacking(columns: Collection[Column]) -> tuple[str, ...]:
    """Which of the columns that an import needs are not among these."""
    named = Column.NAME in columns or {Column.FIRST_NAME, Column.LAST_NAME} <= set(columns)
    needed = (("Name", named), ("E-mail", Column.EMAIL in columns))
    return tuple(label for label, is_there in needed if not is_there)


def column_of(header: str) -> Column | None:
    """What a column of this header holds; None where nobody knows."""
    outside = re.sub(r"\(.*?\)", " ", header)
    candidates = (header, outside, *re.split(r"/|\bor\b", outside))
    return next(
        (_BY_HEADER[key] for key in map(_squashed, candidates) if key in _BY_HEADER),
        None,
    )


def _columns(header: Sequence[str]) -> dict[Column, int]:
    found: dict[Column, int] = {}
    for index, words in enumerate(header):
        column = column_of(words)
        if column is not None:
            found.setdefault(column, index)
    return found
