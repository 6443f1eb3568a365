"""Curators: organisers choose who reads stories before they are published."""

from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain.calm import Programme, Weight
from bot.domain.members import Member
from bot.errors import FormErrors, MemberError
from bot.views import curators as views
from handlers import finding
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route("curators", help="Who reads stories before they are published.", role=Role.ORGANISER)
def curators(request: Request, db: UnitOfWork) -> Reply:
    """The curators by name."""
    reviewers = db.members.reviewers(request.community)
    return views.curators([each for each in reviewers if each.role is Role.CURATOR])


@routes.route(
    "curator add",
    usage="[@person]",
    example="curator add @Ben Lee",
    help="Let somebody read stories first.",
    role=Role.ORGANISER,
)
def add(request: Request, db: UnitOfWork) -> Reply:
    """Somebody is a curator, and is told."""
    member = _person(request, db)
    if member is None:
        return views.form(adds=True)
    if member.role is Role.ORGANISER:
        raise MemberError(views.IS_ORGANISER.format(member.name))
    if member.role is not Role.CURATOR:
        _give(request, db, member, Role.CURATOR)
        db.calm.send(
            request.community,
            member.id,
            views.you_are(request.name),
            programme=Programme.STORIES,
            weight=Weight.ALONE,
            key=f"curator:{request.now:%Y%m%d%H%M%S}:{member.id}",
            subject="curators",
            now=request.now,
        )
    return views.added(member)


@routes.route(
    "curator remove",
    usage="[@person]",
    example="curator remove @Ben Lee",
    help="Take that role back.",
    role=Role.ORGANISER,
)
def remove(request: Request, db: UnitOfWork) -> Reply:
    """A curator is a member like all others."""
    member = _person(request, db)
    if member is None:
        return views.form(adds=False)
    if member.role is not Role.CURATOR:
        raise MemberError(views.was_not(member))
    _give(request, db, member, Role.MEMBER)
    return views.removed(member)


def _person(request: Request, db: UnitOfWork) -> Member | None:
    """Who is meant; None where a form is to ask."""
    if not request.is_submitted:
        return finding.person(request, db, request.text) if request.text else None
    words = request.required("person", "Please choose somebody.")
    try:
        return finding.person(request, db, words)
    except MemberError as error:
        raise FormErrors({"person": str(error)}) from error


def _give(request: Request, db: UnitOfWork, member: Member, role: Role) -> None:
    db.members.set_role(member.id, role)
    db.audit.add(
        request.community,
        request.member,
        action=f"role {role}",
        subject=f"member:{member.id}",
        now=request.now,
    )
