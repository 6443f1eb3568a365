"""How the people of a coffee group reach each other where they share no conversation.

An address is shown only where its reader finds it in the directory of their own Teams tenant
anyway, where its owner shows it in their introduction, or where its owner gave it to this group.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from bot.chat.messages import Account
from bot.domain.coffee_meeting import Meeting
from bot.domain.members import MemberState, Reachable, email_key, is_slack, is_teams
from bot.ids import Lane, MemberId

# Teams opens no chat with a guest by the name that the host's directory gives them:
# https://github.com/MicrosoftDocs/msteams-docs/issues/3140
GUEST_MARK = "#ext#"


class Way(StrEnum):
    """How somebody gets in touch, the nearest way first."""

    SLACK = "slack"
    TEAMS_CHAT = "teams chat"
    E_MAIL = "e-mail"
    CARRIED = "carried"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Reach:
    """The way to somebody: their ``account`` in a shared Slack workspace, or an ``address``.

    ``is_across`` says that the two are in different Teams tenants, whose rules decide whether a
    chat can be opened.
    """

    other: Reachable
    way: Way
    account: Account | None = None
    address: str = ""
    is_across: bool = False


@dataclass(frozen=True, slots=True)
class Offer:
    """What a reader would have if somebody gave them their address."""

    reader: Reachable
    reach: Reach


def reach(reader: Reachable, other: Reachable, *, shared: Iterable[str] = ()) -> Reach:
    """The nearest way from a reader to somebody who gave the group the ``shared`` addresses."""
    if not is_reached(other):
        return Reach(other, Way.NONE)
    for mine in reader.accounts:
        there = other.account_in(mine.lane)
        if there is not None and is_slack(mine.lane):
            return Reach(other, Way.SLACK, account=there)
        if there is not None and (address := _chat_address(other, mine.lane)):
            return Reach(other, Way.TEAMS_CHAT, address=address)

    shown = _shown(other, shared)
    if any(is_teams(account.lane) for account in reader.accounts):
        for lane, _ in other.addresses:
            address = _chat_address(other, lane)
            if address and email_key(address) in shown:
                return Reach(other, Way.TEAMS_CHAT, address=address, is_across=True)
    if other.member.email and email_key(other.member.email) in shown:
        return Reach(other, Way.E_MAIL, address=other.member.email)
    return Reach(other, Way.CARRIED)


def reaches(meeting: Meeting, reader: MemberId) -> tuple[Reach, ...]:
    """How somebody on a card reaches each of the others on it."""
    me = meeting.person(reader)
    return tuple(
        reach(me, other, shared=meeting.group.place(other.member.id).shares)
        for other in meeting.people
        if other.member.id != reader
    )


def offers(meeting: Meeting, giver: MemberId) -> tuple[Offer, ...]:
    """Whom the giver can bring nearer by sharing an address, and with which."""
    me = meeting.person(giver)
    own = [address for _, address in me.addresses]
    everything = [*own, me.member.email] if me.member.email else own
    found = []
    for reader in meeting.people:
        if reader.member.id == giver or not is_reached(reader):
            continue
        best = reach(reader, me, shared=everything)
        if best != reach(reader, me, shared=meeting.group.place(giver).shares):
            found.append(Offer(reader, best))
    return tuple(found)


def names_addresses(meeting: Meeting, reader: MemberId) -> bool:
    """Whether the reader's card names an address, another's or the one they may give."""
    return bool(offers(meeting, reader)) or any(way.address for way in reaches(meeting, reader))


def is_reached(somebody: Reachable) -> bool:
    """Whether anything sent to them arrives now."""
    return somebody.account is not None and somebody.member.state is MemberState.ACTIVE


def _chat_address(other: Reachable, lane: Lane) -> str:
    """The address that opens a chat with them in a Teams tenant; empty where none does."""
    address = other.address_in(lane) if is_teams(lane) else ""
    return "" if GUEST_MARK in address.lower() else address


def _shown(other: Reachable, shared: Iterable[str]) -> set[str]:
    """The addresses that their owner lets be seen."""
    email = other.member.email if other.member.show_email else None
    return {email_key(address) for address in (*shared, *([email] if email else []))}
