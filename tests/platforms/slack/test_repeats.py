"""By what Slack's repeats are told."""

from dataclasses import replace

from bot.chat.messages import Account
from bot.chat.requests import Incoming, Kind, Mark
from bot.ids import Lane
from bot.platforms.slack.heard import Heard, Where
from bot.platforms.slack.repeats import SAME_EVENT_WITHIN, marked

ADA = Account(Lane("slack:T1"), "UADA")
SAID = Heard(Where.DIRECT, Incoming(ADA, Kind.WORDS, text="coffee pause"), event="Ev1")


def test_event_is_the_same_whoever_of_two_workspaces_hears_it() -> None:
    there = replace(SAID, incoming=replace(SAID.incoming, account=Account(Lane("slack:T2"), "U")))
    mark = Mark(("slack", "Ev1"), SAME_EVENT_WITHIN)

    assert marked(SAID) == replace(SAID.incoming, marks=(mark,))
    assert marked(there).marks == (mark,)


def test_what_slack_tells_once_has_no_mark() -> None:
    tapped = Heard(Where.CARD, Incoming(ADA, Kind.TAP, route="coffee join", token="t"))

    assert marked(tapped) == tapped.incoming
