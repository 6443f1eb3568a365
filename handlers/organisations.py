"""Organisations: everybody sees the cards, their own members and organisers write them."""

from dataclasses import replace

from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes, may
from bot.domain import identifiable
from bot.domain import organisations as rules
from bot.domain.calm import Programme, Weight
from bot.domain.members import Organisation
from bot.domain.organisations import LINES, Proposal
from bot.domain.south_east_london import OTHER_NAMES
from bot.errors import FormErrors, NotFound
from bot.ids import ProposalId
from bot.views import organisations as views
from storage.unit_of_work import UnitOfWork

routes = Routes()

UNKNOWN = "Which one? Type “organisation” and a name; “organisations” shows all of them."


@routes.route("organisations", help="All organisations in this community.")
def organisations(request: Request, db: UnitOfWork) -> Reply:
    """By name; organisers see which have no whole card, and what waits for them."""
    cards = db.communities.organisations(request.community)
    return views.listing(
        cards,
        rules.missing(cards, db.organisation_cards.people(request.community)),
        waiting=len(db.organisation_cards.proposals(request.community)),
        is_organiser=may(request.role, Role.ORGANISER),
    )


@routes.route(
    "organisation",
    usage="[name]",
    example="organisation Guy’s and St Thomas’",
    help="What an organisation does, and who to ask.",
)
def organisation(request: Request, db: UnitOfWork) -> Reply:
    """The card of the one named, or of the asker's own."""
    about = _named(request, db)
    own = db.members.get(request.member).profile.organisation
    is_organiser = may(request.role, Role.ORGANISER)
    people = db.organisation_cards.people(request.community, only_introduced=True)
    return views.card(
        about,
        people=people[about.name],
        may_write=is_organiser or about.name == own,
        is_organiser=is_organiser,
    )


@routes.route(
    "organisation card",
    usage="[name]",
    example="organisation card Guy’s and St Thomas’",
    help="Write the card of yours.",
    once=True,
)
def card(request: Request, db: UnitOfWork) -> Reply:
    """A form; an organiser's words stand at once, a member's wait for an organiser."""
    about = _named(request, db)
    member = db.members.get(request.member)
    rules.check_may_write(member, request.role, about)
    is_organiser = may(request.role, Role.ORGANISER)
    if not request.is_submitted:
        return views.form(about, is_organiser=is_organiser)

    written = rules.read(request.fields, about)
    lines = {name: getattr(written, name) for name in LINES}
    identifiable.refuse(lines, today=request.today, known=(member.name,))
    if is_organiser:
        db.organisation_cards.save(request.community, written)
        _note(request, db, "organisation card written", written)
        return views.saved(written)
    number = db.organisation_cards.propose(request.community, member.id, written, now=request.now)
    _tell_organisers(request, db, Proposal(number, member.id, written))
    return views.proposed(written)


@routes.route("organisation review", help="Cards that members propose.", role=Role.ORGANISER)
def review(request: Request, db: UnitOfWork) -> Reply:
    """Those that wait, the oldest first."""
    found = db.organisation_cards.proposals(request.community)
    authors = db.members.many(each.member for each in found)
    return views.waiting([(each, authors[each.member]) for each in found])


@routes.route("organisation approve", hidden=True, role=Role.ORGANISER, once=True)
def approve(request: Request, db: UnitOfWork) -> Reply:
    """A proposal is the card from now on, and its author is told."""
    proposal = _proposal(request, db)
    written = proposal.card
    [known] = db.organisation_cards.of(request.community, [written.name]) or (written,)
    taken = replace(written, sector=known.sector)
    db.organisation_cards.save(request.community, taken)
    db.organisation_cards.settle(proposal)
    _note(request, db, "organisation card approved", taken)
    _tell_author(request, db, proposal, why="")
    return views.approved(taken)


@routes.route("organisation decline", hidden=True, role=Role.ORGANISER, once=True)
def decline(request: Request, db: UnitOfWork) -> Reply:
    """The card stays as it was, and the author reads why."""
    proposal = _proposal(request, db)
    if not request.is_submitted:
        return views.decline_form(proposal)
    why = " ".join(request.required("why").split())
    if len(why) > views.LONGEST_WHY:
        raise FormErrors({"why": f"Please keep it to {views.LONGEST_WHY} characters."})
    db.organisation_cards.settle(proposal)
    _note(request, db, "organisation card declined", proposal.card)
    _tell_author(request, db, proposal, why=why)
    return views.declined(proposal.card)


def _named(request: Request, db: UnitOfWork) -> Organisation:
    """The organisation named, else the asker's own; one that only a profile names has no card."""
    known = db.communities.organisations(request.community)
    own = db.members.get(request.member).profile.organisation
    words = request.text or own
    if not words:
        raise NotFound(UNKNOWN)
    names = {each.name for each in known}
    people = db.organisation_cards.people(request.community)
    more = [Organisation(name) for name in sorted(people.keys() - names)]
    exact = next((each for each in (*known, *more) if each.name == words), None)
    return exact or rules.named((*known, *more), words, other_names=OTHER_NAMES)


def _proposal(request: Request, db: UnitOfWork) -> Proposal:
    number = arguments.identity(request.text)
    found = (
        None
        if number is None
        else db.organisation_cards.find(request.community, ProposalId(number))
    )
    if found is None:
        raise NotFound(views.GONE)
    return found


def _tell_organisers(request: Request, db: UnitOfWork, proposal: Proposal) -> None:
    """A card waits for them."""
    author = db.members.get(proposal.member)
    db.calm.send_each(
        request.community,
        [each.id for each in db.members.organisers(request.community)],
        lambda _: views.to_review(proposal, author, is_told=True),
        programme=Programme.INTRODUCTIONS,
        weight=Weight.ORDINARY,
        key=f"organisation:{proposal.id}:{request.now:%Y%m%d%H%M%S%f}",
        subject="organisation cards",
        now=request.now,
    )


def _tell_author(request: Request, db: UnitOfWork, proposal: Proposal, *, why: str) -> None:
    """What became of the card somebody proposed."""
    about = proposal.card
    db.calm.send(
        request.community,
        proposal.member,
        views.is_not_taken(about, why) if why else views.is_taken(about),
        programme=Programme.INTRODUCTIONS,
        weight=Weight.ORDINARY,
        key=f"organisation:{proposal.id}:settled:{request.now:%Y%m%d%H%M%S%f}",
        subject="organisation cards",
        now=request.now,
    )


def _note(request: Request, db: UnitOfWork, action: str, about: Organisation) -> None:
    db.audit.add(
        request.community, request.member, action=action, subject=about.name, now=request.now
    )
