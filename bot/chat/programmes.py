"""Programmes: what the help page lists, each with the routes that belong to it."""

from collections.abc import Iterable
from dataclasses import dataclass

from bot.chat.requests import Role
from bot.chat.routes import Route, Routes, may


@dataclass(frozen=True, slots=True)
class Programme:
    """What belongs together, under the name that is said after "help".

    ``title`` and ``about`` are shown to people; ``useful`` names the routes that they look for
    first, and ``also`` what else they may call it. Raises ``ValueError`` where a useful route is
    none of its own, or is not listed.
    """

    name: str
    title: str
    about: str
    routes: tuple[Route, ...]
    useful: tuple[str, ...]
    also: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        listed = {route.name for route in self.routes if route.is_listed}
        for name in self.useful:
            if name not in listed:
                raise ValueError(f"The programme “{self.name}” lists no route “{name}”.")

    @property
    def names(self) -> tuple[str, ...]:
        """All that it may be called."""
        return (self.name, *self.also)

    def listed(self, role: Role) -> list[Route]:
        """What somebody with this role may say, what is for every member first."""
        mine = [route for route in self.routes if route.is_listed and may(role, route.role)]
        return sorted(mine, key=lambda route: tuple(Role).index(route.role))

    def first(self, role: Role) -> list[Route]:
        """The useful routes for somebody with this role, or else the first that they may use."""
        listed = self.listed(role)
        useful = {route.name: route for route in listed if route.name in self.useful}
        return [useful[name] for name in self.useful if name in useful] or listed[:1]


def merged(programmes: Iterable[Programme]) -> Routes:
    """The table of all their routes."""
    return Routes(route for programme in programmes for route in programme.routes)
