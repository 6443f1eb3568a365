from dataclasses import replace

import pytest

from bot.chat.messages import (
    Account,
    Button,
    Buttons,
    LinkButton,
    Message,
    Paragraph,
    Span,
    link,
    message,
    person,
    plain,
)
from bot.domain import coffee_reach as reaching
from bot.domain.coffee_meeting import Meeting
from bot.domain.coffee_reach import Offer, Reach, Way
from bot.domain.members import MemberState, Reachable
from bot.ids import GroupId, Lane, MemberId
from bot.views import coffee_answers, coffee_groups, coffee_reach
from tests.builders import group, member

T1, A, B, WEB = Lane("slack:T1"), Lane("teams:a"), Lane("teams:b"), Lane("web:1")
ACROSS = "if your organisations allow chats with each other"
NO_ADDRESS = (
    "I have no address of yours that would bring Ben nearer. "
    "Press “Write to …” on the card and I pass your words on."
)
CHAT = "https://teams.microsoft.com/l/chat/0/0?users="
BOTH = "ben%40a.example,cy%40a.example"
GREETING = (
    "&message=Hello%21%20When%20would%20half%20an%20hour%20for%20our%20coffee%20suit%20you%3F"
)


def leader(name: str, number: int, *lanes: Lane, **more: object) -> Reachable:
    addresses = {lane: f"{name.lower()}@{lane.partition(':')[2]}.example" for lane in lanes}
    return Reachable(
        replace(member(name, number), **more),
        tuple(Account(lane, f"U{number}") for lane in lanes),
        tuple((lane, address) for lane, address in addresses.items() if lane in {A, B}),
    )


def met(*people: Reachable) -> Meeting:
    return Meeting(group(*(each.member.id for each in people)), people, (), people[0].member, ())


def told(*people: Reachable) -> list[str]:
    """What the card of the first of them says of the others, line by line."""
    blocks = coffee_reach.how_to_reach(met(*people), people[0].member)
    return plain(message(*blocks)).splitlines()


def pressed(card: Message, label: str) -> Button | LinkButton:
    [found] = [
        item
        for block in card.blocks
        if isinstance(block, Buttons)
        for item in block.items
        if item.label.startswith(label)
    ]
    return found


ADA = leader("Ada", 1, A)


@pytest.mark.parametrize(
    ("people", "lines"),
    [
        (
            (leader("Ada", 1, WEB), leader("Ben", 2, T1)),
            [
                "How to reach Ben: Press “Write to …” and I pass it on",
                "Write to Ben: type “coffee write 1”",
                "Share my address with Ben: type “coffee share 1”",
            ],
        ),
        (
            (ADA, leader("Ben", 2, A)),
            [
                "How to reach Ben: ben@a.example on Teams",
                f"Open a Teams chat with Ben: {CHAT}ben%40a.example{GREETING}",
                "Write to Ben: type “coffee write 1”",
            ],
        ),
        (
            (ADA, leader("Ben", 2, A), leader("Cy", 3, A)),
            [
                "How to reach Ben: ben@a.example on Teams",
                "How to reach Cy: cy@a.example on Teams",
                f"Open a Teams chat with Ben and Cy: {CHAT}{BOTH}{GREETING}",
                "Write to Ben and Cy: type “coffee write 1”",
            ],
        ),
        (
            (ADA, leader("Ben", 2, A), leader("Cy", 3, T1)),
            [
                "How to reach Ben: ben@a.example on Teams",
                "How to reach Cy: Press “Write to …” and I pass it on",
                f"Open a Teams chat with Ben: {CHAT}ben%40a.example{GREETING}",
                "Write to Ben and Cy: type “coffee write 1”",
                "Share my address with Cy: type “coffee share 1”",
            ],
        ),
        (
            (ADA, leader("Ben", 2, B, show_email=True, email="ben@b.example")),
            [
                f"How to reach Ben: ben@b.example on Teams, {ACROSS}",
                f"Open a Teams chat with Ben: {CHAT}ben%40b.example{GREETING}",
                "Write to Ben: type “coffee write 1”",
                "Share my address with Ben: type “coffee share 1”",
            ],
        ),
        (
            (leader("Ada", 1, T1), leader("Ben", 2, T1), leader("Cy", 3, WEB, show_email=True)),
            [
                "How to reach Ben: Write to Ben on Slack, where you both are.",
                "How to reach Cy: cy@leaders.example",
                "Write to Ben and Cy: type “coffee write 1”",
                "Share my address with Cy: type “coffee share 1”",
            ],
        ),
        (
            (leader("Ada", 1, T1), leader("Ben", 2), leader("Cy", 3, WEB, state=MemberState.LEFT)),
            [
                "How to reach Ben: I can’t reach Ben at the moment; an organiser sees that.",
                "How to reach Cy: I can’t reach Cy at the moment; an organiser sees that.",
            ],
        ),
        (
            (leader("Ada", 1, T1), leader("Ben", 2), leader("Cy", 3, WEB)),
            [
                "How to reach Ben: I can’t reach Ben at the moment; an organiser sees that.",
                "How to reach Cy: Press “Write to …” and I pass it on",
                "Write to Cy: type “coffee write 1”",
                "Share my address with Cy: type “coffee share 1”",
            ],
        ),
    ],
)  # fmt: skip
def test_card_says_for_each_other_how_to_reach_them(
    people: tuple[Reachable, ...], lines: list[str]
) -> None:
    assert told(*people) == lines


def test_card_mentions_whoever_is_in_the_readers_workspace() -> None:
    ada, ben, cy = leader("Ada", 1, T1), leader("Ben", 2, WEB, T1), leader("Cy", 3, WEB)

    card = coffee_groups.invitation(met(ada, ben, cy), to=ada.member)

    introductions = [block.spans[0] for block in card.blocks[1:3] if isinstance(block, Paragraph)]
    assert introductions == [person("Ben", Account(T1, "U2")), person("Cy", None)]
    [way, _] = [item for block in card.blocks if hasattr(block, "items") for item in block.items
                if getattr(item, "label", "").startswith("How to reach")]  # fmt: skip
    assert way.spans[1] == person("Ben", Account(T1, "U2"))


def test_card_of_a_conversation_mentions_the_accounts_that_are_in_it() -> None:
    card = coffee_groups.invitation(met(leader("Ada", 1, A, T1), leader("Ben", 2, WEB, T1)))

    introductions = [block.spans[0] for block in card.blocks[1:3] if isinstance(block, Paragraph)]
    assert introductions == [person("Ada", Account(T1, "U1")), person("Ben", Account(T1, "U2"))]
    assert "How to reach" not in plain(card)
    assert "Share my address" not in plain(card)


def test_card_of_somebody_without_an_account_of_their_own_still_reads() -> None:
    card = coffee_groups.invitation(
        met(leader("Ada", 1), leader("Ben", 2, T1)), to=member("Ada", 1)
    )

    assert plain(card).startswith("Coffee: Ben\nBen\n")


@pytest.mark.parametrize(
    ("email", "url"),
    [
        ("ben@leaders.example", "mailto:ben@leaders.example"),
        ("b?subject=x&b en@leaders.example", "mailto:b%3Fsubject%3Dx%26b%20en@leaders.example"),
    ],
)
def test_email_is_read_as_it_is_and_pressed_safely(email: str, url: str) -> None:
    ben = leader("Ben", 2, T1, show_email=True, email=email)

    card = coffee_reach.shared(ben.member, Offer(ADA, Reach(ben, Way.E_MAIL, address=email)))

    assert isinstance(card.blocks[0], Paragraph)
    assert card.blocks[0].spans == (Span("Ben shares how to reach them: "), link(email, url))


def test_question_before_sharing_names_the_address_and_who_gets_it() -> None:
    trio = met(ADA, leader("Ben", 2, B), leader("Cy", 3, WEB))

    button = pressed(coffee_groups.invitation(trio, to=ADA.member), "Share my address")

    assert button == Button(
        "Share my address with Ben and Cy",
        "coffee share",
        "1",
        confirm="Shall I give Ben your address ada@a.example and Cy your address "
        "ada@leaders.example? It is for this coffee only.",
    )


def test_address_that_is_the_same_for_several_is_named_once() -> None:
    trio = met(leader("Ada", 1, T1), leader("Ben", 2, B), leader("Cy", 3, WEB))

    said = coffee_reach.address_given(reaching.offers(trio, MemberId(1)))

    assert plain(said) == (
        "I have given Ben and Cy your address ada@leaders.example. It is for this coffee only."
    )


def test_shared_address_comes_with_its_chat_and_its_bounds() -> None:
    pair = met(ADA, leader("Ben", 2, B))
    [offer] = reaching.offers(pair, MemberId(1))

    assert plain(coffee_reach.shared(ADA.member, offer)) == (
        f"Ada shares how to reach them: ada@a.example on Teams, {ACROSS}\n"
        f"Open a Teams chat with Ada: {CHAT}ada%40a.example{GREETING}\n"
        "It is for this coffee only. Please don’t pass it on."
    )


def test_message_is_carried_word_for_word_and_says_who_else_reads_it() -> None:
    words = "*Hi* <!channel> [x](http://evil.example)\nSee you :)"

    pair = coffee_answers.carried(ADA.member, words, GroupId(1))
    trio = coffee_answers.carried(ADA.member, words, GroupId(1), [member("Cy Poe", 3)])

    assert isinstance(pair.blocks[1], Paragraph)
    assert pair.blocks[1].spans == (Span(words),)
    assert plain(pair).splitlines()[0] == "Ada writes about your coffee:"
    assert plain(pair).splitlines()[-1] == "Answer Ada: type “coffee write 1”"
    assert plain(trio).splitlines()[0] == "Ada writes to you and Cy about your coffee:"
    assert plain(trio).splitlines()[-1] == "Answer Ada and Cy: type “coffee write 1”"


def test_what_cannot_be_sent_is_said() -> None:
    assert plain(coffee_answers.sent_on(["Cy"], ["Ben"])) == (
        "Sent to Cy. I can’t reach Ben at the moment; an organiser sees that."
    )
    assert coffee_answers.too_long(1240) == (
        "That is 1,240 characters, and I can carry 1,000. Please shorten it, or send it in two."
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (True, "I have given Ben your address before."),
        (False, NO_ADDRESS),
    ],
)
def test_sharing_nothing_says_why(given: bool, said: str) -> None:
    assert coffee_reach.nothing_to_share(["Ben"], given=given) == said
