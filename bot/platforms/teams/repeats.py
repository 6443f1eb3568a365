"""What Teams tells again: what was not answered within 15 seconds, sometimes with a new id.

So typed words count as a repeat also when the same person says the same in the same conversation
within 20 seconds, or while the first is unfinished: the second then waits for it. Buttons and forms
carry a one-time token, and who comes or goes is told as it is, however often.
"""

from dataclasses import replace
from datetime import timedelta

from bot.chat.messages import Account
from bot.chat.requests import Incoming, Mark
from bot.platforms.teams.read import Heard, Where

# Teams repeats words after 15 seconds.
SAME_WORDS_WITHIN = timedelta(seconds=20)
# For the id of an activity, those of cards and dialogs too.
SAME_ACTIVITY_WITHIN = timedelta(minutes=10)

WORDS = frozenset({Where.PERSONAL, Where.SHARED})


def marked(heard: Heard) -> Incoming:
    """What was asked, with the marks by which it is known when Teams tells of it again."""
    incoming = heard.incoming
    found = marks(incoming.account, heard.conversation, heard.activity)
    if heard.where in WORDS:
        said = (*_who(incoming.account, heard.conversation), "words", heard.thread, incoming.text)
        found += (Mark(said, SAME_WORDS_WITHIN),)
    return replace(incoming, marks=found)


def marks(account: Account, conversation: str, activity: str) -> tuple[Mark, ...]:
    """The mark of an activity; none where it has no id.

    The id is unique within its conversation only, and one activity tells of all who were added.
    """
    if not activity:
        return ()
    told = (*_who(account, conversation), "activity", activity)
    return (Mark(told, SAME_ACTIVITY_WITHIN),)


def _who(account: Account, conversation: str) -> tuple[str, ...]:
    return ("teams", account.lane, account.user, conversation)
