"""Cells of files for spreadsheets: each is what it says, and none is taken for a formula."""

from collections.abc import Sequence

# A spreadsheet takes a cell that begins with one of these for a formula (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")

Value = str | int | float | bool | None | Sequence[str]


def safe(cell: str | float) -> str | float:
    """The cell as plain text, whatever it begins with."""
    return f"'{cell}" if isinstance(cell, str) and cell.lstrip(" ").startswith(FORMULA) else cell


def cell(value: Value) -> str | float:
    """A value as one cell: a list with semicolons between, yes and no, nothing as nothing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int | float):
        return safe(value)
    return safe("; ".join(value))
