"""Help: the programmes, and all that the asker may say in each."""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.messages import Message
from bot.chat.programmes import Programme, merged
from bot.chat.requests import Reply, Request
from bot.chat.routes import Handler, Route, Routes, may, most_like
from bot.views import help as views
from storage.unit_of_work import UnitOfWork

HELP = "help"
# What is said out of politeness asks for nothing in particular.
POLITE = frozenset({"", "me", "please", "me please"})
# No more pages are asked for than a number of two digits says.
MOST_DIGITS = 2


def with_help(programmes: Sequence[Programme]) -> Routes:
    """The routes of the programmes, and before them the help that lists them.

    Raises ``ValueError`` where two programmes have one name.
    """
    table = merged(programmes)
    routes = Routes()
    named = _by_name(programmes)

    @routes.route(
        HELP, usage="[programme or command]", help="What you can say.", example="help coffee"
    )
    def help_page(request: Request, db: UnitOfWork) -> Reply:
        """The programmes, the commands of one, or one command."""
        words = " ".join(request.text.lower().split()).strip("“”\"'?!.")
        if words in POLITE:
            community = db.communities.get(request.community)
            return views.overview(community.name, community.purpose, programmes, request.role)
        name, number = _numbered(words)
        if name == views.EVERYTHING:
            return views.everything(programmes, request.role, number)
        if name in named:
            return _programme(named[name], request, number)
        return _command(words, request)

    def _command(words: str, request: Request) -> Message:
        found = routes.match(words)
        if found is not None and found[0].is_listed:
            return views.command(found[0], _programme_of(found[0], programmes))
        mine = [each.name for each in routes if each.is_listed and may(request.role, each.role)]
        return views.unknown(words, most_like(words, [*named, *mine]))

    for name, programme in named.items():
        routes.include([Route(f"{name} {HELP}", _for(programme, help_page), hidden=True)])
    routes.include(table)
    return routes


def _for(programme: Programme, help_page: Handler) -> Handler:
    """What "coffee help" does: the same as "help coffee"."""

    def programme_help(request: Request, db: UnitOfWork) -> Reply | None:
        return help_page(replace(request, text=programme.name), db)

    return programme_help


def _programme(programme: Programme, request: Request, number: int) -> Message:
    if not programme.listed(request.role):
        return views.not_for_you(programme)
    return views.programme_page(programme, request.role, number)


def _programme_of(route: Route, programmes: Sequence[Programme]) -> Programme:
    """Help itself belongs to none, and is shown with the first."""
    owners = (each for each in programmes if route in each.routes)
    return next(owners, programmes[0])


def _by_name(programmes: Sequence[Programme]) -> dict[str, Programme]:
    named: dict[str, Programme] = {}
    for programme in programmes:
        for name in programme.names:
            if name in named:
                raise ValueError(f"Two programmes want the name “{name}”.")
            named[name] = programme
    return named


def _numbered(words: str) -> tuple[str, int]:
    """Words and the page after them, the first where none is said."""
    name, _, number = words.rpartition(" ")
    if name and number.isascii() and number.isdigit() and len(number) <= MOST_DIGITS:
        return name, int(number)
    return words, 1
