"""Priorities: everybody sees them and what belongs to each, organisers keep the list."""

from dataclasses import replace

from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes, may
from bot.domain import identifiable
from bot.domain import priorities as rules
from bot.domain.priorities import Priority
from bot.errors import FormErrors, NotUnderstood
from bot.views import priorities as views
from handlers import refusals
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route(
    "priorities", usage="[number]", example="priorities 1", help="What we look at first, and why."
)
def priorities(request: Request, db: UnitOfWork) -> Reply:
    """All of them, or one with who cares, the sessions to come and the stories told."""
    is_organiser = may(request.role, Role.ORGANISER)
    if request.text:
        about = rules.named(db.priorities.all(request.community), request.text)
        found = db.priorities.belonging(request.community, about, now=request.now)
        return views.one(about, found, zone=request.zone, is_organiser=is_organiser)
    return views.listing(
        db.priorities.overview(request.community, now=request.now),
        zone=request.zone,
        is_organiser=is_organiser,
        is_example=db.communities.get(request.community).is_example,
    )


@routes.route(
    "priorities add",
    usage="[name: why]",
    example="priorities add Housing: homes make health",
    help="Add what comes first, with its reason.",
    role=Role.ORGANISER,
    once=True,
)
def add(request: Request, db: UnitOfWork) -> Reply:
    """A form, or typed with its reason; it is the last of the list."""
    known = db.priorities.all(request.community)
    rules.check_room(known)
    if not request.text and not request.is_submitted:
        return views.form(None, known)
    label, why = _read(request, rules.typed(request.text), others=known)
    db.priorities.add(request.community, label, why)
    _note(request, db, "priority added", label)
    return views.added(label, db.priorities.all(request.community))


@routes.route(
    "priorities change",
    usage="number",
    example="priorities change 1",
    help="Word it anew, or move it in the list.",
    role=Role.ORGANISER,
    once=True,
)
def change(request: Request, db: UnitOfWork) -> Reply:
    """A form; whoever chose it and whatever is about it goes along with a new name."""
    known = db.priorities.all(request.community)
    about = _named(request, known, "change")
    if not request.is_submitted:
        return views.form(about, known)
    others = [each for each in known if each.id != about.id]
    label, why = _read(request, ("", ""), others=others)
    try:
        place = rules.place(request.field("place"), of=len(known))
    except NotUnderstood as error:
        raise FormErrors({"place": str(error)}) from error
    changed = replace(about, label=label, why=why)
    db.priorities.save(request.community, changed, former=about.label, now=request.now)
    db.priorities.order(rules.moved(known, changed, place))
    _note(request, db, "priority changed", label)
    return views.changed(label, db.priorities.all(request.community))


@routes.route(
    "priorities move",
    usage="number place",
    example="priorities move 1 2",
    help="Put one at another place.",
    role=Role.ORGANISER,
)
def move(request: Request, db: UnitOfWork) -> Reply:
    """Typed: "priorities move 3 1"."""
    known = db.priorities.all(request.community)
    which, _, to = request.text.rpartition(" ")
    if not which:
        raise NotUnderstood(views.which(known, "move"))
    about = rules.named(known, which)
    db.priorities.order(rules.moved(known, about, rules.place(to, of=len(known))))
    _note(request, db, "priority moved", about.label)
    return views.changed(about.label, db.priorities.all(request.community))


@routes.route(
    "priorities retire",
    usage="number",
    example="priorities retire 1",
    help="Offer one no more; choices stay.",
    role=Role.ORGANISER,
)
def retire(request: Request, db: UnitOfWork) -> Reply:
    """It leaves the list; what members chose and what sessions and stories say stays."""
    about = _named(request, db.priorities.all(request.community), "retire")
    db.priorities.retire(about)
    _note(request, db, "priority retired", about.label)
    return views.retired(about.label, db.priorities.all(request.community))


def _named(request: Request, known: tuple[Priority, ...], what: str) -> Priority:
    if not request.text:
        raise NotUnderstood(views.which(known, what))
    return rules.named(known, request.text)


def _read(
    request: Request, typed: tuple[str, str], *, others: list[Priority] | tuple[Priority, ...]
) -> tuple[str, str]:
    """Name and reason, from the form or as typed; they identify nobody."""
    label, why = typed
    if request.is_submitted:
        label, why = request.field("label"), request.field("why")
    with refusals.told(request):
        label, why = rules.read(label, why, others=others)
        identifiable.refuse({"label": label, "why": why}, today=request.today)
    return label, why


def _note(request: Request, db: UnitOfWork, action: str, label: str) -> None:
    db.audit.add(request.community, request.member, action=action, subject=label, now=request.now)
