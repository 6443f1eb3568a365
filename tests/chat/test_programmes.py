"""Programmes: which routes belong together, and for whom."""

import pytest

from bot.chat.programmes import Programme, merged
from bot.chat.requests import Role
from bot.chat.routes import Route


def handler(request, db):
    return None


TEA = (
    Route("tea stop", handler, role=Role.ORGANISER),
    Route("tea", handler),
    Route("tea read", handler, role=Role.CURATOR),
    Route("tea now", handler),
    Route("tea yes", handler, hidden=True),
)


def programme(*useful: str, routes=TEA) -> Programme:
    return Programme("tea", "Tea", "Have some.", routes, useful=useful, also=("cuppa",))


@pytest.mark.parametrize(
    ("role", "names"),
    [
        (Role.MEMBER, ["tea", "tea now"]),
        (Role.CURATOR, ["tea", "tea now", "tea read"]),
        (Role.ORGANISER, ["tea", "tea now", "tea read", "tea stop"]),
    ],
)
def test_a_programme_lists_what_a_role_may_say_members_first(role, names):
    assert [route.name for route in programme().listed(role)] == names


@pytest.mark.parametrize(
    ("useful", "role", "names"),
    [
        (("tea stop", "tea now"), Role.MEMBER, ["tea now"]),
        (("tea stop", "tea now"), Role.ORGANISER, ["tea stop", "tea now"]),
        (("tea stop",), Role.MEMBER, ["tea"]),
    ],
)
def test_the_useful_routes_come_first_and_never_nothing(useful, role, names):
    assert [route.name for route in programme(*useful).first(role)] == names


def test_a_programme_without_a_word_for_somebody_has_no_first_one():
    assert programme(routes=TEA[:1]).first(Role.MEMBER) == []


@pytest.mark.parametrize("name", ["tea yes", "coffee"])
def test_a_useful_route_that_is_not_listed_is_refused(name):
    with pytest.raises(ValueError, match=rf"^The programme “tea” lists no route “{name}”\.$"):
        programme(name)


def test_programmes_answer_to_all_their_names_and_merge_into_one_table():
    tea = programme()
    cake = Programme("cake", "Cake", "", (Route("cake", handler),), useful=())

    assert tea.names == ("tea", "cuppa")
    assert list(merged((tea, cake))) == [*TEA, *cake.routes]
    with pytest.raises(ValueError, match=r"^Two handlers want the route “tea stop”\.$"):
        merged((tea, tea))
