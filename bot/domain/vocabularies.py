"""The words that profiles are written in, as organisers keep them; organisations among them."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot.domain.members import Vocabulary
from bot.domain.words import clean, folded, organisation_key
from bot.errors import MemberError, NotFound, NotUnderstood

# The texts of a choice are this long at most on a platform, with the number of members after it.
LONGEST_LABEL = 60
LONGEST_ORGANISATION = 120
# A platform's list of choices holds a hundred, and some lists have one more of their own.
MOST_OFFERED = 99


class Listed(StrEnum):
    """A list that organisers keep. Purpose and priorities, with their reasons, are kept apart."""

    PLACE = "place"
    SECTOR = "sector"
    PROFESSION = "profession"
    STAGE = "stage"
    KIND = "kind"
    INTEREST = "interest"
    ORGANISATION = "organisation"

    @property
    def is_organisations(self) -> bool:
        """Whether it holds organisations, which have a sector and are in the order of the alphabet.

        They come with people too, so none is ever retired.
        """
        return self is Listed.ORGANISATION

    @property
    def vocabulary(self) -> Vocabulary:
        """The vocabulary it is; organisations are none."""
        return Vocabulary(self.value)


NAMES = {
    Listed.PLACE: "boroughs",
    Listed.SECTOR: "sectors",
    Listed.PROFESSION: "professional groups",
    Listed.STAGE: "career stages",
    Listed.KIND: "kinds of leadership",
    Listed.INTEREST: "interests",
    Listed.ORGANISATION: "organisations",
}
_ALSO = {
    Listed.PLACE: ("borough", "places"),
    Listed.PROFESSION: ("professional group", "professions"),
    Listed.STAGE: ("career stage", "stages"),
    Listed.KIND: ("kind of leadership", "leadership kinds", "leadership kind", "kinds"),
}
_BY_NAME = {
    words: which for which in Listed for words in (which.value, NAMES[which], *_ALSO.get(which, ()))
}


@dataclass(frozen=True, slots=True)
class Entry:
    """A word of a list and how many active members have it; ``sector`` is an organisation's."""

    id: int
    label: str
    uses: int = 0
    is_retired: bool = False
    sector: str = ""


def asked(words: str) -> tuple[Listed, str]:
    """The list that the words begin with and the rest: "boroughs: Lewisham", "interests 2"."""
    said = " ".join(words.split())
    for name in sorted(_BY_NAME, key=len, reverse=True):
        if match := re.match(rf"{re.escape(name)}(?:\s*:\s*|\s+|$)", said, re.IGNORECASE):
            return _BY_NAME[name], said[match.end() :]
    raise NotUnderstood(
        f"Which list do you mean: {', '.join(NAMES.values())}? Try “vocabulary interests”."
    )


def found(words: str, entries: Sequence[Entry]) -> Entry:
    """The entry that a choice or typed words mean; raises ``NotFound``."""
    said = words.strip()
    for each in entries:
        if str(each.id) == said or folded(each.label) == folded(said):
            return each
    raise NotFound(f"There is no “{said[:LONGEST_ORGANISATION]}” in that list.")


def pair(words: str, entries: Sequence[Entry]) -> tuple[Entry, str]:
    """The entry and what it is to become: "Access to care to Access"; "into" does as well."""
    for match in re.finditer(r"\s(?:to|into)\s", words, re.IGNORECASE):
        before = words[: match.start()]
        try:
            return found(before, entries), words[match.end() :].strip()
        except NotFound:
            continue
    raise NotUnderstood(
        "I could not read which word you mean and what it is to become. Try “vocabulary rename "
        "interests: old words to new words”."
    )


def label(words: str, which: Listed) -> str:
    """New words for a list; raises ``MemberError`` for none and for too many."""
    said = " ".join(clean(words).split())
    most = LONGEST_ORGANISATION if which.is_organisations else LONGEST_LABEL
    if not said:
        raise MemberError("Please give the words.")
    if len(said) > most:
        raise MemberError(f"Please keep this below {most} characters: “{said[:most]}…”")
    return said


def added(words: str, which: Listed, entries: Sequence[Entry]) -> tuple[str, ...]:
    """The new words, one a line; those that are there already are left out."""
    taken = {_key(each.label, which) for each in entries}
    new: dict[str, str] = {}
    for line in words.splitlines():
        if line.strip():
            said = label(line, which)
            new.setdefault(_key(said, which), said)
    if not new:
        raise MemberError("Please give the words, one a line.")
    fresh = tuple(said for key, said in new.items() if key not in taken)
    offered = sum(not each.is_retired for each in entries)
    if not which.is_organisations and offered + len(fresh) > MOST_OFFERED:
        raise MemberError(
            f"A list offers {MOST_OFFERED} words at most, and has {offered}. Retire some first."
        )
    return fresh


def renamed(entry: Entry, words: str, which: Listed, entries: Sequence[Entry]) -> str:
    """The new words of an entry; raises ``MemberError`` where another has them."""
    said = label(words, which)
    for each in entries:
        if each.id != entry.id and _key(each.label, which) == _key(said, which):
            raise MemberError(
                f"“{each.label}” is there already. To make the two one, merge them instead."
            )
    return said


def merged(entry: Entry, into: Entry) -> None:
    """Whether two entries can become one; raises ``MemberError``."""
    if entry.id == into.id:
        raise MemberError("Please choose two different ones.")


def ordered(words: str, entries: Sequence[Entry]) -> tuple[int, ...]:
    """The numbers of the entries in the order of the lines; what is not named comes after.

    Raises ``MemberError`` for a line that is no entry.
    """
    first = [found(line, entries).id for line in words.splitlines() if line.strip()]
    return tuple(dict.fromkeys((*first, *(each.id for each in entries))))


def _key(words: str, which: Listed) -> str:
    return organisation_key(words) if which.is_organisations else folded(words)
