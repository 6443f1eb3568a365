"""Asking whoever shares an e-mail address with a member whether they are that person."""

from bot.chat.messages import Account, Message
from bot.chat.requests import Request
from bot.domain.accounts import Linked
from bot.domain.members import Member, MemberState
from bot.errors import NotFound
from bot.ids import MemberId
from bot.views import accounts as views
from storage.unit_of_work import UnitOfWork

_NO_QUESTION = (
    "I am not asking you who you are. To join two accounts, type “link” at the one "
    "you have had for longer."
)


def suspected(request: Request, db: UnitOfWork) -> Member:
    """Whom the asker perhaps is; raises ``NotFound`` where there is no such question."""
    known = db.accounts.suspected(request.member)
    member = db.members.get(request.member)
    if known is None or member.state is not MemberState.UNCONFIRMED:
        raise NotFound(_NO_QUESTION)
    return db.members.get(known)


def question(request: Request, db: UnitOfWork) -> Message:
    """The question for somebody who is perhaps known."""
    known = suspected(request, db)
    return views.question(known, _known_from(db, known.id))


def ask(request: Request, db: UnitOfWork) -> None:
    """Ask them where they are, once; what they say before they answer brings the question too."""
    db.outbox.post(
        request.community,
        request.account,
        question(request, db),
        key=f"perhaps:{request.member}",
        subject="accounts",
        now=request.now,
        member=request.member,
    )


def linked_at(db: UnitOfWork, member: MemberId, account: Account) -> Linked:
    """An account of a member as it is shown."""
    found = [each for each in db.accounts.linked(member) if each.account == account]
    return found[0] if found else Linked(0, account)


def _known_from(db: UnitOfWork, member: MemberId) -> tuple[Linked, ...]:
    """Where they would recognise themselves: not where they never were or do not write any more."""
    several = db.accounts.linked(member)
    return tuple(each for each in several if each.is_reached) or several
