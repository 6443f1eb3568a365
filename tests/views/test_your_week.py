"""The weekly card: as much as the platforms take, and nothing lost."""

import json

import pytest

from bot.chat.messages import Button, Buttons, plain
from bot.domain.calm import Programme, Why
from bot.ids import Lane
from bot.platforms.slack import render as slack
from bot.platforms.slack.text import Place
from bot.platforms.teams import render as teams
from bot.views import your_week as views
from bot.views.your_week import Entry
from tests import slack_limits, teams_cards

LONG = "&<W" * 46
SECTIONS = list(Programme)


def entries(count: int) -> list[Entry]:
    return [
        Entry(number, SECTIONS[number % len(SECTIONS)], LONG, list(Why)[number % len(Why)])
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize("count", [0, 1, 8, 9, 50])
def test_card_fits_slack_and_teams(count: int) -> None:
    card = views.card(entries(count), opening="x" * 300)

    shown = slack.message(card, Place(Lane("slack:T1"), "https://l.example"))
    there = teams.activity(card, "https://l.example")
    assert slack_limits.wrong_with_message({"text": shown.text, "blocks": shown.blocks}) == ""
    assert len(json.dumps(there).encode()) < teams_cards.MAX_MESSAGE
    kept = [button.value for button in buttons(card) if button.route == "your week show"]
    in_slack = json.dumps(shown.blocks)
    in_teams = json.dumps(there)
    assert all(f"Show {place}" in in_slack for place in range(1, len(kept) + 1))
    assert all(f"Show {place}" in in_teams for place in range(1, len(kept) + 1))
    assert (f"And {count - 8} more." in plain(card)) == (count > 8)


@pytest.mark.parametrize("count", [1, 8, 9, 16, 50])
def test_pages_show_every_entry_once(count: int) -> None:
    several = entries(count)

    shown = [
        number
        for page in range(1, views.pages_of(count) + 1)
        for number in views.on_page(several, page)
    ]
    first = views.page(several, number=1)

    assert sorted(shown) == list(range(1, count + 1))
    assert any(button.label == "Show more" for button in buttons(first)) == (count > 8)


def test_sections_come_in_the_order_of_the_programmes() -> None:
    several = [
        Entry(1, Programme.PROMPTS, "What made you smile?", Why.CAN_WAIT),
        Entry(2, Programme.COFFEE, "Did you meet Ben?", Why.LIMIT),
        Entry(3, Programme.PROMPTS, "What did you learn?", Why.QUIET),
    ]

    assert plain(views.card(several)).splitlines()[:-1] == [
        "Your week",
        "Coffee",
        "1. Did you meet Ben?",
        "Moved here because you had enough messages that week.",
        "Show 1: type “your week show 2”",
        "Questions",
        "2. What made you smile?",
        "Show 2: type “your week show 1”",
        "3. What did you learn?",
        "Moved here because the organisers kept it quiet.",
        "Show 3: type “your week show 3”",
    ]


def test_the_end_of_a_quiet_time_gives_its_reason_where_there_is_one() -> None:
    assert views.quiet_is_over("") == "The quiet time is over, and everything goes on as usual."
    assert views.quiet_is_over("snow").startswith("The quiet time (snow) is over")


def buttons(card) -> list[Button]:
    return [item for block in card.blocks if isinstance(block, Buttons) for item in block.items]
