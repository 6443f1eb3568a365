"""Saying hello: one line from a member to somebody who was introduced, and one line back."""

from bot.chat.forms import Form, TextField
from bot.chat.messages import (
    Account,
    Button,
    Message,
    Paragraph,
    Style,
    bold,
    buttons,
    message,
    note,
    person,
    text,
)
from bot.domain.members import Member
from bot.views.introductions import card

LONGEST_LINE = 300
NOT_CARRIED = "I can’t pass that on."
GONE = "This introduction has been taken back."
TOO_LONG = f"Please keep this below {LONGEST_LINE} characters."
WRITE_SOMETHING = "Please write a line to pass on."
TO_ONESELF = "That is you. Others say hello to you here."


def form(to: Member) -> Form:
    """One line to somebody who was introduced."""
    return _form(f"Say hello to {to.first_name}", "hello", to)


def answer_form(to: Member) -> Form:
    """One line back."""
    return _form(f"Answer {to.first_name}", "hello answer", to)


def carried(sender: Member, line: str, account: Account | None) -> Message:
    """Somebody said hello; ``account`` is theirs on the reader's platform."""
    return message(
        text(bold(f"{sender.first_name} says hello:")),
        text(f"“{line}”"),
        _who(sender, account),
        buttons(
            Button("Answer", "hello answer", str(sender.id), style=Style.PRIMARY, opens_form=True)
        ),
        note("You get this because your introduction is in the community’s channel."),
    )


def answered(sender: Member, line: str, account: Account | None) -> Message:
    """Somebody answered a hello."""
    return message(
        text(bold(f"{sender.first_name} answers your hello:")),
        text(f"“{line}”"),
        _who(sender, account),
        note("I carry one line each way; how you go on is yours to decide."),
    )


def passed_on(to: Member) -> Message:
    """The line is on its way."""
    return message(text(f"I have passed it on to {to.first_name}."))


def said_before(to: Member) -> Message:
    """One hello, or one answer, is carried to each person."""
    return message(
        text(f"You have written to {to.first_name} already; I carry one line, not more.")
    )


def _who(sender: Member, account: Account | None) -> Paragraph:
    """Of somebody who has not been introduced, the name alone."""
    return card(sender, account) if sender.is_introduced else text(person(sender.name, account))


def _form(title: str, route: str, to: Member) -> Form:
    return Form(
        title=title,
        route=route,
        value=str(to.id),
        submit="Pass it on",
        fields=(
            TextField(
                "words",
                "Your line",
                hint="They see your name, and your introduction if you have written one",
                required=True,
                max_length=LONGEST_LINE,
            ),
        ),
    )
