"""Stories, when it is time: digests without repeats, and questions in turn."""

from datetime import datetime, timedelta

import pytest

from tests.leaders import Community, Leader, words
from tests.storytelling import curator, number, posts, publishes, received, tells

ON_WEB = pytest.mark.parametrize("community", ["web"], indirect=True)
THURSDAY = datetime(2026, 11, 26, 9)
WEEK = timedelta(weeks=1)
NEW = "new stor"


async def set_up(community: Community, *, digest: str = "0", asked: str = "0") -> Leader:
    olu = await community.organiser("Olu Chair")
    await olu.submits(await olu.says("stories setup"), digest=digest, asked=asked)
    return olu


def digests(leader: Leader) -> list[list[str]]:
    """The titles in each digest that somebody finds in their week."""
    told = [words(each).splitlines() for each in leader.week]
    return [
        [
            line.removeprefix("Read: ").partition(":")[0]
            for line in lines
            if line.startswith("Read: ")
        ]
        for lines in told
        if NEW in lines[0]
    ]


async def test_digest_tells_each_new_story_once(community: Community) -> None:
    await set_up(community, digest="1")
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    await tells(ada)
    await publishes(cy)

    await community.until(THURSDAY)
    await tells(ada, title="A second one")
    await tells(ada, title="A draft")
    await publishes(cy, "A second one")
    await community.until(THURSDAY + 2 * WEEK)

    assert digests(ada) == [["A calm ward"], ["A second one"]]
    assert digests(cy) == digests(ada)


@ON_WEB
async def test_digest_holds_a_few_and_the_rest_comes_next(community: Community) -> None:
    await set_up(community, digest="1")
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    for at in range(7):
        await tells(ada, title=f"Story {at}")
        await publishes(cy, f"Story {at}")
        community.now += timedelta(seconds=1)

    await community.until(THURSDAY + WEEK)

    assert digests(ada) == [[f"Story {at}" for at in range(5)], ["Story 5", "Story 6"]]


@ON_WEB
async def test_digest_says_how_far_a_story_has_spread(community: Community) -> None:
    await set_up(community, digest="1")
    ada = await community.leader("Ada Obi")
    eve = await community.leader("Eve Fox")
    await tells(ada)
    await publishes(await curator(community))
    await eve.says(f"story celebrate {number(community)}")

    await community.until(THURSDAY)

    assert words(eve.week[-1]) == (
        "1 new story from the community\n"
        "A calm ward\n"
        "Falls dropped by half since two porters walk the ward at night.\n"
        "1 celebrates it\n"
        f"Read: A calm ward: type “story more {number(community)}”\n"
        "You get this because stories are told to all members. “stories stop” ends digests and "
        "questions."
    )


async def test_whoever_stopped_gets_neither_digest_nor_question(community: Community) -> None:
    await set_up(community, digest="1", asked="10")
    ada = await community.leader("Ada Obi")
    eve = await community.leader("Eve Fox")
    await tells(ada)
    await publishes(await curator(community))

    stopped = await eve.says("stories stop")
    await community.until(THURSDAY + timedelta(days=2))
    nothing = [*eve.inbox, *eve.week]
    again = await eve.taps(stopped, "Send them again")
    await community.passes(9 * WEEK)

    assert words(stopped).splitlines()[0] == (
        "You get no digests of stories and no “What went well?” from me any more."
    )
    assert nothing == []
    assert words(again) == "You get digests of stories again, and now and then “What went well?”."
    assert len(received(eve, "Eve, what went well lately?")) > 0


async def test_story_taken_down_leaves_the_digest_too(community: Community) -> None:
    await set_up(community, digest="1")
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    for title in ("A calm ward", "Another one"):
        await tells(ada, title=title)
        await publishes(cy, title)
    await community.until(THURSDAY)
    both = digests(ada)

    await ada.says(f"story withdraw {number(community)}")
    one = digests(ada)
    await ada.says(f"story withdraw {number(community, 'Another one')}")

    assert both == [["A calm ward", "Another one"]]
    assert one == [["Another one"]]
    assert digests(ada) == digests(cy) == []
    assert posts(community) == []


@ON_WEB
async def test_questions_go_to_others_each_week_until_all_were_asked(
    community: Community,
) -> None:
    olu = await set_up(community, asked="3")
    everybody = [olu, *[await community.leader(f"Leader{at} Fox") for at in range(8)]]

    asked = []
    for _ in range(3):
        await community.passes(WEEK)
        asked.append([len(received(each, f"{each.name.split()[0]}, what")) for each in everybody])

    assert [sum(week) for week in asked] == [3, 6, 9]
    assert asked[-1] == [1] * 9


@ON_WEB
async def test_question_leads_to_the_form_and_to_silence(community: Community) -> None:
    await set_up(community, asked="10")
    ada = await community.leader("Ada Obi")
    await community.passes(WEEK)

    form = await ada.taps(ada.week[-1], "Tell a story")
    stopped = await ada.taps(ada.week[-1], "Don’t ask me")

    assert form.route == "story save"
    assert words(stopped).startswith("You get no digests of stories")


@ON_WEB
async def test_whoever_wrote_lately_is_not_asked(community: Community) -> None:
    await set_up(community, asked="10")
    ada = await community.leader("Ada Obi")
    eve = await community.leader("Eve Fox")
    await tells(ada)

    await community.passes(7 * WEEK)
    before = received(ada, "Ada, what went well")
    await community.passes(2 * WEEK)

    assert before == []
    assert len(received(ada, "Ada, what went well")) == 1
    assert len(received(eve, "Eve, what went well")) == 2


@ON_WEB
async def test_question_that_comes_too_late_is_left_out(community: Community) -> None:
    await set_up(community, asked="10")
    ada = await community.leader("Ada Obi")

    community.now += timedelta(days=5)
    await community.settle()

    assert ada.inbox == []
