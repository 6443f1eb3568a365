"""What coffee says on the home page."""

from collections.abc import Sequence
from datetime import datetime

from bot.chat.messages import Button, Style, bold, text
from bot.domain.coffee import Round, RoundState
from bot.ids import GroupId
from bot.views.common import listed, moment
from bot.views.home import Line, Part

IN_ALL = "coffee next"


def did_you_meet(group: GroupId, names: Sequence[str]) -> Line:
    """Somebody was asked whether they met, and has not said."""
    return Line(
        Part.WAITING,
        text("Did you meet ", bold(listed(names)), "?"),
        (
            Button("Yes", "coffee met", f"{group} yes", style=Style.PRIMARY),
            Button("Not yet", "coffee met", f"{group} not yet"),
            Button("Couldn’t", "coffee met", f"{group} couldn't"),
        ),
        more=IN_ALL,
    )


def which_times(group: GroupId, names: Sequence[str]) -> Line:
    """Somebody has tapped none of the times that a group was offered."""
    return Line(
        Part.WAITING,
        text("Which times suit you, to meet ", bold(listed(names)), "?"),
        (Button("Show the times", "coffee card", str(group)),),
        more=IN_ALL,
    )


def are_you_in(when: datetime, value: str) -> Line:
    """Somebody was asked whether they take part in the next round, and has not said."""
    return Line(
        Part.WAITING,
        text("The next round of coffee goes out on ", bold(moment(when)), ". Are you in?"),
        (
            Button("Count me in", "coffee in", f"{value} yes", style=Style.PRIMARY),
            Button("Not this time", "coffee in", f"{value} no"),
        ),
    )


def drafted(of: Round, sends: datetime) -> Line:
    """To organisers: a round is drafted."""
    state = {
        RoundState.DRAFTED: f"is drafted, to go out on {moment(sends)}",
        RoundState.APPROVED: f"is approved and goes out on {moment(sends)}",
        RoundState.HELD: "is drafted and held until you send it",
    }[of.state]
    return Line(
        Part.DRAFTS,
        text(bold(f"Round {of.number} of coffee"), f" {state}."),
        (Button("Review the round", "coffee review"),),
    )
