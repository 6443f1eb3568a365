"""South East London's own words: what a new community begins with, for its organisers to edit.

The order of a vocabulary matters: stages run from early to executive. Kinds and stages are the
words that the pairing's themes look for.
"""

from bot.domain.members import Organisation, Term, Vocabulary

BOROUGHS = ("Bexley", "Bromley", "Greenwich", "Lambeth", "Lewisham", "Southwark")
SECTORS = (
    "Acute hospitals",
    "Mental health",
    "Community health",
    "Primary care",
    "Council",
    "Social care",
    "Voluntary sector",
    "University",
    "Integrated care board",
)
PROFESSIONS = (
    "Allied health professions",
    "Dentistry",
    "Digital and data",
    "Estates and facilities",
    "General practice",
    "Healthcare science",
    "Lived experience",
    "Management",
    "Medicine",
    "Midwifery",
    "Nursing",
    "Optometry",
    "Pharmacy",
    "Psychological professions",
    "Public health",
    "Social care",
    "Social work",
    "Workforce and education",
)
STAGES = ("Early career", "Mid career", "Senior", "Executive")
KINDS = ("Clinical", "Care professional", "Executive or manager", "Patient or carer", "Enabling")
INTERESTS = (
    "Asthma and lung health",
    "Cancer care",
    "Care at home",
    "Climate and sustainability",
    "Co-production",
    "Coaching and mentoring",
    "Dementia",
    "Diabetes",
    "Digital tools",
    "End of life care",
    "Frailty and falls",
    "Heart health",
    "Housing and health",
    "Joy at work",
    "Learning disability and autism",
    "Maternity",
    "Medicines",
    "Neighbourhood working",
    "Quality improvement",
    "Research",
    "Substance use",
    "Young people",
)
PRIORITIES = (
    (
        "Prevention",
        "Much of the illness that shortens lives here can be prevented or found earlier.",
    ),
    (
        "Fairer health",
        "How long and how well people live still depends on where they live and who they are.",
    ),
    (
        "Children’s mental health",
        "Half of all lifelong mental health problems have begun by the age of 14.",
    ),
    (
        "Care close to home",
        "People with several conditions want one team that knows them, near where they live.",
    ),
    (
        "Timely emergency care",
        "Waiting harms people, and no part of the system can shorten the wait alone.",
    ),
    (
        "A workforce that stays",
        "People who feel they belong and have time to learn stay, and give better care.",
    ),
)
OTHER_NAMES = {
    "GSTT": "Guy's and St Thomas'",
    "GSTFT": "Guy's and St Thomas'",
    "KCH": "King's College Hospital",
    "LGT": "Lewisham and Greenwich",
    "SLaM": "South London and Maudsley",
    "SEL ICB": "NHS South East London ICB",
    "ICB": "NHS South East London ICB",
    "South East London Integrated Care Board": "NHS South East London ICB",
    "KCL": "King's College London",
    "LSBU": "London South Bank University",
    "Goldsmiths, University of London": "Goldsmiths",
    "Greenwich University": "University of Greenwich",
    "Royal Borough of Greenwich": "Greenwich Council",
    **{f"London Borough of {place}": f"{place} Council" for place in BOROUGHS},
}
"""What people also write for an organisation's name."""

_TRUSTS = (
    Organisation(
        "Guy's and St Thomas'",
        "Acute hospitals",
        "Two teaching hospitals, a children’s hospital, heart and lung hospitals and community "
        "services.",
        "People in Lambeth and Southwark first, and people from all over the country for special "
        "care.",
        "Members from the trust: they know which of its services does what.",
    ),
    Organisation(
        "King's College Hospital",
        "Acute hospitals",
        "A teaching hospital at Denmark Hill and a general hospital near Orpington, both with "
        "emergency departments.",
        "People in Lambeth, Southwark and Bromley first, and far beyond for liver, brain and "
        "injury care.",
        "Members from the trust: say which of its hospitals your question is about.",
    ),
    Organisation(
        "Lewisham and Greenwich",
        "Acute hospitals",
        "Two general hospitals, in Lewisham and in Woolwich, and community services in Lewisham.",
        "People in Lewisham, Greenwich and Bexley.",
        "Members from the trust: say whether it is about a hospital or the community.",
    ),
    Organisation(
        "Oxleas",
        "Mental health",
        "Mental health, learning disability and community health care, and health care in prisons.",
        "People of all ages in Bexley, Bromley and Greenwich.",
        "Members from the trust: say whether it is about mental or physical health.",
    ),
    Organisation(
        "South London and Maudsley",
        "Mental health",
        "Mental health care in hospital and in the community, with national specialist services.",
        "People in Lambeth, Lewisham, Southwark and Croydon, and from the whole country for "
        "special care.",
        "Members from the trust: name the borough and the age of those you ask for.",
    ),
)
_SYSTEM = (
    Organisation(
        "NHS South East London ICB",
        "Integrated care board",
        "Plans and pays for most NHS care, and brings the organisations of the system together.",
        "Everybody who lives in the six boroughs.",
        "Members from the board: each borough has a team of its own.",
    ),
)
_UNIVERSITIES = (
    Organisation(
        "King's College London",
        "University",
        "Teaches and researches medicine, dentistry, nursing, psychiatry and more.",
        "Students and researchers, many of them in the local hospitals.",
        "Members from the university: name the subject.",
    ),
    Organisation(
        "London South Bank University",
        "University",
        "Teaches nursing, midwifery, allied health professions and social work, among much else.",
        "Students, many of whom train in local services while they study.",
        "Members from the university: ask about placements and courses.",
    ),
    Organisation(
        "Goldsmiths",
        "University",
        "Teaches social work, psychology and community studies, among much else, in New Cross.",
        "Students, many of whom train in local services while they study.",
        "Members from the university: ask about placements and research.",
    ),
    Organisation(
        "University of Greenwich",
        "University",
        "Teaches nursing, midwifery, paramedic science and social work, among much else.",
        "Students, many of whom train in local services while they study.",
        "Members from the university: ask about placements and courses.",
    ),
)
_EVERYWHERE = (
    Organisation(
        "Care homes",
        "Social care",
        "Homes where people live with the care and nursing they need.",
        "Mostly older people, and adults with disabilities.",
        "Care-home managers among the members.",
    ),
    Organisation(
        "Community pharmacy",
        "Primary care",
        "Dispenses medicines, gives advice without an appointment and vaccinates.",
        "Everybody who walks in.",
        "Pharmacists among the members: say which borough.",
    ),
    Organisation(
        "Home care",
        "Social care",
        "Helps people in their own homes with washing, meals, medicines and company.",
        "Older people and adults with disabilities who live at home.",
        "Home-care leaders among the members.",
    ),
    Organisation(
        "Hospices",
        "Voluntary sector",
        "Care towards the end of life: at home, in the hospice and for those left behind.",
        "People with an illness that can’t be cured, and their families.",
        "Hospice leaders among the members: say which borough.",
    ),
    Organisation(
        "Patients and carers",
        "",
        "Patients and carers who lead: they shape services with what they have lived through.",
        "Everybody who uses services.",
        "Patient leaders among the members, each for themselves.",
    ),
    Organisation(
        "Voluntary and community groups",
        "Voluntary sector",
        "Charities and local groups: advice, company, carers’ support and much more.",
        "The communities each of them comes from.",
        "Members from the voluntary sector: say which borough.",
    ),
)


def seed_words() -> tuple[Term, ...]:
    """Every vocabulary, its words in their order."""
    lists = {
        Vocabulary.PLACE: BOROUGHS,
        Vocabulary.SECTOR: SECTORS,
        Vocabulary.PROFESSION: PROFESSIONS,
        Vocabulary.STAGE: STAGES,
        Vocabulary.KIND: KINDS,
        Vocabulary.INTEREST: INTERESTS,
    }
    words = [Term(vocabulary, label) for vocabulary, labels in lists.items() for label in labels]
    return (*words, *(Term(Vocabulary.PRIORITY, label, why) for label, why in PRIORITIES))


def seed_organisations() -> tuple[Organisation, ...]:
    """The organisations of the system with their three-line cards."""
    boroughs = [card for place in BOROUGHS for card in (_council(place), _practices(place))]
    return (*_TRUSTS, *_SYSTEM, *boroughs, *_UNIVERSITIES, *_EVERYWHERE)


def _council(place: str) -> Organisation:
    return Organisation(
        f"{place} Council",
        "Council",
        "Adult and children’s social care, public health, housing and local services.",
        f"Everybody who lives in {place}.",
        "Members from the council: say whether it is about adults, children or public health.",
    )


def _practices(place: str) -> Organisation:
    return Organisation(
        f"General practice in {place}",
        "Primary care",
        "GP practices and their primary care networks: the first place to turn to for health care.",
        f"People registered with a practice in {place}.",
        "GPs, practice nurses and practice managers among the members.",
    )
