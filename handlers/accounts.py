"""A member's accounts: who they are, codes that join two, where to reach them, moving."""

from contextlib import suppress

from bot.chat.messages import Account
from bot.chat.requests import Reply, Request
from bot.chat.routes import Routes
from bot.domain import accounts
from bot.domain.members import Member, MemberState
from bot.errors import MemberError
from bot.views import accounts as views
from handlers import accounts_asking, accounts_joining
from handlers.community import greet
from storage import organisers
from storage.outbox import Priority
from storage.unit_of_work import UnitOfWork

routes = Routes()


@routes.route("link question", hidden=True, sensitive=True)
def question(request: Request, db: UnitOfWork) -> Reply:
    """Who shares an e-mail address with somebody known is asked whether they are them.

    Where that member is gone meanwhile, there is nobody to be mistaken for.
    """
    member = db.members.get(request.member)
    if member.state is MemberState.UNCONFIRMED and db.accounts.suspected(member.id) is None:
        return _welcome(request, db)
    return accounts_asking.question(request, db)


@routes.route("link yes", hidden=True, sensitive=True)
def yes(request: Request, db: UnitOfWork) -> Reply:
    """They say so: the account already known gets the way to a code, never the code itself."""
    known = accounts_asking.suspected(request, db)
    use = accounts.in_use(db.accounts.linked(known.id))
    if use is None or known.state is not MemberState.ACTIVE:
        return _ask_organisers(request, db, known)
    db.outbox.post(
        request.community,
        use.account,
        views.somebody_says(accounts_asking.linked_at(db, request.member, request.account)),
        # Whoever presses again within the hour is not written to again.
        key=f"link:{request.member}:{request.now:%Y%m%d%H}",
        subject="accounts",
        now=request.now,
        member=known.id,
        priority=Priority.URGENT,
    )
    return views.look_there(use)


@routes.route("link stuck", hidden=True, sensitive=True)
def stuck(request: Request, db: UnitOfWork) -> Reply:
    """They can't get to the account already known, so the organisers are asked."""
    return _ask_organisers(request, db, accounts_asking.suspected(request, db))


@routes.route("link no", hidden=True, sensitive=True)
def no(request: Request, db: UnitOfWork) -> Reply:
    """They are somebody else: a member like any other, without the address that is shared."""
    accounts_asking.suspected(request, db)
    return _welcome(request, db)


def _welcome(request: Request, db: UnitOfWork) -> Reply:
    db.accounts.trust(request.member)
    db.members.set_state(request.member, MemberState.ACTIVE)
    greet(request, db)
    return views.somebody_new(db.members.get(request.member))


def overheard(request: Request, db: UnitOfWork) -> None:
    """A code that others may have read joins nothing any more."""
    with suppress(MemberError):
        db.accounts.use_code(accounts.read_code(request.text), now=request.now)


@routes.route(
    "link", usage="[code]", example="link K7QM-2VXT",
    help="Join your accounts on several platforms.", sensitive=True,
    overheard=overheard,
)  # fmt: skip
def link(request: Request, db: UnitOfWork) -> Reply:
    """Without a code the asker gets one; with one, two accounts become one member's."""
    words = request.text.strip()
    if words.lower() not in {"", "me"}:
        return _typed(request, db, words)
    if db.members.get(request.member).state is MemberState.UNCONFIRMED:
        return question(request, db)
    made = db.accounts.make_code(
        request.community, request.member, request.account, now=request.now
    )
    return views.code(made, moves=False)


@routes.route("move me", help="Take everything of yours to another account.", sensitive=True)
def move_me(request: Request, db: UnitOfWork) -> Reply:
    """A code that leaves this account behind once it is typed at the new one."""
    made = db.accounts.make_code(
        request.community, request.member, request.account, now=request.now, moves=True
    )
    return views.code(made, moves=True)


@routes.route(
    "reach", usage="[here or a number]", example="reach here",
    help="Your accounts, and where I write to you.",
    sensitive=True,
)  # fmt: skip
def reach(request: Request, db: UnitOfWork) -> Reply:
    """The list of my accounts, or another choice of the one to use."""
    several = db.accounts.linked(request.member)
    words = request.text.strip().lower()
    if not words:
        return views.my_accounts(several)
    here = [each for each in several if each.account == request.account]
    chosen = here[0] if words == "here" and here else accounts.named(several, words)
    if not chosen.is_active:
        raise MemberError(f"I can’t reach {views.place(chosen)} now. Type “reach” for the others.")
    db.accounts.prefer(request.member, chosen.account)
    return views.reached_at(chosen)


@routes.route(
    "unlink",
    usage="number",
    example="unlink 2",
    help="Take an account off you: see “reach”.",
    sensitive=True,
)
def unlink(request: Request, db: UnitOfWork) -> Reply:
    """One account less; never the last that reaches the member."""
    several = db.accounts.linked(request.member)
    if not request.text.strip():
        return views.my_accounts(several)
    gone = accounts.unlinked(several, request.text)
    db.accounts.unlink(request.member, gone, now=request.now)
    db.audit.add(request.community, request.member, action="account unlinked", now=request.now)
    return views.unlinked(gone, db.accounts.linked(request.member))


def _typed(request: Request, db: UnitOfWork, words: str) -> Reply:
    """A code was typed: it is used up, and the accounts are one member's."""
    typed, _, last = words.rpartition(" ")
    is_sure = last.lower() == "yes"
    made = accounts.read_code(typed if is_sure else words)
    code = accounts.checked(db.accounts.code(made), community=request.community, now=request.now)
    if code.account == request.account:
        raise MemberError(
            "That code was made here. Type it to me at your other account, within its 15 minutes."
        )
    if code.member == request.member and not code.moves:
        raise MemberError("That account is yours already. Type “reach” to see all of them.")

    is_mine = code.member in {request.member, db.accounts.suspected(request.member)}
    left = accounts_asking.linked_at(db, code.member, code.account)
    owner, typist = db.members.get(code.member), db.members.get(request.member)
    if not is_mine and not is_sure:
        rises = accounts.rises(owner, typist)
        return views.sure(made, owner, left, rises=rises, moves=code.moves)
    if not db.accounts.use_code(made, now=request.now):
        raise MemberError(accounts.USED_CODE)

    member = owner
    if code.member != request.member:
        member = accounts_joining.join(request, db, code.member, request.member)
    if not code.moves:
        return views.joined(member, db.accounts.linked(member.id))
    vouched = request.profile.email or (typist.email or "" if typist.id != owner.id else "")
    _leave_behind(request, db, member, code.account, vouched=vouched)
    return views.moved(member, db.accounts.linked(member.id), [left])


def _leave_behind(
    request: Request, db: UnitOfWork, member: Member, left: Account, *, vouched: str
) -> None:
    """The old account is not used any more; an address the new platform vouches for comes along."""
    here = accounts_joining.account_after(request.account, member)
    db.accounts.prefer(member.id, here)
    db.accounts.retire(member.id, left, now=request.now)
    if vouched and db.members.by_email(request.community, vouched) is None:
        db.members.set_email(member.id, vouched)
    db.audit.add(request.community, member.id, action="member moved", now=request.now)


def _ask_organisers(request: Request, db: UnitOfWork, known: Member) -> Reply:
    newcomer = db.members.get(request.member)
    where = accounts_asking.linked_at(db, request.member, request.account)
    organisers.tell(
        db,
        request.community,
        views.is_it_them(known, newcomer, where),
        # Whoever asks again the same day is not asked about again.
        key=f"link:{request.member}:organisers:{request.today:%Y%m%d}",
        now=request.now,
    )
    return views.organisers_asked(known.name)
