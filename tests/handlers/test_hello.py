"""Hello: one line to somebody in the introductions channel, and one line back."""

import pytest

from bot.chat.forms import Form
from bot.chat.messages import Account, Message
from bot.domain.members import MemberState
from bot.views import hello as views
from tests.leaders import Community, Leader, words


async def introduced(community: Community, name: str, **more: object) -> Leader:
    leader = await community.leader(name, **more)
    outcome = await leader.submits(
        await leader.says("introduce"), job="Nurse", organisation="Oxleas", consent="yes"
    )
    assert outcome.errors == {}
    return leader


def post(community: Community) -> Message:
    """The newest introduction, as it can be tapped in the channel."""
    return list(community.web.channels["introductions"].values())[-1]


async def sends(leader: Leader, form: Form, line: str = "Welcome!") -> Message:
    outcome = await leader.submits(form, words=line)
    assert outcome.errors == {}
    return outcome.reply


async def test_hello_is_carried_with_what_the_sender_told_of_themselves(
    community: Community,
) -> None:
    ada = await introduced(community, "Ada Obi")
    card = post(community)
    ben = await introduced(community, "Ben Fox")

    form = await ben.taps(card, "Say hello")
    reply = await sends(ben, form, "  Welcome\nto the network! ")

    assert (form.title, form.value) == ("Say hello to Ada", str(ada.id))
    assert words(reply) == "I have passed it on to Ada."
    assert [words(each) for each in ada.inbox] == [
        (
            "Ben says hello:\n"
            "“Welcome to the network!”\n"
            "Ben Fox\n"
            "Nurse, Oxleas\n"
            f"Answer: type “hello answer {ben.id}”\n"
            "You get this because your introduction is in the community’s channel."
        )
    ]
    assert ada.inbox[0].blocks[2].spans[0].account == ben.account


async def test_hello_of_somebody_not_introduced_shows_the_name_alone(
    community: Community,
) -> None:
    ada = await introduced(community, "Ada Obi")
    ben = await community.leader("Ben Fox", job="Confidential", platform="slack")

    await sends(ben, await ben.taps(post(community), "Say hello"))

    assert words(ada.last).splitlines()[2:4] == ["Ben Fox", f"Answer: type “hello answer {ben.id}”"]


async def test_hello_is_answered_once(community: Community) -> None:
    ada = await introduced(community, "Ada Obi")
    ben = await community.leader("Ben Fox")
    await sends(ben, await ben.taps(post(community), "Say hello"))

    form = await ada.taps(ada.last, "Answer")
    reply = await sends(ada, form, "Thank you!")
    again = await ada.taps(ada.last, "Answer")

    assert form.title == "Answer Ben"
    assert words(reply) == "I have passed it on to Ben."
    assert [words(each) for each in ben.inbox] == [
        (
            "Ada answers your hello:\n"
            "“Thank you!”\n"
            "Ada Obi\n"
            "Nurse, Oxleas\n"
            "I carry one line each way; how you go on is yours to decide."
        )
    ]
    assert words(again) == "You have written to Ben already; I carry one line, not more."
    assert len(ben.inbox) == 1


async def test_hello_is_said_once_to_each_person(community: Community) -> None:
    ada = await introduced(community, "Ada Obi")
    card = post(community)
    ben = await community.leader("Ben Fox")
    form = await ben.taps(card, "Say hello")
    opened_twice = await ben.taps(card, "Say hello")
    await sends(ben, form)

    again = [await sends(ben, opened_twice), await ben.taps(card, "Say hello")]

    assert {words(each) for each in again} == {
        "You have written to Ada already; I carry one line, not more."
    }
    assert len(ada.inbox) == 1


async def test_hello_and_answer_may_cross(community: Community) -> None:
    ada, ben = await introduced(community, "Ada Obi"), await introduced(community, "Ben Fox")
    to_ada = await ben.says(f"hello {ada.id}")
    to_ben = await ada.says(f"hello {ben.id}")

    await sends(ben, to_ada)
    await sends(ada, to_ben)
    answer = await sends(ada, await ada.says(f"hello answer {ben.id}"))

    assert words(answer) == "I have passed it on to Ben."
    assert [len(each.inbox) for each in (ada, ben)] == [1, 2]


async def test_hello_to_oneself_is_not_carried(community: Community) -> None:
    ada = await introduced(community, "Ada Obi")

    reply = await ada.taps(post(community), "Say hello")

    assert words(reply) == "That is you. Others say hello to you here."
    assert ada.inbox == []


@pytest.mark.parametrize("asks", ["opening", "sending"])
@pytest.mark.parametrize("why", ["she avoids him", "he avoids her", "nothing reaches her"])
async def test_hello_that_can_not_be_carried_never_says_why(
    community: Community, why: str, asks: str
) -> None:
    ada, ben = await introduced(community, "Ada Obi"), await introduced(community, "Ben Fox")
    form = await ben.says(f"hello {ada.id}")
    if why == "she avoids him":
        await ada.says("coffee avoid Ben Fox")
    elif why == "he avoids her":
        await ben.says("coffee avoid Ada Obi")
    else:
        with community.database.transaction() as db:
            db.members.set_account_active(ada.account, is_active=False)

    reply = await (ben.says(f"hello {ada.id}") if asks == "opening" else sends(ben, form))

    assert words(reply) == "I can’t pass that on."
    assert ada.inbox == []


async def test_answer_to_somebody_avoided_since_is_not_carried(community: Community) -> None:
    ada = await introduced(community, "Ada Obi")
    ben = await community.leader("Ben Fox")
    await sends(ben, await ben.taps(post(community), "Say hello"))
    form = await ada.taps(ada.last, "Answer")
    await ben.says("coffee avoid Ada Obi")

    assert words(await sends(ada, form)) == "I can’t pass that on."
    assert ben.inbox == []


@pytest.mark.parametrize("whom", ["nobody", "", "the withdrawn", "the gone", "a stranger"])
async def test_hello_reaches_only_who_is_introduced(community: Community, whom: str) -> None:
    ada = await introduced(community, "Ada Obi")
    ben = await community.leader("Ben Fox")
    named = {"the withdrawn": ada.id, "the gone": ada.id, "a stranger": ben.id}.get(whom, whom)
    if whom == "the withdrawn":
        await ada.says("introduce withdraw")
    elif whom == "the gone":
        with community.database.transaction() as db:
            db.members.set_state(ada.id, MemberState.LEFT)

    reply = await ben.says(f"hello {named}")

    assert words(reply) == "This introduction has been taken back."


@pytest.mark.parametrize("whom", ["nobody", "Ben"])
async def test_only_who_said_hello_is_answered(community: Community, whom: str) -> None:
    ada, ben = await introduced(community, "Ada Obi"), await introduced(community, "Ben Fox")
    number = {"Ben": ben.id}.get(whom, whom)

    assert words(await ada.says(f"hello answer {number}")) == "I can’t pass that on."


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        ("  ", "Please write a line to pass on."),
        ("x" * (views.LONGEST_LINE + 1), "Please keep this below 300 characters."),
    ],
)
async def test_hello_needs_a_line_of_some_length(
    community: Community, line: str, sentence: str
) -> None:
    ada = await introduced(community, "Ada Obi")
    ben = await community.leader("Ben Fox")

    outcome = await ben.submits(await ben.taps(post(community), "Say hello"), words=line)

    assert outcome.errors == {"words": sentence}
    assert ada.inbox == []


async def test_hello_mentions_the_sender_on_the_readers_platform_only(
    community: Community,
) -> None:
    ada = await introduced(community, "Ada Obi", platform="slack")
    ben = await community.leader("Ben Fox", platform="teams")
    sam = await community.leader("Sam Poe", platform="slack")

    for each in (ben, sam):
        await sends(each, await each.taps(post(community), "Say hello"))

    mentioned = [each.blocks[2].spans[0].account for each in ada.inbox]
    assert mentioned == [None, Account(sam.account.lane, sam.account.user)]
