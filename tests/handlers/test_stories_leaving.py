"""Stories of somebody who leaves, and of two members who turn out to be one."""

import pytest

from bot.domain.stories import State
from handlers import stories_posts
from tests.leaders import Community, Leader, words
from tests.storytelling import curator, kept, number, posts, publishes, tells

pytestmark = pytest.mark.parametrize("community", ["web"], indirect=True)


async def leaves(leader: Leader, *, keep: bool) -> None:
    community = leader.community
    with community.database.transaction() as db:
        stories_posts.leave(db, leader.id, keep=keep, now=community.now)
    await community.settle()


def by(community: Community) -> list[str]:
    return [post.splitlines()[1] for post in posts(community)]


async def test_story_is_kept_without_the_name_of_whoever_leaves(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    await tells(ada)
    await publishes(cy)

    await leaves(ada, keep=True)

    assert by(community) == ["By a leader of this community"]
    assert words(await cy.says("stories falls")).splitlines()[0] == "1 story has “falls”:"
    assert words(await ada.says("story mine")).startswith("You have told no story yet.")


async def test_story_goes_with_whoever_leaves(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    await tells(ada)
    await publishes(cy)

    await leaves(ada, keep=False)

    assert by(community) == []
    assert words(await cy.says("stories falls")).startswith("No story has “falls”.")


async def test_draft_goes_however_the_author_decides(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    await tells(ada)

    await leaves(ada, keep=True)

    with community.database.transaction() as db:
        assert db.stories.of(ada.id) == ()
        assert db.stories.in_state(community.id, *State) == ()


async def test_coauthor_who_leaves_is_not_named_any_more(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")
    await tells(ada, coauthor=f"#{ben.id}")
    await ben.taps(ben.last, "Yes, name me")
    await publishes(await curator(community))
    before = by(community)

    await leaves(ben, keep=True)

    assert (before, by(community)) == (["By Ada Obi and Ben Lee"], ["By Ada Obi"])


async def test_story_waits_for_no_coauthor_who_leaves(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")
    await tells(ada, coauthor=f"#{ben.id}")
    await publishes(await curator(community))

    await leaves(ben, keep=False)

    assert by(community) == ["By Ada Obi"]


async def test_story_of_two_members_who_are_one_has_the_name_that_stays(
    community: Community,
) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")
    again = await community.leader("Ada O.", platform="teams")
    await tells(again)
    await publishes(olu)
    before = by(community)

    form = await olu.says("join accounts")
    asked = await olu.submits(form, kept=f"#{ada.id}", other=f"#{again.id}")
    await olu.taps(asked.reply, "Join")

    assert (before, by(community)) == (["By Ada O."], ["By Ada Obi"])
    assert kept(community).author == ada.id
    assert number(community) > 0
