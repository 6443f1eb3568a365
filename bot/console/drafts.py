"""The drafted round, group by group, as an organiser reviews it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import times
from bot.console import words
from bot.console.checks import whole_number
from bot.console.front import Asker
from bot.console.paging import Pager, pager
from bot.domain.coffee import Group, IfUnapproved, Round, RoundState
from bot.domain.members import Member
from bot.ids import GroupId, MemberId
from handlers.coffee_review import DRAFTS, drafted_groups
from handlers.coffee_rounds import left_out, quality
from storage.schedule import OccurrenceState
from storage.unit_of_work import UnitOfWork

# Groups on a page: few enough to read on a phone, many enough to review a hundred quickly.
SIZE = 20
MAX_SEARCH = 100
# Drafts follow each other; the sending of the newest is among the last few.
NEWEST_SENDINGS = 20
# Left out of a round of thousands, the rest is only counted.
MOST_LEFT_OUT = 100


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in a group: number, name, and where they work."""

    id: MemberId
    name: str
    about: str


@dataclass(frozen=True, slots=True)
class Drafted:
    """A group of the draft: its place in the whole list, its people and why they fit."""

    id: GroupId
    number: int
    people: tuple[Person, ...]
    why: str
    is_locked: bool


@dataclass(frozen=True, slots=True)
class Swapping:
    """Somebody who is to change places, and the number of their group."""

    person: Person
    group: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A round that waits for an organiser, and a page of its groups.

    ``sends`` is the local time at which it goes out by itself; None where it waits to be sent or is
    being sent. ``goes_at_once`` says what an approval does. ``mark`` changes with anything an
    organiser could see, so that nobody approves what they have not seen.
    """

    round: Round
    state: str
    sends: datetime | None
    goes_at_once: bool
    is_held_unless_approved: bool
    quality: str
    total: int
    people: int
    locked: int
    groups: tuple[Drafted, ...]
    left_out: tuple[tuple[str, str], ...]
    left_out_total: int
    pager: Pager
    words: str
    swapping: Swapping | None
    mark: str


def look(db: UnitOfWork, asker: Asker, query: Mapping[str, str], *, path: str) -> Draft | None:
    """The newest draft as the address asks for it; None where nothing is drafted."""
    found = db.coffee.rounds(asker.community.id, *DRAFTS, limit=1)
    if not found:
        return None
    of = found[0]
    groups = db.coffee.groups(of.id)
    numbered = tuple(enumerate(groups, start=1))
    searched = query.get("words", "").strip()[:MAX_SEARCH]
    chosen = _searched(db, numbered, searched) if searched else numbered
    turning = pager(query, total=len(chosen), size=SIZE, path=path, kept=("words", "swap"))
    page = chosen[turning.offset : turning.last]
    everybody = db.members.many(each for _, group in page for each in group.people)
    alone = left_out(db, of)
    return Draft(
        round=of,
        state=words.ROUNDS[of.state],
        sends=sends(db, of),
        goes_at_once=of.state is RoundState.HELD or of.sends_at <= asker.now,
        is_held_unless_approved=db.coffee.setup(of.community).if_unapproved is IfUnapproved.HOLD,
        quality=quality(of),
        total=len(groups),
        people=sum(len(group.people) for group in groups),
        locked=sum(group.is_locked for group in groups),
        groups=_drafted(page, everybody, of),
        left_out=tuple(alone[:MOST_LEFT_OUT]),
        left_out_total=len(alone),
        pager=turning,
        words=searched,
        swapping=_swapping(db, numbered, query.get("swap", "")),
        mark=_mark(of, groups),
    )


def sends(db: UnitOfWork, of: Round) -> datetime | None:
    """The local time at which a draft goes out by itself; None where nothing is planned."""
    for each in db.schedule.of(of.community, "coffee send", limit=NEWEST_SENDINGS):
        if each.subject == f"round:{of.id}" and each.state is OccurrenceState.WAITING:
            return times.local(each.due_at, of.zone)
    return None


def mark(db: UnitOfWork, asker: Asker) -> str:
    """The mark of the newest draft as it is now; empty where there is none."""
    found = db.coffee.rounds(asker.community.id, *DRAFTS, limit=1)
    return _mark(found[0], db.coffee.groups(found[0].id)) if found else ""


def _mark(of: Round, groups: Sequence[Group]) -> str:
    seen = [(of.id, of.state)] + [(each.id, each.people, each.is_locked) for each in groups]
    return hashlib.sha256(repr(seen).encode()).hexdigest()[:24]


def _searched(
    db: UnitOfWork, numbered: Sequence[tuple[int, Group]], searched: str
) -> tuple[tuple[int, Group], ...]:
    """The groups in which somebody's name holds the words."""
    names = db.members.many(each for _, group in numbered for each in group.people)
    key = searched.casefold()
    return tuple(
        (number, group)
        for number, group in numbered
        if any(each in names and key in names[each].name.casefold() for each in group.people)
    )


def _drafted(
    page: Sequence[tuple[int, Group]], everybody: Mapping[MemberId, Member], of: Round
) -> tuple[Drafted, ...]:
    described = drafted_groups([group for _, group in page], everybody, of.theme, who="you")
    return tuple(
        Drafted(
            group.id,
            number,
            tuple(_person(everybody[each]) for each in group.people if each in everybody),
            told.why,
            group.is_locked,
        )
        for (number, group), told in zip(page, described, strict=True)
    )


def _person(member: Member) -> Person:
    profile = member.profile
    about = (profile.job or profile.profession, profile.organisation, profile.place)
    return Person(member.id, member.name, " · ".join(filter(None, about)))


def _swapping(db: UnitOfWork, numbered: Sequence[tuple[int, Group]], asked: str) -> Swapping | None:
    wanted = whole_number(asked)
    for number, group in numbered:
        if wanted in group.people:
            return Swapping(_person(db.members.get(MemberId(wanted or 0))), number)
    return None
