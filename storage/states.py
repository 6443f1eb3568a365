"""The life of a row of the outbox."""

from enum import StrEnum


class State(StrEnum):
    """The life of a row. ``CANNOT`` and ``UNCERTAIN`` carry the reason in plain words."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    CANCELLED = "cancelled"
    CANNOT = "cannot"
    UNCERTAIN = "uncertain"
