"""The home page stays one glance, and fits wherever it is shown."""

from datetime import datetime

from bot.chat.messages import Button, buttons, message, note, plain, stamped, text
from bot.chat.requests import Role
from bot.domain.members import Member, MemberState, Profile
from bot.domain.stories import State, Story
from bot.ids import CommunityId, GroupId, Lane, MemberId, StoryId
from bot.platforms.slack import render as slack
from bot.platforms.slack.text import Place
from bot.platforms.teams import render as teams
from bot.platforms.teams.text import size
from bot.views import coffee_home, home, stories_home
from bot.views.home import Line, Part
from tests import slack_limits

BASE_URL = "https://leaders.example.nhs.uk"
OLU = Member(
    MemberId(1),
    CommunityId(1),
    "Olu Chair",
    email=None,
    role=Role.ORGANISER,
    state=MemberState.ACTIVE,
    zone="Europe/London",
    profile=Profile(),
)


def line(part: Part, words: str, more: str = "") -> Line:
    return Line(part, text(words), more=more)


def test_what_does_not_fit_in_a_glance_is_counted_and_named():
    lines = [
        *(line(Part.WAITING, f"Question {each}.", "coffee next") for each in range(4)),
        line(Part.WAITING, "A story.", "story mine"),
        *(line(Part.DRAFTS, f"Draft {each}.") for each in range(5)),
    ]

    page = plain(home.home(OLU, "SEL", lines)).splitlines()

    assert page[2:7] == [
        "Waiting for you",
        *(f"Question {each}." for each in range(3)),
        "And 2 more: type “coffee next” or “story mine”.",
    ]
    assert page[page.index("Draft 2.") + 1] == "And 2 more."


def test_a_message_is_taken_apart_into_lines():
    join, leave = Button("Join", "coffee join"), Button("Leave", "coffee leave")
    said = message(text("One."), buttons(join), buttons(leave), text("Two."), note("Small."))

    assert home.lines_of(Part.COFFEE, said) == [
        Line(Part.COFFEE, text("One."), (join, leave)),
        Line(Part.COFFEE, text("Two.")),
    ]


def crowded() -> list[Line]:
    """More of everything than is shown, with long names in it."""
    name = "Oluwaseun Example-Featherstonehaugh " * 3
    asked = [coffee_home.did_you_meet(GroupId(10**6 + each), [name, name]) for each in range(9)]
    asked.append(coffee_home.are_you_in(datetime(2026, 11, 24, 9), "2026-11-24T09:00"))
    draft = Story(CommunityId(1), MemberId(1), title="T" * 120, state=State.DRAFT, id=StoryId(9))
    drafts = [stories_home.unfinished(draft)] * 9
    choices = tuple(
        Button("A label as long as labels are here", "sessions show", str(each))
        for each in range(9)
    )
    others = [
        Line(part, text("w" * 160), choices, more="sessions mine")
        for part in Part
        for _ in range(9)
    ]
    return [*asked, *drafts, *others]


def test_a_crowded_home_fits_slack_and_teams_whole():
    page = stamped(home.home(OLU, "Leaders of South East London", crowded()), "t" * 16)

    view = slack.home(page, Place(Lane("slack:T1"), BASE_URL))
    shown = slack.message(page, Place(Lane("slack:T1"), BASE_URL))
    activity = teams.activity(page, BASE_URL)

    assert slack_limits.wrong_with_view(view) == []
    content = {"text": shown.text, "blocks": shown.blocks}
    assert slack_limits.wrong_with_message(content) == ""
    assert slack.TOO_LONG not in str((view, shown.blocks))
    assert teams.TOO_LONG not in str(activity)
    assert size(activity) <= teams.MAX_ACTIVITY
