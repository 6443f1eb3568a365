"""What introductions and accounts say on the home page."""

from bot.chat.messages import Button, Style, bold, text
from bot.domain.accounts import Linked
from bot.domain.members import Member
from bot.views.accounts import mine
from bot.views.home import Line, Part


def introduction(member: Member) -> Line:
    """Whether others can find somebody."""
    if member.is_introduced:
        return Line(
            Part.SETTINGS,
            text("You are introduced, and others can find you."),
            (Button("Edit my introduction", "introduce", opens_form=True),),
        )
    return Line(
        Part.DRAFTS,
        text("You have not introduced yourself yet. A minute is enough, and you see it first."),
        (Button("Introduce myself", "introduce", style=Style.PRIMARY, opens_form=True),),
    )


def reached_at(where: Linked) -> Line:
    """Where somebody is written to."""
    return Line(
        Part.SETTINGS,
        text("I write to you in ", bold(mine(where)), "."),
        (Button("My accounts", "reach"),),
    )
