"""A form as a card with inputs, in a chat or in a dialog.

What is typed comes back under ``f.`` and the field's name; see :mod:`bot.platforms.teams.carry`.
Sources: https://adaptivecards.io/explorer/Input.Text.html and the pages of the other inputs.
"""

import json
import re
from collections.abc import Mapping
from datetime import date

from bot.chat.forms import CheckField, ChoiceField, Field, Form, Option, PersonField, TextField
from bot.chat.forms import TextKind as Kind
from bot.chat.messages import Span, spans
from bot.chat.requests import Fields
from bot.platforms.teams import buttons, carry, render
from bot.platforms.teams.carry import Asked
from bot.platforms.teams.text import Json, cut, lines, plain, size

MAX_TITLE = 80  # Ours: the title of a dialog is one line.
MAX_INPUT = 4000  # Ours: more is no answer to a form in a chat.

FIND = "Type part of the name"
CHOOSE = "Choose one"
YES = "Yes"
FILL_IN = "Please fill this in."
PLEASE_CHOOSE = "Please choose."
TICK = "Please tick this to go on."
LOOK_AGAIN = "Please look again at: "
NO_CARD = "This form can’t be shown here. Open this chat in the newest Teams, or type “help”."
CHOSEN = "yes"

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")


class TooLarge(ValueError):
    """The form, with what was typed, is more than one message may hold."""


def card(
    asked: Form,
    again: Asked,
    *,
    base_url: str,
    values: Fields | None = None,
    errors: Mapping[str, str] | None = None,
    in_dialog: bool = False,
) -> Json:
    """The form as a card.

    ``again`` is the request that opened it. ``values`` are answers given before, in the place of
    what the form begins with; ``errors`` are sentences by field. Raises ``TooLarge`` where a
    message would not hold it; a dialog is no message and has no such limit.
    """
    body = _title(asked, base_url) if not in_dialog else []
    body += lines(asked.intro, base_url)
    body += _faults(asked, errors or {}, base_url)
    for each in asked.fields:
        body += _shown(each, values, (errors or {}).get(each.name, ""), base_url)
    if asked.fields:
        data = carry.form(
            asked.route,
            asked.value,
            asked.token,
            again=again,
            choices=[each.name for each in asked.fields if isinstance(each, ChoiceField)],
            several=[
                each.name
                for each in asked.fields
                if isinstance(each, ChoiceField) and each.multiple
            ],
        )
        action = buttons.submit(asked.submit, data, in_dialog=in_dialog)
        body.append({"type": "ActionSet", "actions": [action]})

    text = f"{asked.title}\n{NO_CARD}"
    if not in_dialog and size(body) + size(text) > render.MAX_CARD - render.FRAME:
        raise TooLarge(f"The form “{asked.title}” is larger than a message in Teams.")
    return render.adaptive(body or lines(spans(render.NOTHING), base_url), text)


def activity(
    asked: Form,
    again: Asked,
    *,
    base_url: str,
    values: Fields | None = None,
    errors: Mapping[str, str] | None = None,
) -> Json:
    """The form for a chat, as a message with one card; raises ``TooLarge`` as :func:`card`."""
    shown = card(asked, again, base_url=base_url, values=values, errors=errors)
    return render.carrying(shown, asked.title)


def task(
    asked: Form,
    again: Asked,
    *,
    base_url: str,
    values: Fields | None = None,
    errors: Mapping[str, str] | None = None,
) -> Json:
    """The form as what a dialog shows: the ``value`` of a task that continues."""
    shown = card(asked, again, base_url=base_url, values=values, errors=errors, in_dialog=True)
    return render.dialog(cut(asked.title.strip() or render.DIALOG_TITLE, MAX_TITLE), shown)


def _title(asked: Form, base_url: str) -> list[Json]:
    return render.heading(asked.title, base_url)


def _faults(asked: Form, errors: Mapping[str, str], base_url: str) -> list[Json]:
    """What is wrong, above everything, so that a screen reader comes to it first."""
    if not errors:
        return []
    labels = {each.name: each.label or each.name for each in asked.fields}
    found: list[Json] = []
    named = ", ".join(labels[name] for name in labels if name in errors)
    if named:
        found += lines(spans(LOOK_AGAIN, named), base_url, color="Attention", weight="Bolder")
    for name, sentence in errors.items():
        if name not in labels:
            found += lines(spans(sentence), base_url, color="Attention", weight="Bolder")
    return found


def _shown(asked: Field, values: Fields | None, error: str, base_url: str) -> list[Json]:
    shown = [_input(asked, _values(asked, values))]
    if error:
        shown += _under(Span(error), base_url, color="Attention", weight="Bolder")
    if asked.hint:
        shown += _under(Span(asked.hint), base_url, size="Small", isSubtle=True)
    return shown


def _under(words: Span, base_url: str, **look: object) -> list[Json]:
    return [{**element, "spacing": "None"} for element in lines((words,), base_url, **look)]


def _values(asked: Field, given: Fields | None) -> tuple[str, ...]:
    """What the field holds when it is shown: what was answered, else what it begins with."""
    if given:
        return tuple(given.get(asked.name, ()))
    match asked:
        case TextField():
            return (asked.initial,)
        case ChoiceField():
            return asked.initial
        case CheckField():
            return (CHOSEN,) if asked.initial else ()
        case PersonField():
            return ()


def _input(asked: Field, values: tuple[str, ...]) -> Json:
    one = values[0] if values else ""
    match asked:
        case TextField():
            return _common(asked, _text(asked, one), FILL_IN)
        case PersonField():
            shown: Json = {"type": "Input.Text", "placeholder": FIND}
            return _common(asked, _valued(shown, one), FILL_IN)
        case ChoiceField():
            return _common(asked, _choice(asked, values), PLEASE_CHOOSE)
        case CheckField():
            shown = {
                "type": "Input.Toggle",
                "title": YES,
                "valueOn": CHOSEN,
                "valueOff": "",
                "value": CHOSEN if one == CHOSEN else "",
                "wrap": True,
            }
            return _common(asked, shown, TICK)


def _common(asked: Field, shown: Json, sentence: str) -> Json:
    label = plain(asked.label.strip() or asked.name)
    shown = {**shown, "id": f"{carry.FIELD}{asked.name}", "label": label}
    if asked.required:
        shown |= {"isRequired": True, "errorMessage": sentence}
    return shown


def _text(asked: TextField, value: str) -> Json:
    match asked.kind:
        case Kind.DATE:
            return _valued({"type": "Input.Date"}, _date(value))
        case Kind.TIME:
            return _valued({"type": "Input.Time"}, value if _TIME.fullmatch(value) else "")
        case Kind.NUMBER:
            shown: Json = {"type": "Input.Number"}
            return {**shown, "value": json.loads(value)} if _NUMBER.fullmatch(value) else shown
        case Kind.EMAIL | Kind.TEXT:
            longest = max(1, min(asked.max_length, MAX_INPUT))
            shown = {"type": "Input.Text", "maxLength": longest}
            if asked.multiline:
                shown["isMultiline"] = True
            if asked.kind is Kind.EMAIL:
                shown["style"] = "Email"
            return _valued(shown, value[:longest])


def _valued(shown: Json, value: str) -> Json:
    return {**shown, "value": value} if value else shown


def _date(words: str) -> str:
    try:
        return date.fromisoformat(words).isoformat()
    except ValueError:
        return ""


def _choice(asked: ChoiceField, values: tuple[str, ...]) -> Json:
    shown: Json = {
        "type": "Input.ChoiceSet",
        "choices": [_option(each) for each in asked.options],
        "style": "expanded" if asked.multiple else "compact",
        "wrap": True,
    }
    if asked.multiple:
        shown["isMultiSelect"] = True
    else:
        shown["placeholder"] = CHOOSE
    known = [each.value for each in asked.options if each.value in values]
    chosen = known if asked.multiple else known[:1]
    return _valued(shown, ",".join(carry.option(value) for value in chosen))


def _option(option: Option) -> Json:
    title = plain(option.label.strip() or option.value.strip()) or "–"
    return {"title": title, "value": carry.option(option.value)}
