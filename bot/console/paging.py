"""Long lists, a page at a time."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from bot.console.checks import whole_number


@dataclass(frozen=True, slots=True)
class Pager:
    """Which page of how many is shown; addresses of the pages beside it, empty at the ends."""

    number: int
    pages: int
    size: int
    total: int
    earlier: str = ""
    later: str = ""

    @property
    def offset(self) -> int:
        """How many entries come before this page."""
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        """The place of the page's first entry in the whole list, counted from 1."""
        return min(self.offset + 1, self.total)

    @property
    def last(self) -> int:
        """The place of the page's last entry."""
        return min(self.offset + self.size, self.total)


def pager(
    query: Mapping[str, str], *, total: int, size: int, path: str, kept: tuple[str, ...] = ()
) -> Pager:
    """The page that ``page`` in the address asks for: the last one where it asks for more.

    ``kept`` are the other parts of the address that the pages beside it need too.
    """
    pages = max(1, -(-total // size))
    number = min(max(whole_number(query.get("page", "")) or 1, 1), pages)

    def address(page: int) -> str:
        parts = {name: query[name] for name in kept if query.get(name)}
        return f"{path}?{urlencode({**parts, 'page': page})}"

    return Pager(
        number,
        pages,
        size,
        total,
        earlier=address(number - 1) if number > 1 else "",
        later=address(number + 1) if number < pages else "",
    )
