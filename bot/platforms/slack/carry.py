"""What a button, an option or a modal carries through Slack and back to us.

Everything is JSON without ``& < >``, because Slack returns some strings escaped and some not.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

MAX_ACTION_ID = 255  # https://docs.slack.dev/reference/block-kit/block-elements/button-element
MAX_BUTTON_VALUE = 2000  # The same page.
MAX_PRIVATE_METADATA = 3000  # https://docs.slack.dev/reference/views/modal-views
MAX_OPTION_VALUE = (
    150  # https://docs.slack.dev/reference/block-kit/composition-objects/option-object
)

# An action that only opens an address: Slack tells us of the tap, and nothing is to be done.
LINK_ROUTE = "-"

_CODES = (("%", "%25"), ("&", "%26"), ("<", "%3C"), (">", "%3E"))


class NotOurs(ValueError):
    """What came back from Slack is not what we gave it."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a form carries: the rest of its request, and the options that Slack can't hold.

    ``from_home`` says that the form was opened in App Home, which is then shown anew.
    """

    value: str = ""
    token: str = ""
    options: Mapping[str, str] = field(default_factory=dict)
    from_home: bool = False


def action_id(position: int, route: str) -> str:
    """An id unique in its view, from which the route can be read."""
    return f"{position}:{route}"


def route_of(action: str) -> str:
    """The route of an action id; empty where the button repeats typed words."""
    return action.partition(":")[2]


def tap(value: str, token: str) -> str:
    """A button's value and token as one string."""
    return _written({"v": value, "t": token})


def read_tap(carried: str) -> tuple[str, str]:
    """The value and the token of a button; raises ``ValueError`` for anything else."""
    content = _read(carried)
    return _string(content, "v"), _string(content, "t")


def metadata(carried: Carried) -> str:
    """What a modal keeps; raises ``ValueError`` where Slack has no room for it."""
    content: dict[str, object] = {"v": carried.value, "t": carried.token}
    if carried.options:
        content["o"] = dict(carried.options)
    if carried.from_home:
        content["h"] = 1
    written = _written(content)
    if len(written) > MAX_PRIVATE_METADATA:
        raise ValueError(f"A form carries {len(written)} characters; {MAX_PRIVATE_METADATA} fit.")
    return written


def read_metadata(written: str) -> Carried:
    """What a modal kept; raises ``ValueError`` for anything else."""
    if not written:
        return Carried()
    content = _read(written)
    options = content.get("o", {})
    if not isinstance(options, dict):
        raise NotOurs("The options of a form are not readable.")
    return Carried(
        value=_string(content, "v"),
        token=_string(content, "t"),
        options={str(name): str(value) for name, value in options.items()},
        from_home=bool(content.get("h")),
    )


def option(value: str) -> str:
    """An option's value without the characters that Slack escapes."""
    for mark, code in _CODES:
        value = value.replace(mark, code)
    return value


def read_option(carried: str) -> str:
    """The value of an option."""
    for mark, code in reversed(_CODES):
        carried = carried.replace(code, mark)
    return carried


def _written(content: dict[str, object]) -> str:
    text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def _read(written: str) -> dict[str, object]:
    content = json.loads(written)
    if not isinstance(content, dict):
        raise NotOurs("What came back from Slack is not what we gave it.")
    return content


def _string(content: dict[str, object], name: str) -> str:
    found = content.get(name, "")
    if not isinstance(found, str):
        raise NotOurs("What came back from Slack is not what we gave it.")
    return found
