"""The bodies that answer an invoke: a sentence, another card, or a dialog that goes on.

Sources: https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model (answers
to Action.Execute) and https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/
task-modules/task-modules-bots (answers to task/fetch and task/submit).
"""

from bot.platforms.teams import render
from bot.platforms.teams.text import Json

WORDS = "application/vnd.microsoft.activity.message"


def beside(sentence: str) -> Json:
    """A sentence that the tapper alone sees beside the card."""
    return {"statusCode": 200, "type": WORDS, "value": sentence}


def in_place(card: Json) -> Json:
    """Another card in the place of the tapped one."""
    return {"statusCode": 200, "type": render.ADAPTIVE, "value": card}


def continued(task: Json) -> Json:
    """A dialog that is opened, or goes on."""
    return {"task": {"type": "continue", "value": task}}


def instead_of_dialog(sentence: str) -> Json:
    """A sentence in the place of a dialog."""
    return {"task": {"type": "message", "value": sentence}}
