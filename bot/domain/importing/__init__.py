"""Importing members: what each row of a table would add or change, decided before anything is.

A row becomes an entry to be written or a problem with its sentences. An empty cell changes
nothing, and an import never takes anything away.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from enum import StrEnum

from bot.chat.requests import Role
from bot.domain.importing import rows
from bot.domain.importing.columns import Column, Headed, Sheet, headed, lacking, sheet
from bot.domain.importing.known import Known
from bot.domain.importing.rows import Given
from bot.domain.members import Member, MemberState, Organisation, Profile
from bot.domain.words import organisation_key
from bot.ids import MemberId

__all__ = [
    "Checked",
    "Column",
    "Entry",
    "Headed",
    "Known",
    "Outcome",
    "Row",
    "Sheet",
    "check",
    "headed",
    "lacking",
    "sheet",
]

_NOT_HERE = "They left the community or are suspended, so nothing is changed."
_UNASKED = "They have not said yet whether they are somebody known, so nothing is changed."
_NAMES = {
    "email": Column.EMAIL,
    "slots": Column.SLOTS,
    "line_manager": Column.LINE_MANAGER,
    "ask_me_about": Column.ASK_ME_ABOUT,
    "system_roles": Column.SYSTEM_ROLES,
}
"""The plain names of what a member has, where they are not the field's own."""


class Outcome(StrEnum):
    """What becomes of a row."""

    ADDED = "added"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class Entry:
    """What is to be written for a row; ``member`` is None for somebody new.

    ``slack`` is a member ID in the one workspace; empty where there is none to note.
    """

    member: MemberId | None
    name: str
    email: str
    profile: Profile
    role: Role
    slack: str = ""
    on_web: bool = False
    in_coffee: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row's number and name, what becomes of it, and the sentences that explain it."""

    number: int
    name: str
    outcome: Outcome
    sentences: tuple[str, ...] = ()
    entry: Entry | None = None


@dataclass(frozen=True, slots=True)
class Checked:
    """A whole table, decided. ``organisations`` are the new ones it brings."""

    rows: tuple[Row, ...]
    organisations: tuple[Organisation, ...]

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """How many rows come to what."""
        return Counter(row.outcome for row in self.rows)

    @property
    def entries(self) -> tuple[Entry, ...]:
        """What there is to write."""
        return tuple(row.entry for row in self.rows if row.entry is not None)


def check(table: Sheet, known: Known) -> Checked:
    """What each row would add or change, and why some can't be taken."""
    given = rows.read(table, known)
    emails = _numbers((each.email, each.number) for each in given)
    slacks = _numbers((each.slack, each.number) for each in given)
    by_email = {member.email: member for member in known.members if member.email}
    by_number = {member.id: member for member in known.members}
    sectors = {card.name: card.sector for card in known.organisations}

    decided = []
    for row in given:
        again = (*_again(row, "e-mail address", emails.get(row.email, ())),)
        again += (*_again(row, "Slack member ID", slacks.get(row.slack, ())),)
        marked = replace(
            row,
            problems=(*row.problems, *again),
            notes=(*row.notes, *_stands_again(row, emails.get(row.email, ()))),
        )
        owner = known.owners.get(row.slack)
        decided.append(
            _decided(
                marked,
                namesake=by_email.get(row.email),
                owner=by_number[owner] if owner is not None else None,
                known=known,
                sectors=sectors,
            )
        )
    return Checked(tuple(decided), _new_organisations(decided, known))


def _numbers(said: Iterable[tuple[str, int]]) -> Mapping[str, Sequence[int]]:
    """In which rows each of these words stands."""
    found: dict[str, list[int]] = {}
    for words, number in said:
        if words:
            found.setdefault(words, []).append(number)
    return found


def _again(row: Given, what: str, where: Sequence[int]) -> Iterable[str]:
    if where and where[0] != row.number:
        yield f"Rows {where[0]} and {row.number} have the same {what}."


def _stands_again(row: Given, where: Sequence[int]) -> Iterable[str]:
    if len(where) > 1 and where[0] == row.number:
        numbers = ", ".join(map(str, where[1:]))
        yield f"The same e-mail address stands again in row {numbers}."


def _decided(
    row: Given,
    *,
    namesake: Member | None,
    owner: Member | None,
    known: Known,
    sectors: Mapping[str, str],
) -> Row:
    """The row with its outcome; ``namesake`` has its address, ``owner`` its Slack account."""
    found = namesake or owner
    problems = list(row.problems)
    if owner is not None and owner.email not in {None, row.email}:
        problems.append(f"Slack member {row.slack} is somebody else in the community.")
    elif owner is not None and owner is not found:
        problems.append(f"Slack member {row.slack} and {row.email} are two members already.")
    if problems:
        return Row(row.number, row.name, Outcome.PROBLEM, tuple(problems))

    if found is not None and found.state is not MemberState.ACTIVE:
        sentence = _UNASKED if found.state is MemberState.UNCONFIRMED else _NOT_HERE
        return Row(row.number, row.name, Outcome.UNCHANGED, (sentence,))

    entry = _entry(row, found, has_slack=known.has_slack, sectors=sectors)
    notes = (*row.notes, *_explained(row, found, known))
    if found is None:
        return Row(row.number, row.name, Outcome.ADDED, notes, entry)
    changed = ", ".join(_changes(found, entry, known))
    if not changed:
        return Row(row.number, row.name, Outcome.UNCHANGED, notes)
    return Row(row.number, row.name, Outcome.UPDATED, (f"Changed: {changed}.", *notes), entry)


def _explained(row: Given, found: Member | None, known: Known) -> Iterable[str]:
    if row.slack and not known.has_slack:
        yield "The Slack account will be found by e-mail, as no single workspace is installed."
    if row.in_coffee and found is not None and found.id not in known.in_coffee:
        yield "Coffee is theirs to join, as they are a member already."


def _entry(
    row: Given, found: Member | None, *, has_slack: bool, sectors: Mapping[str, str]
) -> Entry:
    before = found.profile if found is not None else Profile()
    said = {field.name: getattr(row.profile, field.name) for field in fields(Profile)}
    said["sector"] = _sector(row.profile, before, sectors)
    role = found.role if found is not None else Role.MEMBER
    return Entry(
        member=found.id if found is not None else None,
        name=row.name,
        email=row.email,
        profile=replace(before, **{name: value for name, value in said.items() if value}),
        role=Role.ORGANISER if row.is_organiser else role,
        slack=row.slack if has_slack else "",
        on_web="web" in row.platforms,
        in_coffee=row.in_coffee and found is None,
    )


def _sector(said: Profile, before: Profile, sectors: Mapping[str, str]) -> str:
    """The sector given; else the organisation's for those who have none or have moved."""
    has_moved = said.organisation not in {"", before.organisation}
    if said.sector or (before.sector and not has_moved):
        return said.sector
    return sectors.get(said.organisation or before.organisation, "")


def _changes(before: Member, entry: Entry, known: Known) -> Iterable[str]:
    for name in ("name", "email", "role"):
        if getattr(before, name) != getattr(entry, name):
            yield _NAMES.get(name, name)
    for field in fields(Profile):
        if getattr(before.profile, field.name) != getattr(entry.profile, field.name):
            yield _NAMES.get(field.name, field.name)
    if entry.slack and entry.slack not in known.owners:
        yield "Slack account"
    if entry.on_web and before.id not in known.on_web:
        yield "web account"


def _new_organisations(decided: Iterable[Row], known: Known) -> tuple[Organisation, ...]:
    taken = {organisation_key(card.name) for card in known.organisations}
    found: dict[str, Organisation] = {}
    for row in decided:
        profile = row.entry.profile if row.entry is not None else Profile()
        key = organisation_key(profile.organisation)
        if key and key not in taken:
            found.setdefault(key, Organisation(profile.organisation, profile.sector))
    return tuple(found.values())
