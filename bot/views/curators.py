"""What is said as organisers choose who may read stories before they are published."""

from collections.abc import Sequence

from bot.chat.forms import Form, PersonField
from bot.chat.messages import Button, Message, bold, buttons, message, note, text
from bot.domain.members import Member
from bot.views.common import listed

IS_ORGANISER = "{} is an organiser, who may do all that a curator may."


def curators(people: Sequence[Member]) -> Message:
    """Who is a curator."""
    names = listed([each.name for each in people])
    return message(
        text(bold("Curators: "), names) if people else text("There are no curators yet."),
        buttons(Button("Add a curator", "curator add", opens_form=True)),
        note("Curators read stories before they are published. Organisers may do so too."),
    )


def form(*, adds: bool) -> Form:
    """Whom to make a curator, or a member again."""
    return Form(
        title="Add a curator" if adds else "Remove a curator",
        route="curator add" if adds else "curator remove",
        submit="Add" if adds else "Remove",
        fields=(PersonField("person", "Who", required=True),),
    )


def added(member: Member) -> Message:
    """Somebody is a curator."""
    return message(text(f"{member.name} is a curator now, and has been told."))


def removed(member: Member) -> Message:
    """Somebody is a curator no more."""
    return message(text(f"{member.name} is a member like all others now."))


def was_not(member: Member) -> str:
    """Somebody was no curator."""
    return f"{member.name} is no curator."


def you_are(organiser: str) -> Message:
    """To somebody who was made a curator."""
    return message(
        text(
            bold(f"{organiser} has made you a curator. "),
            "You read stories before they are published: “story review” shows those that wait.",
        ),
        note(
            "You get this because your role has changed. Ask an organiser if you would rather not."
        ),
    )
