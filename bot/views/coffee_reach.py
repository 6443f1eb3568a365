"""How to reach the others of a coffee group, and what is said as somebody gives their address."""

from collections.abc import Sequence
from urllib.parse import quote

from bot.chat.messages import (
    Block,
    Button,
    Fact,
    LinkButton,
    Message,
    Style,
    Words,
    buttons,
    fact,
    facts,
    link,
    message,
    note,
    person,
    text,
)
from bot.domain import coffee_reach
from bot.domain.coffee_meeting import Meeting
from bot.domain.coffee_reach import Offer, Reach, Way
from bot.domain.members import Member
from bot.views.common import listed

# https://learn.microsoft.com/microsoftteams/platform/concepts/build-and-test/deep-link-teams
TEAMS_CHAT = "https://teams.microsoft.com/l/chat/0/0"
GREETING = "Hello! When would half an hour for our coffee suit you?"
ONLY_HERE = "It is for this coffee only."


def how_to_reach(meeting: Meeting, to: Member) -> list[Block]:
    """For one of a group that shares no conversation: the way to each of the others."""
    ways = coffee_reach.reaches(meeting, to.id)
    group = str(meeting.group.id)
    carried = [way.other.member.first_name for way in ways if way.way is not Way.NONE]
    writing = Button(
        f"Write to {listed(carried)}", "coffee write", group, style=Style.PRIMARY, opens_form=True
    )
    items: list[Button | LinkButton] = [
        *chats(ways),
        *([writing] if carried else []),
        *_sharing(coffee_reach.offers(meeting, to.id), group),
    ]
    return [facts(*map(way_to, ways)), *([buttons(*items)] if items else [])]


def shared(giver: Member, offer: Offer) -> Message:
    """Somebody gives one of the others their address."""
    chat = chats([offer.reach])
    return message(
        text(f"{giver.name} shares how to reach them: ", *_address(offer.reach)),
        *([buttons(*chat)] if chat else []),
        note(f"{ONLY_HERE} Please don’t pass it on."),
    )


def address_given(offers: Sequence[Offer]) -> Message:
    """To whom somebody has given which address."""
    return message(text(f"I have given {_given(offers)}. {ONLY_HERE}"))


def nothing_to_share(names: Sequence[str], *, given: bool) -> str:
    """Why no address was given: the others have it, or there is none."""
    if given:
        return f"I have given {listed(names)} your address before."
    return (
        f"I have no address of yours that would bring {listed(names)} nearer. "
        "Press “Write to …” on the card and I pass your words on."
    )


def cannot_reach(names: Sequence[str]) -> str:
    """Nothing sent to these people arrives now."""
    return f"I can’t reach {listed(names)} at the moment; an organiser sees that."


def way_to(way: Reach) -> Fact:
    """The way to somebody, in words."""
    name = way.other.member.first_name
    label = f"How to reach {name}"
    match way.way:
        case Way.SLACK:
            mention = person(way.other.member.name, way.account)
            return fact(label, "Write to ", mention, " on Slack, where you both are.")
        case Way.CARRIED:
            return fact(label, "Press “Write to …” and I pass it on")
        case Way.NONE:
            return fact(label, cannot_reach([name]))
        case _:
            return fact(label, *_address(way))


def _address(way: Reach) -> tuple[Words, ...]:
    """The address in words, the same whether it is read, heard or pressed."""
    if way.way is Way.E_MAIL:
        return (link(way.address, f"mailto:{quote(way.address, safe='@')}"),)
    if way.is_across:
        return (f"{way.address} on Teams, if your organisations allow chats with each other",)
    return (f"{way.address} on Teams",)


def chats(ways: Sequence[Reach], *, greeting: str = GREETING) -> list[LinkButton]:
    """One Teams chat with everybody where that is possible, else with each who can be there."""
    there = [way for way in ways if way.way is Way.TEAMS_CHAT]
    together = [there] if there and len(there) == len(ways) else [[way] for way in there]
    return [_chat(each, greeting) for each in together]


def _chat(ways: Sequence[Reach], greeting: str) -> LinkButton:
    names = [way.other.member.first_name for way in ways]
    users = ",".join(quote(way.address, safe="") for way in ways)
    return LinkButton(
        f"Open a Teams chat with {listed(names)}",
        f"{TEAMS_CHAT}?users={users}&message={quote(greeting, safe='')}",
    )


def _sharing(offers: Sequence[Offer], group: str) -> list[Button]:
    if not offers:
        return []
    names = listed([offer.reader.member.first_name for offer in offers])
    question = f"Shall I give {_given(offers)}? {ONLY_HERE}"
    return [Button(f"Share my address with {names}", "coffee share", group, confirm=question)]


def _given(offers: Sequence[Offer]) -> str:
    """Who is given what: "Ben your address ada@trust.example"."""
    by_address: dict[str, list[str]] = {}
    for offer in offers:
        by_address.setdefault(offer.reach.address, []).append(offer.reader.member.first_name)
    return listed(
        [f"{listed(names)} your address {address}" for address, names in by_address.items()]
    )
