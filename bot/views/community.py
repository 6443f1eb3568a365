"""What the bot says to somebody who arrives."""

from bot.chat.messages import Button, Message, Style, bold, buttons, message, note, text
from bot.domain.members import Member

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


def _introducing(member: Member) -> str:
    return "Edit my introduction" if member.is_introduced else "Introduce myself"
