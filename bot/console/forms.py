"""Any form of the chat as fields of a page, and what was filled in back again."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from bot.chat.forms import (
    CheckField,
    ChoiceField,
    Field,
    Form,
    Option,
    PersonField,
    TextField,
    TextKind,
)
from bot.chat.requests import Fields
from bot.console.checks import Sent, first

YES = "yes"
# Above this many a list of radio buttons is longer than a phone's screen.
MOST_RADIOS = 6
MAX_NAME = 200
# A name with "field-" before it can't be mistaken for one of the page's own.
PREFIX = "field-"
INPUTS = {TextKind.EMAIL: "email", TextKind.DATE: "date", TextKind.TIME: "time"}


@dataclass(frozen=True, slots=True)
class Shown:
    """A field as the template draws it; ``kind`` names the part of the template."""

    kind: str
    name: str
    label: str
    hint: str
    required: bool
    values: tuple[str, ...]
    error: str
    options: tuple[Option, ...] = ()
    input: str = "text"
    inputmode: str = ""
    max_length: int = MAX_NAME

    @property
    def value(self) -> str:
        """The one value of a field that takes one."""
        return next(iter(self.values), "")


def shown(
    form: Form, filled: Fields | None = None, errors: Mapping[str, str] | None = None
) -> tuple[Shown, ...]:
    """The form's fields: as it begins, or with what was filled in and what is wrong with it."""
    return tuple(
        _shown(
            field,
            _initial(field) if filled is None else tuple(filled.get(field.name, ())),
            (errors or {}).get(field.name, ""),
        )
        for field in form.fields
    )


def filled_in(form: Form, sent: Sent) -> dict[str, tuple[str, ...]]:
    """What was filled in, by field; what the form does not ask for is dropped."""
    return {field.name: values for field in form.fields if (values := _values(field, sent))}


def mistakes(form: Form, filled: Fields) -> dict[str, str]:
    """What a browser would have refused already: one sentence for each field that is wrong."""
    found = {
        field.name: _mistake(field, tuple(filled.get(field.name, ()))) for field in form.fields
    }
    return {name: sentence for name, sentence in found.items() if sentence}


def _shown(field: Field, values: tuple[str, ...], error: str) -> Shown:
    match field:
        case TextField():
            return Shown(
                "lines" if field.multiline else "line",
                PREFIX + field.name,
                field.label,
                field.hint,
                field.required,
                values,
                error,
                input=INPUTS.get(field.kind, "text"),
                inputmode="decimal" if field.kind is TextKind.NUMBER else "",
                max_length=field.max_length,
            )
        case ChoiceField():
            kind = "select" if len(field.options) > MOST_RADIOS else "radios"
            return Shown(
                "boxes" if field.multiple else kind,
                PREFIX + field.name,
                field.label,
                field.hint,
                field.required,
                values,
                error,
                options=field.options,
            )
        case CheckField() | PersonField():
            kind = "check" if isinstance(field, CheckField) else "line"
            return Shown(
                kind,
                PREFIX + field.name,
                field.label,
                field.hint,
                field.required,
                values,
                error,
            )


def _initial(field: Field) -> tuple[str, ...]:
    match field:
        case TextField():
            return (field.initial,) if field.initial else ()
        case ChoiceField():
            return tuple(str(each) for each in field.initial)
        case CheckField():
            return (YES,) if field.initial else ()
        case PersonField():
            return ()


def _values(field: Field, sent: Sent) -> tuple[str, ...]:
    name = PREFIX + field.name
    match field:
        case ChoiceField(multiple=True):
            return tuple(dict.fromkeys(sent.get(name, ())))
        case CheckField():
            return (YES,) if first(sent, name) == YES else ()
        case TextField(multiline=True):
            # Browsers send a line's end as two characters, and count it as one.
            text = first(sent, name).replace("\r\n", "\n").strip()
        case _:
            text = first(sent, name).strip()
    return (text,) if text else ()


def _mistake(field: Field, values: tuple[str, ...]) -> str:
    if not values:
        return _missing(field) if field.required else ""
    match field:
        case TextField():
            return _misread(field, values[0])
        case ChoiceField():
            known = {str(option.value) for option in field.options}
            return "" if known.issuperset(values) else "Choose from the list."
        case PersonField():
            return "" if len(values[0]) <= MAX_NAME else _too_long(MAX_NAME)
        case CheckField():
            return ""


def _missing(field: Field) -> str:
    match field:
        case TextField():
            return f"Fill in “{field.label}”."
        case ChoiceField():
            return f"Choose “{field.label}”."
        case CheckField():
            return "Tick this box to go on."
        case PersonField():
            return f"Name “{field.label}”."


def _misread(field: TextField, text: str) -> str:
    if len(text) > field.max_length:
        return _too_long(field.max_length)
    match field.kind:
        case TextKind.EMAIL if not re.fullmatch(r"[^@\s]+@[^@\s]+", text):
            return "Enter an e-mail address, like name@example.org."
        case TextKind.NUMBER if not re.fullmatch(r"-?[0-9]+(\.[0-9]+)?", text):
            return "Enter a number in digits, like 12."
        case TextKind.DATE if not _reads(date, text):
            return "Enter the whole date: day, month and year."
        case TextKind.TIME if not _reads(time, text):
            return "Enter the whole time, like 09:00."
        case _:
            return ""


def _reads(kind: type[date | time], text: str) -> bool:
    try:
        kind.fromisoformat(text)
    except ValueError:
        return False
    return True


def _too_long(most: int) -> str:
    return f"Use at most {most:,} characters."
