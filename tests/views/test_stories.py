"""What stories say, and that the longest of them fits every platform."""

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.chat import messages
from bot.chat.forms import Form
from bot.chat.messages import Account, bold, person, plain
from bot.chat.requests import Kind as Asking
from bot.domain import coffee_reach
from bot.domain.identifiable import Finding, Kind
from bot.domain.members import Member, Reachable
from bot.domain.stories import Clearing, CoAuthor, State, Story
from bot.domain.stories_adoption import Spread, Tried
from bot.domain.stories_form import LONGEST, Choices
from bot.domain.stories_rotation import Setup
from bot.domain.stories_search import Found
from bot.ids import CommunityId, Lane, MemberId, StoryId
from bot.platforms.slack import modal
from bot.platforms.slack import render as slack
from bot.platforms.slack.text import Place
from bot.platforms.teams import form as teams_form
from bot.platforms.teams import render as teams
from bot.platforms.teams.carry import Asked
from bot.views import curators, stories, stories_coauthors, stories_review, stories_telling
from bot.views import stories_writing as writing
from tests import slack_limits, slack_schema, teams_cards
from tests.builders import member

SLACK = Lane("slack:T1")
AGAIN = Asked(Asking.TAP, "story", "")
PLACE = Place(SLACK, "https://bot.example")
ADA, BEN = member("Ada Obi", 1), member("Ben Lee", 2, organisation="Oxleas")
STORY = Story(CommunityId(1), ADA.id, title="A calm ward", changed="Falls dropped.", whom="All",
              id=StoryId(7))  # fmt: skip
LONG = replace(
    STORY,
    title="T" * LONGEST["title"],
    changed="C" * LONGEST["changed"],
    whom="W" * LONGEST["whom"],
    problem="P" * LONGEST["problem"],
    done="D" * LONGEST["done"],
    differently="N" * LONGEST["differently"],
    place="Lewisham",
    priority="Prevention",
    tags=tuple(f"{at}{'t' * 38}" for at in range(8)),
    note="n" * 500,
    coauthors=tuple(CoAuthor(MemberId(at)) for at in range(2, 12)),
    by_author=Clearing("x", "r" * 300),
)
FOUND = tuple(Finding(Kind.PHONE, f"07700 9001{at:02}", "done") for at in range(30))
PEOPLE = tuple(member(f"Person{at} {'x' * 100}", at) for at in range(2, 12))
AUTHORS = tuple(person(each.name) for each in PEOPLE)
FULL = Spread(celebrated=1200, wanted=34, tried=5)
MANY = tuple(replace(LONG, id=StoryId(at), state=State.SUBMITTED) for at in range(1, 31))
CHOICES = Choices([f"Place {at}" for at in range(30)], [f"Priority {at}" for at in range(8)])


def reachable(someone: Member, lane: Lane) -> Reachable:
    return Reachable(someone, (Account(lane, f"U{someone.id}"),))


def ways(one: Lane, other: Lane) -> coffee_reach.Reach:
    return coffee_reach.reach(reachable(ADA, one), reachable(BEN, other))


EVERYTHING = {
    "post": stories.post(LONG, AUTHORS, FULL),
    "whole": stories.whole(LONG, AUTHORS, FULL, tried_by=PEOPLE),
    "own": stories.whole(LONG, AUTHORS, FULL, is_own=True),
    "found": stories.found("x" * 200, Found(MANY[:8], 30), {}),
    "newest": stories.newest(MANY[:8], 1200, {each.id: FULL for each in MANY}),
    "form": writing.form(LONG, CHOICES),
    "draft form": writing.form(LONG, CHOICES, is_draft=True),
    "kept": writing.kept(LONG, PEOPLE),
    "drafts": writing.drafts(MANY[:4]),
    "held": writing.held(LONG, FOUND),
    "clear": writing.clear_form(LONG, FOUND),
    "sent": writing.sent(LONG, PEOPLE),
    "mine": writing.mine(MANY),
    "opened": writing.opened(replace(LONG, has_consent=True), PEOPLE, is_author=True),
    "which": writing.which(MANY),
    "coauthor form": stories_coauthors.form(LONG),
    "will you": stories_coauthors.will_you_be_named(LONG, "x" * 200),
    "to review": stories_review.to_review(LONG, "x" * 200),
    "waiting": stories_review.waiting(MANY),
    "review": stories_review.review(MANY[0], AUTHORS, PEOPLE, FOUND),
    "approve": stories_review.approve_form(LONG, FOUND),
    "changes": stories_review.changes_form(LONG),
    "take down": stories_review.take_down_form(LONG),
    "please change": stories_review.please_change(LONG),
    "setup": stories_review.setup_form(Setup(CommunityId(1))),
    "digest": stories_telling.digest([(each, "5 have tried it") for each in MANY[:5]]),
    "question": stories_telling.question(ADA),
    "introduction": stories_telling.introduction(LONG, ADA, BEN, None, to=None),
    "how did it go": stories_telling.how_did_it_go(LONG),
    "was tried": stories_telling.was_tried(LONG, PEOPLE[0]),
    "write": stories_telling.write_form(LONG, PEOPLE[0]),
    "carried": stories_telling.carried(LONG, PEOPLE[0], "x" * 300),
    "curators": curators.curators(PEOPLE),
    "curator form": curators.form(adds=True),
}


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_longest_story_fits_slack(name):
    said = EVERYTHING[name]

    if isinstance(said, Form):
        view = modal.form(said, PLACE)
        assert slack_limits.wrong_with_view(view) == []
        assert slack_schema.faults("ModalView", view) == []
        return
    rendered = slack.message(messages.stamped(said, "token"), PLACE)
    wrong = slack_limits.wrong_with_message({"blocks": rendered.blocks, "text": rendered.text})
    assert wrong == ""
    assert slack_schema.faults_of_blocks(rendered.blocks) == []


@pytest.mark.parametrize("name", EVERYTHING)
def test_the_longest_story_fits_teams(name):
    said = EVERYTHING[name]

    card = (
        teams_form.card(said, AGAIN, base_url="https://bot.example")
        if isinstance(said, Form)
        else teams.card(messages.stamped(said, "token"), "https://bot.example")
    )

    assert teams_cards.faults(card) == []
    assert len(json.dumps(card).encode()) < teams_cards.MAX_MESSAGE


def test_story_without_vocabularies_asks_for_none():
    names = [field.name for field in writing.form(STORY, Choices()).fields]

    assert "place" not in names
    assert "priority" not in names


def test_published_story_is_changed_knowingly():
    form = writing.form(replace(STORY, state=State.PUBLISHED), CHOICES)

    assert form.intro[0].text.startswith("A published story leaves the channel until a curator")
    assert (form.title, form.submit, form.value) == ("Change your story", "Send it", "7")


@pytest.mark.parametrize(
    ("authors", "place", "line"),
    [
        ((), "", "By a leader of this community"),
        (("Ada",), "Lewisham", "By Ada, Lewisham"),
        (("Ada", "Ben"), "", "By Ada and Ben"),
        (("Ada", "Ben", "Cy"), "", "By Ada, Ben and Cy"),
    ],
)
def test_byline_names_all(authors, place, line):
    words = stories.byline(replace(STORY, place=place), [bold(each) for each in authors])

    assert "".join(each if isinstance(each, str) else each.text for each in words) == line


@pytest.mark.parametrize(
    ("spread", "words"),
    [
        (Spread(), ""),
        (Spread(1, 1, 1), "1 has tried it · 1 wants to try it · 1 celebrates it"),
        (Spread(2, 0, 1200), "1,200 have tried it · 2 celebrate it"),
    ],
)
def test_spread_is_told_in_words(spread, words):
    assert stories.spread_words(spread) == words


def test_list_that_is_cut_says_so():
    reply = plain(stories.found("ward", Found((STORY,), 3), {}))

    assert reply.splitlines()[0] == "3 stories have “ward”, here are the first 1:"


def test_introduction_in_one_conversation_speaks_to_both():
    assert plain(stories_telling.introduction(STORY, ADA, BEN, None, to=None)).splitlines() == [
        "Ada, Ben wants to try what you told in “A calm ward”.",
        "Ada Obi",
        "Ben Lee",
        "Ben, a first question helps: what would you like to know?",
        "You get this because of “I want to try this”.",
    ]


def test_introduced_people_show_what_they_tell_of_themselves():
    known = replace(BEN, introduced_at=datetime(2026, 1, 1, tzinfo=UTC))
    way = ways(SLACK, SLACK)

    lines = plain(stories_telling.introduction(STORY, ADA, known, way, to=ADA)).splitlines()

    assert lines[1:4] == [
        "Ben Lee",
        "Oxleas",
        "How to reach Ben: Write to Ben Lee on Slack, where you both are.",
    ]


@pytest.mark.parametrize(
    ("state", "opening"),
    [
        (Tried.TRIED, "Wonderful."),
        (Tried.WANTS, "Thank you. I don’t ask again"),
        (Tried.NOT_FOR_US, "Thank you for saying so."),
    ],
)
def test_every_answer_is_thanked_for(state, opening):
    assert plain(stories_telling.tried(STORY, state)).startswith(opening)


def test_coauthor_opens_a_story_to_take_their_name_off():
    reply = writing.opened(STORY, [], is_author=False)

    assert plain(reply).splitlines()[-1] == "Take my name off: type “story decline 7”"


def test_withdrawn_story_is_opened_without_withdrawing_it_again():
    reply = writing.opened(replace(STORY, state=State.WITHDRAWN), [], is_author=True)

    assert "Withdraw it" not in plain(reply)
    assert plain(writing.withdrawn(STORY, posts=0)).startswith(
        "“A calm ward” is withdrawn: nobody finds it any more. E-mails"
    )
