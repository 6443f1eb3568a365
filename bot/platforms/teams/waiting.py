"""What Teams waits for: an invoke for its answer, a message for nothing but to be taken."""

from dataclasses import dataclass

from bot.platforms.teams import bodies
from bot.platforms.teams.activities import INVOKE, MESSAGE
from bot.platforms.teams.read import Heard, Where
from bot.platforms.teams.text import Json

CARD_ACTION = "adaptiveCard/action"
DIALOGS = "task/"


@dataclass(slots=True)
class Waiting:
    """An activity whose answer is waited for, until it ``is_over``.

    It ``is_taken_in`` once all that it asks is committed, and only its answer is still to be shown.
    """

    activity: Json
    is_over: bool = False
    is_taken_in: bool = False

    def is_late(self, heard: Heard) -> bool:
        """Whether what is shown must be a message of its own.

        A client that knows no Action.Execute sends a tap as a message, which has no other answer.
        """
        is_message = self.activity["type"] == MESSAGE and heard.where is Where.CARD
        return self.is_over or is_message

    def in_words(self, sentence: str) -> Json | None:
        """An invoke's answer that is a sentence; a message needs none, it has its chat."""
        name = self.activity.get("name") or ""
        if self.activity["type"] != INVOKE:
            return None
        if name.startswith(DIALOGS):
            return bodies.instead_of_dialog(sentence)
        if name == CARD_ACTION:
            return bodies.beside(sentence)
        return None
