"""The check for what could identify a person, such as a patient, in words that others will read.

It finds NHS numbers, dates of birth, postcodes, phone numbers, e-mail addresses and names after a
title. It can't know a name by itself, a rare illness or a village: people still read before
anything is published. Whoever guards a form asks :func:`refuse`; whoever has somebody to clear
what was found asks :func:`check`.
"""

import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bot.domain import identifiable_dates, identifiable_names, identifiable_numbers
from bot.errors import FormErrors

# Signs that people use for a hyphen or an apostrophe.
_SIGNS = str.maketrans({**dict.fromkeys("‐‑‒–—−", "-"), **dict.fromkeys("’‘`", "'")})
# So many findings are quoted in one sentence; the rest is counted.
MOST_QUOTED = 3
LONGEST_QUOTE = 60
# No digit, letter or space, and in nobody's text.
_TAKEN = "\x00"


class Kind(StrEnum):
    """What was found, in words to show."""

    EMAIL = "e-mail address"
    DATE_OF_BIRTH = "date of birth"
    PHONE = "phone number"
    NHS_NUMBER = "NHS number"
    POSTCODE = "postcode"
    NAME = "person’s name"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that could identify a person: what it is, how it was written, and in which field.

    ``field`` is the name of a form's field, empty where a single text was looked at.
    """

    kind: Kind
    words: str
    field: str = ""


_Spans = Iterable[tuple[int, int]]


def find(text: str, *, today: date, known: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Everything in a text that could identify a person, in the order in which it stands.

    ``known`` are the names of those who may be named: the authors themselves.
    """
    said = _readable(text)
    names = tuple(known)
    rules: tuple[tuple[Kind | None, Callable[[str], _Spans]], ...] = (
        (Kind.EMAIL, identifiable_numbers.emails),
        (Kind.DATE_OF_BIRTH, lambda rest: identifiable_dates.births(rest, today=today)),
        # Other dates are no findings, and their digits are no numbers either.
        (None, identifiable_dates.dates),
        (Kind.PHONE, identifiable_numbers.phones),
        (Kind.NHS_NUMBER, identifiable_numbers.nhs_numbers),
        (Kind.POSTCODE, identifiable_numbers.postcodes),
        (Kind.NAME, lambda rest: identifiable_names.names(rest, known=names)),
    )
    found: list[tuple[int, Finding]] = []
    rest = said
    for kind, spans in rules:
        taken = rest
        for start, end in spans(taken):
            # What is taken for one thing is not taken for another.
            if rest[start:end] != taken[start:end]:
                continue
            rest = f"{rest[:start]}{_TAKEN * (end - start)}{rest[end:]}"
            if kind is not None:
                found.append((start, Finding(kind, " ".join(said[start:end].split()))))
    return tuple(finding for _, finding in sorted(found, key=lambda each: each[0]))


def check(
    fields: Mapping[str, str], *, today: date, known: Iterable[str] = ()
) -> tuple[Finding, ...]:
    """Everything in the texts of a form that could identify a person, field by field."""
    names = tuple(known)
    return tuple(
        Finding(each.kind, each.words, name)
        for name, text in fields.items()
        for each in find(text, today=today, known=names)
    )


def refuse(fields: Mapping[str, str], *, today: date, known: Iterable[str] = ()) -> None:
    """Raise ``FormErrors`` where a text could identify a person: each field says what and why."""
    found = check(fields, today=today, known=known)
    if found:
        names = dict.fromkeys(each.field for each in found)
        raise FormErrors(
            {
                name: f"{explained([each for each in found if each.field == name])} "
                "Others will read this: please leave it out."
                for name in names
            }
        )


def explained(found: Iterable[Finding]) -> str:
    """What was found, in a sentence: "I take “SE13 9ZZ” for a postcode."."""
    every = tuple(dict.fromkeys((each.kind, each.words) for each in found))
    parts = [f"“{words[:LONGEST_QUOTE]}” for {_a(kind)}" for kind, words in every[:MOST_QUOTED]]
    more = len(every) - len(parts)
    parts += [f"{more} more for such things"] if more else []
    first, last = ", ".join(parts[:-1]), parts[-1]
    return f"I take {first} and {last}." if first else f"I take {last}."


def _a(kind: Kind) -> str:
    return f"{'an' if kind in {Kind.EMAIL, Kind.NHS_NUMBER} else 'a'} {kind}"


def _readable(text: str) -> str:
    """The text with one way to write each digit, space, hyphen and apostrophe."""
    plain = unicodedata.normalize("NFKC", text).translate(_SIGNS)
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf")
