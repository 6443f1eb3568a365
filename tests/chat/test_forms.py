"""Forms and their tokens."""

from bot.chat import forms
from bot.chat.forms import ChoiceField, Form, Option, TextField, TextKind


def test_stamped_changes_the_token_alone():
    form = Form("Pause", "coffee pause", (TextField("until", "Until when?"),), value="7")

    assert forms.stamped(form, "t1") == Form(
        "Pause", "coffee pause", (TextField("until", "Until when?"),), value="7", token="t1"
    )


def test_options_carry_their_label_as_value():
    field = ChoiceField("size", "How many?", forms.options("two", "three"))

    assert field.options == (Option("two", "two"), Option("three", "three"))


def test_a_text_field_takes_plain_text_unless_it_says_otherwise():
    assert TextField("a", "A").kind is TextKind.TEXT
    assert list(TextKind) == ["text", "email", "date", "time", "number"]
