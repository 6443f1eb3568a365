"""What the bot says to somebody who arrives, and on the home page."""

from collections.abc import Sequence
from dataclasses import replace

from bot.chat.messages import (
    Block,
    Button,
    Heading,
    Message,
    Style,
    bold,
    buttons,
    message,
    note,
    text,
)
from bot.chat.requests import Role
from bot.domain.members import Member

ORGANISING = (
    text(bold("For organisers")),
    buttons(
        Button("The last report", "coffee report"),
        Button("The drafted round", "coffee review"),
        Button("Set up coffee", "coffee setup", opens_form=True),
    ),
)

GUEST = (
    "You are a guest in this workspace and can take part in everything I do. Where it does not "
    "let you write to somebody, I pass your words on. "
)


def greeting(member: Member, community: str, purpose: str, *, is_guest: bool = False) -> Message:
    """The first message in a member's life here; a guest's says what a guest can do."""
    why = f" {purpose}" if purpose else ""
    guest = GUEST if is_guest else ""
    return message(
        text(bold(f"Welcome, {member.first_name}."), f" I look after {community}.{why}"),
        text(
            "I introduce leaders to each other across organisations, boroughs and professions. "
            "Two good first steps:"
        ),
        buttons(
            Button(_introducing(member), "introduce", style=Style.PRIMARY, opens_form=True),
            Button("Peer coffee", "coffee"),
            Button("What can I say?", "help"),
        ),
        note(f"{guest}You get this once, because you are new here. Everything is your choice."),
    )


def from_elsewhere() -> Message:
    """Somebody from another workspace speaks in a channel that is shared with theirs."""
    return message(
        text(
            "You belong to another workspace, so I can only answer you here; nothing of yours is "
            "kept. To take part, ask for me to be installed in your own workspace, or ask an "
            "organiser to invite you to the web chat."
        )
    )


def home(
    member: Member, community: str, coffee: Message, standing: Sequence[Block] = ()
) -> Message:
    """Where a member stands: what is quiet now, my next coffee, and what else I can do."""
    return replace(
        coffee,
        blocks=(
            Heading(f"Hello {member.first_name}"),
            text(f"This is {community}."),
            *standing,
            *coffee.blocks,
            buttons(
                Button(_introducing(member), "introduce", opens_form=True),
                Button("My coffees", "coffee history"),
                Button("Coffee preferences", "coffee preferences", opens_form=True),
                Button("What can I say?", "help"),
            ),
            *(ORGANISING if member.role is Role.ORGANISER else ()),
        ),
    )


def _introducing(member: Member) -> str:
    return "Edit my introduction" if member.is_introduced else "Introduce myself"
