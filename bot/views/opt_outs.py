"""What is said to members who want to hear no more of something, or hear it again."""

from bot.chat.messages import Message, message, note, text
from bot.domain.opt_outs import Unasked

AGAIN = {Unasked.ANNOUNCEMENTS: "announce on", Unasked.PROMPTS: "prompts on"}


def stopped(what: Unasked) -> Message:
    """A member gets no more of it."""
    return message(
        text(f"You get no more {what}. What is posted in channels you still see there."),
        note(f"Type “{AGAIN[what]}” to get them again."),
    )


def resumed(what: Unasked) -> Message:
    """A member gets it again."""
    return message(text(f"You get {what} again."))
