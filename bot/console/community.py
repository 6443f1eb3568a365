"""The community itself: its settings, who looks after it, and the words of its profiles."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.chat.requests import Role
from bot.console.front import Asker
from bot.domain.community import Contacts
from bot.domain.vocabularies import NAMES, Listed
from storage.unit_of_work import UnitOfWork

ADDRESS = "/console/community"
# What is done to a list, by the last word of the address, in the order of the buttons.
ACTS = {
    "add": "Add",
    "rename": "Rename",
    "merge": "Merge two",
    "retire": "Retire",
    "restore": "Offer again",
    "order": "Reorder",
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """A list of words: how many are offered, how many retired, and what can be done."""

    which: Listed
    name: str
    offered: int
    retired: int
    acts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """The settings, the people with a role, and the lists."""

    contacts: Contacts
    organisers: tuple[str, ...]
    curators: tuple[str, ...]
    vocabularies: tuple[Vocabulary, ...]


def look(db: UnitOfWork, asker: Asker) -> Page:
    """All of it."""
    community = asker.community.id
    reviewers = db.members.reviewers(community)
    return Page(
        contacts=db.communities.contacts(community),
        organisers=tuple(each.name for each in reviewers if each.role is Role.ORGANISER),
        curators=tuple(each.name for each in reviewers if each.role is Role.CURATOR),
        vocabularies=tuple(_vocabulary(db, asker, which) for which in Listed),
    )


def _vocabulary(db: UnitOfWork, asker: Asker, which: Listed) -> Vocabulary:
    entries = db.vocabularies.entries(asker.community.id, which)
    retired = sum(each.is_retired for each in entries)
    left_out = {"retire", "restore", "order"} if which.is_organisations else set()
    if not retired:
        left_out.add("restore")
    acts = {act: label for act, label in ACTS.items() if act not in left_out}
    return Vocabulary(which, NAMES[which], len(entries) - retired, retired, acts)
