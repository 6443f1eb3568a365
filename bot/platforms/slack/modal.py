"""A form as a modal view, with an input for every kind of field.

Source of the limits: https://docs.slack.dev/reference/views/modal-views,
https://docs.slack.dev/reference/block-kit/blocks/input-block and the element pages.
"""

import re
from dataclasses import dataclass, field
from datetime import date

from bot.chat.forms import CheckField, ChoiceField, Field, Form, Option, PersonField, TextField
from bot.chat.forms import TextKind as Kind
from bot.chat.messages import spans
from bot.platforms.slack import carry, render
from bot.platforms.slack.text import Json, Place, cut, escape, plain_text

MAX_CALLBACK_ID = 255  # callback_id of a view.
MAX_BLOCK_ID = 255  # block_id of any block.
MAX_LABEL = 2000  # Label and hint of an input block.
MAX_INPUT_TEXT = 3000  # max_length of a plain-text input.
MAX_OPTIONS = 100  # Options of a select, or of one of its groups.
MAX_GROUPS = 100  # Groups of a select.
MAX_GROUP_LABEL = 75  # Label of a group of options.
MAX_OPTION_TEXT = 75  # Text and description of an option.
MAX_BOXES = 10  # Options of check boxes and radio buttons.

# From this many on, one choice is a list to open rather than radio buttons.
MANY = 6

CLOSE = "Cancel"
TICK = "Yes"
CHOSEN = "yes"
FIND = "Type part of a name"

_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")
_NUMBER = re.compile(r"-?\d+")


@dataclass(slots=True)
class _Kept:
    """Values of options that are too long or empty for Slack, by what stands for them."""

    values: dict[str, str] = field(default_factory=dict)

    def option(self, option: Option, *, name: str, at: int) -> Json:
        value = carry.option(option.value)
        if not value or len(value) > carry.MAX_OPTION_VALUE:
            value = f"{name}#{at}"[-carry.MAX_OPTION_VALUE :]
            self.values[value] = option.value
        shown: Json = {
            "text": plain_text(option.label or option.value or "–", MAX_OPTION_TEXT),
            "value": value,
        }
        rest = option.label[MAX_OPTION_TEXT - 1 :]
        if len(escape(option.label)) > MAX_OPTION_TEXT and rest:
            shown["description"] = plain_text(f"…{rest}", MAX_OPTION_TEXT)
        return shown


def form(asked: Form, place: Place, *, from_home: bool = False) -> Json:
    """The form as a modal; raises ``ValueError`` where it carries more than Slack can hold."""
    kept = _Kept()
    blocks: list[Json] = []
    if len(escape(asked.title)) > render.MAX_VIEW_TITLE:
        blocks.append({"type": "header", "text": plain_text(asked.title, render.MAX_HEADER)})
    blocks += render.paragraph(asked.intro, place)
    blocks += [_input(one, kept) for one in asked.fields]
    blocks = blocks or render.paragraph(spans(render.NOTHING), place)
    if len(blocks) > render.MAX_VIEW_BLOCKS:
        raise ValueError(f"The form “{asked.title}” has more parts than Slack shows.")

    carried = carry.Carried(
        value=asked.value, token=asked.token, options=kept.values, from_home=from_home
    )
    view: Json = {
        "type": "modal",
        "callback_id": asked.route[:MAX_CALLBACK_ID],
        "title": plain_text(asked.title, render.MAX_VIEW_TITLE),
        "close": plain_text(CLOSE, render.MAX_VIEW_TITLE),
        "blocks": blocks,
        "private_metadata": carry.metadata(carried),
    }
    if asked.fields:
        view["submit"] = plain_text(asked.submit, render.MAX_VIEW_TITLE)
    return view


def _input(asked: Field, kept: _Kept) -> Json:
    block: Json = {
        "type": "input",
        "block_id": asked.name[:MAX_BLOCK_ID],
        "label": plain_text(asked.label or asked.name, MAX_LABEL),
        "optional": not asked.required,
        "element": {**_element(asked, kept), "action_id": asked.name[:MAX_BLOCK_ID]},
    }
    if asked.hint:
        block["hint"] = plain_text(asked.hint, MAX_LABEL)
    return block


def _element(asked: Field, kept: _Kept) -> Json:
    match asked:
        case TextField():
            return _text(asked)
        case ChoiceField(multiple=True):
            return _choices(asked, kept)
        case ChoiceField():
            return _choice(asked, kept)
        case CheckField():
            return _box(asked)
        case PersonField():
            return {
                "type": "external_select",
                "min_query_length": 1,
                "placeholder": plain_text(FIND, MAX_OPTION_TEXT),
            }


def _text(asked: TextField) -> Json:
    match asked.kind:
        case Kind.EMAIL:
            return _initial({"type": "email_text_input"}, "initial_value", asked.initial)
        case Kind.DATE:
            return _initial({"type": "datepicker"}, "initial_date", _date(asked.initial))
        case Kind.TIME:
            known = asked.initial if _TIME.fullmatch(asked.initial) else ""
            return _initial({"type": "timepicker"}, "initial_time", known)
        case Kind.NUMBER:
            known = asked.initial if _NUMBER.fullmatch(asked.initial) else ""
            element: Json = {"type": "number_input", "is_decimal_allowed": False}
            return _initial(element, "initial_value", known)
        case Kind.TEXT:
            longest = max(1, min(asked.max_length, MAX_INPUT_TEXT))
            element = {
                "type": "plain_text_input",
                "multiline": asked.multiline,
                "max_length": longest,
            }
            return _initial(element, "initial_value", asked.initial[:longest])


def _initial(element: Json, name: str, value: str) -> Json:
    return {**element, name: value} if value else element


def _date(words: str) -> str:
    try:
        return date.fromisoformat(words).isoformat()
    except ValueError:
        return ""


def _choice(asked: ChoiceField, kept: _Kept) -> Json:
    options = _options(asked, kept)
    kind = "radio_buttons" if len(options) < MANY else "static_select"
    element = _offered(kind, options)
    chosen = _chosen(asked, options)
    return {**element, "initial_option": chosen[0]} if chosen else element


def _choices(asked: ChoiceField, kept: _Kept) -> Json:
    options = _options(asked, kept)
    kind = "checkboxes" if len(options) <= MAX_BOXES else "multi_static_select"
    element = _offered(kind, options)
    chosen = _chosen(asked, options)
    return {**element, "initial_options": chosen} if chosen else element


def _options(asked: ChoiceField, kept: _Kept) -> list[Json]:
    if not 0 < len(asked.options) <= MAX_OPTIONS * MAX_GROUPS:
        raise ValueError(f"The field “{asked.label}” has {len(asked.options)} options.")
    return [kept.option(one, name=asked.name, at=at) for at, one in enumerate(asked.options)]


def _chosen(asked: ChoiceField, options: list[Json]) -> list[Json]:
    pairs = zip(asked.options, options, strict=True)
    return [shown for option, shown in pairs if option.value in asked.initial]


def _offered(kind: str, options: list[Json]) -> Json:
    if len(options) <= MAX_OPTIONS:
        return {"type": kind, "options": options}
    groups = [options[at : at + MAX_OPTIONS] for at in range(0, len(options), MAX_OPTIONS)]
    return {"type": kind, "option_groups": [_group(group) for group in groups]}


def _group(options: list[Json]) -> Json:
    # Half of the label each, so that both ends of the group can be read.
    half = (MAX_GROUP_LABEL - 3) // 2
    first, last = (cut(options[at]["text"]["text"], half) for at in (0, -1))
    label = {"type": "plain_text", "text": f"{first} – {last}", "emoji": False}
    return {"label": label, "options": options}


def _box(asked: CheckField) -> Json:
    option = {"text": plain_text(TICK, MAX_OPTION_TEXT), "value": CHOSEN}
    element: Json = {"type": "checkboxes", "options": [option]}
    return {**element, "initial_options": [option]} if asked.initial else element
