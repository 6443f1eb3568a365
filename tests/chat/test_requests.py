"""What a handler reads of a request."""

from datetime import UTC, date, datetime
from random import Random

import pytest

from bot.chat.messages import Account
from bot.chat.requests import Kind, Request, Role
from bot.errors import FormErrors
from bot.ids import CommunityId, Lane, MemberId


def request(kind: Kind = Kind.SUBMIT, **fields: tuple[str, ...]) -> Request:
    return Request(
        community=CommunityId(1),
        member=MemberId(1),
        name="Ada",
        role=Role.MEMBER,
        account=Account(Lane("web:1"), "1"),
        route="coffee pause",
        text="",
        now=datetime(2026, 11, 23, 10, tzinfo=UTC),
        today=date(2026, 11, 23),
        zone="Europe/London",
        rng=Random(1),
        fields=fields,
        kind=kind,
    )


@pytest.mark.parametrize("kind", Kind)
def test_only_a_form_sent_in_is_submitted(kind):
    assert request(kind).is_submitted is (kind is Kind.SUBMIT)


def test_a_field_is_its_first_value_without_surrounding_spaces():
    asked = request(until=(" 2 weeks ",), several=("b", "a"), empty=())

    assert [asked.field(name) for name in ("until", "several", "empty", "missing")] == [
        "2 weeks",
        "b",
        "",
        "",
    ]


def test_choices_are_all_values_as_they_came():
    asked = request(days=("mon", " tue "), none=())

    assert [asked.choices(name) for name in ("days", "none", "missing")] == [
        ("mon", " tue "),
        (),
        (),
    ]


def test_a_box_is_checked_by_yes_alone():
    asked = request(a=("yes",), b=("no",), c=(), d=("Yes",))

    assert [name for name in ("a", "b", "c", "d", "e") if asked.is_checked(name)] == ["a"]


def test_a_required_field_is_given_or_marked_with_its_sentence():
    asked = request(name=(" Ada ",), empty=("  ",))

    assert asked.required("name") == "Ada"
    marked = {}
    for name, more in (("empty", ()), ("missing", ("What are you called?",))):
        with pytest.raises(FormErrors) as caught:
            asked.required(name, *more)
        marked |= caught.value.fields
    assert marked == {"empty": "Please fill this in.", "missing": "What are you called?"}


def test_a_choice_is_one_of_the_choices_or_marked():
    asked = request(role=(" curator ",), wrong=("king",))

    assert asked.choice("role", Role) is Role.CURATOR
    for name in ("wrong", "missing"):
        with pytest.raises(FormErrors) as caught:
            asked.choice(name, Role)
        assert caught.value.fields == {name: "Please choose one of these."}
