"""The members, as far as an organiser may see them."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.chat.messages import Account
from bot.chat.requests import Role
from bot.console import words
from bot.console.front import Asker
from bot.console.paging import Pager, pager
from bot.domain.members import Member
from storage.overview import Listed, Overview, Wanted
from storage.unit_of_work import UnitOfWork

SIZE = 30
MAX_SEARCH = 100
SHOWN = {
    Wanted.EVERYBODY: "Everybody",
    Wanted.IN_COFFEE: "In coffee",
    Wanted.NOT_IN_COFFEE: "Not in coffee",
    Wanted.UNREACHABLE: "Without an account",
}
ROLES = {Role.MEMBER: "", Role.CURATOR: "Curator", Role.ORGANISER: "Organiser"}


@dataclass(frozen=True, slots=True)
class Line:
    """A member in the list. ``email`` is empty unless the member shows it."""

    name: str
    job: str
    organisation: str
    place: str
    role: str
    email: str
    reached: tuple[str, ...]
    is_in_coffee: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the list, and what was asked for."""

    lines: tuple[Line, ...]
    pager: Pager
    words: str
    wanted: Wanted
    choices: tuple[tuple[Wanted, str], ...]
    everybody: int


def look(db: UnitOfWork, asker: Asker, query: Mapping[str, str], *, path: str) -> Page:
    """The members that the address asks for; a wish that is not known asks for everybody."""
    community = asker.community.id
    overview = Overview(db.connection, has_mail=db.has_mail)
    searched = query.get("words", "").strip()[:MAX_SEARCH]
    asked = query.get("show", "")
    wanted = Wanted(asked) if asked in set(Wanted) else Wanted.EVERYBODY
    total = overview.how_many(community, searched, wanted)
    turning = pager(query, total=total, size=SIZE, path=path, kept=("words", "show"))
    found = overview.listed(community, searched, wanted, limit=SIZE, offset=turning.offset)
    accounts = db.members.accounts(each.member.id for each in found)
    return Page(
        lines=tuple(_line(each, accounts.get(each.member.id, ())) for each in found),
        pager=turning,
        words=searched,
        wanted=wanted,
        choices=tuple(SHOWN.items()),
        everybody=db.members.count(community),
    )


def _line(listed: Listed, accounts: tuple[Account, ...]) -> Line:
    member: Member = listed.member
    profile = member.profile
    return Line(
        name=member.name,
        job=profile.job or profile.profession,
        organisation=profile.organisation,
        place=profile.place,
        role=ROLES[member.role],
        email=member.email or "" if member.show_email else "",
        reached=tuple(dict.fromkeys(words.platform(each.lane) for each in accounts)),
        is_in_coffee=listed.is_in_coffee,
    )
