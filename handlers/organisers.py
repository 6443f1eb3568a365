"""Organisers: who looks after the community; there is always somebody."""

from collections.abc import Callable

from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import roles
from bot.domain.calm import Programme, Weight
from bot.domain.members import Member, MemberState
from bot.errors import FormErrors, MemberError, NotFound
from bot.ids import MemberId
from bot.views import organisers as views
from handlers import finding
from storage.unit_of_work import UnitOfWork

routes = Routes()

_NOT_HERE = "They are not part of the community any more, so nothing was changed."


@routes.route("organisers", help="Who looks after the community.", role=Role.ORGANISER)
def organisers(request: Request, db: UnitOfWork) -> Reply:
    """The organisers by name."""
    reviewers = db.members.reviewers(request.community)
    curators = sum(each.role is Role.CURATOR for each in reviewers)
    return views.organisers(db.members.organisers(request.community), curators)


@routes.route(
    "organiser add",
    usage="[@person]",
    example="organiser add @Ben Lee",
    help="Let somebody else look after the community too.",
    role=Role.ORGANISER,
)
def add(request: Request, db: UnitOfWork) -> Reply:
    """A question, or with a form that was sent in an organiser more."""
    if request.is_submitted:
        return _make(request, db, _in_form(request, db))
    if not request.text:
        return views.form(adds=True)
    member = finding.person(request, db, request.text)
    roles.may_add(member)
    return views.may_add(member)


@routes.route("organiser add sure", hidden=True, role=Role.ORGANISER, once=True)
def add_sure(request: Request, db: UnitOfWork) -> Reply:
    """Somebody is an organiser, and is told."""
    return _make(request, db, _named(request, db))


@routes.route(
    "organiser remove",
    usage="[@person]",
    example="organiser remove @Di Roy",
    help="Take that role back; the last one stays.",
    role=Role.ORGANISER,
)
def remove(request: Request, db: UnitOfWork) -> Reply:
    """A question, or with a form that was sent in an organiser less."""
    if request.is_submitted:
        return _end(request, db, _in_form(request, db))
    if not request.text:
        return views.form(adds=False)
    member = finding.person(request, db, request.text)
    roles.may_remove(member, _numbers(request, db))
    return views.may_remove(member, is_self=member.id == request.member)


@routes.route("organiser remove sure", hidden=True, role=Role.ORGANISER, once=True)
def remove_sure(request: Request, db: UnitOfWork) -> Reply:
    """An organiser is a member like all others, and is told."""
    return _end(request, db, _named(request, db))


def _make(request: Request, db: UnitOfWork, member: Member) -> Reply:
    _checked(request, lambda: roles.may_add(member))
    _give(request, db, member, Role.ORGANISER)
    return views.added(member)


def _end(request: Request, db: UnitOfWork, member: Member) -> Reply:
    # Two who take the role from each other at once would leave nobody: one waits for the other.
    db.communities.take_turns(request.community)
    _checked(request, lambda: roles.may_remove(member, _numbers(request, db)))
    _give(request, db, member, Role.MEMBER)
    return views.removed(member, is_self=member.id == request.member)


def _give(request: Request, db: UnitOfWork, member: Member, role: Role) -> None:
    db.members.set_role(member.id, role)
    db.audit.add(
        request.community,
        request.member,
        action=f"role {role}",
        subject=f"member:{member.id}",
        now=request.now,
    )
    if member.id != request.member:
        tell_role(request, db, member, role)


def tell_role(request: Request, db: UnitOfWork, member: Member, role: Role) -> None:
    """Tell somebody that they are an organiser now, or no longer."""
    word = views.you_are if role is Role.ORGANISER else views.you_were
    db.calm.send(
        request.community,
        member.id,
        word(request.name),
        programme=Programme.COMMUNITY,
        weight=Weight.ALONE,
        key=f"role {role}:{request.now:%Y%m%d%H%M%S%f}:{member.id}",
        subject="organisers",
        now=request.now,
    )


def _numbers(request: Request, db: UnitOfWork) -> list[MemberId]:
    return [each.id for each in db.members.organisers(request.community)]


def _in_form(request: Request, db: UnitOfWork) -> Member:
    words = request.required("person", "Please choose somebody.")
    try:
        member = finding.person(request, db, words)
    except MemberError as error:
        raise FormErrors({"person": str(error)}) from error
    if not request.is_checked("sure"):
        raise FormErrors({"sure": "Please tick this to go on."})
    return member


def _checked(request: Request, act: Callable[[], None]) -> None:
    """A refusal stands beside the person in a form, and by itself elsewhere."""
    try:
        act()
    except MemberError as error:
        if request.is_submitted:
            raise FormErrors({"person": str(error)}) from error
        raise


def _named(request: Request, db: UnitOfWork) -> Member:
    number = arguments.identity(request.text.strip().removeprefix("#"))
    found = None if number is None else db.members.find(request.community, MemberId(number))
    if found is None or found.state is not MemberState.ACTIVE:
        raise NotFound(_NOT_HERE)
    return found
