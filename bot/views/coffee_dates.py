"""What the coffee programme says of rounds that are moved or left out."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.forms import ChoiceField, Option
from bot.chat.messages import Block, Button, Message, bold, buttons, message, note, text
from bot.times import IfOff, Slot
from bot.views.common import day, moment

IF_OFF = {
    IfOff.AS_PLANNED: "As planned",
    IfOff.MOVE: "On the next working day, at the same time",
    IfOff.SKIP: "Not at all: that round is left out",
}
ON_BANK_HOLIDAYS = {
    IfOff.AS_PLANNED: "",
    IfOff.MOVE: "; on a bank holiday, on the next working day",
    IfOff.SKIP: "; none on a bank holiday",
}


def if_off_field(chosen: IfOff) -> ChoiceField:
    """The setup's question on bank holidays."""
    return ChoiceField(
        name="if_off",
        label="If that day is a bank holiday",
        hint="England’s bank holidays.",
        options=tuple(Option(value, label) for value, label in IF_OFF.items()),
        initial=(chosen,),
        required=True,
    )


def changes(ahead: Sequence[Slot]) -> list[str]:
    """What differs from the rhythm up to the next round, a sentence each.

    As in "There is no round on Monday 25 May (bank holiday: Spring bank holiday)."
    """
    return [
        f"It moved there from {day(each.label)} ({each.note})."
        if each.at
        else f"There is no round on {day(each.label)} ({each.note})."
        for each in ahead
        if each.note
    ]


def changed(ahead: Sequence[Slot]) -> list[Block]:
    """The same as a block of a card; nothing where all is as planned."""
    said = changes(ahead)
    return [text(" ".join(said))] if said else []


def skipped(left_out: datetime, upcoming: datetime | None) -> Message:
    """The next round is left out."""
    following = (
        f"The next one goes out on {moment(upcoming)}." if upcoming else "No other one is planned."
    )
    return message(
        text("The round on ", bold(moment(left_out)), f" is left out. {following}"),
        buttons(Button("Take that back", "coffee skip undo")),
        note("Nobody is told by a message; whoever asks for “coffee” reads it."),
        replaces=True,
    )


def skip_taken_back(upcoming: datetime) -> Message:
    """It goes out after all."""
    return message(
        text("Taken back: the next round goes out on ", bold(moment(upcoming)), "."), replaces=True
    )
