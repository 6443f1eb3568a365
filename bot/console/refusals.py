"""What the organisers' pages answer when they will not do what a browser asked."""

from bot.errors import BotError


class Refused(BotError):
    """A request is not carried out; the status is HTTP's and the sentence is for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence


class SignedOut(BotError):
    """Nobody is signed in in this browser: they are led to the start page."""


def no_such_page() -> Refused:
    """What was asked for does not exist."""
    return Refused(404, "There is no such page. It may have moved, or the address is mistyped.")
