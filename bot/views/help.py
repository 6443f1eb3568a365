"""What can be said: the programmes, the commands of each, and one command by itself."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import groupby
from math import ceil

from bot.chat.messages import (
    Block,
    Button,
    Message,
    Words,
    bold,
    bullets,
    buttons,
    message,
    note,
    text,
)
from bot.chat.programmes import Programme
from bot.chat.requests import Role
from bot.chat.routes import Route
from bot.views.common import listed

# So many commands with all their words are two thirds of a Teams card, and easily read.
PER_PAGE = 30
EVERYTHING = "everything"
FOR_ROLE = {Role.MEMBER: "", Role.CURATOR: "For curators", Role.ORGANISER: "For organisers"}
OVERVIEW = Button("All programmes", "help")
CALM = note("Everything is your choice: each message says how to pause or stop it.")


def overview(community: str, purpose: str, programmes: Sequence[Programme], role: Role) -> Message:
    """One line a programme: what it is, and its most useful commands."""
    opening: list[Words] = [f"I look after {community}."]
    if purpose:
        opening.append(f" {purpose}")
    mine = [programme for programme in programmes if programme.listed(role)]
    return message(
        text(*opening),
        text("This is what I can do; say any of these words, here or after /leaders on Slack."),
        bullets(*(_line(programme, role) for programme in mine)),
        text("All that can be said about something:"),
        buttons(
            *(Button(programme.title, "help", programme.name) for programme in mine),
            Button("Everything", "help", EVERYTHING),
        ),
        CALM,
    )


def programme_page(programme: Programme, role: Role, number: int = 1) -> Message:
    """What somebody with this role can say in a programme, or a page of it."""
    entries = [(FOR_ROLE[route.role], route) for route in programme.listed(role)]
    return _page(
        (bold(programme.title), f": {programme.about}"), entries, number, called=programme.name
    )


def everything(programmes: Sequence[Programme], role: Role, number: int = 1) -> Message:
    """A page of all that somebody with this role can say, by programme."""
    entries = [
        (programme.title, route) for programme in programmes for route in programme.listed(role)
    ]
    return _page((bold("All that you can say"),), entries, number, called=EVERYTHING)


def command(route: Route, programme: Programme) -> Message:
    """One command by itself."""
    small = []
    if route.role is not Role.MEMBER:
        small.append(f"{FOR_ROLE[route.role]}.")
    if route.sensitive:
        small.append("Say it to me in a direct message, where nobody reads along.")
    return message(
        text(*_said(route)),
        *((note(" ".join(small)),) if small else ()),
        buttons(Button(programme.title, "help", programme.name), OVERVIEW),
    )


def beside(said: Message, programme: str) -> Message:
    """A programme's own page, with a way to all that can be said in it."""
    return replace(
        said, blocks=(*said.blocks, buttons(Button("What can I say?", "help", programme)))
    )


def not_for_you(programme: Programme) -> Message:
    """Nothing in a programme is for somebody with the asker's role."""
    return message(
        text(bold(programme.title), ": nothing in it is for you to say. ", programme.about),
        buttons(OVERVIEW),
    )


def unknown(words: str, nearest: str | None) -> Message:
    """Help was asked with something that is no programme and no command."""
    if nearest is None:
        return message(
            text("I know nothing called “", words[:200], "”."),
            buttons(OVERVIEW),
        )
    return message(
        text("I know nothing called “", words[:200], "”. Did you mean ", bold(nearest), "?"),
        buttons(Button(f"Yes, {nearest}", "help", nearest), OVERVIEW),
    )


def _line(programme: Programme, role: Role) -> tuple[Words, ...]:
    useful = [f"“{_shortest(route)}”" for route in programme.first(role)]
    return (bold(programme.title), f": {programme.about} Say {listed(useful, last='or')}.")


def _shortest(route: Route) -> str:
    """What can be said as it stands: the name alone, unless words must follow it."""
    return route.name if not route.usage or route.usage.startswith("[") else route.example


def _page(
    title: tuple[Words, ...], entries: Sequence[tuple[str, Route]], number: int, *, called: str
) -> Message:
    pages = max(1, ceil(len(entries) / PER_PAGE))
    number = min(max(number, 1), pages)
    shown = entries[(number - 1) * PER_PAGE : number * PER_PAGE]
    blocks: list[Block] = [text(*title)]
    for heading, group in groupby(shown, key=lambda entry: entry[0]):
        if heading:
            blocks.append(text(bold(heading)))
        blocks.append(bullets(*(_said(route) for _, route in group)))
    if pages > 1:
        blocks.append(note(f"Page {number} of {pages}."))
    further = [Button("More", "help", f"{called} {number + 1}")] if number < pages else []
    return message(*blocks, buttons(*further, OVERVIEW))


def _said(route: Route) -> tuple[Words, ...]:
    """A command with what follows it, what it does and an example."""
    example = f" For example “{route.example}”." if route.example else ""
    return (bold(f"{route.name} {route.usage}".strip()), f": {route.help}{example}")
