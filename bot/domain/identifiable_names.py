"""Where people are named after a title in a text, but for colleagues and authors.

"Mrs Achebe" is most likely a patient. "Dr Obi led this" and "our surgeon, Mr Lowe" are colleagues;
"Dr Hamid was admitted" is a patient again. "Mrs B" is how people leave a name out.
"""

import re
from collections.abc import Iterable

from bot.domain.identifiable_numbers import Spans
from bot.domain.words import folded

_PARTICLE = r"(?:(?:de|da|di|du|del|la|le|van|von|der|den|ten|el|al|bin|ibn|abu|st\.?)\s+){0,3}"
_WORD = r"(?:[A-Z][\w'-]*\w)"
_NAME = rf"(?:[A-Z]\b\.?\s?){{0,3}}{_PARTICLE}{_WORD}(?:[ ]{_WORD})?"
_TITLED = re.compile(rf"\b(?P<title>Mr|Mrs|Ms|Miss|Mx|MR|MRS|MISS)\.?\s+(?P<name>{_NAME})")
# On a phone names are typed in small letters.
_SMALL = re.compile(r"\b(?:mr|mrs)\.?\s+(?P<name>[a-z][a-z'-]{2,})\b")
_COLLEAGUE = re.compile(
    r"\b(?:Dr|Doctor|Prof|Professor|Sir|Dame|Lord|Lady|Rev|Reverend|Cllr|Councillor|Sister|Nurse)"
    rf"\.?\s+(?P<name>{_NAME})"
)
_CALLED = re.compile(
    r"(?:\b(?:patient|resident|client|service user|pt)\b[:,]?"
    # With a capital only where a sentence begins: elsewhere it is a group's or a post's name.
    r"|(?:^|[.!?:]\s)(?:Patient|Resident|Client|Pt)\b:?)"
    rf"\s+(?P<name>{_WORD}\s{_WORD})"
)
_PATIENT_BEFORE = re.compile(r"\b(?:patient|resident|client|service user|pt)\b[:,]?\s*$")
_PATIENT_AFTER = re.compile(
    r"^(?:,[^.!?]{0,60},|\s\([^)]{0,40}\))?\s+(?:was|is|were|had been|has been|got)\s+(?:\w+ly\s+)?"
    r"(?:admitted|discharged|diagnosed|treated|referred|readmitted|transferred|sectioned|ill|dying"
    r"|in hospital|in pain|(?:a|our|the) (?:patient|resident))\b"
)
_ROLES = (
    r"(?:consultant|surgeon|anaesthetist|radiologist|physician|registrar|nurse|matron|sister|midwife"
    r"|doctor|gp|pharmacist|physio\w*|therapist|dietitian|paramedic|psychologist|porter|cleaner"
    r"|receptionist|secretary|administrator|manager|director|chief executive|chair\w*|trustee"
    r"|commissioner|officer|councillor|co-ordinator|coordinator|author|lead|head|teacher|trainer"
    r"|colleague|volunteer|social worker|care worker)s?\b"
)
_ROLE_BEFORE = re.compile(rf"\b{_ROLES},?\s*$", re.IGNORECASE)
_ROLE_AFTER = re.compile(
    rf"^\s?(?:,|\(|-|is|was|as)\s*(?:(?!retired|former|ex-)[\w-]+\s+){{0,3}}{_ROLES}", re.IGNORECASE
)
# Words that follow a title or "patient" without being a name, and those that follow "Miss" as a
# verb.
_NO_NAMES = frozenset({
    "the", "this", "that", "and", "or", "average", "who", "what", "word", "teams", "excel",
    "office", "outlook", "access", "powerpoint", "sharepoint", "nobody", "anybody", "somebody",
    "chairman", "chair", "speaker", "president", "everyone", "mr", "mrs", "ms", "miss", "dr",
})  # fmt: skip
_AFTER_MISS = frozenset({
    "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "january",
    "february", "march", "april", "may", "june", "july", "august", "september", "october",
    "november", "december", "out",
})  # fmt: skip
_GROUPS = frozenset({
    "group", "team", "forum", "council", "safety", "experience", "participation", "association",
    "panel", "leader", "leaders", "partner", "partners", "voice", "hub", "survey", "day",
    "doctors", "committee", "board", "network", "record", "records", "access", "portal",
    "charter", "story", "stories", "knows", "best", "unit", "service", "services", "zone",
    "choice", "activation", "measure", "management", "system", "framework", "programme",
    "incident", "transport", "outcome", "outcomes", "advice", "liaison", "flow", "online",
    "advocacy", "engagement", "involvement", "education", "information", "feedback", "pathway",
    "pathways", "care", "centre", "clinic", "hospital", "ward", "line", "app", "reported",
    "initiated", "first", "platform",
})  # fmt: skip


def names(text: str, *, known: Iterable[str] = ()) -> Spans:
    """People named after a title, or as "our patient" with two names, who are not ``known``."""
    last_names = {folded(name).split()[-1] for name in known if folded(name)}
    for pattern in (_TITLED, _SMALL):
        for match in pattern.finditer(text):
            if _is_verb(match) or _has_role(text, match):
                continue
            if _is_name(match["name"], last_names):
                yield match.span()
    for match in _COLLEAGUE.finditer(text):
        if _is_patient(text, match) and _is_name(match["name"], last_names):
            yield match.span()
    for match in _CALLED.finditer(text):
        if not _GROUPS.intersection(folded(match["name"]).split()):
            yield match.span("name")


def _is_verb(match: re.Match[str]) -> bool:
    """Whether it is "Miss Monday and you wait a week"."""
    first = folded(match["name"].removesuffix("'s")).split()[0]
    return match[0].startswith("Miss ") and first in _AFTER_MISS


def _is_name(name: str, last_names: Iterable[str]) -> bool:
    words = folded(name.removesuffix("'s")).split()
    first = next((word for word in words if len(word) > 1), "")
    return first not in _NO_NAMES and not {*words} & {*last_names}


def _has_role(text: str, match: re.Match[str]) -> bool:
    """Whether the words beside a name say that it is a colleague's."""
    if _is_patient(text, match):
        return False
    before, after = text[: match.start()][-40:], text[match.end() :][:80]
    return bool(_ROLE_BEFORE.search(before) or _ROLE_AFTER.search(after))


def _is_patient(text: str, match: re.Match[str]) -> bool:
    before, after = text[: match.start()][-40:], text[match.end() :][:120]
    return bool(_PATIENT_BEFORE.search(before) or _PATIENT_AFTER.search(after))
