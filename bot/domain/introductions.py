"""Introductions: what a member tells of themselves, and finding those who have done so."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rapidfuzz import fuzz, process

from bot.chat.requests import Fields
from bot.domain.members import SLOTS, Member, Organisation, Profile, Vocabulary
from bot.domain.words import clean, folded, language, organisation_key, several
from bot.errors import FormErrors

MOST_FOUND = 10
# Enough words to find anybody; more is a slip of the clipboard.
MOST_WORDS = 12
# An organisation that is not in the list is written beside it.
ANOTHER = "another"
LONGEST = {
    "name": 120,
    "job": 120,
    "organisation": 120,
    "other_organisation": 120,
    "pronouns": 40,
    "languages": 200,
    "ask_me_about": 300,
}
FREE_TEXT = ("job", "other_organisation", "pronouns", "languages", "ask_me_about")
"""The fields in which anything can be written, but for the member's own name."""
CHOICES = {
    "place": Vocabulary.PLACE,
    "sector": Vocabulary.SECTOR,
    "profession": Vocabulary.PROFESSION,
    "stage": Vocabulary.STAGE,
    "kind": Vocabulary.KIND,
}
"""The fields of an introduction that hold one word of a vocabulary."""

_SMALL_WORDS = frozenset({"a", "an", "and", "at", "for", "from", "in", "of", "on", "the", "with"})
# A name found is worth more than a job, a job more than an interest.
_WEIGHTS = {
    "name": 8,
    "organisation": 5,
    "place": 4,
    "profession": 4,
    "job": 4,
    "sector": 3,
    "interests": 3,
    "ask_me_about": 2,
}
# Below this likeness (0-100) another word is not what a slip of the finger meant.
_SLIP = 75


@dataclass(frozen=True, slots=True)
class Words:
    """The community's vocabularies and organisations; ``other_names`` are names used as well."""

    vocabularies: Mapping[Vocabulary, Sequence[str]]
    organisations: Sequence[Organisation]
    other_names: Mapping[str, str]

    @property
    def interests(self) -> tuple[str, ...]:
        """What may be chosen as an interest; the priorities first."""
        return (
            *self.vocabularies.get(Vocabulary.PRIORITY, ()),
            *self.vocabularies.get(Vocabulary.INTEREST, ()),
        )


@dataclass(frozen=True, slots=True)
class Introduction:
    """What a member consented to have shown, with the rest of their profile."""

    name: str
    profile: Profile
    show_email: bool


@dataclass(frozen=True, slots=True)
class Found:
    """The best of those who match, how many more do, and words that would find somebody."""

    people: tuple[Member, ...] = ()
    more: int = 0
    instead: tuple[tuple[str, int], ...] = ()


def read(fields: Fields, member: Member, words: Words) -> Introduction:
    """The introduction in a submitted form; raises ``FormErrors``, for consent withheld as well."""
    said = {name: _first(fields, name) for name in (*LONGEST, *CHOICES)}
    errors = {
        name: f"Please keep this below {most} characters."
        for name, most in LONGEST.items()
        if len(said[name]) > most
    }
    if not said["job"]:
        errors["job"] = "Please say what you do, for example “District nurse”."
    errors |= _unknown(said, fields, member.profile, words)
    organisation = _organisation(said, words)
    if not organisation:
        field = "other_organisation" if said["organisation"] == ANOTHER else "organisation"
        errors[field] = "Please say where you work or whom you stand for."
    if _first(fields, "consent") != "yes":
        errors["consent"] = "Please tick this if you agree; without it nothing is shown or kept."
    if errors:
        raise FormErrors(errors)

    sectors = {card.name: card.sector for card in words.organisations}
    profile = replace(
        member.profile,
        pronouns=said["pronouns"],
        job=said["job"],
        place=said["place"],
        organisation=organisation,
        sector=said["sector"] or sectors.get(organisation, ""),
        profession=said["profession"],
        stage=said["stage"],
        kind=said["kind"],
        ask_me_about=said["ask_me_about"],
        interests=tuple(dict.fromkeys(fields.get("interests", ()))),
        languages=tuple(dict.fromkeys(map(language, several(said["languages"])))),
        slots=tuple(slot for slot in SLOTS if slot in fields.get("slots", ())),
    )
    return Introduction(
        name=said["name"] or member.name,
        profile=profile,
        show_email=_first(fields, "show_email") == "yes",
    )


def can_search(asked: str) -> bool:
    """Whether there is anything to look for in these words."""
    return bool(folded(asked))


def search(asked: str, people: Iterable[Member], words: Words) -> Found:
    """Those who have introduced themselves and match every word, the best first.

    Only what was consented to is looked at: never a team, a line manager or a hidden address.
    """
    terms = _terms(asked, words)
    listed = [(member, _indexed(member)) for member in people if member.is_introduced]
    scored = [
        (score, member) for member, entry in listed if (score := _score(terms, entry)) is not None
    ]
    scored.sort(key=lambda each: (-each[0], folded(each[1].name), each[1].id))
    if scored:
        best = tuple(member for _, member in scored[:MOST_FOUND])
        return Found(best, len(scored) - len(best))
    return Found(instead=tuple(_instead(terms, [entry for _, entry in listed])))


def named(asked: str, words: Words) -> tuple[Organisation, ...]:
    """The organisations that are meant: by their whole names, or the only one that fits."""
    said = " ".join(_expanded(asked, words).split())
    whole = tuple(
        card
        for card in words.organisations
        if f" {organisation_key(card.name)} " in f" {said} "
        or f" {folded(card.name)} " in f" {said} "
    )
    if whole:
        return whole
    terms = _terms(asked, words)
    fitting = [
        card
        for card in words.organisations
        if all(_fits(term, folded(card.name).split()) for term in terms)
    ]
    return tuple(fitting) if terms and len(fitting) == 1 else ()


def _first(fields: Fields, name: str) -> str:
    values = fields.get(name, ())
    return " ".join(clean(values[0]).split()) if values else ""


def _unknown(
    said: Mapping[str, str], fields: Fields, before: Profile, words: Words
) -> dict[str, str]:
    """Choices that no list offers; what a profile holds already stays possible."""
    wrong = [
        name
        for name, vocabulary in CHOICES.items()
        if said[name] not in {"", getattr(before, name), *words.vocabularies.get(vocabulary, ())}
    ]
    if not {*fields.get("interests", ())} <= {*before.interests, *words.interests}:
        wrong.append("interests")
    if not {*fields.get("slots", ())} <= {*SLOTS}:
        wrong.append("slots")
    return dict.fromkeys(wrong, "Please choose from the list.")


def _organisation(said: Mapping[str, str], words: Words) -> str:
    """The organisation as it is known, whichever of its names was given."""
    asked = said["organisation"]
    if asked in {"", ANOTHER}:
        asked = said["other_organisation"]
    key = organisation_key(asked)
    names = {organisation_key(card.name): card.name for card in words.organisations}
    others = {organisation_key(other): name for other, name in words.other_names.items()}
    other = others.get(key)
    return names.get(key) or (other if other in names.values() else None) or asked


def _expanded(asked: str, words: Words) -> str:
    """The words asked for, with other names put as the organisation's own."""
    said = f" {folded(asked)} "
    known = {card.name for card in words.organisations}
    for other, name in sorted(words.other_names.items(), key=lambda each: -len(each[0])):
        if name in known:
            said = said.replace(f" {folded(other)} ", f" {folded(name)} ")
    return said


def _terms(asked: str, words: Words) -> tuple[str, ...]:
    every = tuple(dict.fromkeys(_expanded(asked, words).split()))[:MOST_WORDS]
    return tuple(term for term in every if term not in _SMALL_WORDS) or every


def _indexed(member: Member) -> Mapping[str, Sequence[str]]:
    """The words of everything others may see of a member."""
    found = {"name": folded(member.name).split()}
    for name in _WEIGHTS.keys() - found.keys():
        told = getattr(member.profile, name)
        found[name] = folded(told if isinstance(told, str) else " ".join(told)).split()
    return found


def _fits(term: str, told: Sequence[str]) -> bool:
    return any(word.startswith(term) for word in told)


def _score(terms: Sequence[str], entry: Mapping[str, Sequence[str]]) -> int | None:
    """How well somebody matches; None where a word is nowhere. A whole word counts twice."""
    total = 0
    for term in terms:
        best = max(
            (
                _WEIGHTS[name] * (2 if term in told else 1)
                for name, told in entry.items()
                if _fits(term, told)
            ),
            default=0,
        )
        if not best:
            return None
        total += best
    return total


def _instead(
    terms: Sequence[str], entries: Sequence[Mapping[str, Sequence[str]]]
) -> Iterable[tuple[str, int]]:
    """Each of the words alone, or the one it was a slip of, with how many people it finds."""
    vocabulary = sorted({word for entry in entries for told in entry.values() for word in told})
    for term in terms:
        found = process.extractOne(term, vocabulary, scorer=fuzz.ratio, score_cutoff=_SLIP)
        for word in dict.fromkeys((term, *(found[:1] if found else ()))):
            count = sum(_score((word,), entry) is not None for entry in entries)
            if count and (word != term or len(terms) > 1):
                yield word, count
                break
