"""The home page: what waits, what comes, what is unfinished and how things are set.

Each programme says its lines; here they are put together, so that it stays one glance.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.chat.messages import (
    Block,
    Bullets,
    Button,
    Buttons,
    Divider,
    Heading,
    LinkButton,
    Message,
    Paragraph,
    bold,
    buttons,
    message,
    note,
    text,
)
from bot.chat.requests import Role
from bot.domain.members import Member
from bot.views.common import listed

# A glance takes in a few lines of each part; the commands below them show the rest.
MOST_LINES = 3
# Settings stand close together, with one button each.
MOST_SETTINGS = 6
# A question has up to three answers; a Teams card has room for no more than one or two actions on
# each of the other lines, each of which it holds twice.
MOST_ANSWERS = 3
MOST_ACTIONS = 2


class Part(StrEnum):
    """The parts of the page, in their order."""

    WAITING = "Waiting for you"
    COFFEE = "Peer coffee"
    SESSIONS = "Learning sessions"
    DRAFTS = "Not finished yet"
    SETTINGS = "Your settings"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a part, with what can be done about it.

    ``more`` is the command that shows all lines of its kind, where there may be many.
    """

    part: Part
    words: Paragraph
    items: tuple[Button | LinkButton, ...] = ()
    more: str = ""


EMPTY = {
    Part.WAITING: Line(Part.WAITING, text("Nothing waits for your answer. Enjoy the quiet.")),
    Part.SESSIONS: Line(
        Part.SESSIONS,
        text("You have not signed up for a session to come."),
        (Button("See the sessions", "sessions"),),
    ),
}
MEMBERS = buttons(
    Button("My coffees", "coffee history"),
    Button("Coffee preferences", "coffee preferences", opens_form=True),
    Button("What can I say?", "help"),
)
ORGANISING = (
    text(bold("For organisers")),
    buttons(
        Button("The last report", "coffee report"),
        Button("The drafted round", "coffee review"),
        Button("Set up coffee", "coffee setup", opens_form=True),
    ),
)


def home(member: Member, community: str, lines: Iterable[Line], *, purpose: str = "") -> Message:
    """Where a member stands, at a glance, and why the community exists."""
    every = list(lines)
    why = f" {purpose}" if purpose else ""
    blocks: list[Block] = [
        Heading(f"Hello {member.first_name}"),
        text(f"This is {community}.{why}"),
    ]
    for part in Part:
        mine = [line for line in every if line.part is part]
        blocks.extend(_shown(part, mine or [EMPTY[part]] if part in EMPTY else mine))
    organising = ORGANISING if member.role is Role.ORGANISER else ()
    return message(*blocks, Divider(), MEMBERS, *organising)


def lines_of(part: Part, said: Message) -> list[Line]:
    """A message's paragraphs as lines, each with the buttons below it."""
    lines: list[Line] = []
    for block in said.blocks:
        if isinstance(block, Paragraph):
            lines.append(Line(part, block))
        elif isinstance(block, Buttons):
            before = lines.pop()
            lines.append(Line(part, before.words, (*before.items, *block.items)))
    return lines


def _shown(part: Part, lines: Sequence[Line]) -> list[Block]:
    if not lines:
        return []
    blocks: list[Block] = [text(bold(part.value))]
    if part is Part.SETTINGS:
        return [*blocks, *_close_together(lines)]
    most = MOST_ANSWERS if part is Part.WAITING else MOST_ACTIONS
    for line in lines[:MOST_LINES]:
        blocks.append(line.words)
        if line.items:
            blocks.append(buttons(*line.items[:most]))
    hidden = lines[MOST_LINES:]
    if hidden:
        blocks.append(_more(hidden))
    return blocks


def _close_together(lines: Sequence[Line]) -> tuple[Block, Block]:
    """A list, and one row of what can be changed in it: nothing here asks for an answer."""
    shown = lines[:MOST_SETTINGS]
    changes = [item for line in shown for item in line.items[:1]]
    return Bullets(tuple(line.words.spans for line in shown)), buttons(*changes)


def _more(hidden: Sequence[Line]) -> Block:
    """How many lines are left out, and how to see them."""
    commands = dict.fromkeys(f"“{line.more}”" for line in hidden if line.more)
    where = f": type {listed(list(commands), last='or')}" if commands else ""
    return note(f"And {len(hidden)} more{where}.")
