"""Something between two members was not right: they are parted for good, and nobody learns of it.

What the person concerned sees is what they would see of "I can't make it", word for word, and
nothing is audited, counted or listed anywhere. That two are parted is kept as ``coffee avoid`` is.
"""

from bot.chat import arguments
from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.domain import concern as rules
from bot.domain.coffee import GroupState, PlaceState, RoundState
from bot.domain.members import Member
from bot.errors import FormErrors, MemberError, NotFound
from bot.ids import ConcernId, MemberId
from bot.times import local
from bot.views import concern as views
from handlers import coffee_groups, finding
from storage import confidence
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route(
    "concern",
    usage="[@person]",
    example="concern @Ben Lee",
    help="Something was not right: part us; confidential.",
    sensitive=True,
    once=True,
)
def concern(request: Request, db: UnitOfWork) -> Reply:
    """A form, and what it sends in."""
    named = db.communities.contacts(request.community)
    about = _person(request, db, request.text) if request.text else None
    if not request.is_submitted:
        return views.form(
            named, _tellable(request, db), about=about, partners=_partners(request, db)
        )

    about = about or _chosen(request, db)
    words = request.field("words")
    if len(words) > rules.LONGEST_WORDS:
        raise FormErrors({"words": f"Please keep this below {rules.LONGEST_WORDS} characters."})
    contact = rules.checked(_contact(request, db), about, words)
    db.coffee.avoid(request.community, request.member, about.id)
    coffees = _end_coffees(request, db, about.id)
    if contact is not None:
        number, key = db.concerns.add(
            request.community,
            request.member,
            about=about.id,
            contact=contact.id,
            words=words,
            now=request.now,
        )
        confidence.tell(
            db, request.community, contact.id, views.told(number), key=key, now=request.now
        )
    forgotten = local(request.now + rules.KEPT, request.zone).date()
    return views.done(about, contact, named, coffees=coffees, forgotten=forgotten)


@routes.route(
    "concern undo",
    usage="[@person]",
    example="concern undo @Ben Lee",
    help="Take a concern back; only you can.",
    sensitive=True,
)
def undo(request: Request, db: UnitOfWork) -> Reply:
    """The two may be brought together again, and what was told is forgotten."""
    words = request.field("person") if request.is_submitted else request.text
    parted = db.members.many(db.coffee.avoided_by(request.member))
    if not parted:
        raise MemberError(views.NOTHING_TO_TAKE_BACK)
    if not words:
        return views.undo_form(tuple(parted.values()))
    about = parted.get(_person(request, db, words).id)
    if about is None:
        raise MemberError(views.NOTHING_TO_TAKE_BACK)
    db.coffee.stop_avoiding(request.member, about.id)
    return views.undone(about, db.concerns.withdraw(request.member, about.id, now=request.now))


@routes.route("concern read", hidden=True, sensitive=True)
def read(request: Request, db: UnitOfWork) -> Reply:
    """For the one who was told, and for nobody else, whatever their role."""
    number = arguments.identity(request.text)
    found = number and db.concerns.read(request.member, ConcernId(number), now=request.now)
    if not found:
        raise NotFound(views.GONE)
    people = db.members.many((found.member, found.about))
    named = db.communities.contacts(request.community)
    return views.read(found, people[found.member], people[found.about], named, request.zone)


def _end_coffees(request: Request, db: UnitOfWork, about: MemberId) -> int:
    """Take the asker out of every open coffee with somebody; a trio goes on without the asker."""
    ended = 0
    for of, group in db.coffee.groups_of(request.member):
        is_open = of.state is RoundState.SENT and group.state is GroupState.OPEN
        if is_open and {request.member, about} <= {*group.present}:
            coffee_groups.step_out(db, group, request.member, PlaceState.OUT, now=request.now)
            ended += 1
    return ended


def _tellable(request: Request, db: UnitOfWork) -> tuple[Member, ...]:
    """The organisers whom something reaches."""
    several = rules.contacts(db.members.organisers(request.community), request.member)
    reached = db.members.reachable(each.id for each in several)
    return tuple(each for each in several if reached[each.id].account is not None)


def _partners(request: Request, db: UnitOfWork) -> tuple[Member, ...]:
    """Whom the asker was matched with, the newest first, whatever has become of them."""
    met = dict.fromkeys(
        each
        for _, group in db.coffee.groups_of(request.member)
        for each in group.people
        if each != request.member
    )
    newest = list(met)[: rules.MOST_PARTNERS]
    found = db.members.many(newest)
    return tuple(found[each] for each in newest)


def _chosen(request: Request, db: UnitOfWork) -> Member:
    partner, person = request.field("partner"), request.field("person")
    if bool(partner) == bool(person):
        raise FormErrors({"person": views.CHOOSE_ONE})
    try:
        return _person(request, db, partner or person)
    except MemberError as error:
        raise FormErrors({"partner" if partner else "person": str(error)}) from error


def _person(request: Request, db: UnitOfWork, words: str) -> Member:
    """The member meant; a partner of the asker's too who is not part of the community now."""
    number = arguments.identity(words.strip().removeprefix("#"))
    known = {*db.coffee.avoided_by(request.member), *(each.id for each in _partners(request, db))}
    if number is not None and MemberId(number) in known:
        return db.members.get(MemberId(number))
    found = finding.person(request, db, words)
    if found.id == request.member:
        raise MemberError(views.YOURSELF)
    return found


def _contact(request: Request, db: UnitOfWork) -> Member | None:
    """The organiser to tell; None for nobody."""
    chosen = request.field("contact")
    if chosen in {"", views.NOBODY}:
        return None
    for each in _tellable(request, db):
        if chosen == f"#{each.id}":
            return each
    raise FormErrors({"contact": "Please choose one of these."})
