"""Concerns: who may be told in confidence, and for how long what was said is kept."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.members import Member
from bot.errors import FormErrors
from bot.ids import ConcernId, MemberId

# Long enough to be read, answered and written down where a record belongs; this is no record.
KEPT = timedelta(days=90)
LONGEST_WORDS = 2000
# A list of past partners longer than this is no help to find somebody.
MOST_PARTNERS = 20
# Slack takes a hundred choices.
MOST_CONTACTS = 90
# An answer comes within this, or the member turns to somebody else.
ANSWERED_WITHIN = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Concern:
    """What ``member`` told ``contact``, and nobody else, about somebody; ``words`` may be empty."""

    id: ConcernId
    member: MemberId
    about: MemberId
    contact: MemberId
    words: str
    at: datetime
    was_read: bool = False

    @property
    def kept_until(self) -> datetime:
        """When its words are forgotten."""
        return self.at + KEPT


def contacts(organisers: Iterable[Member], asker: MemberId) -> tuple[Member, ...]:
    """Whom a member may tell; whom it is about is known only later, see :func:`checked`."""
    return tuple(each for each in organisers if each.id != asker)[:MOST_CONTACTS]


def checked(contact: Member | None, about: Member, words: str) -> Member | None:
    """Whom to tell; None for nobody.

    Raises ``FormErrors`` where that is the person concerned, and for words that nobody would read.
    """
    if contact is not None and contact.id == about.id:
        raise FormErrors({"contact": "Please choose somebody else: this is about them."})
    if contact is None and words:
        raise FormErrors(
            {"contact": "Please choose who reads your words. What nobody reads is not kept."}
        )
    return contact
