from typing import Any

import pytest

from bot.chat.forms import (
    CheckField,
    ChoiceField,
    Field,
    Form,
    Option,
    PersonField,
    TextField,
    TextKind,
    options,
    stamped,
)
from bot.chat.messages import bold, spans
from bot.ids import Lane
from bot.platforms.slack import carry, modal
from bot.platforms.slack.text import Place
from tests import slack_limits, slack_schema

PLACE = Place(Lane("slack:T1"), "https://bot.example")


def view(*fields: Field, **more: Any) -> dict[str, Any]:
    return modal.form(Form("Title", "story save", fields, **more), PLACE)


def element(field: Field) -> dict[str, Any]:
    return view(field)["blocks"][0]["element"]


@pytest.mark.parametrize(
    ("field", "shown"),
    [
        (
            TextField("a", "A", initial="Hi", max_length=200),
            {
                "type": "plain_text_input",
                "multiline": False,
                "max_length": 200,
                "initial_value": "Hi",
            },
        ),
        (
            TextField("a", "A", multiline=True, max_length=9000, initial="x" * 4000),
            {
                "type": "plain_text_input",
                "multiline": True,
                "max_length": 3000,
                "initial_value": "x" * 3000,
            },
        ),
        (TextField("a", "A", kind=TextKind.EMAIL), {"type": "email_text_input"}),
        (
            TextField("a", "A", kind=TextKind.EMAIL, initial="ada@nhs.example"),
            {"type": "email_text_input", "initial_value": "ada@nhs.example"},
        ),
        (
            TextField("a", "A", kind=TextKind.DATE, initial="2026-03-31"),
            {"type": "datepicker", "initial_date": "2026-03-31"},
        ),
        (TextField("a", "A", kind=TextKind.DATE, initial="soon"), {"type": "datepicker"}),
        (
            TextField("a", "A", kind=TextKind.TIME, initial="09:00"),
            {"type": "timepicker", "initial_time": "09:00"},
        ),
        (TextField("a", "A", kind=TextKind.TIME, initial="9am"), {"type": "timepicker"}),
        (
            TextField("a", "A", kind=TextKind.NUMBER, initial="3"),
            {"type": "number_input", "is_decimal_allowed": False, "initial_value": "3"},
        ),
        (
            TextField("a", "A", kind=TextKind.NUMBER, initial="few"),
            {"type": "number_input", "is_decimal_allowed": False},
        ),
        (
            PersonField("a", "A"),
            {
                "type": "external_select",
                "min_query_length": 1,
                "placeholder": {"type": "plain_text", "text": modal.FIND, "emoji": False},
            },
        ),
    ],
)
def test_field_becomes_its_own_kind_of_input(field: Field, shown: dict[str, Any]) -> None:
    assert element(field) == {**shown, "action_id": "a"}


@pytest.mark.parametrize(
    ("count", "multiple", "kind"),
    [
        (2, False, "radio_buttons"),
        (5, False, "radio_buttons"),
        (6, False, "static_select"),
        (100, False, "static_select"),
        (10, True, "checkboxes"),
        (11, True, "multi_static_select"),
    ],
)
def test_choice_is_shown_by_how_many_there_are(count: int, multiple: bool, kind: str) -> None:
    labels = [f"Option {number}" for number in range(count)]

    shown = element(
        ChoiceField("a", "A", options(*labels), multiple=multiple, initial=("Option 1",))
    )

    chosen = {
        "text": {"type": "plain_text", "text": "Option 1", "emoji": False},
        "value": "Option 1",
    }
    assert shown["type"] == kind
    assert len(shown["options"]) == count
    assert shown.get("initial_option") == (None if multiple else chosen)
    assert shown.get("initial_options") == ([chosen] if multiple else None)


def test_more_options_than_a_list_holds_come_in_groups() -> None:
    labels = [f"Place & {number:03}" for number in range(250)]

    shown = element(ChoiceField("a", "A", options(*labels)))

    assert [len(group["options"]) for group in shown["option_groups"]] == [100, 100, 50]
    assert shown["option_groups"][0]["label"]["text"] == "Place &amp; 000 – Place &amp; 099"
    assert "initial_option" not in shown


@pytest.mark.parametrize("count", [0, 10_001])
def test_choice_of_nothing_or_too_much_is_a_fault_of_ours(count: int) -> None:
    with pytest.raises(ValueError, match=f"“A” has {count} options"):
        view(ChoiceField("a", "A", options(*map(str, range(count)))))


def test_option_that_slack_cannot_hold_is_coded_or_kept_by_the_form() -> None:
    field = ChoiceField(
        "a",
        "A",
        (Option("x" * 151, "Long"), Option("", "None"), Option("R&D %", "R&D"), Option("ok", "Ok")),
        initial=("R&D %",),
    )

    shown = view(field)

    values = [option["value"] for option in shown["blocks"][0]["element"]["options"]]
    assert values == ["a#0", "a#1", "R%26D %25", "ok"]
    assert carry.read_metadata(shown["private_metadata"]).options == {
        "a#0": "x" * 151,
        "a#1": "",
    }
    assert shown["blocks"][0]["element"]["initial_option"]["value"] == "R%26D %25"


def test_long_option_goes_on_in_its_description() -> None:
    label = "word " * 20

    (shown,) = element(ChoiceField("a", "A", (Option("x", label),)))["options"]

    assert len(shown["text"]["text"]) == 75
    assert shown["description"]["text"].startswith("… word")


def test_escaped_option_that_is_short_has_no_description() -> None:
    (shown,) = element(ChoiceField("a", "A", (Option("x", "&" * 70),)))["options"]

    assert len(shown["text"]["text"]) <= 75
    assert "description" not in shown


def test_box_is_ticked_with_yes() -> None:
    ticked = element(CheckField("a", "I agree that this is published.", initial=True))

    assert ticked["options"] == ticked["initial_options"]
    assert ticked["options"][0]["value"] == "yes"
    assert "initial_options" not in element(CheckField("a", "A"))


def test_form_is_a_modal_that_carries_its_request() -> None:
    form = stamped(
        Form(
            "Share a success story with all",
            "story save",
            (TextField("what", "What changed?", hint="In a sentence.", required=True),),
            submit="Send in",
            value="7",
            intro=spans("Read by ", bold("curators"), "."),
        ),
        "t1",
    )

    shown = modal.form(form, PLACE, from_home=True)

    assert shown["title"]["text"] == "Share a success story w…"
    assert shown["blocks"][0]["text"]["text"] == "Share a success story with all"
    assert shown["blocks"][1]["text"]["text"] == "Read by *curators*."
    assert shown["blocks"][2] == {
        "type": "input",
        "block_id": "what",
        "label": {"type": "plain_text", "text": "What changed?", "emoji": False},
        "hint": {"type": "plain_text", "text": "In a sentence.", "emoji": False},
        "optional": False,
        "element": {
            "type": "plain_text_input",
            "multiline": False,
            "max_length": 3000,
            "action_id": "what",
        },
    }
    assert shown["callback_id"] == "story save"
    assert shown["submit"]["text"] == "Send in"
    assert carry.read_metadata(shown["private_metadata"]) == carry.Carried("7", "t1", {}, True)


def test_form_without_fields_cannot_be_sent_in() -> None:
    assert "submit" not in view(intro=spans("Nothing to fill in."))


def test_form_that_carries_too_much_is_a_fault_of_ours() -> None:
    with pytest.raises(ValueError, match="3000 fit"):
        view(TextField("a", "A"), value="x" * 3000)
    with pytest.raises(ValueError, match="more parts than Slack shows"):
        view(*[TextField(f"f{number}", "A") for number in range(101)])


def test_every_field_is_within_slacks_limits_and_of_its_types() -> None:
    long = "x" * 4000
    shown = view(
        TextField("a", long, hint=long, initial=long),
        *[TextField(kind.value, "A", kind=kind) for kind in TextKind],
        ChoiceField("c1", "A", options("x" * 90, "b", "c"), initial=("b",)),
        ChoiceField("c2", "A", options(*map(str, range(300)))),
        ChoiceField("c3", "A", options("a", "b"), multiple=True, initial=("a", "b")),
        ChoiceField("c4", "A", options(*map(str, range(99))), multiple=True),
        CheckField("e", long, required=True, initial=True),
        PersonField("p", "A"),
        intro=spans(long, bold("x")),
    )

    assert slack_limits.wrong_with_view(shown) == []
    assert slack_schema.faults("ModalView", shown) == []
