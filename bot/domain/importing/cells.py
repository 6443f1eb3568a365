"""What one cell of a table says.

What can't be read raises ``NotUnderstood`` with a sentence for whoever made the table.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import time

from rapidfuzz import fuzz, process

from bot.chat.arguments import clock
from bot.domain import members
from bot.domain.words import folded
from bot.errors import NotUnderstood

# Below this likeness (0-100) a "did you mean" confuses more than it helps.
LIKENESS = 65
# So many words can be listed in a sentence; more are looked up.
LISTED = 9
LONGEST_CELL = 300
# RFC 5321, 4.5.3.1: a path of 256 characters, its two angle brackets included.
LONGEST_EMAIL = 254
_YES = frozenset({"yes", "y", "true", "1", "x", "✓", "✔"})
_NO = frozenset({"no", "n", "false", "0", "-"})


def short(text: str, *, what: str) -> str:
    """The text as it is, unless it is longer than a cell may be."""
    if len(text) > LONGEST_CELL:
        raise NotUnderstood(f"The {what} is longer than {LONGEST_CELL} characters.")
    return text


def person(text: str) -> str:
    """Somebody by e-mail address or by name."""
    return email(text) if "@" in text else text


def word(text: str, labels: Mapping[str, str], *, what: str) -> str:
    """The vocabulary's own word, found without regard to case and signs.

    ``labels`` maps what is compared to the word; with none there is nothing to hold a word
    against, and any is taken.
    """
    key = folded(text)
    if key in labels or not labels:
        return labels.get(key, text)
    return _unknown(
        text, tuple(dict.fromkeys(labels.values())), what=what, near=nearest(key, labels)
    )


def nearest(key: str, labels: Mapping[str, str], *, likeness: int = LIKENESS) -> str | None:
    """The word most like another, for "did you mean"; None where none is near."""
    found = process.extractOne(key, labels.keys(), scorer=fuzz.WRatio, score_cutoff=likeness)
    return labels[found[0]] if found else None


def email(text: str) -> str:
    """An e-mail address, also out of "Ada <ada@example.org>"."""
    inside = re.search(r"<([^<>]*)>", text)
    address = members.email_key((inside[1] if inside else text).removeprefix("mailto:"))
    if len(address) > LONGEST_EMAIL or not re.fullmatch(
        r"[^\s@,;:<>()\[\]\"]+@[^\s@,;:<>()\[\]\"]+\.[^\s@.,;:<>()\[\]\"]+", address
    ):
        raise NotUnderstood(f"“{text}” is not an e-mail address.")
    return address


def slack_user(text: str) -> str:
    """A Slack member ID, which begins with U or W."""
    user = text.upper()
    if len(user) < 3 or user[0] not in "UW" or not (user.isascii() and user.isalnum()):
        raise NotUnderstood(f"“{text}” is not a Slack member ID; one looks like U012AB3CD.")
    return user


def slot(text: str) -> str:
    """A weekly protected time: "mon-lunch", "Monday lunch" or "Mon 12:30"."""
    match = re.fullmatch(r"(mon|tue|wed|thu|fri)[a-z]*[\s-]+(?:at )?(.+)", text.casefold())
    if match:
        part = match[2] if match[2] in members.SLOT_TIMES else _part_at(match[2])
        if part is not None:
            return f"{match[1]}-{part}"
    times = ", ".join(f"{start:%H:%M}" for start in members.SLOT_TIMES.values())
    raise NotUnderstood(
        f"“{text}” is not a protected time. Use a weekday and one of {times}, "
        "for example “Monday 12:30”."
    )


def yes(text: str, *, what: str) -> bool:
    """Whether a cell says yes."""
    said = text.casefold()
    if said in _YES | _NO:
        return said in _YES
    raise NotUnderstood(f"“{text}” is neither yes nor no ({what}).")


def _part_at(text: str) -> str | None:
    try:
        asked: time | None = clock(text)
    except NotUnderstood:
        asked = None
    return next((part for part, start in members.SLOT_TIMES.items() if start == asked), None)


def _unknown(text: str, labels: Sequence[str], *, what: str, near: str | None) -> str:
    if near is not None:
        hint = f"Did you mean “{near}”?"
    elif len(labels) <= LISTED:
        hint = f"Use one of: {', '.join(labels)}."
    else:
        hint = "Look it up in the community’s list."
    raise NotUnderstood(f"“{text}” is no {what} of this community. {hint}")
