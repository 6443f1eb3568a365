"""What is said where an organiser acts for a member who asked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.chat.messages import (
    Block,
    Buttons,
    Heading,
    Message,
    bold,
    fact,
    facts,
    message,
    note,
    text,
)
from bot.domain.members import Member
from bot.views.common import listed, moment

MOST_LISTED = 20
FORMER = "somebody who was an organiser"
YOURSELF = "That is you: just type the command."


@dataclass(frozen=True, slots=True)
class Line:
    """Something done; ``at`` is local, ``by`` empty where the organiser has left."""

    command: str
    by: str
    at: datetime


def not_in_their_place(command: str, allowed: Sequence[str]) -> str:
    """What can't be done for somebody else, and what can."""
    return (
        f"“{command}” is for them alone to do. For somebody who asked I can do "
        f"{listed([f'“{each}”' for each in allowed], last='or')}."
    )


def is_a_form(command: str) -> str:
    """It asks with a form, which only the member can answer."""
    return f"“{command}” asks with a form, which is for them alone to fill in."


def done(person: Member, reply: Message) -> Message:
    """The answer to a command carried out for somebody, without buttons that would be one's own."""
    kept: list[Block] = [each for each in reply.blocks if not isinstance(each, Buttons)]
    return message(
        Heading(f"Done for {person.name}"),
        *kept,
        note(f"“You” is {person.first_name} here. They are told that you did this, and what."),
    )


def was_done(organiser: str, command: str) -> Message:
    """To the member: somebody acted for them."""
    return message(
        text(bold(f"{organiser} did this for you: "), f"“{command}”."),
        note(
            "You get this because an organiser did it in your name. Did you not ask for it? Tell "
            "another organiser. “for me” shows all that was done for you."
        ),
    )


def listing(done_for: Sequence[Line]) -> Message:
    """All that was done for the asker."""
    if not done_for:
        return message(text("Nobody has done anything in your name."))
    return message(
        text(bold("Organisers did this for you, because you asked:")),
        facts(
            *(
                fact(moment(each.at), f"“{each.command}”, by {each.by or FORMER}")
                for each in done_for
            )
        ),
        note("Is one of them not yours? Tell another organiser."),
    )
