"""Messages and destinations as JSON text and back, for the outbox and stored conversations."""

import json
from collections.abc import Callable
from typing import Any, TypeVar

from cattrs import BaseValidationError, Converter
from cattrs.strategies import configure_tagged_union

from bot.chat.messages import Block, Button, LinkButton, Message
from bot.chat.platform import Destination, Receipt

T = TypeVar("T")

_converter = Converter(omit_if_default=True)
configure_tagged_union(Button | LinkButton, _converter, tag_name="kind")
configure_tagged_union(Block, _converter, tag_name="kind")


class Unreadable(ValueError):
    """A stored text is not what was written here; the words of the error are for the log."""


def dump_message(message: Message) -> str:
    """The message as JSON text."""
    return _dump(message)


def load_message(text: str) -> Message:
    """The message of this JSON text; raises ``Unreadable`` where it holds none."""
    return _load(text, lambda known: _converter.structure(known, Message))


def dump_destination(destination: Destination) -> str:
    """The destination as JSON text."""
    return _dump(destination)


def load_destination(text: str) -> Destination:
    """The destination of this JSON text; raises ``Unreadable`` where it holds none."""
    return _load(text, lambda known: _converter.structure(known, Destination))


def dump_receipt(receipt: Receipt) -> str:
    """Where a message was delivered, as JSON text; the fetched people are left out."""
    return json.dumps({"conversation": receipt.conversation, "message": receipt.message})


def load_receipt(text: str) -> Receipt:
    """The receipt of this JSON text; raises ``Unreadable`` where it holds none."""
    return _load(text, lambda known: Receipt(**known))


def _dump(value: Any) -> str:
    return json.dumps(_converter.unstructure(value), ensure_ascii=False, separators=(",", ":"))


def _load(text: str, made_of: Callable[[Any], T]) -> T:
    try:
        return made_of(json.loads(text))
    except (BaseValidationError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise Unreadable(type(error).__name__) from error
