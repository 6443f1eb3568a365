"""Members, history and constraints read from files, and a plan written to one.

Ids in ``blocked``, ``manager`` and past rounds may be of people who are not among the members.
"""

import json
from collections.abc import Sequence
from dataclasses import fields, replace
from enum import StrEnum
from itertools import combinations
from pathlib import Path
from typing import Any, TypeVar

from bot.domain.pairing.model import (
    Constraints,
    Frequency,
    History,
    Person,
    Plan,
    Preference,
    Round,
    Theme,
    Weights,
)
from bot.domain.pairing.score import reasons

MOST_POINTS = 100
"""More for one criterion would drown all others, and the planner's sums have their limits."""

Choice = TypeVar("Choice", bound=StrEnum)

WORDS = (
    "place",
    "organisation",
    "sector",
    "profession",
    "stage",
    "kind",
    "platform",
    "team",
    "manager",
)
LISTS = ("interests", "slots", "languages", "blocked")


class PairingFileError(ValueError):
    """A file can't be read or written; the sentence names the file, the member and the key."""


def read_members(path: Path) -> tuple[Person, ...]:
    """Everybody in members.json, in its order. Raises PairingFileError."""
    people: dict[str, Person] = {}
    for place, member in enumerate(_entries(path, "members"), start=1):
        person = _person(f"{path}, member {place}", path, member)
        if person.id in people:
            raise PairingFileError(f"{path}, member {person.id}: the id is there twice.")
        people[person.id] = person
    return tuple(people.values())


def read_history(path: Path) -> History:
    """The rounds of history.json. Raises PairingFileError."""
    return History(
        tuple(
            _round(f"{path}, round {place} of the list", path, held)
            for place, held in enumerate(_entries(path, "rounds"), start=1)
        )
    )


def read_constraints(path: Path) -> Constraints:
    """The constraints of constraints.json, defaults where it is silent. Raises PairingFileError."""
    given = _object(str(path), _read(path))
    _only(str(path), given, {field.name for field in fields(Constraints)})
    chosen: dict[str, Any] = {}
    for key in given.keys() - {"weights", "theme"}:
        is_size = key.startswith("group_")
        chosen[key] = _whole(str(path), given, key) if is_size else _claim(str(path), given, key)
    if given.get("weights") is not None:
        chosen["weights"] = _weights(f"{path}, weights", given["weights"])
    if given.get("theme") is not None:
        chosen["theme"] = _choice(str(path), given, "theme", Theme)

    try:
        return Constraints(**chosen)
    except ValueError as error:
        raise PairingFileError(f"{path}: {error}") from error


def write_groups(
    path: Path, plan: Plan, people: Sequence[Person], constraints: Constraints
) -> None:
    """The plan with each group's reasons; the same plan gives the same bytes.

    Raises PairingFileError if the file can't be written.
    """
    by_id = {person.id: person for person in people}
    content = {
        "round": plan.round,
        "seed": plan.seed,
        "groups": [list(group) for group in plan.groups],
        "unmatched": [{"id": left.id, "reason": left.reason} for left in plan.unmatched],
        "score": plan.score,
        "bound": plan.bound,
        "ratio": plan.ratio,
        "quality": plan.quality,
        "repeats": plan.repeats,
        "explanations": [
            [_explained(by_id[one], by_id[other], constraints) for one, other in pairs]
            for pairs in (combinations(group, 2) for group in plan.groups)
        ],
    }
    # One key a line: indented JSON is written in Python, ten times as slowly.
    lines = ",\n".join(
        f" {json.dumps(key)}: {json.dumps(value, ensure_ascii=False)}"
        for key, value in content.items()
    )
    try:
        path.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
    except OSError as error:
        raise PairingFileError(f"{path} can't be written: {error.strerror}.") from error


def _explained(one: Person, other: Person, constraints: Constraints) -> dict[str, object]:
    told = [
        {"kind": reason.kind, "points": reason.points, "values": reason.values}
        for reason in reasons(one, other, constraints.weights, theme=constraints.theme)
    ]
    return {"pair": (one.id, other.id), "reasons": told}


def _person(where: str, path: Path, member: object) -> Person:
    given = _object(where, member)
    name = _word(where, given, "id")
    if name is None:
        raise PairingFileError(f"{where}: “id” is missing.")
    where = f"{path}, member {name}"
    words = {key: _word(where, given, key) for key in WORDS}
    lists = {key: _words(where, given, key) for key in LISTS}
    person = Person(name, **words, **lists)  # type: ignore[arg-type]  # Two kinds of fields.
    if given.get("frequency") is not None:
        frequency = _choice(where, given, "frequency", Frequency)
        person = replace(person, frequency=frequency)
    if given.get("paused_until_round") is not None:
        paused = _whole(where, given, "paused_until_round")
        person = replace(person, paused_until_round=paused)
    if given.get("prefers") is not None:
        preference = _choice(where, given, "prefers", Preference)
        person = replace(person, prefers=preference)
    if given.get("likes_pairs") is not None:
        person = replace(person, likes_pairs=_claim(where, given, "likes_pairs"))
    if given.get("was_guest") is not None:
        person = replace(person, was_guest=_claim(where, given, "was_guest"))
    return person


def _round(where: str, path: Path, held: object) -> Round:
    given = _object(where, held)
    number = _whole(where, given, "round")
    groups = given.get("groups")
    if not isinstance(groups, list) or not all(_is_words(group) for group in groups):
        raise PairingFileError(f"{path}, round {number}: “groups” must be a list of lists of ids.")
    return Round(number, tuple(tuple(group) for group in groups))


def _weights(where: str, value: object) -> Weights:
    given = _object(where, value)
    _only(where, given, {field.name for field in fields(Weights)})
    for key in given:
        if not 0 <= _whole(where, given, key) <= MOST_POINTS:
            raise PairingFileError(f"{where}: “{key}” must be from 0 to {MOST_POINTS}.")
    return Weights(**given)


def _read(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise PairingFileError(f"{path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise PairingFileError(f"{path} is not text in UTF-8.") from error
    except json.JSONDecodeError as error:
        raise PairingFileError(f"{path} is not JSON: line {error.lineno}, {error.msg}.") from error


def _entries(path: Path, key: str) -> list[object]:
    entries = _object(str(path), _read(path)).get(key)
    if not isinstance(entries, list):
        raise PairingFileError(f"{path}: “{key}” must be a list.")
    return entries


def _object(where: str, value: object) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise PairingFileError(f"{where} must be an object with keys.")
    return value


def _only(where: str, given: dict[str, Any], known: set[str]) -> None:
    """A misspelt rule would silently not hold."""
    for key in given:
        if key not in known:
            raise PairingFileError(f"{where}: “{key}” is not known.")


def _word(where: str, given: dict[str, Any], key: str) -> str | None:
    value = given.get(key)
    if value is not None and not isinstance(value, str):
        raise PairingFileError(f"{where}: “{key}” must be a text.")
    return value or None


def _words(where: str, given: dict[str, Any], key: str) -> frozenset[str]:
    value = given.get(key)
    if value is not None and not _is_words(value):
        raise PairingFileError(f"{where}: “{key}” must be a list of texts.")
    return frozenset(value or ())


def _is_words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) for word in value)


def _whole(where: str, given: dict[str, Any], key: str) -> int:
    value = given.get(key)
    # True is an int to Python.
    if not isinstance(value, int) or isinstance(value, bool):
        raise PairingFileError(f"{where}: “{key}” must be a whole number.")
    return value


def _claim(where: str, given: dict[str, Any], key: str) -> bool:
    value = given[key]
    if not isinstance(value, bool):
        raise PairingFileError(f"{where}: “{key}” must be true or false.")
    return value


def _choice(where: str, given: dict[str, Any], key: str, choices: type[Choice]) -> Choice:
    value = given[key]
    if value not in list(choices):
        told = ", ".join(f"“{choice}”" for choice in choices)
        raise PairingFileError(f"{where}: “{key}” must be one of {told}.")
    return choices(value)
