"""Whom and what a member means by the words they typed."""

from bot.chat import arguments
from bot.chat.messages import Account
from bot.chat.requests import Request
from bot.domain.members import Member, MemberState
from bot.domain.sessions import Session
from bot.errors import NotFound, NotUnderstood
from bot.ids import MemberId, SessionId
from storage.unit_of_work import UnitOfWork

# More namesakes than this are not worth listing.
MAX_NAMESAKES = 5


def person(request: Request, db: UnitOfWork, words: str) -> Member:
    """The active member meant by a mention, a picker's value or a name.

    Raises ``NotFound`` with a sentence when nobody is meant, ``NotUnderstood`` when several are.
    """
    how, named = arguments.mentioned(words)
    if how == "user":
        found = db.members.account_owner(Account(request.account.lane, named))
        members = [found] if found else []
    elif how == "id":
        found = db.members.find(request.community, MemberId(int(named)))
        members = [found] if found else []
    else:
        members = list(db.members.named(request.community, named, limit=MAX_NAMESAKES + 1))
        exact = [each for each in members if each.name.lower() == named.lower()]
        members = exact or members

    members = [
        each
        for each in members
        if each.community == request.community and each.state is MemberState.ACTIVE
    ]
    if not members:
        raise NotFound(f"I know nobody called “{named}” here. Try part of the name.")
    if len(members) > 1:
        names = ", ".join(each.name for each in members[:MAX_NAMESAKES])
        raise NotUnderstood(f"I know several: {names}. Please type the whole name.")
    return members[0]


def session(request: Request, db: UnitOfWork) -> Session:
    """The learning session meant by the number the words begin with, or by words of its title.

    Raises ``NotFound`` where there is none, ``NotUnderstood`` where several to come are meant.
    """
    number = arguments.identity(request.text.partition(" ")[0].removeprefix("#"))
    if number is not None:
        found = db.sessions.find(request.community, SessionId(number))
        several = [found] if found else []
    else:
        words = request.text.casefold()
        upcoming = db.sessions.upcoming(request.community, now=request.now)
        several = [each for each in upcoming if words and words in each.title.casefold()]
    if not several:
        raise NotFound("I can’t find that session. Type “sessions” for those to come.")
    if len(several) > 1:
        names = ", ".join(f"{each.id} ({each.title})" for each in several[:MAX_NAMESAKES])
        raise NotUnderstood(f"I know several: {names}. Please type the number.")
    return several[0]
