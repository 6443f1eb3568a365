"""What a button, an option or a form carries through Teams and back to us.

All of it stands under one name in the ``data`` of an action, beside the inputs and whatever
Teams adds. It comes back from the member's own device, so nothing in it is trusted: dispatch asks
who may do what for a tap just as for typed words.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.chat.requests import Kind
from bot.platforms.teams.text import Json

KEY = "leaders"
TAP = "tap"
SUBMIT = "submit"

# The id of an input is its field's name behind this, so that no field is taken for what we carry.
FIELD = "f."

# Several choices come back as one string with commas between them; none comes back as "".
_CODES = (("%", "%25"), (",", "%2C"))
_EMPTY = "%"


class NotOurs(ValueError):
    """What came back from Teams is not what we gave it."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that opened a form, so that the same form can be asked for again."""

    kind: Kind
    route: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Carried:
    """What came back: ``fields`` and ``opened_by`` where it was a form."""

    route: str = ""
    value: str = ""
    token: str = ""
    is_form: bool = False
    opened_by: Asked | None = None
    fields: Mapping[str, tuple[str, ...]] | None = None


def tap(route: str, value: str, token: str) -> Json:
    """The data of a button."""
    return {KEY: {"r": route, "v": value, "t": token}}


def form(
    route: str,
    value: str,
    token: str,
    *,
    again: Asked,
    choices: Sequence[str] = (),
    several: Sequence[str] = (),
) -> Json:
    """The data of a form's button.

    ``choices`` are the fields whose answers are options, ``several`` those with any number.
    """
    return {
        KEY: {
            "r": route,
            "v": value,
            "t": token,
            "f": 1,
            "again": {"k": again.kind.value, "r": again.route, "v": again.text},
            "c": list(choices),
            "s": list(several),
        }
    }


def read(data: object) -> Carried:
    """What an action carried; raises ``NotOurs`` for anything that we can't have written."""
    if not isinstance(data, dict) or not isinstance(data.get(KEY), dict):
        raise NotOurs("An action that is not ours.")
    content = data[KEY]
    route, value, token = (_string(content, name) for name in ("r", "v", "t"))
    if not content.get("f"):
        return Carried(route, value, token)
    return Carried(
        route,
        value,
        token,
        is_form=True,
        opened_by=_asked(content.get("again")),
        fields=_fields(data, choices=_names(content, "c"), several=_names(content, "s")),
    )


def option(value: str) -> str:
    """An option's value with no comma in it, and never empty."""
    for mark, code in _CODES:
        value = value.replace(mark, code)
    return value or _EMPTY


def read_option(carried: str) -> str:
    """The value of an option."""
    if carried == _EMPTY:
        return ""
    for mark, code in reversed(_CODES):
        carried = carried.replace(code, mark)
    return carried


def clean(words: str) -> str:
    """The words without NUL and halves of characters, for which no database has room."""
    return words.replace("\0", "").encode(errors="ignore").decode()


def _fields(
    data: Mapping[str, object], *, choices: frozenset[str], several: frozenset[str]
) -> dict[str, tuple[str, ...]]:
    fields = {}
    for name, given in data.items():
        if not name.startswith(FIELD):
            continue
        field, answer = clean(name.removeprefix(FIELD)), _answer(given)
        if field in several:
            parts = filter(None, (part.strip() for part in answer.split(",")))
            fields[field] = tuple(read_option(part) for part in parts)
        elif answer:
            fields[field] = (read_option(answer) if field in choices else answer,)
        else:
            fields[field] = ()
    return fields


def _answer(given: object) -> str:
    """What was typed or chosen; some clients send a number as a number."""
    if isinstance(given, str):
        return clean(given)
    if isinstance(given, float) and given.is_integer():
        return str(int(given))
    if isinstance(given, int | float) and not isinstance(given, bool):
        return str(given)
    if given is None:
        return ""
    raise NotOurs("An answer that no input of ours gives.")


def _asked(content: object) -> Asked:
    if not isinstance(content, dict):
        raise NotOurs("A form without the request that opened it.")
    try:
        kind = Kind(_string(content, "k"))
    except ValueError as error:
        raise NotOurs("A form opened in a way that we don't know.") from error
    return Asked(kind, _string(content, "r"), _string(content, "v"))


def _string(content: Mapping[str, object], name: str) -> str:
    found = content.get(name, "")
    if not isinstance(found, str):
        raise NotOurs("An action that is not ours.")
    return clean(found)


def _names(content: Mapping[str, object], name: str) -> frozenset[str]:
    found = content.get(name, [])
    if not isinstance(found, list) or not all(isinstance(each, str) for each in found):
        raise NotOurs("A form that is not ours.")
    return frozenset(found)
