"""Every error the bot raises on purpose. The message is always a sentence for a person."""

from collections.abc import Mapping
from datetime import timedelta


class BotError(Exception):
    """The root of all errors raised on purpose."""


class SettingsError(BotError):
    """A setting is wrong or half set; the sentence names it. The bot does not start."""


class DatabaseUnready(BotError):
    """The database takes nothing now: it is full, locked or away; nothing was changed.

    What was asked may be asked again later. The sentence is for the person who asked.
    """


class CommandError(BotError):
    """A command line command could not do what was asked; printed, exit code 1."""


class MemberError(BotError):
    """What a member asked for can't be done; the sentence is shown word for word."""


class NotUnderstood(MemberError):
    """Words could not be read; the sentence gives an example that can."""


class NotAllowed(MemberError):
    """The member's role does not allow this."""


class NotFound(MemberError):
    """What the member named does not exist, or is not theirs to see."""


class FormErrors(MemberError):
    """Fields of a form need mending; what was typed is kept and the fields are marked.

    ``fields`` maps a field's name to one sentence that says what to do.
    """

    def __init__(self, fields: Mapping[str, str]) -> None:
        super().__init__(" ".join(fields.values()))
        self.fields = dict(fields)


class TryLater(BotError):
    """A platform asks for patience; delivery waits ``after`` before the next attempt.

    ``whole_lane`` says whether the limit holds for the whole workspace or for this message only.
    """

    def __init__(self, reason: str, *, after: timedelta, whole_lane: bool = True) -> None:
        super().__init__(reason)
        self.reason = reason
        self.after = after
        self.whole_lane = whole_lane


class NotNow(TryLater):
    """A platform did nothing about this message now and names no time; the others go on.

    It is put off a few times, ever longer, and then given up; see :mod:`bot.chat.patience`.
    """

    def __init__(self, reason: str, *, after: timedelta) -> None:
        super().__init__(reason, after=after, whole_lane=False)


class CannotDeliver(BotError):
    """A platform will never take this message; ``reason`` is in plain words for an organiser.

    ``account_gone`` says that the account itself can't be reached any more.
    """

    def __init__(self, reason: str, *, account_gone: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.account_gone = account_gone


class Uncertain(BotError):
    """A message may or may not have arrived; sending it again could repeat it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
