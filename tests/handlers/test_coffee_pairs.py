"""Coffee between platforms: opened where they can meet, carried where they can't."""

from datetime import datetime, timedelta
from itertools import combinations_with_replacement

import pytest

from bot.chat.forms import Form
from bot.chat.messages import Account, plain
from bot.domain.coffee import Met, PlaceState
from bot.domain.members import MemberState
from tests.leaders import Community, Leader, words

TUESDAY = datetime(2026, 11, 24, 9, 0)
HOMES = ("slack", "slack:T2", "teams", "teams:trust", "web")
NAMES = ("Ada Obi", "Ben Lee", "Cy Poe")
SLOTS = ("tue-lunch", "thu-late")
CANNOT = "I can’t reach Ben at the moment; an organiser sees that."

pytestmark = pytest.mark.parametrize("community", ["web"], indirect=True)


async def matched(community: Community, *homes: str | tuple[str, ...], **more: object):
    """The first two or three leaders, at home in these workspaces and matched this minute."""
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00")
    people = []
    for name, home in zip(NAMES, homes, strict=False):
        first, *also = (home,) if isinstance(home, str) else home
        called = f"{name.split()[0].lower()}@trust.example"
        people.append(
            await community.leader(
                name, platform=first, also=tuple(also), address=called, slots=SLOTS, **more
            )
        )
    for leader in people:
        await leader.says("coffee join")
    await community.until(TUESDAY)
    return people


def cards(community: Community) -> list[tuple[str, tuple[str, ...]]]:
    """Where the cards of the round went: the lane and the accounts of each delivery."""
    return sorted(
        (delivery.lane, delivery.destination.users)
        for platform in community.platforms.values()
        for delivery in platform.deliveries
        if delivery.message and plain(delivery.message).startswith("Coffee:")
    )


def homes_of(*people: Leader) -> list[tuple[str, tuple[str, ...]]]:
    return sorted((each.account.lane, (each.account.user,)) for each in people)


@pytest.mark.parametrize("homes", list(combinations_with_replacement(HOMES, 2)))
async def test_pair_is_told_once_together_in_a_workspace_else_each_at_home(
    community: Community, homes: tuple[str, str]
) -> None:
    ada, ben = await matched(community, *homes)

    if homes in {("slack", "slack"), ("slack:T2", "slack:T2")}:
        users = (ada.account.user, ben.account.user)
        assert cards(community) == [(ada.account.lane, users)]
        assert "How to reach" not in words(ada.last)
        return
    assert cards(community) == homes_of(ada, ben)
    is_one_tenant = homes in {("teams", "teams"), ("teams:trust", "teams:trust")}
    way = "ada@trust.example on Teams" if is_one_tenant else "Press “Write to …” and I pass it on"
    assert f"How to reach Ada: {way}" in words(ben.last).splitlines()
    assert ("@" in words(ada.last) + words(ben.last)) == is_one_tenant


@pytest.mark.parametrize(
    ("homes", "lane", "ways"),
    [
        (("slack", "slack", "slack"), "slack:T1", None),
        (("slack", "slack", "web"), None, ["Slack", "bot"]),
        (("slack", "slack", "slack:T2"), None, ["Slack", "bot"]),
        (("slack", "slack:T2", "teams"), None, ["bot", "bot"]),
        (("teams", "teams", "teams"), None, ["Teams", "Teams"]),
        (("teams", "teams", "teams:trust"), None, ["Teams", "bot"]),
        (("teams", "slack", "web"), None, ["bot", "bot"]),
        (("web", "web", "web"), None, ["bot", "bot"]),
        ((("teams", "slack"), "teams", "slack"), None, ["Teams", "Slack"]),
        ((("teams", "slack:T2"), ("web", "slack:T2"), "slack:T2"), "slack:T2", None),
    ],
)
async def test_trio_is_told_once_each_with_the_way_to_each_other(
    community: Community, homes: tuple[str, ...], lane: str | None, ways: list[str] | None
) -> None:
    ada, ben, cy = await matched(community, *homes)

    if lane:
        [(found, users)] = cards(community)
        assert (found, len(users)) == (lane, 3)
        return
    assert cards(community) == homes_of(ada, ben, cy)
    said = {
        "Slack": "Write to {} on Slack, where you both are.",
        "Teams": "{}@trust.example on Teams",
        "bot": "Press “Write to …” and I pass it on",
    }
    assert [line for line in words(ada.last).splitlines() if line.startswith("How to")] == [
        f"How to reach {first}: {said[way].format(name if way == 'Slack' else first.lower())}"
        for way, name, first in zip(ways or (), NAMES[1:], ("Ben", "Cy"), strict=True)
    ]


async def test_pair_with_a_common_workspace_besides_meets_there_while_both_are_in_it(
    community: Community,
) -> None:
    ada, ben = await matched(community, ("teams", "slack"), ("web", "slack"))

    users = (f"U{ada.id}", f"U{ben.id}")
    assert cards(community) == [("slack:T1", users)]


async def test_workspace_that_one_of_them_left_is_not_used(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00")
    ada = await community.leader("Ada Obi", platform="teams", also="slack")
    ben = await community.leader("Ben Lee", platform="web", also="slack")
    with community.database.transaction() as db:
        gone = Account(community.lanes["slack"], f"U{ben.id}")
        db.members.set_account_active(gone, is_active=False)
    for leader in (ada, ben):
        await leader.says("coffee join")
    await community.until(TUESDAY)

    assert cards(community) == homes_of(ada, ben)
    assert "How to reach Ben: Press “Write to …” and I pass it on" in words(ada.last)


async def test_of_two_common_workspaces_the_one_that_more_prefer_is_used(
    community: Community,
) -> None:
    both, other = ("slack:T2", "slack"), ("slack", "slack:T2")
    ada, ben, cy = await matched(community, both, other, both)

    assert cards(community) == [("slack:T2", tuple(f"U{each.id}" for each in (ada, ben, cy)))]


async def test_time_is_agreed_by_tapping_on_three_platforms(community: Community) -> None:
    ada, ben, cy = await matched(community, "teams", "slack", "web")
    with community.database.transaction() as db:
        calendar = db.coffee.groups_of(ada.id)[0][1].calendar

    first = await ada.taps(ada.last, "Tuesday 1")
    second = await ben.taps(ben.last, "Tuesday 1")
    agreed = await cy.taps(cy.last, "Tuesday 1")

    assert "As soon as it suits Ben and Cy too" in words(first)
    assert "As soon as it suits Cy too" in words(second)
    assert words(agreed) == "Noted: Tuesday 1 December at 12:30 suits all of you."
    for leader, others in ((ada, "Ben Lee and Cy Poe"), (ben, "Ada Obi and Cy Poe"),
                           (cy, "Ada Obi and Ben Lee")):  # fmt: skip
        assert words(leader.last).startswith(
            f"You are meeting on Tuesday 1 December at 12:30, with {others}.\n"
            f"Add to my calendar: /calendar/{calendar}.ics\n"
        )
        assert len(leader.inbox) == 2


async def test_cannot_is_heard_on_the_others_platforms_at_once(community: Community) -> None:
    ada, ben, cy = await matched(community, "teams", "slack", "web")

    reply = await ada.taps(ada.last, "I can’t make it")
    await ben.says("coffee cannot 1")

    assert words(reply) == "I have told Ben and Cy. See you in the next round."
    assert words(cy.inbox[-2]) == (
        "Ada Obi can’t make this coffee after all. The rest of you can still meet."
    )
    assert words(cy.last).startswith("Ben Lee can’t make this coffee after all. That happens")
    assert [words(each).splitlines()[0] for each in ada.inbox] == ["Coffee: Ben Lee and Cy Poe"]


async def test_met_is_answered_on_each_platform(community: Community) -> None:
    people = await matched(community, "teams", "slack", "web")
    await community.passes(timedelta(weeks=2) - timedelta(hours=1))

    for leader in people:
        asked = next(each for each in leader.inbox if words(each).startswith("Did you meet"))
        await leader.taps(asked, "Yes")

    with community.database.transaction() as db:
        places = db.coffee.groups_of(people[0].id)[0][1].places
    assert [place.met for place in places] == [Met.YES] * 3


async def test_words_are_carried_both_ways_and_to_all(community: Community) -> None:
    ada, ben, cy = await matched(community, "teams", "slack", "web")
    line = "*Tuesday* <!here>?\n[so](http://x.example)"

    form = await ada.taps(ada.last, "Write to Ben and Cy")
    sent = await ada.submits(form, words=line)
    answer = await ben.taps(ben.last, "Answer Ada and Cy")
    back = await ben.submits(answer, words="Tuesday it is")

    assert words(sent.reply) == "Sent to Ben and Cy."
    assert words(back.reply) == "Sent to Ada and Cy."
    for leader in (ben, cy):
        also = "Cy" if leader is ben else "Ben"
        [heard] = [each for each in leader.inbox if words(each).startswith("Ada Obi writes")]
        assert words(heard) == (
            f"Ada Obi writes to you and {also} about your coffee:\n{line}\n"
            f"Answer Ada and {also}: type “coffee write 1”"
        )
    assert words(ada.last).splitlines()[:2] == [
        "Ben Lee writes to you and Cy about your coffee:",
        "Tuesday it is",
    ]
    assert "trust.example" not in "".join(words(each) for each in cy.inbox)


async def test_words_too_long_to_carry_stay_in_their_form(community: Community) -> None:
    ada, ben = await matched(community, "slack", "web")
    form = await ada.taps(ada.last, "Write to Ben")

    outcome = await ada.submits(form, words="x" * 1001)
    just = await ada.submits(await ada.says("coffee write 1"), words="x" * 1000)

    assert outcome.reply is None
    assert outcome.errors == {
        "words": "That is 1,001 characters, and I can carry 1,000. "
        "Please shorten it, or send it in two."
    }
    assert words(just.reply) == "Sent to Ben."
    assert len(ben.inbox) == 2


async def test_nobody_to_reach_is_said_before_anything_is_written(community: Community) -> None:
    ada, ben = await matched(community, "slack", "web")
    form = await ada.says("coffee write 1")
    lose(community, ben)

    outcome = await ada.submits(form, words="Shall we?")
    reply = await ada.says("coffee write 1")

    assert outcome.errors == {"words": CANNOT}
    assert words(reply) == CANNOT
    assert f"How to reach Ben: {CANNOT}" in words(await ada.says("coffee card 1"))
    assert [words(each).splitlines()[0] for each in ben.inbox] == ["Coffee: Ada Obi"]


async def test_one_of_three_who_cannot_be_reached_holds_nobody_up(community: Community) -> None:
    ada, ben, cy = await matched(community, "slack", "web", "teams")
    with community.database.transaction() as db:
        db.members.set_state(ben.id, MemberState.SUSPENDED)

    form = await ada.says("coffee write 1")
    outcome = await ada.submits(form, words="Shall we?")

    assert isinstance(form, Form)
    assert form.fields[0].label == "To Cy"
    assert words(outcome.reply) == f"Sent to Cy. {CANNOT}"
    assert words(cy.last).startswith("Ada Obi writes about your coffee:\nShall we?")
    assert len(ben.inbox) == 1


async def test_address_is_given_once_to_this_group_alone(community: Community) -> None:
    ada, ben = await matched(community, "slack", "web")
    card = ada.last

    given = await ada.taps(card, "Share my address with Ben")
    again = await ada.taps(card, "Share my address with Ben")
    typed = await ada.says("coffee share 1")

    assert words(given) == (
        "I have given Ben your address ada.obi@leaders.example. It is for this coffee only."
    )
    assert words(again) == "That is done already; nothing was done twice."
    assert words(typed) == "I have given Ben your address before."
    assert words(ben.last) == (
        "Ada Obi shares how to reach them: ada.obi@leaders.example\n"
        "It is for this coffee only. Please don’t pass it on."
    )
    assert len(ben.inbox) == 2
    shown = words(await ben.says("coffee card 1"))
    assert "How to reach Ada: ada.obi@leaders.example" in shown
    assert "Share my address with Ben" not in words(await ada.says("coffee card 1"))
    assert "ben.lee@" not in "".join(words(each) for each in ada.inbox)


async def test_address_given_between_tenants_opens_a_chat(community: Community) -> None:
    ada, ben = await matched(community, "teams", "teams:trust")

    given = await ada.taps(ada.last, "Share my address with Ben")

    assert words(given).startswith("I have given Ben your address ada@trust.example.")
    chat = "Open a Teams chat with Ada: https://teams.microsoft.com/l/chat/0/0?users=ada%40trust"
    assert words(ben.last).splitlines()[1].startswith(chat)
    assert chat in words(await ben.says("coffee card 1"))


async def test_each_of_three_gets_the_address_that_they_can_use(community: Community) -> None:
    ada, ben, cy = await matched(community, "teams", "teams:trust", "web")

    given = await ada.taps(ada.last, "Share my address with Ben and Cy")

    assert words(given).startswith(
        "I have given Ben your address ada@trust.example and Cy your address "
        "ada.obi@leaders.example."
    )
    assert "ada@trust.example" in words(ben.last)
    assert "ada.obi@" not in words(ben.last)
    assert "ada.obi@leaders.example" in words(cy.last)
    assert "trust.example" not in words(cy.last)


async def test_later_account_brings_a_nearer_address_to_be_given(community: Community) -> None:
    ada, ben = await matched(community, "teams", "web")
    await ada.says("coffee share 1")
    with community.database.transaction() as db:
        lane = db.workspaces.add_teams(community.id, "trust", now=community.now)
        db.members.add_account(community.id, ben.id, Account(lane, "U9"), now=community.now)
        community.lanes["teams:trust"] = lane
    await community.settle()
    there = Leader(community, ben.id, ben.name, Account(lane, "U9"))

    reply = await ada.says("coffee share 1")

    assert words(reply).startswith("I have given Ben your address ada@trust.example.")
    assert "ada@trust.example on Teams" in words(there.last)


async def test_nothing_to_share_is_said(community: Community) -> None:
    ada, _ = await matched(community, "teams", "teams")

    assert words(await ada.says("coffee share 1")) == (
        "I have no address of yours that would bring Ben nearer. "
        "Press “Write to …” on the card and I pass your words on."
    )


@pytest.mark.parametrize("asked", ["coffee card 1", "coffee share 1"])
async def test_addresses_are_not_told_where_others_read_along(
    community: Community, asked: str
) -> None:
    ada, ben = await matched(community, "teams", "web")

    reply = await ada.says(asked, channel="19:general")

    assert words(reply).startswith("I have not done that, because others may read along here.")
    assert len(ben.inbox) == 1


async def test_card_that_names_no_address_is_shown_anywhere(community: Community) -> None:
    ada, _ = await matched(community, "slack", "slack")

    card = await ada.says("coffee card 1", channel="C1")

    assert "How to reach Ben: Write to Ben Lee on Slack, where you both are." in words(card)


async def test_shared_address_is_forgotten_as_the_round_closes(community: Community) -> None:
    ada, ben = await matched(community, "slack", "web")
    await ada.says("coffee share 1")
    kept = await shares(community, ada)

    await community.passes(timedelta(weeks=3))

    assert kept == ("ada.obi@leaders.example",)
    assert await shares(community, ada) == ()
    assert await shares(community, ben) == ()


async def test_whoever_stepped_out_reads_no_address_any_more(community: Community) -> None:
    ada, ben, _ = await matched(community, "slack", "web", "teams")
    await ada.says("coffee share 1")
    await ben.says("coffee cannot 1")

    assert words(await ben.says("coffee card 1")).startswith("You are not in that coffee any more.")
    with community.database.transaction() as db:
        place = db.coffee.groups_of(ben.id)[0][1].place(ben.id)
    assert place.state is PlaceState.OUT


async def shares(community: Community, leader: Leader) -> tuple[str, ...]:
    with community.database.transaction() as db:
        return db.coffee.groups_of(leader.id)[-1][1].place(leader.id).shares


def lose(community: Community, leader: Leader) -> None:
    """The leader's only account works no longer."""
    with community.database.transaction() as db:
        db.members.set_account_active(leader.account, is_active=False)
