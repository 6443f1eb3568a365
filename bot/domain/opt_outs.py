"""What comes to members unasked, and can be stopped by itself."""

from enum import StrEnum


class Unasked(StrEnum):
    """What a member may want to hear no more."""

    ANNOUNCEMENTS = "announcements"
    PROMPTS = "prompts"
