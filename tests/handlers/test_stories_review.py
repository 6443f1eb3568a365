"""Curators read stories before they are published; organisers choose them and the rhythm."""

from datetime import datetime, timedelta

import pytest

from bot.chat.forms import Form
from bot.domain.stories import State
from bot.views import stories_review as views
from tests.leaders import Community, Leader, words
from tests.storytelling import curator, kept, number, posts, publishes, received, tells

ON_WEB = pytest.mark.parametrize("community", ["web"], indirect=True)
FOUND = "Our hub is at SE13 9ZZ."


def actions(community: Community) -> list[tuple[str, str, str]]:
    with community.database.transaction() as db:
        return [
            (each.actor, each.action, each.subject)
            for each in db.audit.latest(community.id, limit=10)
        ]


async def cleared(community: Community) -> Leader:
    """Ada, who has cleared what was found in her story."""
    ada = await community.leader("Ada Obi")
    held = await tells(ada, done=FOUND)
    form = await ada.taps(held, "It identifies nobody")
    await ada.submits(form, reason="The hub’s own address")
    return ada


async def test_curator_reads_what_waits_and_publishes(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    none = await cy.says("story review")
    await tells(ada)

    waiting = await cy.says("story review")
    card = await cy.taps(waiting, "Read: A calm ward")
    reply = await cy.taps(card, "Approve")

    assert words(none) == "No story waits for a curator."
    assert words(waiting).splitlines()[:2] == [
        "1 story waits, the oldest first:",
        "A calm ward: to be read",
    ]
    assert words(card).splitlines()[:2] == ["“A calm ward”: With the curators.", "By Ada Obi"]
    assert (
        "The check: nothing found. Please look for names and rare details all the same."
        in words(card).splitlines()
    )
    assert words(reply) == "“A calm ward” is published, in 1 channel."
    assert actions(community)[0] == ("Cy Curator", "story approved", f"story:{number(community)}")


async def test_what_was_found_is_published_only_with_a_curators_recorded_reason(
    community: Community,
) -> None:
    await cleared(community)
    cy = await curator(community)

    card = await cy.says(f"story review {number(community)}")
    form = await cy.taps(card, "Approve")
    empty = await cy.submits(form, reason=" ")
    long = await cy.submits(form, reason="x" * 301)
    before = posts(community)
    outcome = await cy.submits(form, reason="The address is on our website")

    assert (
        "The check: I take “SE13 9ZZ” for a postcode. The author says why it identifies nobody: "
        "“The hub’s own address”"
    ) in words(card).splitlines()
    assert isinstance(form, Form)
    assert empty.errors == {
        "reason": "Please say in a few words why, for example “It is the ward’s own number”."
    }
    assert long.errors == {"reason": "Please keep this below 300 characters."}
    assert before == []
    assert words(outcome.reply) == "“A calm ward” is published, in 1 channel."
    story = f"story:{number(community)}"
    assert actions(community) == [
        ("Cy Curator", "story approved", story),
        ("Cy Curator", "story check cleared", f"{story}: The address is on our website"),
        ("Ada Obi", "story check cleared", f"{story}: The hub’s own address"),
    ]


async def test_curator_asks_for_changes_and_reads_again(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    await tells(ada)
    card = await cy.says(f"story review {number(community)}")

    form = await cy.taps(card, "Ask for changes")
    empty = await cy.submits(form, note=" ")
    long = await cy.submits(form, note="x" * 501)
    outcome = await cy.submits(form, note="How many falls were there?")
    state = kept(community).state
    community.now += timedelta(minutes=1)
    edit = await ada.taps(ada.last, "Change it")
    sent = await ada.submits(edit, changed="Falls went from 30 to 15 a month.")

    assert empty.errors == {"note": views.WHAT_TO_CHANGE}
    assert long.errors == {"note": "Please keep this below 500 characters."}
    assert words(outcome.reply) == "I have told the author of “A calm ward”."
    assert received(ada, "A curator asks")[0].splitlines()[:2] == [
        "A curator asks for a change to your story “A calm ward”:",
        "How many falls were there?",
    ]
    assert state is State.CHANGES_ASKED
    assert words(sent.reply).startswith("Thank you.")
    assert len(received(cy, "A story waits for you")) == 1 + 1


@ON_WEB
async def test_nobody_reviews_their_own_story_while_others_can(community: Community) -> None:
    cy = await curator(community)
    olu = await community.organiser("Olu Chair")
    await tells(cy)

    refused = await cy.says(f"story approve {number(community)}")
    waits = [received(each, "A story waits") for each in (cy, olu)]
    reply = await publishes(olu)

    assert words(refused) == "This is your own story; another curator or organiser looks at it."
    assert [len(each) for each in waits] == [0, 1]
    assert words(reply) == "“A calm ward” is published, in 1 channel."


@ON_WEB
async def test_only_curator_there_is_may_review_their_own(community: Community) -> None:
    cy = await curator(community)
    await tells(cy)

    reply = await publishes(cy)

    assert words(reply) == "“A calm ward” is published, in 1 channel."


@ON_WEB
async def test_member_reviews_nothing(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    await tells(ada)

    replies = [
        await ada.says(f"story {act} {number(community)}")
        for act in ("review", "approve", "changes", "publish", "take down")
    ]

    assert {words(each) for each in replies} == {
        "Only curators can do that. An organiser can give you that role."
    }


@ON_WEB
async def test_draft_and_withdrawn_story_are_its_authors_alone(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    await tells(ada)
    await ada.says(f"story withdraw {number(community)}")

    for act in ("review", "approve", "publish", "changes", "take down"):
        assert words(await cy.says(f"story {act} {number(community)}")) == views.GONE


@ON_WEB
async def test_story_is_approved_once(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    await tells(ada)
    await publishes(cy)

    again = await cy.says(f"story approve {number(community)}")

    assert words(again) == "That story is published, so it can’t be done now."


@ON_WEB
async def test_nobody_approves_words_that_they_have_not_read(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    await tells(ada)
    card = await cy.says(f"story review {number(community)}")
    community.now += timedelta(seconds=1)
    edit = await ada.says(f"story edit {number(community)}")
    await ada.submits(edit, changed="Nobody fell at all.")

    anew = await cy.taps(card, "Approve")
    before = posts(community)
    reply = await cy.taps(anew, "Approve")

    assert words(anew).splitlines()[2:4] == ["What changed", "Nobody fell at all."]
    assert before == []
    assert words(reply) == "“A calm ward” is published, in 1 channel."


@ON_WEB
async def test_curator_may_publish_without_waiting_for_coauthors(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")
    dee = await community.leader("Dee Fox")
    cy = await curator(community)
    sent = await tells(ada, coauthor=f"#{ben.id}")
    await ada.submits(await ada.taps(sent, "Add a co-author"), person=f"#{dee.id}")

    approved = await publishes(cy)
    waiting = await cy.says("story review")
    card = await cy.taps(waiting, "Read: A calm ward")
    reply = await cy.taps(approved, "Publish without waiting")

    assert words(approved).splitlines()[0] == (
        "“A calm ward” is approved. It is published once Ben and Dee have said whether to be named."
    )
    assert words(waiting).splitlines()[1] == "A calm ward: for a co-author’s yes"
    assert (
        "Not answered yet whether they agree to be named: Ben Lee and Dee Fox."
        in words(card).splitlines()
    )
    assert words(reply) == "“A calm ward” is published, in 1 channel."
    assert [each.splitlines()[1] for each in posts(community)] == ["By Ada Obi"]


@ON_WEB
async def test_name_of_a_coauthor_who_declines_is_looked_at_again(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")
    cy = await curator(community)
    await tells(ada, done="Mr Lee pushed the trolley.", coauthor=f"#{ben.id}")
    await publishes(cy)

    await ben.taps(ben.last, "No, thank you")
    forced = await cy.says(f"story publish {number(community)}")

    assert posts(community) == []
    assert words(cy.last).startswith("A story waits for you")
    assert words(forced) == ("Something in it could identify a person, and nobody has cleared it.")


@ON_WEB
async def test_story_published_nowhere_says_how_to_choose_a_channel(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    await tells(ada)
    with community.database.transaction() as db:
        db.workspaces.uninstall(community.lanes["web"], now=community.now)

    reply = await publishes(cy)

    assert words(reply) == (
        "“A calm ward” is published, in no channel yet (“channel stories here”)."
    )


async def test_story_taken_down_leaves_and_its_author_learns_why(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    await tells(ada)
    await publishes(cy)
    card = await cy.says(f"story review {number(community)}")

    form = await cy.taps(card, "Take it down")
    outcome = await cy.submits(form, note="The trust asked for it.")

    assert words(outcome.reply) == (
        "“A calm ward” is taken down: it leaves 1 message, the search and the digests to come. "
        "E-mails that told of it, backups, and what somebody looked up in their own chat I can’t "
        "reach."
    )
    assert posts(community) == []
    assert words(await ada.says("stories falls")).startswith("No story has “falls”.")
    assert received(ada, "Your story was taken down")[0].splitlines()[:2] == [
        "Your story was taken down: “A calm ward”.",
        "The trust asked for it.",
    ]
    opened = await ada.says(f"story open {number(community)}")
    assert "Asked for: The trust asked for it." in words(opened).splitlines()
    assert actions(community)[0] == ("Cy Curator", "story taken down", f"story:{number(community)}")


@ON_WEB
async def test_only_what_is_published_is_taken_down(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    await tells(ada)

    assert words(await cy.says(f"story take down {number(community)}")) == views.GONE


async def test_organiser_makes_a_curator_and_takes_it_back(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi")

    none = await olu.says("curators")
    added = await olu.submits(await olu.taps(none, "Add a curator"), person=f"#{ada.id}")
    again = await olu.says("curator add Ada Obi")
    listed = await olu.says("curators")
    may = await ada.says("story review")
    removed = await olu.says("curator remove Ada Obi")
    refused = await ada.says("story review")

    assert words(none).splitlines()[0] == "There are no curators yet."
    assert words(added.reply) == words(again) == "Ada Obi is a curator now, and has been told."
    assert words(listed).splitlines()[0] == "Curators: Ada Obi"
    (told,) = received(ada, "Olu Chair has made you a curator.")
    assert told.splitlines()[0].endswith("“story review” shows those that wait.")
    assert words(may) == "No story waits for a curator."
    assert words(removed) == "Ada Obi is a member like all others now."
    assert words(refused) == "Only curators can do that. An organiser can give you that role."
    assert actions(community) == [
        ("Olu Chair", "role member", f"member:{ada.id}"),
        ("Olu Chair", "role curator", f"member:{ada.id}"),
    ]


@ON_WEB
async def test_curator_words_that_fit_nobody_are_answered(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    await community.leader("Ada Obi")

    form = await olu.says("curator remove")
    unknown = await olu.submits(form, person="Zed")

    assert unknown.errors == {"person": "I know nobody called “Zed” here. Try part of the name."}
    assert words(await olu.says("curator remove Ada Obi")) == "Ada Obi is no curator."
    assert words(await olu.says("curator add Olu Chair")) == (
        "Olu Chair is an organiser, who may do all that a curator may."
    )


async def test_organiser_sets_the_rhythm_of_stories(community: Community) -> None:
    olu = await community.organiser("Olu Chair")

    form = await olu.says("stories setup")
    saved = await olu.submits(form, digest="2", asked="5")
    with community.database.transaction() as db:
        planned = [
            db.schedule.next_label(community.id, job)
            for job in ("stories digest", "stories question")
        ]
    wrong = await olu.submits(await olu.says("stories setup"), digest="3", asked="5")
    await olu.submits(await olu.says("stories setup"), digest="0", asked="0")
    with community.database.transaction() as db:
        after = [
            db.schedule.next_label(community.id, job)
            for job in ("stories digest", "stories question")
        ]

    assert words(saved.reply) == (
        "Saved.\nDigest: Every 2 weeks\nAsked “What went well?” each Friday: 5 people"
    )
    assert planned == [datetime(2026, 11, 26, 9), datetime(2026, 11, 27, 9)]
    assert wrong.errors == {"digest": "Please choose one of these."}
    assert after == [None, None]


async def test_organiser_sees_how_far_stories_spread(community: Community) -> None:
    olu = await community.organiser("Olu Chair")
    ada = await community.leader("Ada Obi", organisation="Oxleas")
    eve = await community.leader("Eve Fox", organisation="King’s")
    fay = await community.leader("Fay Zed", organisation="Oxleas")
    none = await olu.says("stories report")
    await tells(ada)
    await tells(ada, title="Another")
    await publishes(olu)
    story = number(community)
    await eve.says(f"story celebrate {story}")
    for leader in (eve, fay):
        await leader.says(f"story tried {story} tried")
    await olu.says(f"story try {story}")

    reply = await olu.says("stories report")

    assert words(none).splitlines()[1] == "Published: 0"
    assert words(reply) == (
        "Stories so far\n"
        "Published: 1\n"
        "With the curators: 1\n"
        "Celebrated: 1\n"
        "Want to try one: 1\n"
        "Have tried one: 2\n"
        "Of these in another organisation: 1\n"
        "Tried most:\n"
        "- A calm ward: 2 have tried it · 1 wants to try it · 1 celebrates it\n"
        "Numbers alone: who tried what stands with each story."
    )
