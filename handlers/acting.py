"""An organiser acts for a member who asked: their command, carried out as if they had typed it."""

from dataclasses import replace

from bot.chat.forms import Form
from bot.chat.messages import Message
from bot.chat.requests import Kind, Profile, Reply, Request, Role
from bot.chat.routes import Route, Routes
from bot.domain import acting
from bot.domain.acting import Asked
from bot.domain.calm import Programme, Weight
from bot.domain.members import Member
from bot.errors import MemberError, NotAllowed, NotUnderstood
from bot.times import local, today
from bot.views import acting as views
from handlers import finding
from storage.unit_of_work import UnitOfWork


def acting_on(programmes: Routes) -> Routes:
    """The route that carries some of the programmes' out for others, and what it did."""
    routes = Routes()

    @routes.route("for me", help="What organisers did for you, because you asked.")
    def for_me(request: Request, db: UnitOfWork) -> Reply:
        """The newest first."""
        found = db.done_for.newest(request.member, limit=views.MOST_LISTED)
        return views.listing(
            [views.Line(each.command, each.by, local(each.at, request.zone)) for each in found]
        )

    @routes.route(
        "for",
        usage="@person: command",
        example="for @Ada Obi: sessions sign up 3",
        help="Do something for a member who asked you to.",
        role=Role.ORGANISER,
        sensitive=True,
    )
    def for_somebody(request: Request, db: UnitOfWork) -> Reply:
        """The answer goes to the organiser; the member is told what was done."""
        asked = acting.asked(request.text)
        person = finding.person(request, db, asked.person)
        if person.id == request.member:
            raise MemberError(views.YOURSELF)
        route, words = _route(programmes, asked.command)
        reply = route.handler(_in_their_place(request, db, person, route, words), db)
        if isinstance(reply, Form) or reply is None:
            raise MemberError(views.is_a_form(route.name))
        return _written_down(request, db, person, asked, reply)

    return routes


def _route(programmes: Routes, command: str) -> tuple[Route, str]:
    found = programmes.match(command)
    if found is None:
        raise NotUnderstood(f"I did not understand “{command}”. Type “help” for what can be said.")
    route, words = found
    if route.name not in acting.ALLOWED or route.sensitive or route.role is not Role.MEMBER:
        listed = [each.name for each in programmes if each.name in acting.ALLOWED]
        raise NotAllowed(views.not_in_their_place(route.name, listed))
    return route, words


def _in_their_place(
    request: Request, db: UnitOfWork, person: Member, route: Route, words: str
) -> Request:
    """The request that the member would have made; never more than a plain member's."""
    theirs = db.members.accounts_of(person.id)
    return replace(
        request,
        member=person.id,
        name=person.name,
        role=Role.MEMBER,
        account=theirs[0] if theirs else request.account,
        route=route.name,
        text=words,
        today=today(request.now, person.zone),
        zone=person.zone,
        fields={},
        kind=Kind.WORDS,
        channel=None,
        channel_name="",
        token="",
        profile=Profile(),
    )


def _written_down(
    request: Request, db: UnitOfWork, person: Member, asked: Asked, reply: Message
) -> Message:
    """Audited, shown to the member and told to them."""
    number = db.done_for.add(
        request.community, person.id, by=request.member, command=asked.command, now=request.now
    )
    db.audit.add(
        request.community,
        request.member,
        action="acted for a member",
        subject=f"member:{person.id}",
        now=request.now,
    )
    _tell(request, db, person, asked, number)
    return views.done(person, reply)


def _tell(request: Request, db: UnitOfWork, person: Member, asked: Asked, number: int) -> None:
    """The one message of this kind that nobody asked for: it goes alone."""
    db.calm.send(
        request.community,
        person.id,
        views.was_done(request.name, asked.command),
        programme=Programme.COMMUNITY,
        weight=Weight.ALONE,
        key=f"done-for:{number}",
        subject="acting",
        now=request.now,
    )
