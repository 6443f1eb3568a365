"""What is said as organisers choose who else looks after the community."""

from collections.abc import Sequence

from bot.chat.forms import CheckField, Form, PersonField
from bot.chat.messages import Button, Message, Style, bold, buttons, message, note, text
from bot.domain.members import Member
from bot.views.common import listed

MAY = (
    "Organisers see every programme’s figures, change its settings, write to everybody and choose "
    "who else may."
)
LOSES = "They stay a member, with all that is theirs."


def organisers(people: Sequence[Member], curators: int) -> Message:
    """Who looks after the community."""
    return message(
        text(bold("Organisers: "), listed([each.name for each in people])),
        buttons(
            Button("Add an organiser", "organiser add", opens_form=True),
            Button("Remove one", "organiser remove", opens_form=True),
            Button(f"Curators ({curators})", "curators"),
        ),
        note(MAY),
    )


def form(*, adds: bool) -> Form:
    """Whom to make an organiser, or a member again; the box to tick is the question."""
    return Form(
        title="Add an organiser" if adds else "Remove an organiser",
        route="organiser add" if adds else "organiser remove",
        submit="Add" if adds else "Remove",
        fields=(
            PersonField("person", "Who", required=True),
            CheckField(
                "sure",
                "They may do all that an organiser may" if adds else "They are no organiser then",
                hint=MAY if adds else LOSES,
                required=True,
            ),
        ),
    )


def may_add(member: Member) -> Message:
    """Asked before somebody becomes an organiser."""
    return message(
        text("Make ", bold(member.name), " an organiser?"),
        text(MAY),
        buttons(
            Button(
                "Yes, make them one", "organiser add sure", f"#{member.id}", style=Style.PRIMARY
            ),
            Button("No", "organisers"),
        ),
    )


def may_remove(member: Member, *, is_self: bool) -> Message:
    """Asked before somebody is no organiser any more."""
    question = (
        text("Stop being an organiser?", " You stay a member, with all that is yours.")
        if is_self
        else text("Take the role of organiser from ", bold(member.name), f"? {LOSES}")
    )
    return message(
        question,
        buttons(
            Button("Yes, take it", "organiser remove sure", f"#{member.id}", style=Style.DANGER),
            Button("No", "organisers"),
        ),
    )


def added(member: Member) -> Message:
    """Somebody is an organiser."""
    return message(
        text(bold(member.name), " is an organiser now, and has been told."), replaces=True
    )


def removed(member: Member, *, is_self: bool) -> Message:
    """Somebody is an organiser no more."""
    words = (
        text("You are a member like all others now.")
        if is_self
        else text(bold(member.name), " is a member like all others now, and has been told.")
    )
    return message(words, replaces=True)


def you_are(by: str) -> Message:
    """To somebody who was made an organiser."""
    return message(
        text(bold(f"{by} has made you an organiser."), " “help” now lists what organisers can do."),
        buttons(Button("The community’s settings", "settings"), Button("Who else", "organisers")),
        note(
            "You get this because your role has changed. “organiser remove” with your name gives "
            "it back."
        ),
    )


def you_were(by: str) -> Message:
    """To somebody who was an organiser."""
    return message(
        text(bold(f"{by} has ended your role as an organiser."), " You stay a member."),
        buttons(Button("What can I say?", "help")),
        note("You get this because your role has changed. If that is a mistake, please tell them."),
    )
