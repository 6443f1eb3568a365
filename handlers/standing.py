"""Somebody takes no part for now: suspended with a reason, or everything stopped for them."""

from bot.chat import arguments
from bot.chat.messages import Account
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain.calm import Programme, Weight
from bot.domain.members import Member, MemberState
from bot.errors import FormErrors, MemberError, NotFound, NotUnderstood
from bot.ids import MemberId
from bot.times import local
from bot.views import standing as views
from handlers import departures, finding, stories_posts
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route(
    "suspend",
    usage="@person",
    example="suspend @Cy Poe",
    help="Let somebody take no part for now, for a reason.",
    role=Role.ORGANISER,
    sensitive=True,
    once=True,
)
def suspend(request: Request, db: UnitOfWork) -> Reply:
    """A form that says what will happen, and what it sends in."""
    if not request.is_submitted:
        return views.suspend_form(_other(request, db, request.text) if request.text else None)
    person = _other(request, db, request.text) if request.text else _chosen(request, db)
    reason = request.required("reason", views.WHY)
    if len(reason) > views.LONGEST_REASON:
        raise FormErrors({"reason": f"Please keep this below {views.LONGEST_REASON} characters."})
    ended = _take_out(request, db, person, MemberState.SUSPENDED, reason=reason)
    _note(request, db, person, "member suspended")
    return views.suspended(person, ended)


@routes.route(
    "unsuspend",
    usage="[@person]",
    example="unsuspend @Cy Poe",
    help="Who takes no part now; let somebody back in.",
    role=Role.ORGANISER,
    sensitive=True,
)
def unsuspend(request: Request, db: UnitOfWork) -> Reply:
    """Everybody who takes no part now, or one of them who is back and told so."""
    if not request.text:
        return _listing(request, db)
    person = _taken_out(request, db, MemberState.SUSPENDED)
    _let_back(request, db, person)
    _note(request, db, person, "member unsuspended")
    account = next(iter(db.members.accounts_of(person.id)), None)
    if account is not None:
        _tell_them(request, db, person, account)
    return views.back(person)


@routes.route(
    "stop everything for",
    usage="@person",
    example="stop everything for @Cy Poe",
    help="Illness or a death: all is quiet at once.",
    role=Role.ORGANISER,
    sensitive=True,
)
def stop_everything(request: Request, db: UnitOfWork) -> Reply:
    """What it will do, to be confirmed."""
    if not request.text:
        raise NotUnderstood("For whom? Try “stop everything for @Ada Example”.")
    return views.may_stop(_other(request, db, request.text, MemberState.SUSPENDED))


@routes.route("stop everything sure", hidden=True, role=Role.ORGANISER, sensitive=True, once=True)
def stop_sure(request: Request, db: UnitOfWork) -> Reply:
    """At once: nothing is sent to them, nothing names them, and whoever waits for them knows."""
    person = _other(request, db, request.text, MemberState.SUSPENDED)
    ended = _take_out(request, db, person, MemberState.STOPPED)
    stories_posts.renamed(db, person.id, now=request.now)
    _note(request, db, person, "everything stopped for a member")
    return views.stopped(person, ended)


@routes.route(
    "start again for",
    usage="@person",
    example="start again for @Cy Poe",
    help="Take “stop everything for” back.",
    role=Role.ORGANISER,
    sensitive=True,
)
def start_again(request: Request, db: UnitOfWork) -> Reply:
    """They are part of the community as before; nothing is sent to them for it."""
    if not request.text:
        return _listing(request, db)
    person = _taken_out(request, db, MemberState.STOPPED)
    _let_back(request, db, person)
    stories_posts.renamed(db, person.id, now=request.now)
    _note(request, db, person, "everything started again for a member")
    return views.back(person)


def _take_out(
    request: Request, db: UnitOfWork, person: Member, state: MemberState, *, reason: str = ""
) -> list[str]:
    db.members.set_state(person.id, state)
    db.standings.save(
        request.community, person.id, reason=reason, by=request.member, now=request.now
    )
    left = departures.see_off(request, db, db.members.get(person.id))
    alone = db.members.many(left.alone).values()
    return views.what_ended(
        coffees=left.coffees,
        messages=left.cancelled,
        posts=left.posts,
        alone=[each.name for each in alone],
    )


def _let_back(request: Request, db: UnitOfWork, person: Member) -> None:
    db.members.set_state(person.id, MemberState.ACTIVE)
    db.standings.remove(person.id)


def _tell_them(request: Request, db: UnitOfWork, person: Member, account: Account) -> None:
    """The one message of this kind that nobody asked for: it goes alone."""
    db.calm.send(
        request.community,
        person.id,
        views.are_back(db.communities.get(request.community).name),
        programme=Programme.COMMUNITY,
        weight=Weight.ALONE,
        key=f"back:{request.now:%Y%m%d%H%M%S}:{person.id}",
        subject="standing",
        now=request.now,
    )


def _listing(request: Request, db: UnitOfWork) -> Reply:
    return views.listing(
        [
            views.Out(
                member=each.member,
                name=each.name,
                is_stopped=each.state is MemberState.STOPPED,
                reason=each.reason,
                by=each.by,
                at=local(each.at, request.zone).date() if each.at else None,
            )
            for each in db.standings.all(request.community)
        ]
    )


def _chosen(request: Request, db: UnitOfWork) -> Member:
    try:
        return _other(request, db, request.required("person", "Please choose somebody."))
    except FormErrors:
        raise
    except MemberError as error:
        raise FormErrors({"person": str(error)}) from error


def _other(request: Request, db: UnitOfWork, words: str, *also: MemberState) -> Member:
    """The active member meant, or one in another of these states; never the asker."""
    try:
        person = finding.person(request, db, words)
    except NotFound:
        found = _among(request, db, words, *also) if also else []
        if len(found) != 1:
            raise
        person = found[0]
    if person.id == request.member:
        raise MemberError(views.YOURSELF)
    return person


def _taken_out(request: Request, db: UnitOfWork, state: MemberState) -> Member:
    found = _among(request, db, request.text, state)
    if len(found) != 1:
        raise NotFound(views.GONE)
    return found[0]


def _among(request: Request, db: UnitOfWork, words: str, *states: MemberState) -> list[Member]:
    """Who of those taken out is meant by a mention, a number or a name."""
    out = [each.member for each in db.standings.all(request.community, *states)]
    people = db.members.many(out)
    how, named = arguments.mentioned(words)
    if how == "id":
        return [each for each in people.values() if each.id == MemberId(int(named))]
    if how == "user":
        owner = db.members.account_owner(Account(request.account.lane, named))
        return [each for each in people.values() if owner is not None and each.id == owner.id]
    asked = named.casefold()
    exact = [each for each in people.values() if each.name.casefold() == asked]
    return exact or [each for each in people.values() if asked in each.name.casefold()]


def _note(request: Request, db: UnitOfWork, person: Member, action: str) -> None:
    db.audit.add(
        request.community,
        request.member,
        action=action,
        subject=f"member:{person.id}",
        now=request.now,
    )
