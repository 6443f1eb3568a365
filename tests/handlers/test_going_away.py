"""People and places that go away or change: what others notice, and what they do not."""

from datetime import datetime

import pytest

from bot.chat.messages import plain
from bot.chat.requests import Profile
from bot.views import coffee_groups
from storage import names
from tests.leaders import Community, Leader, words
from tests.storytelling import curator, posts, publishes, tells

ON_SLACK = pytest.mark.parametrize("community", ["slack"], indirect=True)
TUESDAY = datetime(2026, 11, 24, 9, 0)


async def arrives(community: Community, name: str, user: str) -> Leader:
    """Somebody whom a platform told of by this name."""
    stranger = community.stranger(name, platform=community.platform, user=user)
    await stranger.does("joined")
    member = community.member(stranger)
    return Leader(community, member.id, name, stranger.account)


async def introduces(leader: Leader, name: str) -> None:
    form = await leader.says("introduce")
    outcome = await leader.submits(form, name=name, job="Matron", organisation="Oxleas",
                                   consent="yes")  # fmt: skip
    assert outcome.errors == {}


async def test_name_that_was_the_platforms_follows_it_everywhere(community: Community) -> None:
    ada = await arrives(community, "Ada Obi", "71")
    cy = await curator(community)
    await introduces(ada, "Ada Obi")
    await tells(ada)
    await publishes(cy)

    await ada.does("changed", profile=Profile("Ada Lee"))

    assert community.member(ada).name == "Ada Lee"
    assert "By Ada Lee" in "".join(posts(community))
    introduction = "".join(plain(each) for each in community.web.channel("introductions"))
    assert "Ada Lee" in introduction
    assert "Ada Obi" not in introduction + "".join(posts(community))
    assert "Ada Lee" in words(await cy.says("who Oxleas"))


async def test_name_that_was_chosen_stays(community: Community) -> None:
    ada = await arrives(community, "obi.a", "71")
    await introduces(ada, "Ada Obi")

    for told in ("ada.obi", "", "Dr A. Obi"):
        await ada.does("changed", profile=Profile(told))

    assert community.member(ada).name == "Ada Obi"
    with community.database.transaction() as db:
        assert names.known(db.connection, ada.account.lane) == {"71": "Dr A. Obi"}


async def test_partner_of_a_deactivated_account_does_not_wait(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00")
    ada, ben = await community.leader("Ada Obi"), await community.leader("Ben Lee")
    for each in (ada, ben):
        await each.says("coffee join")
    await community.until(TUESDAY)
    count = len(ben.inbox)

    await ada.does("left")
    await ada.does("left")

    said = [plain(each) for each in ben.inbox[count:]]
    assert said == [plain(coffee_groups.one_fewer(1, remaining=1))]


@ON_SLACK
async def test_coffee_goes_on_where_another_account_works(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("coffee setup"), rhythm="every 2 weeks on Tuesday 09:00")
    ada = await community.leader("Ada Obi", also="teams")
    ben = await community.leader("Ben Lee")
    for each in (ada, ben):
        await each.says("coffee join")
    await community.until(TUESDAY)
    count = len(ben.inbox)

    await ada.does("left")

    assert ben.inbox[count:] == []
    assert "Ada Obi" in words(await ben.says("coffee next"))


@ON_SLACK
async def test_list_of_people_brings_new_names_too(community: Community) -> None:
    ada = await arrives(community, "Ada Obi", "71")
    await community.leader("Ben Lee")
    community.slack.people = (("71", Profile("Ada Lee")), ("U2", Profile("B. Lee")))

    with community.database.transaction() as db:
        db.outbox.fetch_members(community.id, community.lanes["slack"], now=community.now)
    await community.settle()

    with community.database.transaction() as db:
        assert sorted(each.name for each in db.members.everybody(community.id)) == [
            "Ada Lee", "Ben Lee",
        ]  # fmt: skip
    assert ada.inbox != []
