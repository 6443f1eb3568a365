from datetime import date, datetime

import pytest

from bot.chat.messages import plain
from bot.chat.routes import Route
from bot.views import common


def test_dates_and_times_read_as_people_say_them() -> None:
    assert common.day(date(2026, 3, 3)) == "Tuesday 3 March"
    assert common.moment(datetime(2026, 3, 3, 9, 5)) == "Tuesday 3 March at 09:05"


@pytest.mark.parametrize(
    ("number", "said"),
    [(0, "0 people"), (1, "1 person"), (2, "2 people"), (10_000, "10,000 people")],
)
def test_count_has_plurals_and_thousands(number: int, said: str) -> None:
    assert common.count(number, "person", "people") == said


@pytest.mark.parametrize(
    ("words", "said"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_listed_joins_words(words: list[str], said: str) -> None:
    assert common.listed(words) == said


@pytest.mark.parametrize(("share", "said"), [(None, "–"), (0, "0%"), (0.666, "67%"), (1, "100%")])
def test_percent_is_whole(share: float | None, said: str) -> None:
    assert common.percent(share) == said


def _route(name: str) -> Route:
    return Route(name, lambda _request, _db: None, help=f"About {name}.")


def test_unknown_words_get_the_nearest_or_help() -> None:
    assert plain(common.not_understood("cofee jion", _route("coffee join"))) == (
        "I did not understand “cofee jion”. Did you mean coffee join?\n"
        "Yes, coffee join: type “coffee join”\n"
        "What can I say?: type “help”"
    )
    assert plain(common.not_understood("x" * 300, None)).splitlines()[0] == (
        f"I did not understand “{'x' * 200}”."
    )


def test_trouble_says_what_to_do() -> None:
    assert plain(common.broken("7F3K")) == (
        "Something broke on my side (ref 7F3K). Nothing was changed. "
        "Please try again; if it happens again, give an organiser this reference."
    )
    assert plain(common.not_for_you("organiser")) == (
        "Only organisers can do that. An organiser can give you that role."
    )
    asks = "You take no part in this community for now. Please ask "
    assert plain(common.taken_out([], is_stopped=False)) == f"{asks}an organiser."
    four = ["Olu Chair", "Pam Second", "Kim Third", "Lou Fourth"]
    assert plain(common.taken_out(four, is_stopped=False)) == (
        f"{asks}Olu Chair, Pam Second or Kim Third."
    )
    assert plain(common.taken_out(["Olu Chair"], is_stopped=True)) == (
        "I am keeping quiet here, as I was asked to. Please ask Olu Chair."
    )
    assert plain(common.not_connected()).startswith("This workspace is not connected")
