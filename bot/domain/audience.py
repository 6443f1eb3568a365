"""Who is meant: everyone, or those of whom something is true, combined by and, or and not."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Attribute(StrEnum):
    """What can be known of a member, as it is said."""

    PLACE = "place"
    SECTOR = "sector"
    ORGANISATION = "organisation"
    PROFESSION = "profession"
    STAGE = "stage"
    KIND = "kind"
    INTEREST = "interest"
    PROGRAMME = "programme"
    PLATFORM = "platform"
    ROLE = "role"


class Programme(StrEnum):
    """In which programme somebody is."""

    COFFEE = "coffee"
    INTRODUCTIONS = "introductions"


class Platform(StrEnum):
    """Where somebody has an account."""

    SLACK = "Slack"
    TEAMS = "Teams"
    WEB = "web chat"


class Position(StrEnum):
    """What somebody does for the community."""

    ORGANISER = "organiser"
    CURATOR = "curator"


@dataclass(frozen=True, slots=True)
class Everyone:
    """All members."""


@dataclass(frozen=True, slots=True)
class Is:
    """Those of whom an attribute is this value, in the vocabulary's own words."""

    attribute: Attribute
    value: str


@dataclass(frozen=True, slots=True)
class Not:
    """Those who are not meant by the part."""

    part: "Audience"


@dataclass(frozen=True, slots=True)
class Both:
    """Those who are meant by all of the parts."""

    parts: tuple["Audience", ...]


@dataclass(frozen=True, slots=True)
class Either:
    """Those who are meant by any of the parts."""

    parts: tuple["Audience", ...]


Audience = Everyone | Is | Not | Both | Either
EVERYONE = Everyone()
Known = Mapping[Attribute, Sequence[str]]
"""For each attribute the values there are."""

FIXED: Known = {
    Attribute.PROGRAMME: tuple(Programme),
    Attribute.PLATFORM: tuple(Platform),
    Attribute.ROLE: tuple(Position),
}
"""The values that are the same in every community."""


def chosen(values: Mapping[Attribute, Sequence[str]], more: Audience = EVERYONE) -> Audience:
    """Those who have one of the values of each attribute, and are meant by ``more`` besides."""
    parts = [either([Is(name, each) for each in several]) for name, several in values.items()]
    return both([part for part in (*parts, more) if part != EVERYONE])


def choices(audience: Audience) -> dict[Attribute, tuple[str, ...]] | None:
    """The values that :func:`chosen` makes this audience of; None where none do."""
    found: dict[Attribute, tuple[str, ...]] = {}
    for part in audience.parts if isinstance(audience, Both) else (audience,):
        ones = part.parts if isinstance(part, Either) else (part,)
        values = [one for one in ones if isinstance(one, Is)]
        names = {one.attribute for one in values}
        if len(values) < len(ones) or len(names) != 1 or names & found.keys():
            return {} if audience == EVERYONE else None
        found[values[0].attribute] = tuple(one.value for one in values)
    return found


def both(parts: Sequence[Audience]) -> Audience:
    """Those who are meant by all of the parts; everyone where there is none."""
    if len(parts) < 2:
        return parts[0] if parts else EVERYONE
    return Both(tuple(parts))


def either(parts: Sequence[Audience]) -> Audience:
    """Those who are meant by any of the parts; everyone where there is none."""
    if len(parts) < 2:
        return parts[0] if parts else EVERYONE
    return Either(tuple(parts))
