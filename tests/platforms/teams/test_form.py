from typing import Any

import pytest

from bot.chat.forms import (
    CheckField,
    ChoiceField,
    Form,
    Option,
    PersonField,
    TextField,
    TextKind,
    options,
    stamped,
)
from bot.chat.messages import link, spans
from bot.chat.requests import Kind
from bot.platforms.teams import carry, form
from bot.platforms.teams.carry import Asked
from tests import teams_cards

BASE = "https://bot.example"
AGAIN = Asked(Kind.TAP, "introduce", "now")

EVERYTHING = stamped(
    Form(
        title="Introduce yourself",
        route="introduce save",
        value="7",
        intro=spans("Seen by members. ", link("Why?", "/why")),
        submit="Publish",
        fields=(
            TextField("role", "Your role", hint="In your own words", required=True, initial="GP"),
            TextField("about", "About you", multiline=True, max_length=500),
            TextField("mail", "E-mail", kind=TextKind.EMAIL, initial="a@b.example"),
            TextField("day", "A day", kind=TextKind.DATE, initial="2026-03-31"),
            TextField("at", "A time", kind=TextKind.TIME, initial="09:00"),
            TextField("weeks", "Weeks", kind=TextKind.NUMBER, required=True, initial="2"),
            ChoiceField(
                "place",
                "Place",
                (Option("", "None"), *options("Bexley", "Lewisham, south")),
                required=True,
                initial=("Lewisham, south",),
            ),
            ChoiceField(
                "topics",
                "Topics",
                options("50% time", "Housing, and homes", "Joy"),
                multiple=True,
                initial=("Joy", "50% time", "gone"),
            ),
            CheckField("consent", "Others may see this", required=True, hint="You can stop"),
            CheckField("digest", "A weekly digest", initial=True),
            PersonField("avoid", "Whom", hint="Nobody learns of it"),
        ),
    ),
    "t1",
)


def shown(asked: Form = EVERYTHING, **more: Any) -> dict[str, Any]:
    return form.card(asked, AGAIN, base_url=BASE, **more)


def inputs(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {
        each["id"].removeprefix("f."): {name: value for name, value in each.items() if name != "id"}
        for each in card["body"]
        if each["type"].startswith("Input.")
    }


def test_card_has_an_input_for_every_kind_of_field() -> None:
    card = shown()

    assert inputs(card) == {
        "role": {
            "type": "Input.Text",
            "maxLength": 3000,
            "value": "GP",
            "label": "Your role",
            "isRequired": True,
            "errorMessage": "Please fill this in.",
        },
        "about": {
            "type": "Input.Text",
            "maxLength": 500,
            "isMultiline": True,
            "label": "About you",
        },
        "mail": {
            "type": "Input.Text",
            "maxLength": 3000,
            "style": "Email",
            "value": "a@b.example",
            "label": "E-mail",
        },
        "day": {"type": "Input.Date", "value": "2026-03-31", "label": "A day"},
        "at": {"type": "Input.Time", "value": "09:00", "label": "A time"},
        "weeks": {
            "type": "Input.Number",
            "value": 2,
            "label": "Weeks",
            "isRequired": True,
            "errorMessage": "Please fill this in.",
        },
        "place": {
            "type": "Input.ChoiceSet",
            "choices": [
                {"title": "None", "value": "%"},
                {"title": "Bexley", "value": "Bexley"},
                {"title": "Lewisham, south", "value": "Lewisham%2C south"},
            ],
            "style": "compact",
            "wrap": True,
            "placeholder": "Choose one",
            "value": "Lewisham%2C south",
            "label": "Place",
            "isRequired": True,
            "errorMessage": "Please choose.",
        },
        "topics": {
            "type": "Input.ChoiceSet",
            "choices": [
                {"title": "50% time", "value": "50%25 time"},
                {"title": "Housing, and homes", "value": "Housing%2C and homes"},
                {"title": "Joy", "value": "Joy"},
            ],
            "style": "expanded",
            "wrap": True,
            "isMultiSelect": True,
            "value": "50%25 time,Joy",
            "label": "Topics",
        },
        "consent": {
            "type": "Input.Toggle",
            "title": "Yes",
            "label": "Others may see this",
            "valueOn": "yes",
            "valueOff": "",
            "value": "",
            "wrap": True,
            "isRequired": True,
            "errorMessage": "Please tick this to go on.",
        },
        "digest": {
            "type": "Input.Toggle",
            "title": "Yes",
            "label": "A weekly digest",
            "valueOn": "yes",
            "valueOff": "",
            "value": "yes",
            "wrap": True,
        },
        "avoid": {"type": "Input.Text", "placeholder": "Type part of the name", "label": "Whom"},
    }
    assert teams_cards.words(card) == [
        "Introduce yourself",
        "Seen by members. Why?",
        "In your own words",
        "You can stop",
        "Nobody learns of it",
    ]


def test_form_carries_its_request_and_the_one_that_opened_it() -> None:
    action = shown()["body"][-1]["actions"][0]

    sent = {
        "leaders": {
            "r": "introduce save",
            "v": "7",
            "t": "t1",
            "f": 1,
            "again": {"k": "tap", "r": "introduce", "v": "now"},
            "c": ["place", "topics"],
            "s": ["topics"],
        }
    }
    assert action == {
        "type": "Action.Execute",
        "title": "Publish",
        "verb": "submit",
        "data": sent,
        "fallback": {"type": "Action.Submit", "title": "Publish", "data": sent},
        "style": "positive",
    }


def test_dialog_has_the_title_of_the_form_and_submits() -> None:
    task = form.task(EVERYTHING, AGAIN, base_url=BASE)

    card = task["card"]["content"]
    assert (task["title"], teams_cards.words(card)[0]) == (
        "Introduce yourself",
        "Seen by members. Why?",
    )
    assert [action["type"] for action in card["body"][-1]["actions"]] == ["Action.Submit"]
    assert task["card"]["contentType"] == teams_cards.ADAPTIVE


def test_values_that_were_typed_stay_and_errors_are_said_at_the_top_and_at_the_field() -> None:
    typed = {
        "role": ("Nurse",),
        "mail": ("nobody",),
        "weeks": ("2.5",),
        "place": ("",),
        "topics": ("Housing, and homes",),
        "consent": ("yes",),
        "digest": (),
        "avoid": ("Ada",),
    }

    card = shown(values=typed, errors={"mail": "This is no address.", "": "Nothing was saved."})

    found = inputs(card)
    assert {name: each.get("value") for name, each in found.items()} == {
        "role": "Nurse",
        "about": None,
        "mail": "nobody",
        "day": None,
        "at": None,
        "weeks": 2.5,
        "place": "%",
        "topics": "Housing%2C and homes",
        "consent": "yes",
        "digest": "",
        "avoid": "Ada",
    }
    assert teams_cards.words(card)[2:5] == [
        "Please look again at: E-mail",
        "Nothing was saved.",
        "In your own words",
    ]
    at = next(at for at, each in enumerate(card["body"]) if each.get("id") == "f.mail")
    assert card["body"][at + 1] == {
        "type": "RichTextBlock",
        "inlines": [
            {
                "type": "TextRun",
                "text": "This is no address.",
                "color": "Attention",
                "weight": "Bolder",
            }
        ],
        "spacing": "None",
    }


@pytest.mark.parametrize(
    ("kind", "initial"),
    [
        (TextKind.DATE, "tomorrow"),
        (TextKind.TIME, "9am"),
        (TextKind.NUMBER, "two"),
        (TextKind.TEXT, ""),
    ],
)
def test_initial_value_that_no_input_can_hold_is_left_out(kind: TextKind, initial: str) -> None:
    asked = Form("F", "f", (TextField("a", "A", kind=kind, initial=initial),))

    assert "value" not in inputs(shown(asked))["a"]


def test_form_without_fields_has_nothing_to_send_in() -> None:
    assert teams_cards.actions(shown(Form("Nothing", "f", ()))) == []
    assert teams_cards.words(shown(Form("", "f", ()))) == ["There is nothing to show."]
    assert form.task(Form("", "f", ()), AGAIN, base_url=BASE)["title"] == "Leaders"


def test_option_and_field_without_words_show_something() -> None:
    asked = Form("F", "f", (ChoiceField("c", "", (Option("v", ""), Option("", ""))),))

    found = inputs(shown(asked))["c"]

    assert found["label"] == "c"
    assert [each["title"] for each in found["choices"]] == ["v", "–"]


def test_activity_is_the_card_with_the_title_as_summary() -> None:
    sent = form.activity(EVERYTHING, AGAIN, base_url=BASE)

    assert sent == {
        "type": "message",
        "summary": "Introduce yourself",
        "attachments": [{"contentType": teams_cards.ADAPTIVE, "content": shown()}],
    }
    assert teams_cards.faults_of_message(sent) == []


def test_form_larger_than_a_message_is_refused_in_a_chat_and_shown_in_a_dialog() -> None:
    asked = Form("Long", "f", tuple(TextField(f"a{at}", "A") for at in range(9)))
    typed = {field.name: ("é" * 2000,) for field in asked.fields}

    with pytest.raises(form.TooLarge, match="The form “Long” is larger"):
        shown(asked, values=typed)

    task = form.task(asked, AGAIN, base_url=BASE, values=typed)
    found = inputs(task["card"]["content"])
    assert [each["value"] for each in found.values()] == ["é" * 2000] * 9


def test_both_parsers_read_every_field_with_whatever_words() -> None:
    nasty = (
        "<at>x</at> **b** [x](javascript:alert(1)) 👩🏽‍⚕️ مرحبا , % {{DATE(2026-03-31T09:00:00Z)}}"
    )
    asked = Form(
        nasty,
        nasty,
        (
            TextField("t", nasty, hint=nasty, initial=nasty, required=True),
            ChoiceField("c", nasty, options(nasty, "b"), hint=nasty, initial=(nasty,)),
            ChoiceField("m", nasty, options(nasty, "b"), multiple=True, initial=(nasty, "b")),
            CheckField("k", nasty, hint=nasty, required=True),
            PersonField("p", nasty, hint=nasty),
        ),
        submit=nasty,
        intro=spans(nasty),
    )
    cards = [
        shown(),
        shown(in_dialog=True),
        shown(asked),
        shown(asked, values={"t": (nasty,)}, errors={"t": nasty, "": nasty}),
    ]

    assert [teams_cards.faults(card) for card in cards] == [[]] * 4
    found = teams_cards.parsed(cards)
    assert [each["faults"] for each in found] == [[]] * 4
    assert [inputs(each["kept"]).keys() for each in found] == [
        inputs(card).keys() for card in cards
    ]
    assert [inputs(each["kept"])["c"]["value"] for each in found[2:3]] == [carry.option(nasty)]
