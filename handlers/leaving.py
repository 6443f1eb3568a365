"""Leaving the community: partners are told, and the last organiser names another first."""

from dataclasses import replace

from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import coffee
from bot.domain.calm import Programme, Silence, Weight
from bot.domain.coffee import GroupState, PlaceState, RoundState
from bot.domain.members import MemberState
from bot.errors import FormErrors, MemberError
from bot.views import leaving as views
from handlers import coffee_groups, finding, introductions, sessions_places, stories_posts
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route("leave community", help="Leave; partners are told, and you can come back.")
def leave(request: Request, db: UnitOfWork) -> Reply:
    """After a second tap the member is part of the community no more."""
    if _is_only_organiser(request, db):
        if not request.is_submitted:
            return views.successor_form(has_stories=has_stories(request, db))
        _name_organiser(request, db)
    elif not request.text.startswith("yes"):
        return views.question(has_stories=has_stories(request, db))
    take_leave(request, db, keep=keeps_stories(request))
    return views.left()


@routes.route("come back", hidden=True)
def come_back(request: Request, db: UnitOfWork) -> Reply:
    """Part of the community again, in no programme yet."""
    if db.members.get(request.member).state is not MemberState.LEFT:
        return views.never_left()
    if request.text != "yes":
        return views.come_back()
    db.members.set_state(request.member, MemberState.ACTIVE)
    wishes = db.calm_setups.wishes(request.member)
    wanted = replace(wishes, silence=Silence.NONE, silent_until=None)
    db.calm_setups.save_wishes(request.community, wanted)
    return views.back()


def check_may_leave(request: Request, db: UnitOfWork) -> None:
    """Raise ``MemberError`` where the community would have no organiser left."""
    if _is_only_organiser(request, db):
        raise MemberError(views.ONLY_ORGANISER)


def has_stories(request: Request, db: UnitOfWork) -> bool:
    """Whether stories of the member's own are published."""
    mine = db.stories.of(request.member)
    return any(each.author == request.member and each.is_published for each in mine)


def keeps_stories(request: Request) -> bool:
    """Whether published stories are to stay, without the member's name."""
    return views.KEEP in {request.text, request.field("stories")}


def take_leave(request: Request, db: UnitOfWork, *, keep: bool) -> None:
    """Out of every programme; partners are told, and nothing more is sent.

    With ``keep`` the member's published stories stay without their name, else they are withdrawn.
    """
    member = request.member
    for of, group in db.coffee.groups_of(member):
        is_open = of.state is RoundState.SENT and group.state is GroupState.OPEN
        if is_open and group.place(member).state is PlaceState.IN:
            coffee_groups.step_out(db, group, member, PlaceState.OUT, now=request.now)
    part = db.coffee.participation(member)
    if part.has_joined:
        db.coffee.save(request.community, coffee.left(part), now=request.now)
    introductions.take_back(db, request.community, member, now=request.now)
    sessions_places.see_off(db, db.members.get(member), now=request.now)
    stories_posts.leave(db, member, keep=keep, now=request.now)

    wishes = db.calm_setups.wishes(member)
    stopped = replace(wishes, silence=Silence.STOPPED, silent_until=None)
    db.your_week.silence(request.community, stopped, now=request.now)
    db.members.set_role(member, Role.MEMBER)
    db.members.set_state(member, MemberState.LEFT)
    db.audit.add(request.community, member, action="member left", now=request.now)


def _is_only_organiser(request: Request, db: UnitOfWork) -> bool:
    return [each.id for each in db.members.organisers(request.community)] == [request.member]


def _name_organiser(request: Request, db: UnitOfWork) -> None:
    try:
        other = finding.person(request, db, request.field("person"))
    except MemberError as error:
        raise FormErrors({"person": str(error)}) from error
    if other.id == request.member:
        raise FormErrors({"person": "That is you. Choose somebody else."})
    db.members.set_role(other.id, Role.ORGANISER)
    db.audit.add(request.community, request.member, action="organiser added", now=request.now)
    db.calm.send(
        request.community,
        other.id,
        views.named_organiser(db.members.get(request.member).name),
        programme=Programme.COMMUNITY,
        weight=Weight.URGENT,
        key=f"organiser:{other.id}:{request.now:%Y%m%d%H%M%S}",
        subject="organisers",
        now=request.now,
    )
