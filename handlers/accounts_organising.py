"""Organisers join two members who are one person, and move one whose old account is gone."""

from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import accounts
from bot.domain.members import Member, MemberState, email_key
from bot.errors import FormErrors, MemberError, NotFound
from bot.ids import MemberId
from bot.views import accounts as member_views
from bot.views import accounts_organising as views
from handlers import accounts_joining, finding
from storage.unit_of_work import UnitOfWork

routes = Routes()

_CHANGED = "That has changed since, so nothing was done. Please begin again."


@routes.route(
    "join accounts", help="Two members are one person: join them.", role=Role.ORGANISER,
    sensitive=True,
)  # fmt: skip
def join_accounts(request: Request, db: UnitOfWork) -> Reply:
    """A form, and then what joining the two will do."""
    if not request.is_submitted:
        return views.JOIN
    kept, other = _member(request, db, "kept"), _member(request, db, "other")
    if kept.id == other.id:
        raise FormErrors({"other": "Please choose somebody else: these two are one already."})
    accounts.joined(kept, other)
    return views.may_join(kept, _where(db, kept), other, _where(db, other))


@routes.route("join accounts sure", hidden=True, role=Role.ORGANISER, sensitive=True, once=True)
def join_sure(request: Request, db: UnitOfWork) -> Reply:
    """Two members are one; both accounts are told once."""
    first, _, second = request.text.partition(" ")
    kept, other = _named(request, db, first), _named(request, db, second)
    if kept.id == other.id:
        raise MemberError(_CHANGED)
    reached = db.members.reachable((kept.id, other.id))
    where = [reached[each].account for each in (kept.id, other.id)]
    member = accounts_joining.join(request, db, kept.id, other.id)
    several = db.accounts.linked(member.id)
    for account in where:
        if account is not None:
            there = accounts_joining.account_after(account, member)
            db.outbox.post(
                request.community,
                there,
                views.were_joined(several),
                key=f"joined:{other.id}:{there.lane}:{there.user}",
                subject="accounts",
                now=request.now,
                member=member.id,
            )
    return views.joined(member)


@routes.route(
    "move member", help="Take a member to a new address or account.", role=Role.ORGANISER,
    sensitive=True,
)  # fmt: skip
def move_member(request: Request, db: UnitOfWork) -> Reply:
    """A form, and then what moving the member will do."""
    if not request.is_submitted:
        return views.MOVE
    person = _member(request, db, "person")
    email, named = email_key(request.field("email")), request.field("newcomer")
    if bool(email) == bool(named):
        raise FormErrors({"email": "Please give either a new address or who they are now."})
    left = db.accounts.linked(person.id)
    if email:
        _check_free(db, person, email)
        return views.may_move(person, left, to=email, value=f"#{person.id} {email}")

    newcomer = _member(request, db, "newcomer")
    if newcomer.id == person.id:
        raise FormErrors({"newcomer": "Please choose somebody else: these two are one already."})
    accounts.joined(person, newcomer)
    to = f"{newcomer.name} ({_where(db, newcomer)})"
    return views.may_move(person, left, to=to, value=f"#{person.id} #{newcomer.id}")


@routes.route("move member sure", hidden=True, role=Role.ORGANISER, sensitive=True, once=True)
def move_sure(request: Request, db: UnitOfWork) -> Reply:
    """A member is moved; they alone are told."""
    first, _, second = request.text.strip().partition(" ")
    person = _named(request, db, first)
    if second.startswith("#"):
        return _to_newcomer(request, db, person, _named(request, db, second))
    if "@" not in second:
        raise MemberError(_CHANGED)
    return _to_address(request, db, person, email_key(second))


def _to_newcomer(request: Request, db: UnitOfWork, person: Member, newcomer: Member) -> Reply:
    if person.id == newcomer.id:
        raise MemberError(_CHANGED)
    left = db.accounts.linked(person.id)
    new = accounts.in_use(db.accounts.linked(newcomer.id))
    if new is None:
        raise MemberError(f"No account reaches {newcomer.name} now, so there is nowhere to move.")
    member = accounts_joining.join(request, db, person.id, newcomer.id)
    there = accounts_joining.account_after(new.account, member)
    db.accounts.prefer(member.id, there)
    for each in left:
        if each.account != there:
            db.accounts.retire(member.id, each.account, now=request.now)
    if newcomer.email:
        db.members.set_email(member.id, newcomer.email)
    db.audit.add(request.community, request.member, action="member moved", now=request.now)
    db.outbox.post(
        request.community,
        there,
        views.were_moved(),
        key=f"moved:{newcomer.id}:{member.id}",
        subject="accounts",
        now=request.now,
        member=member.id,
    )
    return views.moved_to(member)


def _to_address(request: Request, db: UnitOfWork, person: Member, email: str) -> Reply:
    _check_free(db, person, email)
    db.members.set_email(person.id, email)
    for each in db.accounts.linked(person.id):
        db.accounts.retire(person.id, each.account, now=request.now)
    db.audit.add(request.community, request.member, action="member moved", now=request.now)
    return views.awaited(person)


def _check_free(db: UnitOfWork, person: Member, email: str) -> None:
    name, _, domain = email.partition("@")
    if not name or "." not in domain or " " in email:
        raise FormErrors({"email": "Please give a whole address, such as ada@trust.example."})
    owner = db.members.by_email(person.community, email)
    if owner is not None and owner.id != person.id:
        raise FormErrors(
            {"email": f"{owner.name} has that address. Choose them below as who they are now."}
        )


def _member(request: Request, db: UnitOfWork, field: str) -> Member:
    """Whom a field means: an active member, or by number somebody who has not said who they are."""
    words = request.required(field, "Please choose somebody.")
    try:
        how, named = arguments.mentioned(words)
        if how == "id":
            return _named(request, db, f"#{named}")
        return finding.person(request, db, words)
    except MemberError as error:
        raise FormErrors({field: str(error)}) from error


def _named(request: Request, db: UnitOfWork, words: str) -> Member:
    number = arguments.identity(words.strip().removeprefix("#"))
    found = None if number is None else db.members.find(request.community, MemberId(number))
    if found is None or found.state not in {MemberState.ACTIVE, MemberState.UNCONFIRMED}:
        raise NotFound(_CHANGED)
    return found


def _where(db: UnitOfWork, member: Member) -> str:
    return member_views.places(db.accounts.linked(member.id)) or "no account"
