"""Reading the rows of a table, whatever program wrote the file: CSV or XLSX."""

import csv
import io
import warnings
import zipfile
import zlib
from collections.abc import Iterable
from itertools import islice

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.domain.importing import columns
from bot.errors import NotUnderstood

# How files begin: an XLSX is a zip archive; Excel's older format, and an XLSX with a password,
# are OLE documents.
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0"
_UTF16 = (b"\xff\xfe", b"\xfe\xff")
# Where Office keeps a workbook's macros.
_MACROS = "vbaProject.bin"
# A workbook of 10,000 people unpacks to some 20 MB; one that unpacks to more is a trap.
MAX_UNPACKED = 100 * 1024 * 1024
_DELIMITERS = ",;\t|"
# What openpyxl lets through when the archive or the XML in it is damaged. ParseError is a
# SyntaxError.
_DAMAGED = (
    zipfile.BadZipFile,
    InvalidFileException,
    zlib.error,
    OSError,
    EOFError,
    KeyError,
    ValueError,
    TypeError,
    IndexError,
    AttributeError,
    SyntaxError,
    NotImplementedError,
    RuntimeError,
)


def rows(content: bytes, *, called: str, most: int | None = None) -> list[tuple[str, ...]]:
    """The rows of the first sheet, at most so many where that is said.

    Raises ``NotUnderstood`` with a sentence that names the file.
    """
    if content.startswith(_OLE):
        raise NotUnderstood(
            f"{called} is an older Excel file or has a password. Save it as .xlsx without one."
        )
    try:
        if content.startswith(_ZIP):
            return from_xlsx(content, most=most)
        return from_csv(content)[:most]
    except _Macros as error:
        raise NotUnderstood(f"{called} has macros. Save it as .xlsx, which has none.") from error
    except csv.Error as error:
        raise NotUnderstood(f"{called} is not a CSV file that can be read: {error}.") from error
    except _DAMAGED as error:
        raise NotUnderstood(f"{called} is damaged. Save it again as .xlsx or as CSV.") from error


class _Macros(Exception):
    """The workbook brings programs along."""


def from_csv(content: bytes) -> list[tuple[str, ...]]:
    """The rows of a CSV in any common encoding and with any common separator."""
    text = _decoded(content)
    lines = text.splitlines()
    # Excel writes and reads a first line that names the separator.
    if lines and lines[0].lower().startswith("sep=") and len(lines[0]) == len("sep=") + 1:
        return [(), *_rows("\n".join(lines[1:]), delimiter=lines[0][-1])]
    return list(_rows(text, delimiter=max(_DELIMITERS, key=lambda sign: _known(lines, sign))))


def from_xlsx(content: bytes, *, most: int | None = None) -> list[tuple[str, ...]]:
    """The rows of a workbook's first visible sheet, formulas as their last results."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
    if any(each.filename.endswith(_MACROS) for each in members):
        raise _Macros
    if sum(each.file_size for each in members) > MAX_UNPACKED:
        raise InvalidFileException("It unpacks to too much.")
    with warnings.catch_warnings():
        # openpyxl warns of what it leaves out, such as a sheet's list of allowed values.
        warnings.simplefilter("ignore")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            pages = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
            if not pages:
                raise InvalidFileException("There is no visible sheet.")
            page = pages[0]
            # Some programs write the wrong size of the sheet into the file.
            page.reset_dimensions()
            return [
                tuple("" if cell is None else str(cell) for cell in row)
                for row in islice(page.iter_rows(values_only=True), most)
            ]
        finally:
            book.close()


def _decoded(content: bytes) -> str:
    if content.startswith(_UTF16):
        return content.decode("utf-16", errors="replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # Excel's own CSV in western Europe; bytes it never writes become a question mark.
        return content.decode("cp1252", errors="replace")


def _rows(text: str, *, delimiter: str) -> Iterable[tuple[str, ...]]:
    return (tuple(row) for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _known(lines: list[str], delimiter: str) -> int:
    """How many columns are recognised when the lines are parted by this sign."""
    top = "\n".join(lines[: columns.HEADER_WITHIN])
    try:
        rows = list(_rows(top, delimiter=delimiter))
    except csv.Error:
        return 0
    return max(
        (sum(columns.column_of(cell) is not None for cell in row) for row in rows), default=0
    )
