"""Writing a story: the form, drafts, the check, co-authors and taking it back."""

import pytest

from bot.chat.forms import Form
from bot.domain.stories import Consent, State
from bot.views import stories_writing as views
from tests.leaders import Community, words
from tests.storytelling import STORY, curator, kept, number, posts, publishes, received, tells

ON_WEB = pytest.mark.parametrize("community", ["web"], indirect=True)
HELD = (
    "I have kept your story as a draft, and sent it to nobody. Something in it could identify "
    "a person: I take “Mrs Achebe” for a person’s name, “SE13 9ZZ” for a postcode and "
    "“12/03/1948” for a date of birth."
)
NURSE = "Mrs Achebe of SE13 9ZZ walks again."


def actions(community: Community) -> list[tuple[str, str, str]]:
    with community.database.transaction() as db:
        return [
            (each.actor, each.action, each.subject)
            for each in db.audit.latest(community.id, limit=10)
        ]


async def test_story_asks_for_little_and_takes_what_was_typed(community: Community) -> None:
    ada = await community.leader("Ada Obi", place="Lewisham")

    form = await ada.says("story Falls dropped by half")

    assert isinstance(form, Form)
    assert (form.route, form.value) == ("story save", "")
    initial = {field.name: getattr(field, "initial", "") for field in form.fields}
    assert initial == {
        "changed": "Falls dropped by half",
        "whom": "",
        "title": "",
        "problem": "",
        "done": "",
        "differently": "",
        "place": ("Lewisham",),
        "priority": (),
        "tags": "",
        "coauthor": "",
        "reuse": ("ask",),
        "consent": False,
    }
    assert [field.name for field in form.fields if field.required] == [
        "changed",
        "whom",
        "consent",
    ]


async def test_story_goes_to_the_curators_and_they_are_told(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    olu = await community.organiser("Olu Chair")

    reply = await tells(ada)

    assert words(reply).splitlines()[0] == (
        "Thank you. “A calm ward” is with the curators; I tell you what they say."
    )
    told = "A story waits for you: “A calm ward” by Ada Obi."
    assert [each.splitlines()[0] for each in received(cy, "A story waits")] == [told]
    assert [each.splitlines()[0] for each in received(olu, "A story waits")] == [told]
    assert kept(community).state is State.SUBMITTED
    assert posts(community) == []


async def test_story_needs_what_changed_for_whom_and_consent(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    outcome = await ada.submits(await ada.says("story"), title="A calm ward")

    assert outcome.errors == {
        "changed": "Please say what changed, in a sentence or two.",
        "whom": "Please say for whom it changed something.",
        "consent": "Please tick this if you agree; without it the story stays a draft.",
    }


async def test_draft_is_kept_half_filled_and_offered_again(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    outcome = await ada.submits(await ada.says("story draft"), title="A calm ward")
    offered = await ada.says("story")
    more = await ada.submits(await ada.taps(outcome.reply, "Go on writing"), whom="All")
    form = await ada.taps(offered, "Go on: A calm ward")
    finish = await ada.taps(more.reply, "Finish and send it")
    another = await ada.taps(offered, "A new story")

    assert words(outcome.reply).splitlines()[0] == (
        "“A calm ward” is kept as a draft. It still needs what changed, for whom and your consent."
    )
    assert words(more.reply).splitlines()[0] == (
        "“A calm ward” is kept as a draft. It still needs what changed and your consent."
    )
    assert [field.initial for field in form.fields if field.name == "title"] == ["A calm ward"]
    assert [field.initial for field in finish.fields if field.name == "whom"] == ["All"]
    assert [field.initial for field in another.fields if field.name == "title"] == [""]


@ON_WEB
async def test_draft_that_lacks_something_is_not_sent(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    await ada.submits(await ada.says("story draft"), title="A calm ward")

    reply = await ada.says(f"story send {number(community)}")

    assert words(reply) == "Please say what changed and for whom, and tick that you agree."
    assert kept(community).state is State.DRAFT


@ON_WEB
async def test_draft_that_lacks_nothing_is_sent_by_a_tap(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    outcome = await ada.submits(await ada.says("story draft"), **STORY)

    reply = await ada.taps(outcome.reply, "Send it")

    assert words(reply).startswith("Thank you. “A calm ward” is with the curators")


async def test_form_sent_twice_makes_one_story(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    form = await ada.says("story")

    await ada.submits(form, **STORY)
    again = await ada.submits(form, **STORY)

    assert words(again.reply) == "That is done already; nothing was done twice."
    assert kept(community).title == "A calm ward"


async def test_story_that_could_identify_a_patient_is_held(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)

    reply = await tells(ada, done=NURSE, tags="dob 12/03/1948")

    assert words(reply).splitlines()[:4] == [
        HELD,
        "What we did: “Mrs Achebe”, person’s name",
        "What we did: “SE13 9ZZ”, postcode",
        "Tags: “12/03/1948”, date of birth",
    ]
    assert kept(community).state is State.DRAFT
    assert cy.inbox == []


async def test_author_takes_out_what_was_found(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    held = await tells(ada, done=NURSE)

    form = await ada.taps(held, "Change it")
    outcome = await ada.submits(form, done="A woman in her eighties walks again.")

    assert words(outcome.reply).startswith("Thank you. “A calm ward” is with the curators")


async def test_author_clears_what_was_found_with_a_reason_that_is_recorded(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi")
    held = await tells(ada, done="Our hub is at SE13 9ZZ.")

    form = await ada.taps(held, "It identifies nobody")
    empty = await ada.submits(form, reason="")
    telling = await ada.submits(form, reason="It is Mrs Bell’s")
    cleared = await ada.submits(form, reason="The hub’s own address")

    assert empty.errors == {"reason": views.WHY}
    assert telling.errors == {
        "reason": "I take “Mrs Bell's” for a person’s name. "
        "Others will read this: please leave it out."
    }
    assert words(cleared.reply).startswith("Thank you. “A calm ward” is with the curators")
    assert actions(community) == [
        ("Ada Obi", "story check cleared", f"story:{number(community)}: The hub’s own address")
    ]


@ON_WEB
async def test_clearing_holds_for_what_was_found_then_and_not_for_more(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi")
    held = await tells(ada, done="Our hub is at SE13 9ZZ.")
    await ada.submits(await ada.taps(held, "It identifies nobody"), reason="The hub’s address")
    edit = await ada.says(f"story edit {number(community)}")

    outcome = await ada.submits(edit, done="Our hub is at SE13 9ZZ, ring 07700 900123.")

    assert words(outcome.reply).startswith("I have kept your story as a draft")


@ON_WEB
async def test_authors_are_named_without_alarm(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")

    reply = await tells(ada, done="Mrs Obi and Mr Lee walked too.", coauthor=f"#{ben.id}")

    assert words(reply).startswith("Thank you.")


@ON_WEB
async def test_nothing_found_needs_no_clearing(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    await ada.submits(await ada.says("story draft"), **STORY)

    reply = await ada.says(f"story clear {number(community)}")

    assert words(reply).startswith("Thank you. “A calm ward” is with the curators")


async def test_coauthor_is_named_once_they_agree(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")
    cy = await curator(community)
    await tells(ada, coauthor=f"#{ben.id}")

    approved = await publishes(cy)
    before = posts(community)
    await ben.taps(ben.last, "Yes, name me")

    assert words(approved).splitlines()[0] == (
        "“A calm ward” is approved. It is published once Ben has said whether to be named."
    )
    assert before == []
    assert [post.splitlines()[1] for post in posts(community)] == ["By Ada Obi and Ben Lee"]
    assert received(ben, "Your story is published") != []


async def test_coauthor_who_declines_is_not_named(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")
    cy = await curator(community)
    await tells(ada, coauthor="Ben Lee")
    await publishes(cy)

    reply = await ben.taps(ben.last, "No, thank you")

    assert words(reply).splitlines()[0] == "You are not named in “A calm ward”."
    assert [post.splitlines()[1] for post in posts(community)] == ["By Ada Obi"]
    assert received(ben, "Your story is published") == []


@ON_WEB
async def test_coauthor_may_change_their_mind_about_a_published_story(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")
    cy = await curator(community)
    await tells(ada, coauthor=f"#{ben.id}")
    agreed = await ben.taps(ben.last, "Yes, name me")
    await publishes(cy)

    await ben.taps(agreed, "I have changed my mind")

    assert [post.splitlines()[1] for post in posts(community)] == ["By Ada Obi"]


@ON_WEB
async def test_coauthor_is_asked_again_about_other_words(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")
    await tells(ada, coauthor=f"#{ben.id}")
    await ben.taps(ben.last, "Yes, name me")
    community.now += community.now.resolution * 1_000_000

    edit = await ada.says(f"story edit {number(community)}")
    await ada.submits(edit, changed="Falls dropped by two thirds.")

    assert len(received(ben, "Ada Obi would like to name you")) == 2
    assert kept(community).consent_of(ben.id) is Consent.ASKED


@ON_WEB
async def test_coauthor_can_be_added_and_taken_away_afterwards(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")
    dee = await community.leader("Dee Fox")
    sent = await tells(ada)

    form = await ada.taps(sent, "Add a co-author")
    nobody = await ada.submits(form, person="Zed")
    herself = await ada.submits(form, person=f"#{ada.id}")
    added = await ada.submits(form, person=f"#{ben.id}")
    another = await ada.submits(await ada.taps(sent, "Add a co-author"), person=f"#{dee.id}")
    opened = await ada.says(f"story open {number(community)}")
    removed = await ada.taps(opened, "Without Ben")

    assert nobody.errors == {"person": "I know nobody called “Zed” here. Try part of the name."}
    assert herself.errors == {"person": "That is the author already; choose somebody else."}
    assert words(added.reply) == "I have asked Ben. They are named only if they agree."
    assert words(another.reply) == "I have asked Dee. They are named only if they agree."
    assert (
        "Co-authors: Ben Lee (has not answered yet) and Dee Fox (has not answered yet)"
        in words(opened).splitlines()
    )
    assert words(removed) == "Ben is not a co-author of it any more."
    assert [each.member for each in kept(community).coauthors] == [dee.id]
    refused = await ben.taps(ben.last, "Yes, name me")
    assert words(refused) == "You are not asked about that story any more."


@ON_WEB
async def test_coauthor_of_a_draft_is_asked_when_it_is_sent(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    ben = await community.leader("Ben Lee")
    draft = await ada.submits(await ada.says("story draft"), **STORY)

    added = await ada.submits(await ada.taps(draft.reply, "Add a co-author"), person=f"#{ben.id}")
    before = list(ben.inbox)
    await ada.taps(added.reply, "Send it")

    assert before == []
    assert len(received(ben, "Ada Obi would like to name you")) == 1


@ON_WEB
async def test_form_with_a_coauthor_nobody_knows_says_so(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    form = await ada.says("story")

    unknown = await ada.submits(form, **STORY, coauthor="Zed")
    herself = await ada.submits(form, **STORY, coauthor=f"#{ada.id}")

    assert unknown.errors == {"coauthor": "I know nobody called “Zed” here. Try part of the name."}
    assert herself.errors == {"coauthor": "That is the author already; choose somebody else."}


async def test_story_mine_shows_where_each_stands(community: Community) -> None:
    ada = await community.leader("Ada Obi")

    none = await ada.says("story mine")
    await tells(ada)
    mine = await ada.says("story mine")
    opened = await ada.taps(mine, "Open: A calm ward")

    assert words(none).splitlines()[0] == "You have told no story yet. What went well lately?"
    assert words(mine).splitlines()[:2] == ["Your stories:", "A calm ward: With the curators"]
    assert words(opened).splitlines()[0] == "“A calm ward”: With the curators."


async def test_story_taken_back_leaves_every_channel_and_the_search(
    community: Community,
) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    await tells(ada)
    await publishes(cy)

    which = await ada.says("story withdraw")
    reply = await ada.taps(which, "Withdraw: A calm ward")

    assert words(reply).splitlines()[0] == (
        "“A calm ward” is withdrawn: nobody finds it any more, and it leaves the stories channel. "
        "E-mails that told of it, and backups, I can’t reach."
    )
    assert posts(community) == []
    assert words(await cy.says("stories falls")).splitlines()[0] == (
        "No story has “falls”. Try fewer or other words."
    )
    assert words(await ada.says("story withdraw")) == "You have no story that could be withdrawn."


@ON_WEB
async def test_published_story_that_is_changed_is_read_again_first(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    cy = await curator(community)
    await tells(ada)
    await publishes(cy)

    await ada.submits(
        await ada.says(f"story edit {number(community)}"), changed="Nobody fell at all."
    )
    meanwhile = posts(community)
    await publishes(cy)

    assert meanwhile == []
    assert [post.splitlines()[2] for post in posts(community)] == ["Nobody fell at all."]


async def test_story_of_somebody_else_is_not_to_be_touched(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    eve = await community.leader("Eve Fox")
    await tells(ada)
    of_ada = number(community)

    replies = [
        words(await eve.says(f"story {act} {of_ada}"))
        for act in ("edit", "send", "clear", "open", "withdraw", "coauthor", "agree", "decline")
    ]

    assert replies == [
        *[views.NOT_YOURS] * 6,
        *["You are not asked about that story any more."] * 2,
    ]
    assert kept(community).state is State.SUBMITTED


@ON_WEB
async def test_words_that_fit_no_story_are_answered(community: Community) -> None:
    ada = await community.leader("Ada Obi")
    await tells(ada)

    assert words(await ada.says("story open x")) == views.NOT_YOURS
    assert words(await ada.says(f"story without {number(community)} 99")) == views.NOT_YOURS
    assert isinstance(await ada.says("story save"), Form)
    assert isinstance(await ada.says("story keep"), Form)
