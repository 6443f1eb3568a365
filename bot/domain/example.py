"""The example community's people: invented from lists of our own, the same for the same seed.

Their addresses end in ``.example``, which no mail system delivers to (RFC 2606).
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random

from bot.chat.requests import Role
from bot.domain import south_east_london as sel
from bot.domain.community import Contact, Contacts
from bot.domain.members import SLOTS, Organisation, Profile
from bot.domain.words import folded

COMMUNITY = "Example community (South East London)"
PURPOSE = (
    "This is an example: everybody in it is invented. Try anything; “python -m bot example "
    "remove” takes it away."
)
DOMAIN = "leaders.example"
CONTACTS = Contacts(
    guardian=Contact("Gia Invented", "speak.up@leaders.example"),
    safeguarding_lead=Contact("Sol Invented", "safeguarding@leaders.example"),
)
ORGANISERS = 2
TEAMS = 4
PEOPLE_IN_A_TEAM = 3

_NAMES = (
    ("Abena", "she/her"), ("Adaeze", "she/her"), ("Aiden", "he/him"), ("Ama", "she/her"),
    ("Amir", "he/him"), ("Anh", "they/them"), ("Beatriz", "she/her"), ("Bola", "he/him"),
    ("Carys", "she/her"), ("Chidi", "he/him"), ("Daniel", "he/him"), ("Deepa", "she/her"),
    ("Ekow", "he/him"), ("Elif", "she/her"), ("Emeka", "he/him"), ("Fatima", "she/her"),
    ("Femi", "he/him"), ("Gareth", "he/him"), ("Grace", "she/her"), ("Hana", "she/her"),
    ("Harpreet", "she/her"), ("Idris", "he/him"), ("Imran", "he/him"), ("Ines", "she/her"),
    ("Jamal", "he/him"), ("Jia", "they/them"), ("Joanna", "she/her"), ("Kwame", "he/him"),
    ("Leila", "she/her"), ("Lorna", "she/her"), ("Malik", "he/him"), ("Marta", "she/her"),
    ("Mei", "she/her"), ("Nadia", "she/her"), ("Nikhil", "he/him"), ("Oluchi", "she/her"),
    ("Owen", "he/him"), ("Patience", "she/her"), ("Priya", "she/her"), ("Ravi", "he/him"),
    ("Rosa", "she/her"), ("Sanjay", "he/him"), ("Shanice", "she/her"), ("Sofia", "she/her"),
    ("Tariq", "he/him"), ("Tomasz", "he/him"), ("Tunde", "he/him"), ("Winston", "he/him"),
    ("Yasmin", "she/her"), ("Zoë", "they/them"),
)  # fmt: skip
_SURNAMES = (
    "Abara", "Achterberg", "Adomako", "Ashdown", "Balogh", "Banerji", "Barrowby", "Birchall",
    "Caddick", "Castellan", "Chaudry", "Coldharbour", "Danquart", "Deptford", "Eltham",
    "Eze-Martin", "Falconwood", "Fernandes", "Ghosh", "Greyling", "Hartnell", "Ibekwe", "Ilderton",
    "Jankowska", "Kaur-Ellis", "Kidbrooke", "Ladywell", "Lintott", "Maddox", "Mensah-Cole",
    "Mottingham", "Nkemelu", "Nunhead", "Okonjo", "Orpin", "Pelling", "Quaye", "Rahmani",
    "Ravensbourne", "Sangha", "Selhurst", "Shortlands", "Tamang", "Thamesmead", "Udoka",
    "Vanbrugh", "Wellings", "Westcombe", "Yardley", "Zielony",
)  # fmt: skip
_ASK = (
    "setting up a team across two organisations", "running a good meeting in 20 minutes",
    "what patients taught me", "coming back to work after a long absence", "using data simply",
    "a project that failed and what came of it", "night shifts and rest", "my first year as a lead",
    "writing a business case", "supporting carers", "bringing people along with a change",
    "working with interpreters", "discharge on a Friday afternoon", "welcoming new colleagues",
    "making notes that others can read", "speaking up", "small grants and how to get one",
    "mentoring", "green spaces and health", "neighbourhood teams",
)  # fmt: skip
_SYSTEM_ROLES = (
    "Chair of the frailty network", "Member of the workforce board", "Freedom to speak up lead",
    "Co-chair of the people’s panel", "Clinical lead for prevention",
)  # fmt: skip
_TEAM_NAMES = ("Frailty team", "Front door team", "Care close to home team", "Improvement team")
_OTHER_LANGUAGES = ("Polish", "British Sign Language")
# Where the people of an organisation work that is not of one borough.
_HOMES = {
    "Guy's and St Thomas'": ("Lambeth", "Southwark"),
    "King's College Hospital": ("Lambeth", "Southwark", "Bromley"),
    "Lewisham and Greenwich": ("Lewisham", "Greenwich"),
    "Oxleas": ("Bexley", "Bromley", "Greenwich"),
    "South London and Maudsley": ("Lambeth", "Lewisham", "Southwark"),
}


@dataclass(frozen=True, slots=True)
class Invented:
    """Somebody who does not exist."""

    name: str
    email: str
    profile: Profile
    role: Role = Role.MEMBER
    show_email: bool = False


@dataclass(frozen=True, slots=True)
class _Post:
    """A profession with its jobs, from early career to executive, and where they are found.

    ``where`` are sectors and beginnings of organisations' names.
    """

    profession: str
    kind: str
    jobs: tuple[str, str, str, str]
    where: tuple[str, ...]


_POSTS = (
    _Post("Nursing", "Clinical",
          ("Staff nurse", "Ward manager", "Lead nurse", "Chief nurse"),
          ("Acute hospitals", "Mental health", "Hospices")),
    _Post("General practice", "Clinical",
          ("GP registrar", "GP", "GP partner", "Primary care network director"),
          ("General practice in",)),
    _Post("Social work", "Care professional",
          ("Social worker", "Senior social worker", "Head of social work",
           "Director of adult social care"),
          ("Council",)),
    _Post("Management", "Executive or manager",
          ("Project manager", "Service manager", "General manager", "Chief operating officer"),
          ("Acute hospitals", "Integrated care board", "General practice in", "Voluntary and")),
    _Post("Medicine", "Clinical",
          ("Specialty doctor", "Consultant", "Clinical director", "Medical director"),
          ("Acute hospitals", "Mental health")),
    _Post("Social care", "Care professional",
          ("Care coordinator", "Deputy care-home manager", "Care-home manager",
           "Director of a care group"),
          ("Care homes",)),
    _Post("Digital and data", "Enabling",
          ("Data analyst", "Digital project lead", "Head of digital", "Chief digital officer"),
          ("Acute hospitals", "Integrated care board", "Mental health")),
    _Post("Pharmacy", "Clinical",
          ("Pharmacist", "Senior pharmacist", "Lead pharmacist", "Chief pharmacist"),
          ("Acute hospitals", "Community pharmacy", "Integrated care board")),
    _Post("Lived experience", "Patient or carer",
          ("Patient leader", "Patient safety partner", "Carers’ representative",
           "Chair of a patients’ forum"),
          ("Patients and carers", "Voluntary and")),
    _Post("Allied health professions", "Clinical",
          ("Physiotherapist", "Occupational therapist", "Therapy lead",
           "Chief allied health professional"),
          ("Acute hospitals", "Mental health", "Council")),
    _Post("Public health", "Executive or manager",
          ("Public health officer", "Public health manager", "Consultant in public health",
           "Director of public health"),
          ("Council",)),
    _Post("Workforce and education", "Enabling",
          ("Education adviser", "Workforce manager", "Head of education", "Chief people officer"),
          ("University", "Integrated care board")),
    _Post("Midwifery", "Clinical",
          ("Midwife", "Team midwife", "Consultant midwife", "Director of midwifery"),
          ("Acute hospitals",)),
    _Post("Estates and facilities", "Enabling",
          ("Estates officer", "Estates manager", "Head of estates", "Director of estates"),
          ("Acute hospitals", "Council")),
    _Post("Psychological professions", "Clinical",
          ("Trainee psychologist", "Clinical psychologist", "Consultant psychologist",
           "Director of psychology"),
          ("Mental health", "University")),
)  # fmt: skip


def invent(seed: int, count: int = 60) -> tuple[Invented, ...]:
    """So many people, spread over boroughs, organisations and professions; at most 2,500.

    The first two are organisers. Some name no language, two speak another besides English, and a
    few share a team and a line manager.
    """
    rng = Random(seed)
    combinations = [(first, last) for first in _NAMES for last in _SURNAMES]
    names = _named(rng.sample(combinations, len(combinations)), count)
    used: Counter[str] = Counter()
    people = []
    for index, ((first, pronouns), last) in enumerate(names):
        profile = _profile(rng, _POSTS[index % len(_POSTS)], used)
        profile = replace(
            profile,
            pronouns=pronouns if rng.random() < 0.4 else "",
            languages=_languages(index),
            system_roles=(rng.choice(_SYSTEM_ROLES),) if index % 9 == 4 else (),
        )
        people.append(
            Invented(
                name=f"{first} {last}",
                email=f"{folded(first)}.{folded(last).replace(' ', '-')}@{DOMAIN}",
                profile=profile,
                role=Role.ORGANISER if index < ORGANISERS else Role.MEMBER,
                show_email=rng.random() < 0.25,
            )
        )
    return tuple(_in_teams(people))


def _named(
    combinations: Sequence[tuple[tuple[str, str], str]], count: int
) -> Sequence[tuple[tuple[str, str], str]]:
    """So many names; no first name and no surname comes again before all have come."""
    found: list[tuple[tuple[str, str], str]] = []
    left = list(combinations)
    while len(found) < count and left:
        firsts: set[str] = set()
        lasts: set[str] = set()
        rest = []
        for name in left:
            if name[0][0] in firsts or name[1] in lasts:
                rest.append(name)
                continue
            firsts.add(name[0][0])
            lasts.add(name[1])
            found.append(name)
        left = rest
    return found[:count]


def _profile(rng: Random, post: _Post, used: Counter[str]) -> Profile:
    where = rng.choice(post.where)
    possible = [
        (card, place)
        for card in sel.seed_organisations()
        if card.sector == where or card.name.startswith(where)
        for place in _places(card)
    ]
    fewest = min(used[place] for _, place in possible)
    card, place = rng.choice([each for each in possible if used[each[1]] == fewest])
    used[place] += 1
    stage = rng.choices(range(4), weights=(3, 4, 5, 2))[0]
    return Profile(
        job=post.jobs[stage],
        place=place,
        organisation=card.name,
        sector=card.sector,
        profession=post.profession,
        stage=sel.STAGES[stage],
        kind=post.kind,
        ask_me_about=rng.choice(_ASK),
        interests=tuple(sorted(rng.sample(_topics(), rng.randint(2, 4)))),
        slots=_slots(rng),
    )


def _places(card: Organisation) -> Sequence[str]:
    """The boroughs in which the people of an organisation may work."""
    named = [place for place in sel.BOROUGHS if card.name in _of_one_borough(place)]
    return named or _HOMES.get(card.name, sel.BOROUGHS)


def _of_one_borough(place: str) -> tuple[str, str]:
    return f"{place} Council", f"General practice in {place}"


def _topics() -> list[str]:
    return [*sel.INTERESTS, *(label for label, _ in sel.PRIORITIES)]


def _slots(rng: Random) -> tuple[str, ...]:
    """One to four weekly times; lunch and late suit most."""
    wanted = rng.sample([slot for slot in SLOTS if slot.endswith(("lunch", "late"))], 2)
    wanted += rng.sample(SLOTS, 2)
    chosen = set(wanted[: rng.randint(1, 4)])
    return tuple(slot for slot in SLOTS if slot in chosen)


def _languages(index: int) -> tuple[str, ...]:
    if index in {7, 20}:
        return "English", _OTHER_LANGUAGES[index == 20]
    return () if index % 3 else ("English",)


def _in_teams(people: Sequence[Invented]) -> Sequence[Invented]:
    """A few of the largest organisations work together, and the most senior of them leads."""
    found = list(people)
    sizes = Counter(person.profile.organisation for person in people)
    large = [name for name, size in sizes.most_common() if size >= PEOPLE_IN_A_TEAM][:TEAMS]
    for name, team in zip(large, _TEAM_NAMES, strict=False):
        together = [person for person in people if person.profile.organisation == name]
        together = together[:PEOPLE_IN_A_TEAM]
        leader = max(together, key=lambda person: sel.STAGES.index(person.profile.stage))
        for person in together:
            manager = leader.email if person is not leader else ""
            profile = replace(person.profile, team=team, line_manager=manager)
            found[people.index(person)] = replace(person, profile=profile)
    return found
