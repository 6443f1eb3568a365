"""The lists that profiles are written in: boroughs, interests, organisations and the others."""

from collections.abc import Callable
from typing import TypeVar

from bot.chat import arguments
from bot.chat.requests import Reply, Request, Role
from bot.chat.routes import Routes
from bot.domain import vocabularies
from bot.domain.members import Vocabulary
from bot.domain.vocabularies import NAMES, Entry, Listed
from bot.errors import FormErrors, MemberError, NotFound
from bot.views import vocabularies as views
from storage.unit_of_work import UnitOfWork

routes = Routes()

T = TypeVar("T")
_CHANGED = "That list has changed since, so nothing was done. Please begin again."
_NO_RETIRING = "Organisations come with people, so none is retired. You can merge two instead."


@routes.route(
    "vocabulary",
    usage="[interests]",
    example="vocabulary interests",
    help="The words that profiles are written in.",
    role=Role.ORGANISER,
)
def vocabulary(request: Request, db: UnitOfWork) -> Reply:
    """Which lists there are, or one of them."""
    if not request.text:
        numbers = {each: len(_entries(request, db, each)) for each in Listed}
        return views.overview(numbers)
    which, rest = vocabularies.asked(request.text)
    page = arguments.identity(rest.removeprefix("page ").strip()) or 1
    return views.listing(which, _entries(request, db, which), page=page)


@routes.route(
    "vocabulary add",
    usage="interests: Frailty",
    example="vocabulary add interests: Prehabilitation",
    help="Add to a list.",
    role=Role.ORGANISER,
)
def add(request: Request, db: UnitOfWork) -> Reply:
    """New words at the end of a list."""
    which, rest = vocabularies.asked(request.text)
    if not rest and not request.is_submitted:
        return views.add_form(which)
    said = request.required("words") if request.is_submitted else rest
    entries = _entries(request, db, which)
    new = _beside(request, "words", lambda: vocabularies.added(said, which, entries))
    db.vocabularies.add(request.community, which, new)
    if new:
        _note(request, db, "vocabulary add", which, ", ".join(new))
    return views.added(which, new)


@routes.route(
    "vocabulary rename",
    usage="interests: old words to new words",
    example="vocabulary rename interests: Dementia to Dementia and memory",
    help="Rename a word; profiles follow.",
    role=Role.ORGANISER,
)
def rename(request: Request, db: UnitOfWork) -> Reply:
    """Other words for one; asked first where members have it."""
    which, rest = vocabularies.asked(request.text)
    entries = _entries(request, db, which)
    if request.is_submitted:
        entry = _chosen(request, "entry", entries)
        words = request.required("words")
        said = _beside(request, "words", lambda: vocabularies.renamed(entry, words, which, entries))
        _sure(request)
        return _rename(request, db, which, entry, said)
    if not rest:
        return views.rename_form(which, entries)
    entry, words = vocabularies.pair(rest, entries)
    said = vocabularies.renamed(entry, words, which, entries)
    if entry.uses:
        return views.may_rename(which, entry, said)
    return _rename(request, db, which, entry, said)


@routes.route("vocabulary rename sure", hidden=True, role=Role.ORGANISER, once=True)
def rename_sure(request: Request, db: UnitOfWork) -> Reply:
    """One has other words, and profiles follow."""
    which, rest = vocabularies.asked(request.text)
    number, _, words = rest.partition(" ")
    entries = _entries(request, db, which)
    entry = _numbered(number, entries)
    said = vocabularies.renamed(entry, words, which, entries)
    return _rename(request, db, which, entry, said)


@routes.route(
    "vocabulary merge",
    usage="interests: one word into another",
    example="vocabulary merge interests: Medicines into Research",
    help="Make two words one; profiles follow.",
    role=Role.ORGANISER,
)
def merge(request: Request, db: UnitOfWork) -> Reply:
    """Two become one; asked first where members have the one that goes."""
    which, rest = vocabularies.asked(request.text)
    entries = _entries(request, db, which)
    if request.is_submitted:
        entry, into = (_chosen(request, name, entries) for name in ("entry", "into"))
        _beside(request, "into", lambda: vocabularies.merged(entry, into))
        _sure(request)
        return _merge(request, db, which, entry, into)
    if not rest:
        return views.merge_form(which, entries)
    entry, words = vocabularies.pair(rest, entries)
    into = vocabularies.found(words, entries)
    vocabularies.merged(entry, into)
    if entry.uses:
        return views.may_merge(which, entry, into)
    return _merge(request, db, which, entry, into)


@routes.route("vocabulary merge sure", hidden=True, role=Role.ORGANISER, once=True)
def merge_sure(request: Request, db: UnitOfWork) -> Reply:
    """Two are one, and profiles follow."""
    which, rest = vocabularies.asked(request.text)
    one, _, other = rest.partition(" ")
    entries = _entries(request, db, which)
    entry, into = _numbered(one, entries), _numbered(other, entries)
    vocabularies.merged(entry, into)
    return _merge(request, db, which, entry, into)


@routes.route(
    "vocabulary retire",
    usage="interests: words",
    example="vocabulary retire interests: Diabetes",
    help="Offer a word no more; who has it keeps it.",
    role=Role.ORGANISER,
)
def retire(request: Request, db: UnitOfWork) -> Reply:
    """One is offered no more."""
    return _retire(request, db, is_retired=True)


@routes.route(
    "vocabulary restore",
    usage="interests: words",
    example="vocabulary restore interests: Diabetes",
    help="Offer a retired word again.",
    role=Role.ORGANISER,
)
def restore(request: Request, db: UnitOfWork) -> Reply:
    """One is offered again."""
    return _retire(request, db, is_retired=False)


@routes.route(
    "vocabulary order",
    usage="interests",
    example="vocabulary order interests",
    help="Put the words in another order.",
    role=Role.ORGANISER,
)
def order(request: Request, db: UnitOfWork) -> Reply:
    """The words in another order; the order of stages says who is asked to write first."""
    which, _ = vocabularies.asked(request.text)
    if which.is_organisations:
        raise MemberError("Organisations stand in the order of the alphabet.")
    entries = _entries(request, db, which)
    if not request.is_submitted:
        return views.order_form(which, entries)
    words = request.required("words")
    numbers = _beside(request, "words", lambda: vocabularies.ordered(words, entries))
    db.vocabularies.order(numbers)
    _note(request, db, "vocabulary order", which)
    return views.reordered(which)


@routes.route(
    "organisation sector", help="Say to which sector an organisation belongs.", role=Role.ORGANISER
)
def sector(request: Request, db: UnitOfWork) -> Reply:
    """The sector of an organisation, which newcomers from it get."""
    entries = _entries(request, db, Listed.ORGANISATION)
    sectors = db.communities.terms(request.community, Vocabulary.SECTOR)
    if not request.is_submitted:
        return views.sector_form(entries, sectors)
    entry = _chosen(request, "entry", entries)
    chosen = request.required("sector", "Please choose one.")
    if chosen not in sectors:
        raise FormErrors({"sector": "Please choose from the list."})
    db.vocabularies.set_sector(entry, chosen)
    _note(request, db, "organisation sector", Listed.ORGANISATION, f"{entry.label}: {chosen}")
    return views.moved(entry, chosen)


def _rename(request: Request, db: UnitOfWork, which: Listed, entry: Entry, words: str) -> Reply:
    db.vocabularies.rename(request.community, which, entry, words)
    _note(request, db, "vocabulary rename", which, f"{entry.label} → {words}")
    return views.renamed(which, entry, words)


def _merge(request: Request, db: UnitOfWork, which: Listed, entry: Entry, into: Entry) -> Reply:
    db.vocabularies.merge(request.community, which, entry, into)
    _note(request, db, "vocabulary merge", which, f"{entry.label} → {into.label}")
    return views.merged(which, entry, into)


def _retire(request: Request, db: UnitOfWork, *, is_retired: bool) -> Reply:
    which, rest = vocabularies.asked(request.text)
    if which.is_organisations:
        raise MemberError(_NO_RETIRING)
    entries = _entries(request, db, which)
    if not rest and not request.is_submitted:
        return (views.retire_form if is_retired else views.restore_form)(which, entries)
    entry = (
        _chosen(request, "entry", entries)
        if request.is_submitted
        else vocabularies.found(rest, entries)
    )
    db.vocabularies.retire(entry, is_retired=is_retired)
    act = "retire" if is_retired else "restore"
    _note(request, db, f"vocabulary {act}", which, entry.label)
    return (views.retired if is_retired else views.restored)(which, entry)


def _entries(request: Request, db: UnitOfWork, which: Listed) -> tuple[Entry, ...]:
    return db.vocabularies.entries(request.community, which)


def _chosen(request: Request, field: str, entries: tuple[Entry, ...]) -> Entry:
    words = request.required(field, "Please choose one.")
    return _beside(request, field, lambda: vocabularies.found(words, entries))


def _numbered(words: str, entries: tuple[Entry, ...]) -> Entry:
    number = arguments.identity(words)
    found = next((each for each in entries if each.id == number), None)
    if found is None:
        raise NotFound(_CHANGED)
    return found


def _sure(request: Request) -> None:
    if not request.is_checked("sure"):
        raise FormErrors({"sure": "Please tick this to go on."})


def _beside(request: Request, field: str, act: Callable[[], T]) -> T:
    """What ``act`` returns; a refusal stands beside the field of a form that was sent in."""
    try:
        return act()
    except MemberError as error:
        if request.is_submitted:
            raise FormErrors({field: str(error)}) from error
        raise


def _note(request: Request, db: UnitOfWork, action: str, which: Listed, what: str = "") -> None:
    db.audit.add(
        request.community,
        request.member,
        action=action,
        subject=f"{NAMES[which]}: {what}" if what else NAMES[which],
        now=request.now,
    )
