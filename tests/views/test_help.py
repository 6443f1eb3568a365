"""Help reads well, and fits wherever it is shown however much there is to say."""

import pytest

from bot.chat.messages import Bullets, Buttons, plain, stamped
from bot.chat.programmes import Programme
from bot.chat.requests import Role
from bot.chat.routes import Route
from bot.ids import Lane
from bot.platforms.slack import render as slack
from bot.platforms.slack.text import Place
from bot.platforms.teams import render as teams
from bot.platforms.teams.text import size
from bot.views import help as views
from handlers import PROGRAMMES
from tests import slack_limits

BASE_URL = "https://leaders.example.nhs.uk"
# Longer than anything in the table; see test_every_route.
LONGEST = 230


def handler(request, db):
    return None


TEA = Programme(
    "tea",
    "Tea",
    "Have some.",
    (
        Route("tea", handler, help="Tea for you."),
        Route("tea until", handler, usage="when", help="Wait.", example="tea until 4pm"),
        Route("tea spill", handler, help="Tell.", role=Role.CURATOR, sensitive=True),
        Route("tea end", handler, usage="[now]", help="Stop.", role=Role.ORGANISER),
    ),
    useful=("tea", "tea until", "tea end"),
)
CAKE = Programme(
    "cake", "Cake", "Bake.", (Route("cake", handler, role=Role.ORGANISER),), useful=("cake",)
)


def crowd(routes: int, programmes: int) -> list[Programme]:
    """Programmes with as many routes between them, all of them as long as they may be."""
    each = routes // programmes
    made = []
    for number in range(programmes):
        names = [f"programme{number} command {at}" for at in range(each)]
        listed = tuple(
            Route(
                name,
                handler,
                usage="number of the thing or its whole title",
                help="“Ü” " + "x" * (LONGEST - len(name) - 36 - 49),
                example=f"{name} twenty-three and so on",
                role=Role.MEMBER if at % 2 else Role.ORGANISER,
            )
            for at, name in enumerate(names)
        )
        made.append(
            Programme(
                f"programme{number}", "A programme of some length", "y" * 90, listed,
                useful=tuple(names[1:9:2]),
            )
        )  # fmt: skip
    return made


def test_overview_has_one_line_a_programme_for_whom_it_is():
    member = plain(views.overview("SEL", "Together.", (TEA, CAKE), Role.MEMBER))
    organiser = plain(views.overview("SEL", "", (TEA, CAKE), Role.ORGANISER))

    assert member.splitlines() == [
        "I look after SEL. Together.",
        "This is what I can do; say any of these words, here or after /leaders on Slack.",
        "- Tea: Have some. Say “tea” or “tea until 4pm”.",
        "All that can be said about something:",
        "Tea: type “help tea”",
        "Everything: type “help everything”",
        "Everything is your choice: each message says how to pause or stop it.",
    ]
    assert organiser.splitlines()[0] == "I look after SEL."
    assert organiser.splitlines()[2:4] == [
        "- Tea: Have some. Say “tea”, “tea until 4pm” or “tea end”.",
        "- Cake: Bake. Say “cake”.",
    ]


def test_a_programme_lists_what_its_reader_may_say():
    member = plain(views.programme_page(TEA, Role.MEMBER))
    organiser = plain(views.programme_page(TEA, Role.ORGANISER))

    assert member.splitlines() == [
        "Tea: Have some.",
        "- tea: Tea for you.",
        "- tea until when: Wait. For example “tea until 4pm”.",
        "All programmes: type “help”",
    ]
    assert organiser.splitlines()[3:] == [
        "For curators",
        "- tea spill: Tell.",
        "For organisers",
        "- tea end [now]: Stop.",
        "All programmes: type “help”",
    ]


def test_one_command_says_who_may_say_it_and_where():
    until, spill, end = (plain(views.command(route, TEA)) for route in TEA.routes[1:])

    assert until.splitlines() == [
        "tea until when: Wait. For example “tea until 4pm”.",
        "Tea: type “help tea”",
        "All programmes: type “help”",
    ]
    assert spill.splitlines()[1] == (
        "For curators. Say it to me in a direct message, where nobody reads along."
    )
    assert end.splitlines()[1] == "For organisers."


def test_what_is_unknown_or_for_others_leads_back_to_the_overview():
    nearest, nothing = views.unknown("teh", "tea"), views.unknown("q" * 300, None)

    assert plain(nearest).splitlines() == [
        "I know nothing called “teh”. Did you mean tea?",
        "Yes, tea: type “help tea”",
        "All programmes: type “help”",
    ]
    assert plain(nothing).splitlines() == [
        f"I know nothing called “{'q' * 200}”.",
        "All programmes: type “help”",
    ]
    assert plain(views.not_for_you(CAKE)).splitlines() == [
        "Cake: nothing in it is for you to say. Bake.",
        "All programmes: type “help”",
    ]


def commands_of(page) -> int:
    return sum(len(block.items) for block in page.blocks if isinstance(block, Bullets))


@pytest.mark.parametrize("number", [-1, 0, 1, 2, 3, 4, 7, 8, 99])
def test_pages_hold_every_command_once(number):
    page = views.everything(crowd(200, 10), Role.ORGANISER, number)

    shown = min(max(number, 1), 7)
    further = [f"everything {shown + 1}"] if shown < 7 else []
    assert commands_of(page) == (30 if shown < 7 else 20)
    assert f"Page {shown} of 7." in plain(page).splitlines()
    buttons = page.blocks[-1]
    assert isinstance(buttons, Buttons)
    assert [each.value for each in buttons.items] == [*further, ""]


def pages():
    many, one = crowd(200, 20), crowd(200, 1)
    yield views.overview("SEL", "Because." * 30, many, Role.ORGANISER)
    yield from (views.everything(many, Role.ORGANISER, number) for number in range(1, 8))
    yield from (views.programme_page(one[0], Role.ORGANISER, number) for number in range(1, 8))
    yield from (views.everything(PROGRAMMES, Role.ORGANISER, number) for number in range(1, 9))
    yield views.overview("SEL", "", PROGRAMMES, Role.ORGANISER)


@pytest.mark.parametrize("page", list(pages()))
def test_each_page_fits_slack_and_teams_whole(page):
    said = stamped(page, "t" * 16)

    shown = slack.message(said, Place(Lane("slack:T1"), BASE_URL))
    activity = teams.activity(said, BASE_URL)

    content = {"text": shown.text, "blocks": shown.blocks}
    assert slack_limits.wrong_with_message(content) == ""
    assert slack.TOO_LONG not in str(shown.blocks)
    assert teams.TOO_LONG not in str(activity)
    assert size(activity) <= teams.MAX_ACTIVITY
