"""Acting for a member who asked, because they have no computer today: what an organiser may do."""

from dataclasses import dataclass

from bot.errors import NotUnderstood

ALLOWED = frozenset(
    {
        "coffee",
        "coffee join",
        "coffee leave",
        "coffee pause",
        "coffee resume",
        "coffee next",
        "introduce withdraw",
        "sessions",
        "sessions show",
        "sessions sign up",
        "sessions leave",
        "sessions mine",
        "sessions past",
        "sessions here",
        "sessions reminders",
        "sessions vote",
        "stories",
        "stories start",
        "stories stop",
        "story mine",
    }
)
"""What can be done in somebody's place: what they could say aloud to an organiser.

Never what is confidential or anonymous, what speaks in their words, or who they are: that is
theirs alone. A new command is not in it unless somebody has thought about it.
"""

_EXAMPLE = "Try “for @Ada Example: sessions sign up 3”."
# So much of a command is kept and shown.
LONGEST = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """For whom, and what, as it was typed."""

    person: str
    command: str


def asked(words: str) -> Asked:
    """Read “@Ada Example: sessions sign up 3”; raises ``NotUnderstood`` with an example."""
    person, between, command = words.partition(":")
    command = " ".join(command.split())
    if not between or not person.strip() or not command:
        raise NotUnderstood(f"For whom, and what shall I do? {_EXAMPLE}")
    return Asked(person.strip(), command[:LONGEST])
