"""Introductions are posted to the channels, changed and taken back there."""

import re
from datetime import timedelta

import pytest

from bot.chat.messages import Account, Message, plain
from bot.errors import CannotDeliver, TryLater
from tests.leaders import SLACK, Community, Leader, words

ON_WEB = pytest.mark.parametrize("community", ["web"], indirect=True)
PLATFORMS = ("slack", "teams")
POST = (
    "New among us:\n"
    "Ada Obi\n"
    "{job}, Oxleas\n"
    "Say hello: type “hello {number}”\n"
    "“Say hello” opens a line to Ada, which I pass on."
)


@pytest.fixture
async def everywhere(community: Community) -> Community:
    """A community with an introductions channel on each platform."""
    for platform in PLATFORMS:
        olu = await community.organiser(f"Olu {platform}", platform=platform)
        await olu.says("channel introductions here", channel="C1", channel_name="general")
        community.platforms[platform].channels.clear()
    return community


async def introduces(leader: Leader, **answers: object) -> Message:
    known = {"job": "Nurse", "organisation": "Oxleas", "consent": "yes"}
    outcome = await leader.submits(await leader.says("introduce"), **known | answers)
    assert outcome.errors == {}
    return outcome.reply


def seen(community: Community) -> dict[str, list[str]]:
    """What stands in the introductions channel of every platform."""
    return {
        "slack": [plain(each) for each in community.slack.channel("C1")],
        "teams": [plain(each) for each in community.teams.channel("C1")],
        "web": [plain(each) for each in community.web.channel("introductions")],
    }


def everywhere_is(*posts: str) -> dict[str, list[str]]:
    return {key: list(posts) for key in ("slack", "teams", "web")}


async def test_introduction_is_posted_in_every_workspace(everywhere: Community) -> None:
    ada = await everywhere.leader("Ada Obi")

    await introduces(ada)

    assert seen(everywhere) == everywhere_is(POST.format(job="Nurse", number=ada.id))


@ON_WEB
async def test_introduction_mentions_its_author_where_they_are_known(
    everywhere: Community,
) -> None:
    ada = await everywhere.leader("Ada Obi", platform="slack")

    await introduces(ada)

    mentions = [
        everywhere.platforms[each].channel(where)[0].blocks[1].spans[0].account
        for each, where in (("slack", "C1"), ("teams", "C1"), ("web", "introductions"))
    ]
    assert mentions == [Account(SLACK, ada.account.user), None, None]


async def test_introduction_that_is_changed_is_changed_everywhere(everywhere: Community) -> None:
    ada = await everywhere.leader("Ada Obi")
    await introduces(ada)

    await introduces(ada, job="Matron")

    assert seen(everywhere) == everywhere_is(POST.format(job="Matron", number=ada.id))


@ON_WEB
async def test_introduction_sent_twice_is_posted_once(everywhere: Community) -> None:
    ada = await everywhere.leader("Ada Obi")
    form = await ada.says("introduce")

    for _ in range(2):
        await ada.submits(form, job="Nurse", organisation="Oxleas", consent="yes")

    assert seen(everywhere) == everywhere_is(POST.format(job="Nurse", number=ada.id))


async def test_introduction_taken_back_leaves_every_channel_and_may_come_again(
    everywhere: Community,
) -> None:
    ada = await everywhere.leader("Ada Obi")
    await introduces(ada)

    reply = await ada.says("introduce withdraw")
    without = seen(everywhere)
    await introduces(ada, job="Matron")

    assert words(reply).splitlines()[0] == (
        "Your introduction is taken back: nobody can find you with “who” any more, and it leaves "
        "the introductions channel."
    )
    assert without == everywhere_is()
    assert seen(everywhere) == everywhere_is(POST.format(job="Matron", number=ada.id))


@ON_WEB
async def test_introduction_that_can_not_be_deleted_loses_its_words(
    everywhere: Community,
) -> None:
    ada = await everywhere.leader("Ada Obi")
    await introduces(ada)

    everywhere.slack.troubles.append(CannotDeliver("The organisation’s archiving forbids it."))
    await ada.says("introduce withdraw")

    assert seen(everywhere) == everywhere_is() | {"slack": ["What stood here was taken back."]}


@ON_WEB
async def test_introduction_that_was_never_posted_is_taken_back_without_a_word_of_it(
    everywhere: Community,
) -> None:
    ada = await everywhere.leader("Ada Obi", show_email=True)

    reply = await ada.says("introduce withdraw")

    assert words(reply).splitlines()[0] == (
        "Your introduction is taken back: nobody can find you with “who” any more."
    )


@ON_WEB
async def test_channel_stopped_gets_no_more_and_what_stands_there_is_still_looked_after(
    everywhere: Community,
) -> None:
    ada, ben = await everywhere.leader("Ada Obi"), await everywhere.leader("Ben Fox")
    await introduces(ada)
    sam = await everywhere.organiser("Sam Stop", platform="slack")

    await sam.says("channel introductions off")
    await introduces(ben)
    await introduces(ada, job="Matron")

    ada_now = POST.format(job="Matron", number=ada.id)
    assert seen(everywhere)["slack"] == [ada_now]
    assert [len(each) for each in seen(everywhere).values()] == [1, 2, 2]


@ON_WEB
async def test_introduction_made_during_the_check_is_not_lost(community: Community) -> None:
    olu = await community.organiser("Olu Chair", platform="slack")
    community.slack.troubles.append(TryLater("busy", after=timedelta(minutes=1)))
    await olu.says("channel introductions here", channel="C1", channel_name="general")
    ada = await community.leader("Ada Obi")

    await introduces(ada)
    await community.passes(timedelta(minutes=1))

    assert sorted(each.splitlines()[0] for each in seen(community)["slack"]) == [
        (
            "Introductions will be posted here. An organiser of Leaders of South East London has "
            "chosen this channel."
        ),
        "New among us:",
    ]


@ON_WEB
async def test_channel_that_takes_nothing_is_left_alone(community: Community) -> None:
    olu = await community.organiser("Olu Chair", platform="slack")
    community.slack.refused["C1"] = "The channel has been archived."
    await olu.says("channel introductions here", channel="C1", channel_name="general")
    tried = len(community.slack.deliveries)
    ada = await community.leader("Ada Obi")

    await introduces(ada)

    assert len(community.slack.deliveries) == tried
    assert len(community.web.channel("introductions")) == 1


async def joins(kept: Leader, other: Leader) -> None:
    """Two members say that they are one."""
    [code] = re.findall(r"Your code is (\S+)\.", words(await kept.says("link")))
    said = words(await other.says(f"link {code} yes"))
    assert said.startswith("You are one member now: ")


@pytest.mark.parametrize("both", [True, False])
async def test_introductions_of_two_who_are_one_stand_once_and_go_together(
    everywhere: Community, both: bool
) -> None:
    ada = await everywhere.leader("Ada Obi")
    again = await everywhere.leader("Ada O", platform="teams")
    if both:
        await introduces(ada)
    await introduces(again)

    await joins(ada, again)

    post = POST.format(job="Nurse", number=ada.id)
    assert seen(everywhere) == everywhere_is(post if both else post.replace("Ada Obi", "Ada O"))

    await ada.says("introduce withdraw")

    assert seen(everywhere) == everywhere_is()
