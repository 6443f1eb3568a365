"""Coffee, when a member asks about their own part in it."""

from dataclasses import replace
from datetime import datetime

from bot.chat import arguments
from bot.chat.messages import Message
from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.domain import coffee, pairing
from bot.domain.coffee import GroupState, Met, PlaceState, RoundState
from bot.errors import FormErrors, MemberError, NotUnderstood
from bot.views import coffee as views
from bot.views import help as help_views
from handlers import coffee_dates, finding
from storage.unit_of_work import UnitOfWork

routes = Routes()

# How a round's label stands on a button.
LABEL = "%Y-%m-%dT%H:%M"


@routes.route("coffee", help="Peer coffee: what it is, and where you stand.")
def overview(request: Request, db: UnitOfWork) -> Reply:
    """What coffee is, or what is next for one who has joined."""
    has_joined = db.coffee.participation(request.member).has_joined
    setup = db.coffee.setup(request.community)
    page = upcoming(request, db) if has_joined else views.welcome(setup)
    return help_views.beside(page, "coffee")


@routes.route("coffee join", help="Be matched with another leader every round.")
def join(request: Request, db: UnitOfWork) -> Reply:
    """Take part from the next round on."""
    setup, when = db.coffee.setup(request.community), coffee_dates.next_round(db, request.community)
    part = db.coffee.participation(request.member)
    if part.takes_part(request.today):
        return views.joined_already(setup, when)

    db.coffee.save(request.community, coffee.joined(part), now=request.now)
    is_introduced = db.members.get(request.member).is_introduced
    return views.joined(setup, when, is_introduced=is_introduced)


@routes.route("coffee leave", help="Stop being matched.")
def leave(request: Request, db: UnitOfWork) -> Reply:
    """Take part no more."""
    part = db.coffee.participation(request.member)
    if not part.has_joined:
        return views.not_in()

    db.coffee.save(request.community, coffee.left(part), now=request.now)
    return views.left()


@routes.route(
    "coffee pause",
    usage="[for how long]",
    example="coffee pause 2 weeks",
    help="Sit out the next rounds.",
)
def pause(request: Request, db: UnitOfWork) -> Reply:
    """Sit out until a date; asked for without one, a form asks for it."""
    words = request.field("until") if request.is_submitted else request.text
    if not words:
        return views.pause_form(request.today)

    part = db.coffee.participation(request.member)
    try:
        part = coffee.paused(part, arguments.until(words, today=request.today))
    except NotUnderstood as error:
        if request.is_submitted:
            raise FormErrors({"until": str(error)}) from error
        raise
    db.coffee.save(request.community, part, now=request.now)
    return views.paused(part)


@routes.route("coffee resume", help="Come back from a pause.")
def resume(request: Request, db: UnitOfWork) -> Reply:
    """Take part again at once."""
    part = coffee.active_again(db.coffee.participation(request.member))
    db.coffee.save(request.community, part, now=request.now)
    return views.resumed(
        db.coffee.setup(request.community), coffee_dates.next_round(db, request.community)
    )


@routes.route("coffee next", help="Whom you meet now, and when the next round goes out.")
def upcoming(request: Request, db: UnitOfWork) -> Message:
    """The open groups in which I have not met yet, and the next round."""
    current = []
    is_looking = False
    for of, group in db.coffee.groups_of(request.member):
        mine = group.place(request.member)
        if of.state is not RoundState.SENT:
            continue
        is_looking = is_looking or mine.state is PlaceState.SEEKING
        if group.state is not GroupState.OPEN or mine.state is not PlaceState.IN:
            continue
        if mine.met in {Met.YES, Met.COULDNT}:
            continue
        others = db.members.many(group.others(request.member))
        names = [member.name for member in others.values()]
        current.append((str(group.id), names, group.meets_at))
    return views.upcoming(
        db.coffee.setup(request.community),
        db.coffee.participation(request.member),
        coffee_dates.next_round(db, request.community),
        current,
        ahead=coffee_dates.ahead(db, request.community, now=request.now),
        today=request.today,
        is_looking=is_looking,
    )


@routes.route("coffee history", help="Whom you have met; only you see it.")
def history(request: Request, db: UnitOfWork) -> Reply:
    """All groups, the newest first, with the notes I kept."""
    coffees = []
    for of, group in db.coffee.groups_of(request.member):
        people = db.members.many(each for each in group.people if each != request.member)
        names = [member.name for member in people.values()]
        mine = group.place(request.member)
        coffees.append(views.Past(of.label.date(), names, mine.met, mine.note))
    has_joined = db.coffee.participation(request.member).has_joined
    return views.history(coffees, has_joined=has_joined)


@routes.route(
    "coffee avoid", usage="@person", example="coffee avoid @Ben Lee",
    help="Don’t match me with somebody; confidential.",
    sensitive=True,
)  # fmt: skip
def avoid(request: Request, db: UnitOfWork) -> Reply:
    """Never match these two; nobody else ever learns of it."""
    words = request.field("person") if request.is_submitted else request.text
    if not words:
        avoided = db.members.many(db.coffee.avoided_by(request.member))
        return views.avoid_form(tuple(avoided.values()))

    try:
        other = finding.person(request, db, words)
    except MemberError as error:
        if request.is_submitted:
            raise FormErrors({"person": str(error)}) from error
        raise
    if other.id == request.member:
        raise MemberError("That is you. Type “coffee avoid” and the name of somebody else.")
    db.coffee.avoid(request.community, request.member, other.id)
    return views.avoided(other)


@routes.route(
    "coffee allow",
    usage="@person",
    example="coffee allow @Ben Lee",
    help="Take a “coffee avoid” back.",
    sensitive=True,
)
def allow(request: Request, db: UnitOfWork) -> Reply:
    """These two may be matched again."""
    other = finding.person(request, db, request.text)
    db.coffee.stop_avoiding(request.member, other.id)
    return views.allowed(other)


@routes.route("coffee preferences", help="How often, with how many, and what to look at first.")
def preferences(request: Request, db: UnitOfWork) -> Reply:
    """A form, and what it sends in."""
    part = db.coffee.participation(request.member)
    if not request.is_submitted:
        return views.preferences_form(part)

    part = replace(
        part,
        frequency=request.choice("frequency", pairing.Frequency),
        group_size=request.choice("size", coffee.Size).people,
        priority=request.choice("priority", coffee.Priority),
    )
    db.coffee.save(request.community, part, now=request.now)
    return views.preferences_saved(part)


@routes.route("coffee in", hidden=True)
def take_part(request: Request, db: UnitOfWork) -> Reply:
    """The answer where each round asks: "2026-12-01T09:00 yes"."""
    label, _, answer = request.text.partition(" ")
    try:
        when = datetime.strptime(label, LABEL)  # noqa: DTZ007 - labels are naive.
    except ValueError as error:
        raise NotUnderstood("Which round? Press a button on the card that asked you.") from error
    wants = answer == "yes"
    db.coffee.opt_in(request.community, request.member, when, wants=wants)
    return views.taking_part(when, wants=wants)
