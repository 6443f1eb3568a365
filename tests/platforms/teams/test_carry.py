from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.requests import Kind
from bot.platforms.teams import carry
from bot.platforms.teams.carry import Asked, Carried, NotOurs

AGAIN = Asked(Kind.WORDS, "", "coffee setup")


def sent(**fields: Any) -> dict[str, Any]:
    """A form's data with what Teams adds to it."""
    carried = carry.form("save", "7", "t1", again=AGAIN, choices=["c", "m"], several=["m"])
    return {**carried, **{f"f.{name}": value for name, value in fields.items()}}


def test_button_comes_back_as_it_was() -> None:
    assert carry.read(carry.tap("coffee join", "41", "t1")) == Carried("coffee join", "41", "t1")


def test_form_comes_back_with_its_answers_as_on_every_platform() -> None:
    found = carry.read(
        sent(
            text="Ada, and Grace 50%2C",
            nothing="",
            none=None,
            day="2026-03-31",
            at="09:00",
            number=3.0,
            half=2.5,
            whole=4,
            c="Lewisham%2C south",
            m="50%25 time,%,Housing%2C and homes",
            k="yes",
        )
        | {"other": 7, "msteams": {"type": "task/submit"}}
    )

    assert found == Carried(
        "save",
        "7",
        "t1",
        is_form=True,
        opened_by=AGAIN,
        fields={
            "text": ("Ada, and Grace 50%2C",),
            "nothing": (),
            "none": (),
            "day": ("2026-03-31",),
            "at": ("09:00",),
            "number": ("3",),
            "half": ("2.5",),
            "whole": ("4",),
            "c": ("Lewisham, south",),
            "m": ("50% time", "", "Housing, and homes"),
            "k": ("yes",),
        },
    )


def test_no_choice_of_several_is_none() -> None:
    assert carry.read(sent(m="")).fields == {"m": ()}


@given(
    st.lists(st.text(max_size=20).filter(lambda text: text == text.strip() and "\0" not in text))
)
def test_choices_come_back_whatever_they_hold(values: list[str]) -> None:
    joined = ",".join(carry.option(value) for value in values)

    assert carry.read(sent(m=joined)).fields == {"m": tuple(values)}


def test_words_no_database_takes_are_left_out() -> None:
    found = carry.read(sent(text="a\0b\ud800c") | {"f.\0n": "x"})

    assert found.fields == {"text": ("abc",), "n": ("x",)}


def _form(**more: Any) -> dict[str, Any]:
    return {"leaders": {**sent()["leaders"], **more}}


@pytest.mark.parametrize(
    "data",
    [
        None,
        "leaders",
        [],
        {},
        {"leaders": "x"},
        {"leaders": {"r": 1}},
        {"leaders": {"r": "x", "v": None}},
        {"leaders": {"r": "x", "t": []}},
        _form(again=None),
        _form(again={"k": "shout", "r": "", "v": ""}),
        _form(again={"k": 1}),
        _form(again={"k": "tap", "r": 2}),
        _form(c="place"),
        _form(s=[1]),
        sent(k=True),
        sent(k={"a": 1}),
    ],
)
def test_what_we_did_not_write_is_refused(data: object) -> None:
    with pytest.raises(NotOurs):
        carry.read(data)
