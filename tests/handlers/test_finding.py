"""Whom a member means by the words they typed."""

import pytest

from bot.chat.messages import Account
from bot.domain.members import MemberState
from tests.leaders import START, Community, Leader, words


async def met(community: Community, *names: str) -> tuple[Leader, ...]:
    return tuple([await community.leader(name) for name in names])


def nobody(name: str) -> str:
    return f"I know nobody called “{name}” here. Try part of the name."


@pytest.mark.parametrize("typed", ["Ben Lee", "@Ben Lee", "ben lee", "Ben", "lee", "@ben"])
async def test_a_name_or_part_of_it_is_enough(community, typed):
    ada, ben = await met(community, "Ada Obi", "Ben Lee")

    reply = await ada.says(f"coffee avoid {typed}")

    assert "Ben Lee" in words(reply)
    with community.database.transaction() as db:
        assert db.coffee.avoided_by(ada.id) == (ben.id,)


async def test_a_mention_means_the_account_in_the_askers_workspace(community):
    ada, ben = await met(community, "Ada Obi", "Ben Lee")
    with community.database.transaction() as db:
        db.members.add_account(community.id, ben.id, Account(ada.account.lane, "U0BEN"), now=START)

    await ada.says("coffee avoid <@U0BEN|ben>")
    unknown = await ada.says("coffee avoid <@U0NOBODY>")

    assert words(unknown) == nobody("U0NOBODY")
    with community.database.transaction() as db:
        assert db.coffee.avoided_by(ada.id) == (ben.id,)


async def test_a_number_means_a_member_of_this_community(community):
    ada, ben = await met(community, "Ada Obi", "Ben Lee")
    with community.database.transaction() as db:
        other = db.communities.add("Others", zone="Europe/London", now=START)
        eve = db.members.add(other, "Eve", zone="Europe/London", now=START)

    await ada.says(f"coffee avoid #{ben.id}")
    elsewhere = await ada.says(f"coffee avoid #{eve}")
    endless = await ada.says(f"coffee avoid #{'9' * 30}")

    assert words(elsewhere) == nobody(str(eve))
    assert words(endless) == nobody(f"#{'9' * 30}")
    with community.database.transaction() as db:
        assert db.coffee.avoided_by(ada.id) == (ben.id,)


async def test_the_whole_name_is_preferred_to_a_part(community):
    ada, ben, _ = await met(community, "Ada Obi", "Ben Lee", "Ben Leeson")

    await ada.says("coffee avoid ben lee")

    with community.database.transaction() as db:
        assert db.coffee.avoided_by(ada.id) == (ben.id,)


async def test_several_are_named_and_none_is_chosen(community):
    ada, *_ = await met(community, "Ada Obi", *(f"Ben{n} Lee{n}" for n in range(7)))

    reply = await ada.says("coffee avoid lee")

    assert words(reply) == (
        "I know several: Ben0 Lee0, Ben1 Lee1, Ben2 Lee2, Ben3 Lee3, Ben4 Lee4. "
        "Please type the whole name."
    )
    with community.database.transaction() as db:
        assert db.coffee.avoided_by(ada.id) == ()


@pytest.mark.parametrize("state", [MemberState.LEFT, MemberState.SUSPENDED])
@pytest.mark.parametrize("how", ["name", "mention", "number"])
async def test_who_is_no_member_now_is_nobody(community, state, how):
    ada, ben = await met(community, "Ada Obi", "Ben Lee")
    with community.database.transaction() as db:
        db.members.set_state(ben.id, state)
    typed, named = {
        "name": ("Ben Lee", "Ben Lee"),
        "mention": (f"<@{ben.account.user}>", ben.account.user),
        "number": (f"#{ben.id}", str(ben.id)),
    }[how]

    assert words(await ada.says(f"coffee avoid {typed}")) == nobody(named)


async def test_a_member_of_another_community_in_the_same_workspace_is_nobody(community):
    [ada] = await met(community, "Ada Obi")
    with community.database.transaction() as db:
        other = db.communities.add("Others", zone="Europe/London", now=START)
        eve = db.members.add(other, "Eve", zone="Europe/London", now=START)
        db.members.add_account(other, eve, Account(ada.account.lane, "U0EVE"), now=START)

    assert words(await ada.says("coffee avoid <@U0EVE>")) == nobody("U0EVE")
    assert words(await ada.says("coffee avoid Eve")) == nobody("Eve")
    assert ada.account.lane == community.lanes[community.platform]
