"""What an organiser may choose in the form of an announcement, and what they chose."""

from collections.abc import Mapping

from bot.chat.requests import Request
from bot.domain import audience, audience_words, cadences, words
from bot.domain.announcement_text import MOST_TEXT, blocks
from bot.domain.announcements import Announcement, Way
from bot.domain.audience import Attribute, Audience, Known
from bot.domain.cadences import Cadence
from bot.domain.channels import Place, Purpose
from bot.domain.members import Vocabulary
from bot.errors import FormErrors, NotUnderstood
from bot.ids import AnnouncementId, CommunityId, Lane
from bot.times import IfOff, local
from bot.views import announcements_forms as form_views
from bot.views.announcements_forms import Choice
from storage import announcing
from storage.unit_of_work import UnitOfWork

VOCABULARIES = {
    Attribute.PLACE: Vocabulary.PLACE,
    Attribute.SECTOR: Vocabulary.SECTOR,
    Attribute.PROFESSION: Vocabulary.PROFESSION,
    Attribute.STAGE: Vocabulary.STAGE,
    Attribute.KIND: Vocabulary.KIND,
}
ONE_OF_THESE = "Please choose one of these."
NOW_WORDS = frozenset({"", "now", "at once", "straight away"})


def known(db: UnitOfWork, community: CommunityId) -> Known:
    """The words in which an audience can be said here."""
    terms = {
        attribute: tuple(db.communities.terms(community, vocabulary))
        for attribute, vocabulary in VOCABULARIES.items()
    }
    interests = [
        each
        for vocabulary in (Vocabulary.INTEREST, Vocabulary.PRIORITY)
        for each in db.communities.terms(community, vocabulary)
    ]
    organisations = tuple(each.name for each in db.communities.organisations(community))
    return terms | {Attribute.INTEREST: interests, Attribute.ORGANISATION: organisations}


def offered(db: UnitOfWork, community: CommunityId) -> list[Choice]:
    """The attributes that have a field of their own, where it has room for all there is."""
    there = {**audience.FIXED, **known(db, community)}
    choices = [Choice(attribute, there[attribute]) for attribute in form_views.ASKED]
    return [each for each in choices if 0 < len(each.labels) <= form_views.MOST_OPTIONS]


def places(db: UnitOfWork, community: CommunityId, purpose: Purpose) -> list[Place]:
    """The workspaces in which something is posted."""
    there = {each.lane for each in announcing.channels_of(db, community, purpose, ())}
    return [place for place in db.channels.places(community) if place.lane in there]


def chosen(request: Request, db: UnitOfWork, before: Announcement | None) -> Announcement:
    """The announcement that was filled in; raises ``FormErrors`` for what needs mending."""
    zone = db.communities.get(request.community).zone
    return Announcement(
        id=before.id if before else AnnouncementId(0),
        community=request.community,
        number=before.number if before else 0,
        author=before.author if before else request.member,
        text=text_of(request),
        audience=audience_of(request, known(db, request.community)),
        way=request.choice("way", Way),
        lanes=lanes_of(request, db, Purpose.ANNOUNCEMENTS),
        wants_acknowledgement=request.is_checked("acknowledge"),
        respects_quiet=request.is_checked("quiet"),
        when=_when(request, zone),
        zone=zone,
        if_off=request.choice("if_off", IfOff),
        made_at=before.made_at if before else request.now,
    )


def text_of(request: Request) -> str:
    """The words of an announcement; raises ``FormErrors`` where there are none, or too many."""
    written = words.clean(request.required("text", "Please write what you want to say."))
    if len(written) > MOST_TEXT:
        raise FormErrors({"text": f"Please keep this below {MOST_TEXT:,} characters."})
    if not blocks(written):
        raise FormErrors({"text": "Please write what you want to say."})
    return written


def audience_of(request: Request, there: Known) -> Audience:
    """Whom the fields and the words mean together; raises ``FormErrors``."""
    values: Mapping[Attribute, tuple[str, ...]] = {
        attribute: tuple(filter(None, request.choices(attribute))) for attribute in form_views.ASKED
    }
    all_there = {**audience.FIXED, **there}
    for attribute, several in values.items():
        if not set(several) <= set(all_there[attribute]):
            raise FormErrors({attribute: ONE_OF_THESE})
    picked = {attribute: several for attribute, several in values.items() if several}
    try:
        spoken = audience_words.parse(request.field("audience"), there)
    except NotUnderstood as error:
        raise FormErrors({"audience": str(error)}) from error
    return audience.chosen(picked, spoken)


def lanes_of(request: Request, db: UnitOfWork, purpose: Purpose) -> tuple[Lane, ...]:
    """The workspaces that were chosen; raises ``FormErrors`` for one that is none."""
    picked = tuple(Lane(each) for each in request.choices("lanes") if each)
    there = {each.lane for each in places(db, request.community, purpose)}
    if not set(picked) <= there:
        raise FormErrors({"lanes": ONE_OF_THESE})
    return picked


def _when(request: Request, zone: str) -> Cadence | None:
    asked = request.field("when")
    if asked.lower() in NOW_WORDS:
        return None
    try:
        return cadences.moment(asked, after=local(request.now, zone))
    except NotUnderstood as error:
        raise FormErrors({"when": str(error)}) from error
