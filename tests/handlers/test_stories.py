"""Stories as everybody meets them: the post, the search, celebrating, trying and writing."""

from datetime import timedelta

import pytest

from bot.chat.messages import Account
from bot.domain.coffee import Participation
from bot.domain.members import MemberState
from bot.views import stories as views
from bot.views import stories_telling as telling
from storage import tables
from tests.leaders import SLACK, Community, Leader, words
from tests.storytelling import curator, number, posts, publishes, received, tells

ON_WEB = pytest.mark.parametrize("community", ["web"], indirect=True)
ON_SLACK = pytest.mark.parametrize("community", ["slack"], indirect=True)
PLATFORMS = ("slack", "teams")
POST = (
    "A calm ward\n"
    "By Ada Obi, Lewisham\n"
    "Falls dropped by half since two porters walk the ward at night.\n"
    "For whom: Older people in hospital\n"
    "{spread}"
    "Celebrate: type “story celebrate {number}”\n"
    "I want to try this: type “story try {number}”\n"
    "Tell me more: type “story more {number}”\n"
    "Something went well where you are? Tell it with “story”."
)


def post(community: Community, spread: str = "") -> str:
    return POST.format(number=number(community), spread=f"{spread}\n" if spread else "")


async def ada_told(community: Community, **more: object) -> Leader:
    """Ada, whose story is published."""
    ada = await community.leader("Ada Obi", place="Lewisham", **more)
    await tells(ada, place="Lewisham", tags="night, #Falls", problem="Thirty falls a month.")
    await publishes(await curator(community))
    return ada


async def test_story_is_posted_in_every_workspace(community: Community) -> None:
    for platform in PLATFORMS:
        olu = await community.organiser(f"Olu {platform}", platform=platform)
        await olu.says("channel stories here", channel="C1", channel_name="general")
        community.platforms[platform].channels.clear()

    await ada_told(community)

    assert {
        "slack": [words(each) for each in community.slack.channel("C1")],
        "teams": [words(each) for each in community.teams.channel("C1")],
        "web": posts(community),
    } == {key: [post(community)] for key in ("slack", "teams", "web")}


@ON_SLACK
async def test_post_mentions_its_author_where_they_are_known(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await olu.says("channel stories here", channel="C1", channel_name="general")
    community.slack.channels.clear()

    ada = await ada_told(community)

    mentions = [
        community.platforms[each].channel(where)[0].blocks[0].spans[3].account
        for each, where in (("slack", "C1"), ("web", "stories"))
    ]
    assert mentions == [Account(SLACK, ada.account.user), None]


async def test_author_learns_that_it_is_published(community: Community) -> None:
    ada = await ada_told(community)

    assert received(ada, "Your story is published")[0].splitlines()[0] == (
        "Your story is published: “A calm ward”. Thank you for telling it."
    )


async def test_tell_me_more_shows_all_of_it(community: Community) -> None:
    await ada_told(community)
    eve = await community.leader("Eve Fox")

    reply = await eve.says(f"story more {number(community)}")

    assert words(reply) == (
        "A calm ward\n"
        "By Ada Obi, Lewisham\n"
        "What changed\nFalls dropped by half since two porters walk the ward at night.\n"
        "For whom\nOlder people in hospital\n"
        "The problem\nThirty falls a month.\n"
        "Tags: night, falls\n"
        f"Celebrate: type “story celebrate {number(community)}”\n"
        f"I want to try this: type “story try {number(community)}”\n"
        "Please ask the authors before you copy it."
    )


async def test_celebrations_are_counted_once_each_and_shown_on_the_post(
    community: Community,
) -> None:
    ada = await ada_told(community)
    eve = await community.leader("Eve Fox")
    card = await eve.says(f"story more {number(community)}")

    first = await eve.taps(card, "Celebrate")
    again = await eve.taps(card, "Celebrate")
    hers = await ada.says(f"story celebrate {number(community)}")

    assert words(first) == "Noted, with joy: 1 person celebrates “A calm ward”."
    assert words(again) == "You had celebrated it already: 1 person celebrates “A calm ward”."
    assert words(hers) == "Noted, with joy: 2 people celebrate “A calm ward”."
    assert posts(community) == [post(community, "2 celebrate it")]


async def test_trying_introduces_the_two_and_is_counted(community: Community) -> None:
    ada = await ada_told(community)
    eve = await community.leader("Eve Fox")

    reply = await eve.says(f"story try {number(community)}")
    again = await eve.says(f"story try {number(community)}")

    assert words(reply).startswith("Lovely. I have introduced you to Ada; look for a message")
    assert words(again) == words(reply)
    assert posts(community) == [post(community, "1 wants to try it")]
    both = ("Ada, Eve wants to try what you told",)
    each = ("Eve wants to try what you told", "You want to try “A calm ward”")
    openings = both * 2 if community.platform == "slack" else each
    assert [
        len(received(who, opening)) for who, opening in zip((ada, eve), openings, strict=True)
    ] == [1, 1]


@ON_WEB
async def test_two_on_different_platforms_learn_how_to_reach_each_other(
    community: Community,
) -> None:
    ada = await ada_told(community, platform="slack")
    eve = await community.leader("Eve Fox", platform="teams")

    await eve.says(f"story try {number(community)}")

    assert received(ada, "Eve wants to try")[0].splitlines() == [
        "Eve wants to try what you told in “A calm ward”.",
        "Eve Fox",
        "How to reach Eve: Press “Write to …” and I pass it on",
        f"Write to Eve: type “story write {number(community)} {eve.id}”",
        "You get this because of “I want to try this”.",
    ]
    assert received(eve, "You want to try")[0].splitlines()[:3] == [
        "You want to try “A calm ward”. Here is Ada, who told it.",
        "Ada Obi",
        "How to reach Ada: Press “Write to …” and I pass it on",
    ]


@ON_WEB
async def test_the_two_write_to_each_other_by_the_bot(community: Community) -> None:
    ada = await ada_told(community, platform="slack")
    eve = await community.leader("Eve Fox", platform="teams")
    await eve.says(f"story try {number(community)}")

    form = await eve.taps(eve.last, "Write to Ada")
    empty = await eve.submits(form, words=" ")
    long = await eve.submits(form, words="x" * 301)
    sent = await eve.submits(form, words="Who pays the porters?")
    answer = await ada.submits(await ada.taps(ada.last, "Answer"), words="The ward does.")

    assert (empty.errors, long.errors) == (
        {"words": "Please write a line to pass on."},
        {"words": "Please keep this below 300 characters."},
    )
    assert (words(sent.reply), words(answer.reply)) == (
        "I have passed it on to Ada.",
        "I have passed it on to Eve.",
    )
    assert [line.splitlines()[:2] for line in received(ada, "Eve Fox writes")] == [
        ["Eve Fox writes about “A calm ward”:", "“Who pays the porters?”"]
    ]
    assert [line.splitlines()[:2] for line in received(eve, "Ada Obi writes")] == [
        ["Ada Obi writes about “A calm ward”:", "“The ward does.”"]
    ]


@ON_WEB
async def test_only_those_who_were_introduced_write_to_each_other(community: Community) -> None:
    ada = await ada_told(community)
    eve = await community.leader("Eve Fox")
    fay = await community.leader("Fay Zed")
    await eve.says(f"story try {number(community)}")
    story = number(community)

    refused = [
        await eve.says(f"story write {story} {fay.id}"),
        await fay.says(f"story write {story} {ada.id}"),
        await fay.says(f"story write {story} {eve.id}"),
        await ada.says(f"story write {story} {ada.id}"),
        await ada.says(f"story write {story} 999999"),
        await ada.says(f"story write {story} x"),
    ]

    assert {words(each) for each in refused} == {telling.NOT_CARRIED}


async def test_own_story_is_not_tried(community: Community) -> None:
    ada = await ada_told(community)

    for act in ("try", "tried"):
        reply = await ada.says(
            f"story {act} {number(community)} tried".removesuffix(" tried" if act == "try" else "")
        )
        assert words(reply) == telling.TO_ONESELF


@ON_WEB
@pytest.mark.parametrize("who", ["author", "other"])
async def test_avoiding_is_told_to_nobody(community: Community, who: str) -> None:
    ada = await ada_told(community)
    eve = await community.leader("Eve Fox")
    avoider, avoided = (ada, eve) if who == "author" else (eve, ada)
    with community.database.transaction() as db:
        db.coffee.save(community.id, Participation(avoider.id), now=community.now)
    await avoider.says(f"coffee avoid #{avoided.id}")
    before = list(ada.inbox)

    reply = await eve.says(f"story try {number(community)}")
    tried = await eve.says(f"story tried {number(community)} tried")
    writing = await eve.says(f"story write {number(community)} {ada.id}")

    assert words(reply).splitlines()[0] == telling.CANNOT_REACH
    assert words(tried).startswith("Wonderful.")
    assert words(writing) == telling.NOT_CARRIED
    assert ada.inbox == before
    assert posts(community) == [post(community, "1 has tried it")]


@ON_WEB
async def test_author_whom_nothing_reaches_reads_as_avoided(community: Community) -> None:
    ada = await ada_told(community)
    eve = await community.leader("Eve Fox")
    with community.database.transaction() as db:
        db.members.set_account_active(ada.account, is_active=False)

    reply = await eve.says(f"story try {number(community)}")
    writing = await eve.says(f"story write {number(community)} {ada.id}")

    assert words(reply).splitlines()[0] == telling.CANNOT_REACH
    assert words(writing) == telling.NOT_CARRIED


@ON_WEB
async def test_coauthor_stands_in_for_an_author_who_left(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")
    eve = await community.leader("Eve Fox")
    await tells(ada, coauthor=f"#{ben.id}")
    await ben.taps(ben.last, "Yes, name me")
    await publishes(await curator(community))
    with community.database.transaction() as db:
        db.members.set_state(ada.id, MemberState.LEFT)

    reply = await eve.says(f"story try {number(community)}")

    assert words(reply).startswith("Lovely. I have introduced you to Ben;")


async def test_having_tried_is_shown_and_its_author_told_once(community: Community) -> None:
    ada = await ada_told(community)
    eve = await community.leader("Eve Fox", organisation="Oxleas")
    card = await eve.says(f"story try {number(community)}")

    reply = await eve.taps(card, "We have tried it")
    await eve.taps(card, "We have tried it")
    await eve.says(f"story try {number(community)}")

    assert words(reply).splitlines()[0] == (
        "Wonderful. Your name stands with “A calm ward” as having tried it, and its author is "
        "told. What came of it could be a story of your own."
    )
    assert posts(community) == [post(community, "1 has tried it")]
    assert [each.splitlines()[0] for each in received(ada, "Eve Fox has tried it")] == [
        "Eve Fox has tried it. “A calm ward” spreads."
    ]
    more = await ada.says(f"story more {number(community)}")
    assert "Tried by: Eve Fox, Oxleas" in words(more).splitlines()


async def test_whoever_wanted_to_try_is_asked_once_after_some_weeks(community: Community) -> None:
    await ada_told(community)
    eve = await community.leader("Eve Fox")
    await eve.says(f"story try {number(community)}")

    await community.passes(timedelta(weeks=7))
    early = received(eve, "Did you get to try it?")
    await community.passes(timedelta(weeks=2))
    asked = received(eve, "Did you get to try it?")
    reply = await eve.taps(eve.week[-1], "It is not for us")

    assert early == []
    assert [each.splitlines()[0] for each in asked] == [
        "Did you get to try it? You wanted to try “A calm ward”."
    ]
    assert words(reply) == "Thank you for saying so. That helps as well."
    assert posts(community) == [post(community)]


@ON_WEB
async def test_nobody_is_asked_who_has_said_it_or_whose_story_is_gone(
    community: Community,
) -> None:
    ada = await ada_told(community)
    eve = await community.leader("Eve Fox")
    fay = await community.leader("Fay Zed")
    await eve.says(f"story try {number(community)}")
    await eve.says(f"story tried {number(community)} tried")
    await community.passes(timedelta(days=1))
    await fay.says(f"story try {number(community)}")
    await community.passes(timedelta(weeks=8, hours=-2))
    await ada.says(f"story withdraw {number(community)}")

    await community.passes(timedelta(weeks=2))

    assert received(eve, "Did you get") == received(fay, "Did you get") == []


async def test_stories_finds_words_anywhere_and_tags(community: Community) -> None:
    ada = await ada_told(community)
    eve = await community.leader("Eve Fox")

    for asked in ("porter", "ward falls", "night", "thirty", "LEWISHAM"):
        reply = await eve.says(f"stories {asked}")
        assert words(reply).splitlines()[:3] == [
            f"1 story has “{asked}”:",
            "A calm ward",
            "Falls dropped by half since two porters walk the ward at night.",
        ]
    assert ada.name == "Ada Obi"


@ON_WEB
async def test_stories_tells_when_only_some_words_fit(community: Community) -> None:
    await ada_told(community)
    eve = await community.leader("Eve Fox")

    some = await eve.says("stories porters unicorns")
    none = await eve.says("stories unicorns")

    assert words(some).splitlines()[0] == "1 story has some of “porters unicorns”:"
    assert words(none).splitlines()[0] == "No story has “unicorns”. Try fewer or other words."


async def test_stories_without_words_shows_the_newest(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    none = await ada.says("stories")
    await tells(ada)
    await publishes(await curator(community))
    one = await ada.says("stories")
    await ada.taps(one, "Read: A calm ward")

    assert words(none).splitlines()[0] == "No story has been told yet. Yours could be the first."
    assert words(one).splitlines()[:2] == ["1 story so far, the newest first:", "A calm ward"]


async def test_nothing_unpublished_is_found_or_shown(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    eve = await community.leader("Eve Fox")
    await tells(ada)

    replies = [
        await eve.says(f"story {act} {number(community)}")
        for act in ("more", "celebrate", "try", "tried", "write")
    ]

    assert {words(each) for each in replies} == {views.GONE}
    assert words(await eve.says("stories falls")).startswith("No story has “falls”.")
    assert words(await eve.says("stories")).startswith("No story has been told yet.")


@ON_WEB
async def test_story_of_another_community_is_not_found(community: Community) -> None:
    ada = await ada_told(community)
    with community.database.transaction() as db:
        other = db.communities.add("Others", zone="Europe/London", now=community.now)
        db.connection.execute(tables.stories.update().values(community=other))

    assert words(await ada.says("stories falls")).startswith("No story has “falls”.")


@ON_WEB
async def test_tried_with_words_that_mean_nothing_is_answered(community: Community) -> None:
    await ada_told(community)
    eve = await community.leader("Eve Fox")

    assert words(await eve.says(f"story tried {number(community)} sideways")) == views.GONE


@ON_WEB
async def test_story_stays_without_the_name_of_an_author_who_is_erased(
    community: Community,
) -> None:
    ada = await ada_told(community)
    eve = await community.leader("Eve Fox")
    story = number(community)
    with community.database.transaction() as db:
        db.connection.execute(tables.members.delete().where(tables.members.c.id == ada.id))

    more = await eve.says(f"story more {story}")
    trying = await eve.says(f"story try {story}")

    assert words(more).splitlines()[1] == "By a leader of this community, Lewisham"
    assert words(trying).splitlines()[0] == telling.CANNOT_REACH
