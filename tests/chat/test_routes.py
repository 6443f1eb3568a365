"""The table of routes: how typed words find their handler."""

import pytest

from bot.chat.requests import Role
from bot.chat.routes import Route, Routes, may


def made(*names: str, **more) -> Routes:
    return Routes([Route(name, handler, **more) for name in names])


def handler(request, db):
    return None


@pytest.mark.parametrize(
    ("words", "name", "rest"),
    [
        ("coffee", "coffee", ""),
        ("coffee pause", "coffee pause", ""),
        ("coffee pause 2 weeks", "coffee pause", "2 weeks"),
        ("Coffee PAUSE until March", "coffee pause", "until March"),
        ("  coffee \t pause \n now ", "coffee pause", "now"),
        ("coffee round show 7", "coffee round show", "7"),
        ("coffee round", "coffee", "round"),
        ("coffee Pausing", "coffee", "Pausing"),
        ("/coffee join", "coffee", "join"),
        ("help!", "help", ""),
        ("help?", "help", ""),
        ("help.", "help", ""),
        ("help, please", "help", "please"),
        ("coffee pause?", "coffee pause", ""),
        ("one two three four five", "one two three four", "five"),
    ],
)
def test_the_longest_route_wins_and_the_rest_keeps_its_case(words, name, rest):
    routes = made("help", "coffee", "coffee pause", "coffee round show", "one two three four")

    route, after = routes.match(words)

    assert (route.name, after) == (name, rest)


@pytest.mark.parametrize("words", ["", "   ", "tea", "coffe", "the coffee"])
def test_words_that_begin_no_route_match_none(words):
    assert made("coffee", "help").match(words) is None


def test_a_hidden_route_can_be_typed_and_an_event_can_not():
    routes = Routes()
    routes.route("later", hidden=True)(handler)
    routes.route("joined", event=True)(handler)

    assert routes.match("later today") == (routes.get("later"), "today")
    assert routes.match("joined") is None
    assert [route.is_listed for route in routes] == [False, False]
    assert routes.get("joined").handler is handler
    assert routes.get("left") is None


def test_an_event_does_not_hide_a_shorter_route():
    routes = Routes([Route("coffee", handler), Route("coffee left", handler, event=True)])

    assert routes.match("coffee left") == (routes.get("coffee"), "left")


def test_marking_a_function_leaves_it_as_it_was_and_keeps_what_was_said_of_it():
    routes = Routes()

    marked = routes.route(
        "coffee avoid", usage="@person", help="Keep apart.", role=Role.CURATOR, sensitive=True
    )(handler)

    assert marked is handler
    assert list(routes) == [
        Route("coffee avoid", handler, "@person", "Keep apart.", Role.CURATOR, sensitive=True)
    ]
    assert routes.get("coffee avoid").programme == "coffee"


def test_two_handlers_of_one_name_are_refused():
    routes = made("coffee")

    with pytest.raises(ValueError, match=r"^Two handlers want the route “coffee”\.$"):
        routes.include(made("coffee"))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("cofee", "coffee"),
        ("COFFE join", "coffee join"),
        ("coffee jion now please and thank you", "coffee join"),
        ("hlep", "help"),
        ("xyzzy", None),
        ("", None),
        ("latr", None),
        ("announc", None),
    ],
)
def test_nearest_names_a_listed_route_that_is_alike(words, name):
    routes = made("help", "coffee", "coffee join")
    routes.include(
        [Route("later", handler, hidden=True), Route("announce", handler, role=Role.ORGANISER)]
    )

    found = routes.nearest(words, role=Role.MEMBER)

    assert (found.name if found else None) == name


def test_nearest_names_what_organisers_may_to_organisers():
    routes = Routes([Route("announce", handler, role=Role.ORGANISER)])

    assert routes.nearest("announc", role=Role.ORGANISER) is routes.get("announce")
    assert routes.nearest("announc", role=Role.CURATOR) is None


@pytest.mark.parametrize(
    ("role", "allowed"),
    [
        (Role.MEMBER, [Role.MEMBER]),
        (Role.CURATOR, [Role.MEMBER, Role.CURATOR]),
        (Role.ORGANISER, [Role.MEMBER, Role.CURATOR, Role.ORGANISER]),
    ],
)
def test_each_role_may_what_the_lower_ones_may(role, allowed):
    assert [needed for needed in Role if may(role, needed)] == allowed


def test_traceless_route_can_not_be_done_once_by_its_token():
    with pytest.raises(ValueError, match=r"A used token of “answer” would be a trace of it\."):
        Routes().route("answer", once=True, traceless=True)(handler)
