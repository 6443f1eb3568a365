"""What a coffee group is asked, and what the bot says to the answers."""

from collections.abc import Sequence

from bot.chat.forms import Form, TextField
from bot.chat.messages import (
    Button,
    Message,
    Style,
    bold,
    buttons,
    message,
    note,
    spans,
    text,
)
from bot.domain.coffee import Met
from bot.domain.members import Member
from bot.ids import GroupId
from bot.views.coffee import HOW_TO_STOP
from bot.views.coffee_groups import CANNOT_QUESTION, LATER
from bot.views.coffee_reach import cannot_reach
from bot.views.common import listed

# A letter belongs elsewhere; this much fits every platform's card beside its buttons.
LONGEST_WORDS = 1000


def nudge(group: GroupId, names: Sequence[str]) -> Message:
    """Midway, when nobody pressed anything."""
    return message(
        text("Have you and ", bold(listed(names)), " found a time for your coffee?"),
        buttons(
            Button("We’ve met", "coffee met", f"{group} yes", style=Style.PRIMARY),
            Button("Show the card", "coffee card", str(group)),
            Button("I can’t make it", "coffee cannot", str(group), confirm=CANNOT_QUESTION),
            *LATER,
        ),
        note(f"One nudge a round, no more. {HOW_TO_STOP}"),
    )


def did_you_meet(group: GroupId, names: Sequence[str]) -> Message:
    """At the end of the round."""
    return message(
        text("Did you meet ", bold(listed(names)), "?"),
        buttons(
            Button("Yes", "coffee met", f"{group} yes", style=Style.PRIMARY),
            Button("Not yet", "coffee met", f"{group} not yet"),
            Button("Couldn’t", "coffee met", f"{group} couldn't"),
            *LATER,
        ),
        note(f"Organisers see only how many pairs met, never who. {HOW_TO_STOP}"),
    )


def met_noted(met: Met, group: GroupId, others: Sequence[Member]) -> Message:
    """The answer is kept, with what comes next."""
    names = listed([other.first_name for other in others])
    match met:
        case Met.YES:
            return message(
                text(bold("Lovely."), " Was it worth it?"),
                buttons(
                    Button("Worth it", "coffee worth", f"{group} yes", style=Style.PRIMARY),
                    Button("Not really", "coffee worth", f"{group} no"),
                    Button("Add a note", "coffee note", str(group), opens_form=True),
                ),
                replaces=True,
            )
        case Met.NOT_YET:
            return message(
                text("No hurry. Tell me when you have:"),
                buttons(
                    Button("We’ve met", "coffee met", f"{group} yes"),
                    *(
                        (Button(f"Write to {names}", "coffee write", str(group), opens_form=True),)
                        if names
                        else ()
                    ),
                ),
                replaces=True,
            )
        case _:
            return message(
                text("That happens. The next round brings somebody new."),
                buttons(
                    Button("Add a note", "coffee note", str(group), opens_form=True),
                    *(
                        Button(
                            f"Don’t match me with {other.first_name}",
                            "coffee avoid",
                            f"#{other.id}",
                        )
                        for other in others
                    ),
                ),
                note("Not being matched again is confidential: nobody else ever learns of it."),
                replaces=True,
            )


def worth_noted(*, worth: bool) -> Message:
    """The answer to "Worth it?"."""
    words = (
        "Thank you. That is what this is for."
        if worth
        else "Thank you for saying so. The organisers see only how many said it."
    )
    return message(text(words), replaces=True)


def note_form(group: GroupId) -> Form:
    """One optional note."""
    return Form(
        title="A note on your coffee",
        route="coffee note",
        value=str(group),
        fields=(
            TextField(
                name="note",
                label="What would you like to remember?",
                multiline=True,
                required=True,
                max_length=1000,
            ),
        ),
        intro=spans("For yourself: nobody else reads it, organisers and managers included."),
    )


def note_kept() -> Message:
    """The note is kept."""
    return message(text("Noted, for your eyes only. “coffee history” keeps your coffees."))


def write_form(group: GroupId, names: Sequence[str]) -> Form:
    """A short message, carried by the bot."""
    return Form(
        title="Write a message",
        route="coffee write",
        value=str(group),
        submit="Send",
        fields=(
            TextField(
                name="words",
                label=f"To {listed(names)}"[:150],
                multiline=True,
                required=True,
                max_length=LONGEST_WORDS,
            ),
        ),
        intro=spans("I pass it on, so nobody has to share an address."),
    )


def too_long(length: int) -> str:
    """A message is longer than what can be carried; it stays in its form."""
    return (
        f"That is {length:,} characters, and I can carry {LONGEST_WORDS:,}. "
        "Please shorten it, or send it in two."
    )


def carried(sender: Member, words: str, group: GroupId, also: Sequence[Member] = ()) -> Message:
    """A member's message, passed on; ``also`` are the others who read it."""
    names = [each.first_name for each in also]
    to = f" to {listed(['you', *names])}" if names else ""
    return message(
        text(bold(sender.name), f" writes{to} about your coffee:"),
        text(words),
        buttons(
            Button(
                f"Answer {listed([sender.first_name, *names])}",
                "coffee write",
                str(group),
                opens_form=True,
            )
        ),
    )


def sent_on(names: Sequence[str], missed: Sequence[str] = ()) -> Message:
    """The message is on its way, but to those whom nothing reaches."""
    rest = f" {cannot_reach(missed)}" if missed else ""
    return message(text(f"Sent to {listed(names)}.{rest}"))
