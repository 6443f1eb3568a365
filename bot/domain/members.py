"""Members, their profiles and the vocabularies that profiles are written in."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.chat.messages import Account
from bot.chat.requests import Role
from bot.ids import CommunityId, Lane, MemberId, platform_of

DAYS = ("mon", "tue", "wed", "thu", "fri")
DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
# The starts of the weekly protected-time slots, local time.
SLOT_TIMES = {
    "early": time(8, 0),
    "morning": time(10, 0),
    "lunch": time(12, 30),
    "afternoon": time(15, 0),
    "late": time(17, 0),
}
SLOTS = tuple(f"{day}-{part}" for day in DAYS for part in SLOT_TIMES)
SLOT_LENGTH = timedelta(minutes=30)
# The lane of the mail server; an account there is an e-mail address.
MAIL = Lane("mail")


class MemberState(StrEnum):
    """Whether a member is part of the community now.

    An unconfirmed one shares the e-mail address of somebody known, and has not said yet whether
    they are that person; until then they are nowhere in the community. For one who is stopped, by
    illness or death, everything has ended: nothing is sent to them, and nothing names them.
    """

    ACTIVE = "active"
    UNCONFIRMED = "unconfirmed"
    LEFT = "left"
    SUSPENDED = "suspended"
    STOPPED = "stopped"


APART = frozenset({MemberState.SUSPENDED, MemberState.STOPPED})
"""Of those whom an organiser has taken out for now: nothing is sent to them."""


class Vocabulary(StrEnum):
    """The lists of words that profiles are written in; a community's own data."""

    PLACE = "place"
    SECTOR = "sector"
    PROFESSION = "profession"
    STAGE = "stage"
    KIND = "kind"
    INTEREST = "interest"
    PRIORITY = "priority"


@dataclass(frozen=True, slots=True)
class Term:
    """A word of a vocabulary; ``why`` is the reason of a priority."""

    vocabulary: Vocabulary
    label: str
    why: str = ""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation and its three-line card."""

    name: str
    sector: str = ""
    what_we_do: str = ""
    for_whom: str = ""
    who_to_ask: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a member tells of themselves. Empty means not given; no ``languages`` means English.

    ``team`` and ``line_manager`` (an e-mail address) only keep people apart who already work
    together; they are shown to nobody.
    """

    pronouns: str = ""
    job: str = ""
    place: str = ""
    organisation: str = ""
    sector: str = ""
    profession: str = ""
    stage: str = ""
    kind: str = ""
    team: str = ""
    line_manager: str = ""
    ask_me_about: str = ""
    interests: tuple[str, ...] = ()
    system_roles: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    slots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody in a community. ``email`` is private unless ``show_email``."""

    id: MemberId
    community: CommunityId
    name: str
    email: str | None
    role: Role
    state: MemberState
    zone: str
    profile: Profile
    show_email: bool = False
    is_example: bool = False
    introduced_at: datetime | None = None
    greeted_at: datetime | None = None

    @property
    def first_name(self) -> str:
        """The name to greet with."""
        return self.name.split()[0] if self.name.split() else self.name

    @property
    def may_be_named(self) -> bool:
        """Whether anything may name them: not where an organiser stopped everything for them."""
        return self.state is not MemberState.STOPPED

    @property
    def is_introduced(self) -> bool:
        """Whether the member has consented to being introduced and did so."""
        return self.introduced_at is not None


@dataclass(frozen=True, slots=True)
class Reachable:
    """A member and the accounts they can be reached at, the preferred first.

    ``addresses`` are what workspaces call them, in Teams the user principal name.
    """

    member: Member
    accounts: tuple[Account, ...]
    addresses: tuple[tuple[Lane, str], ...] = ()

    @property
    def account(self) -> Account | None:
        """Where to send; None where nothing reaches them."""
        return self.accounts[0] if self.accounts else None

    def account_in(self, lane: Lane | None) -> Account | None:
        """Where to send within a workspace; None where they have no account there."""
        return next((account for account in self.accounts if account.lane == lane), None)

    def address_in(self, lane: Lane) -> str:
        """What a workspace calls them; empty where it is not known."""
        return next((address for where, address in self.addresses if where == lane), "")


def is_slack(lane: Lane) -> bool:
    """Whether the lane is a Slack workspace."""
    return platform_of(lane) == "slack"


def is_teams(lane: Lane) -> bool:
    """Whether the lane is a Teams tenant."""
    return platform_of(lane) == "teams"


def shared_lane(people: Sequence[Reachable]) -> Lane | None:
    """The Slack workspace in which all of them can talk in one conversation; None without one.

    Of several it is the one that most of them prefer.
    """
    lanes = [[account.lane for account in each.accounts] for each in people]
    shared = set.intersection(*map(set, lanes)) if lanes else set()
    wished = Counter(
        next((lane for lane in theirs if lane in shared and is_slack(lane)), None)
        for theirs in lanes
    )
    return min(
        (lane for lane in shared if is_slack(lane)),
        key=lambda lane: (-wished[lane], lane),
        default=None,
    )


def preferred(accounts: Sequence[Account], *, chosen: Account | None = None) -> tuple[Account, ...]:
    """The accounts in the order to try: the chosen one, then a chat platform before the web chat.

    A chosen account that is not among them (it works no longer) changes nothing.
    """
    return tuple(
        sorted(accounts, key=lambda each: (each != chosen, platform_of(each.lane) == "web"))
    )


def slot_start(slot: str, *, after: date) -> datetime:
    """The first naive local start of a weekly slot on a date later than ``after``."""
    day, part = slot.split("-")
    ahead = (DAYS.index(day) - after.weekday() - 1) % 7 + 1
    return datetime.combine(after + timedelta(days=ahead), SLOT_TIMES[part])


def slot_name(slot: str) -> str:
    """The slot in words: "Monday 12:30"."""
    day, part = slot.split("-")
    return f"{DAY_NAMES[DAYS.index(day)]} {SLOT_TIMES[part]:%H:%M}"


def email_key(address: str) -> str:
    """An e-mail address as it is compared and stored."""
    return address.strip().lower()
