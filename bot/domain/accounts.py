"""One person, several accounts: the codes that join them, and what becomes of two members' data.

A shared e-mail address only suggests that two accounts are one person's. A code shown at the
account already known and typed at the other proves it, or an organiser says so.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta

from bot.chat.messages import Account
from bot.chat.requests import Role
from bot.chat.routes import may
from bot.domain.coffee import Group, GroupState, Participation, Place, PlaceState, Round
from bot.domain.members import Member, MemberState, Profile, preferred
from bot.domain.pairing import Unmatched
from bot.errors import MemberError, NotFound, NotUnderstood
from bot.ids import CommunityId, MemberId

# Without 0 and O, 1 and I, which look alike.
CODE_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
# 32^8 is 2^40: with so many possible codes, and minutes to try them in, guessing is hopeless.
CODE_LENGTH = 8
# Long enough to change to another app and back, and no longer.
CODE_LIFE = timedelta(minutes=15)
# These are never shown to anybody, so nobody agreed or disagreed to have them shown.
NEVER_SHOWN = ("team", "line_manager")
# Why somebody is left over in a round of which they or their partner were both.
PARTNER_LEFT = "their partner left before it went out"
OWN_ACCOUNT = "the other account in their group was their own"

_UNKNOWN_CODE = "I don’t know that code. Type “link” at the account I know to get a new one."
USED_CODE = "That code was used already; each works once. Type “link” there for a new one."
_OLD_CODE = "That code has run out: it works for 15 minutes. Type “link” there for a new one."
_NOT_HERE = "One of these accounts is not part of the community now. Please ask an organiser."


# A place together with the group it is in.
Seat = tuple[Group, Place]


@dataclass(frozen=True, slots=True)
class Code:
    """A code that was shown to ``member`` at ``account``; ``moves`` leaves that account behind."""

    community: CommunityId
    member: MemberId
    account: Account
    moves: bool
    expires_at: datetime
    used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Linked:
    """One of a member's accounts.

    ``workspace`` is the name of where it is, if that has one; ``address`` what it is called there,
    for its owner's eyes.
    """

    id: int
    account: Account
    workspace: str = ""
    address: str = ""
    is_active: bool = True
    is_guest: bool = False
    is_preferred: bool = False
    is_retired: bool = False

    @property
    def is_reached(self) -> bool:
        """Whether a message may be sent there."""
        return self.is_active and not self.is_retired


def shown(code: str) -> str:
    """A code as people read it: "K7QM-2VXT"."""
    return f"{code[:4]}-{code[4:]}"


def read_code(words: str) -> str:
    """The code in the words; raises ``NotUnderstood`` where they can't be one."""
    code = re.sub(r"[\s\-–—“”\"]", "", words).upper()
    if len(code) != CODE_LENGTH or not set(code) <= set(CODE_ALPHABET):
        raise NotUnderstood(
            "A code has eight letters and digits, such as “K7QM-2VXT”. "
            "Type “link” at the account I know to get one."
        )
    return code


def checked(code: Code | None, *, community: CommunityId, now: datetime) -> Code:
    """The code, if it joins accounts now; raises ``MemberError`` with what to do instead."""
    if code is None or code.community != community:
        raise NotFound(_UNKNOWN_CODE)
    if code.used_at is not None:
        raise MemberError(USED_CODE)
    if code.expires_at <= now:
        raise MemberError(_OLD_CODE)
    return code


def in_use(several: Sequence[Linked]) -> Linked | None:
    """The account that messages go to; None where nothing reaches the member."""
    reached = {each.account: each for each in several if each.is_reached}
    chosen = next((each.account for each in several if each.is_preferred), None)
    return next((reached[each] for each in preferred(tuple(reached), chosen=chosen)), None)


def named(several: Sequence[Linked], words: str) -> Linked:
    """The account meant by its number in the list, or by ``#`` and its own number on a button.

    Raises ``NotFound`` where there is none.
    """
    asked = words.strip()
    for position, each in enumerate(several, start=1):
        if asked in {str(position), f"#{each.id}"}:
            return each
    raise NotFound("I can’t find that account of yours. Type “reach” to see them with a number.")


def unlinked(several: Sequence[Linked], words: str) -> Linked:
    """The account to take off a member; raises ``MemberError`` for the last that reaches them."""
    gone = named(several, words)
    if all(each.id == gone.id or not each.is_reached for each in several):
        raise MemberError(
            "That is the only account I reach you at, so I keep it. Join another one first: "
            "type “link” here, and the code there."
        )
    return gone


def joined(kept: Member, other: Member) -> Member:
    """What is kept of two members who are one person: ``kept``, with gaps filled from ``other``.

    What others see is what the person agreed to: where only one of the two introduced themselves,
    their name and profile are that one's, and nothing the other knew is added to what is shown.
    Raises ``MemberError`` where one of the two is not part of the community.
    """
    if kept.state is not MemberState.ACTIVE or other.state not in {
        MemberState.ACTIVE,
        MemberState.UNCONFIRMED,
    }:
        raise MemberError(_NOT_HERE)
    if kept.community != other.community:
        raise ValueError("Members of two communities are never one.")
    leads, follows = kept, other
    if other.is_introduced and not kept.is_introduced:
        leads, follows = other, kept
    email = kept.email or other.email
    return replace(
        kept,
        name=leads.name,
        email=email,
        role=other.role if may(other.role, kept.role) else kept.role,
        profile=_filled(
            leads.profile,
            follows.profile,
            only=NEVER_SHOWN if leads.is_introduced and not follows.is_introduced else (),
        ),
        show_email=leads.show_email and leads.email == email,
        introduced_at=_earliest(kept.introduced_at, other.introduced_at),
        greeted_at=_earliest(kept.greeted_at, other.greeted_at),
    )


def rises(kept: Member, other: Member) -> Role | None:
    """The role that one of the two only gets by being joined; None where both have the same."""
    return None if kept.role is other.role else max(kept.role, other.role, key=tuple(Role).index)


def participation(kept: Participation, other: Participation) -> Participation:
    """Their part in coffee: the kept member's if they joined, else the other's."""
    part = kept if kept.has_joined or not other.has_joined else other
    silent = min(kept.silent_rounds, other.silent_rounds)
    return replace(part, member=kept.member, silent_rounds=silent)


def seats(groups: Sequence[Group], *people: MemberId) -> tuple[Seat, ...]:
    """The places that these people hold in the groups of a round."""
    return tuple(
        (group, place) for group in groups for place in group.places if place.member in people
    )


def given_up(held: Sequence[Seat], kept: MemberId) -> tuple[Seat, ...]:
    """Which of the places that two members hold in a round end when they become one.

    One that is under way stays, a place in a group rather than the search for one, and the kept
    member's where both have the same. Two in one group become one by themselves.
    """
    live = sorted((seat for seat in held if _is_live(*seat)), key=lambda seat: _rank(seat, kept))
    if not live:
        return ()
    (stays, _), *others = live
    return tuple(
        (group, place)
        for group, place in others
        if place.state is PlaceState.SEEKING or group.id != stays.id
    )


def left_over(of: Round, people: Sequence[MemberId], reason: str) -> Round:
    """The round with these people unmatched for this reason, whatever it said of them before."""
    gaps = tuple(Unmatched(str(each), reason) for each in people)
    known = tuple(gap for gap in of.unmatched if gap.id not in {each.id for each in gaps})
    return replace(of, unmatched=(*known, *gaps))


def _is_live(group: Group, place: Place) -> bool:
    return place.state is PlaceState.SEEKING or (
        place.state is PlaceState.IN and group.state is GroupState.OPEN
    )


def _rank(seat: Seat, kept: MemberId) -> tuple[bool, bool, int]:
    group, place = seat
    return (place.state is not PlaceState.IN, place.member != kept, group.id)


def _filled(profile: Profile, other: Profile, *, only: tuple[str, ...]) -> Profile:
    names = only or tuple(field.name for field in fields(Profile))
    gaps = {
        name: getattr(other, name)
        for name in names
        if not getattr(profile, name) and getattr(other, name)
    }
    return replace(profile, **gaps)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min((each for each in moments if each is not None), default=None)
