"""The Bot Connector's errors as what delivery is to do and what an organiser is told.

Sources: "Status codes from bot conversational APIs" on
https://learn.microsoft.com/microsoftteams/platform/bots/build-conversational-capability, and
https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference.
"""

from collections.abc import Mapping

# Nothing more is sent to a person before they speak to the bot, or install it, again.
GONE: Mapping[str, str] = {
    "BotDisabledByAdmin": "An administrator has switched the bot off for this person in Teams.",
    "BotNotInConversationRoster": "This person has not added the bot in Teams, or has removed it.",
    "ConversationBlockedByUser": "This person has blocked the bot in Teams.",
    "ForbiddenOperationException": "This person has not added the bot in Teams.",
    "MemberNotFoundInConversation": "This person is no longer in the conversation.",
    "MessageWritesBlocked": "This person has blocked or removed the bot in Teams.",
}

# The same codes where a channel or a group chat was written to.
CLOSED: Mapping[str, str] = {
    "BotDisabledByAdmin": "An administrator has switched the bot off in this organisation.",
    "BotNotInConversationRoster": "The bot is not in this channel or chat; add it to the team.",
    "ConversationBlockedByUser": "The channel's moderation does not let the bot write there.",
    "ForbiddenOperationException": "The bot may not write in this channel or chat.",
    "MemberNotFoundInConversation": "This person is not in the channel or chat.",
    "MessageWritesBlocked": "The bot may not write in this channel or chat.",
}

_OURS = "Teams refused the message as badly made; this is a fault of the bot."
_LONG = "The message is longer than Teams takes."
_FORBIDDEN = "Teams does not let the bot do this."
_REGISTRATION = "Teams does not accept the bot's registration; “python -m bot check” says why."
_CLOUD = "This organisation is on a government cloud that the bot is not set up for."
_CONVERSATION = "The conversation is no longer there."
_MESSAGE = "The message is no longer there."
_SLOW = "Teams asks for patience."
_BROKE = "Teams broke while it took the message."

PERMANENT: Mapping[str, str] = {
    **GONE,
    "ActivityNotFoundInConversation": _MESSAGE,
    "BadArgument": _OURS,
    "Bad Argument": _OURS,
    "BadSyntax": _OURS,
    "BotNotRegistered": _REGISTRATION,
    "ConversationNotFound": _CONVERSATION,
    "InvalidBotApiHost": _CLOUD,
    "MessageSizeTooBig": _LONG,
    "MissingProperty": _OURS,
    "NotEnoughPermissions": "The bot lacks a permission for this in Teams.",
}

# Teams asks for patience, and nothing was done.
LATER: Mapping[str, str] = {"PreconditionFailed": _SLOW, "Throttled": _SLOW}

# Teams broke, and may have done it before.
UNCLEAR: Mapping[str, str] = {"ServiceError": _BROKE}

# Where Teams gives a status and no code that we know.
BY_STATUS: Mapping[int, str] = {
    400: _OURS,
    401: _REGISTRATION,
    403: _FORBIDDEN,
    404: _CONVERSATION,
    405: "Teams does not let this message be changed.",
    412: _SLOW,
    413: _LONG,
    429: _SLOW,
    500: _BROKE,
    502: _BROKE,
    503: _BROKE,
    504: _BROKE,
}

FORBIDDEN = 403
NOT_FOUND = 404
# What is missing with these codes is not the conversation.
_OTHERS_MISSING = frozenset({"ActivityNotFoundInConversation", "MemberNotFoundInConversation"})


def reason(code: str, *, status: int = 0, is_shared: bool = False) -> str:
    """What an organiser is told about an error of Teams'."""
    closed = CLOSED.get(code) if is_shared else None
    known = closed or PERMANENT.get(code) or LATER.get(code) or UNCLEAR.get(code)
    if known:
        return known
    if code and status in {0, FORBIDDEN}:
        return f"Teams refused it with the code “{code}”."
    return BY_STATUS.get(status, f"Teams refused it with the status {status}.")


def is_conversation_missing(status: int, code: str) -> bool:
    """Whether Teams says that the conversation is not there; about 1 % of the time it is."""
    return status == NOT_FOUND and code not in _OTHERS_MISSING


def is_message_missing(status: int, code: str) -> bool:
    """Whether Teams says that the message is not there in its conversation."""
    return status == NOT_FOUND and code == "ActivityNotFoundInConversation"
