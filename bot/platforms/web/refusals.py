"""What the web chat answers when it will not do what a browser asked."""

from bot.errors import BotError


class Refused(BotError):
    """A request is not carried out; the status is HTTP's and the sentence is for the person."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
