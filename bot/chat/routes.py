"""One table for typed words, buttons and forms on every platform."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

from rapidfuzz import fuzz, process

from bot.chat.requests import Reply, Request, Role

# Below this likeness (0-100) a suggestion confuses more than it helps.
NEAREST_CUTOFF = 65

Handler = Callable[[Request, Any], Reply | None]
Overheard = Callable[[Request, Any], None]
H = TypeVar("H", bound=Handler)


@dataclass(frozen=True, slots=True)
class Route:
    """A name and the handler that answers it.

    ``usage``, ``help`` and an ``example`` of the whole command are shown to people. A ``sensitive``
    route is not carried out in a shared conversation and leaves nothing in a stored one. A
    ``hidden`` route is what buttons and forms carry; it can be typed but is not listed in the help.
    An ``event`` is seen by a platform and can't be typed. A route that does something more each
    time is carried out ``once`` for each button and form that carries it; doing any other again
    changes nothing. ``overheard`` is done in place of the handler where a sensitive route was said
    in a shared conversation. Of a ``traceless`` one nothing is kept by which a repeat could be
    told, so that who asked for it and when can't be found out: its handler alone sees to it that a
    repeat has no second effect.
    """

    name: str
    handler: Handler
    usage: str = ""
    help: str = ""
    role: Role = Role.MEMBER
    sensitive: bool = False
    hidden: bool = False
    event: bool = False
    once: bool = False
    overheard: Overheard | None = None
    traceless: bool = False
    example: str = ""

    @property
    def is_listed(self) -> bool:
        """Whether help and suggestions name it."""
        return not self.hidden and not self.event

    @property
    def programme(self) -> str:
        """The first word, which names the programme."""
        return self.name.split()[0]


class Routes:
    """Routes by name; a programme's file makes one, and ``handlers`` merges them."""

    def __init__(self, routes: Iterable[Route] = ()) -> None:
        self._routes: dict[str, Route] = {}
        self.include(routes)

    def route(
        self,
        name: str,
        *,
        usage: str = "",
        help: str = "",  # noqa: A002 - it is the route's word for it
        example: str = "",
        role: Role = Role.MEMBER,
        sensitive: bool = False,
        hidden: bool = False,
        event: bool = False,
        once: bool = False,
        overheard: Overheard | None = None,
        traceless: bool = False,
    ) -> Callable[[H], H]:
        """Mark a function as the handler of a route; the function stays as it is."""

        def mark(handler: H) -> H:
            self._add(
                Route(
                    name,
                    handler,
                    usage=usage,
                    help=help,
                    example=example,
                    role=role,
                    sensitive=sensitive,
                    hidden=hidden,
                    event=event,
                    once=once,
                    overheard=overheard,
                    traceless=traceless,
                )
            )
            return handler

        return mark

    def include(self, routes: Iterable[Route]) -> None:
        """Add routes made elsewhere; raises ``ValueError`` where two have one name."""
        for route in routes:
            self._add(route)

    def __iter__(self) -> Iterator[Route]:
        return iter(self._routes.values())

    def get(self, name: str) -> Route | None:
        """The route of exactly this name."""
        return self._routes.get(name)

    def match(self, words: str) -> tuple[Route, str] | None:
        """The longest route the words begin with, and the words after it.

        Case and the spacing between words do not matter; the rest keeps its case.
        """
        parts = words.split()
        for length in range(min(len(parts), 4), 0, -1):
            route = self._routes.get(" ".join(parts[:length]).lower().strip("/!.?,"))
            if route is not None and not route.event:
                return route, " ".join(parts[length:])
        return None

    def nearest(self, words: str, *, role: Role) -> Route | None:
        """The listed route most like the words, for "did you mean"; None where none is near."""
        names = [each.name for each in self if each.is_listed and may(role, each.role)]
        found = most_like(words, names)
        return self._routes[found] if found else None

    def _add(self, route: Route) -> None:
        if route.name in self._routes:
            raise ValueError(f"Two handlers want the route “{route.name}”.")
        if route.traceless and route.once:
            raise ValueError(f"A used token of “{route.name}” would be a trace of it.")
        self._routes[route.name] = route


def most_like(words: str, names: Iterable[str]) -> str | None:
    """The name most like the first two words; None where none is near."""
    start = " ".join(words.lower().split()[:2])
    found = process.extractOne(start, list(names), scorer=fuzz.WRatio, score_cutoff=NEAREST_CUTOFF)
    return found[0] if found else None


def may(role: Role, needed: Role) -> bool:
    """Whether somebody with this role may use what needs the other."""
    order = tuple(Role)
    return order.index(role) >= order.index(needed)
