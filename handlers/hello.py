"""Saying hello to somebody who was introduced, and answering it."""

from collections.abc import Callable

from bot.chat import arguments
from bot.chat.messages import Account, Message
from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.domain.calm import Programme, Weight
from bot.domain.members import Member, MemberState, Reachable
from bot.errors import FormErrors, MemberError, NotFound
from bot.ids import MemberId
from bot.views import hello as views
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route("hello", hidden=True)
def hello(request: Request, db: UnitOfWork) -> Reply:
    """One line to somebody whose introduction is in the channel; one hello to each, ever."""
    to = _member(request, db)
    if to is None or not to.is_introduced:
        raise NotFound(views.GONE)
    return _carry(request, db, to, key=f"hello:{request.member}:{to.id}", form=views.form,
                  message=views.carried)  # fmt: skip


@routes.route("hello answer", hidden=True)
def answer(request: Request, db: UnitOfWork) -> Reply:
    """One line back to somebody who said hello."""
    to = _member(request, db)
    if to is None or not db.outbox.was_added(request.community, f"hello:{to.id}:{request.member}"):
        raise NotFound(views.NOT_CARRIED)
    return _carry(request, db, to, key=f"hello:{to.id}:{request.member}:answer",
                  form=views.answer_form, message=views.answered)  # fmt: skip


def _carry(
    request: Request,
    db: UnitOfWork,
    to: Member,
    *,
    key: str,
    form: Callable[[Member], Reply],
    message: Callable[[Member, str, Account | None], Message],
) -> Reply:
    """Ask for the line, or pass it on."""
    if to.id == request.member:
        raise MemberError(views.TO_ONESELF)
    if db.outbox.was_added(request.community, key):
        return views.said_before(to)
    account = _account(request, db, to)
    if not request.is_submitted:
        return form(to)

    line = " ".join(request.required("words", views.WRITE_SOMETHING).split())
    if len(line) > views.LONGEST_LINE:
        raise FormErrors({"words": views.TOO_LONG})
    mine = {each.lane: each for each in db.members.accounts_of(request.member)}
    db.calm.send(
        request.community,
        to.id,
        message(db.members.get(request.member), line, mine.get(account.lane)),
        programme=Programme.INTRODUCTIONS,
        weight=Weight.CARRIED,
        key=key,
        subject=f"hello:{request.member}",
        now=request.now,
    )
    return views.passed_on(to)


def _member(request: Request, db: UnitOfWork) -> Member | None:
    number = arguments.identity(request.text)
    found = None if number is None else db.members.find(request.community, MemberId(number))
    return found if found is not None and found.state is MemberState.ACTIVE else None


def _account(request: Request, db: UnitOfWork, to: Member) -> Account:
    """Where the line goes.

    That one of the two avoids the other reads as if nothing reached them: it must not be told.
    """
    avoids = db.coffee.avoids(request.community)
    is_avoided = request.member in avoids.get(to.id, ()) or to.id in avoids.get(request.member, ())
    account = Reachable(to, db.members.accounts_of(to.id)).account
    if is_avoided or account is None:
        raise MemberError(views.NOT_CARRIED)
    return account
