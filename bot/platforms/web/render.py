"""Messages, forms and conversation lines as the JSON that the page draws.

The page puts every string in as text, never as markup, so nothing is escaped here; what is
decided here is which addresses may be opened.
"""

from typing import Any, assert_never
from urllib.parse import urlsplit

from bot.chat.forms import CheckField, ChoiceField, Field, Form, PersonField, TextField
from bot.chat.messages import (
    Block,
    Bullets,
    Button,
    Buttons,
    Divider,
    Facts,
    Heading,
    LinkButton,
    Message,
    Note,
    Paragraph,
    Span,
    plain,
)
from bot.chat.platform import Entry, Post

Json = dict[str, Any]

SAFE_SCHEMES = frozenset({"http", "https", "mailto", "tel", "webcal"})


def entry(line: Entry) -> Json:
    """One line of the conversation: ``words`` the visitor typed, or the bot's ``card``."""
    shown: Json = {"id": line.id, "at": line.at.isoformat()}
    if line.message is None:
        return shown | {"words": line.words}
    return shown | {"card": card(line.message)}


def post(shown: Post) -> Json:
    """One post of a channel."""
    return {
        "id": shown.id,
        "channel": shown.channel,
        "at": shown.at.isoformat(),
        "card": card(shown.message),
    }


def channel(name: str, posts: int) -> Json:
    """A channel of the community."""
    return {"name": name, "title": name.capitalize(), "posts": posts}


def card(message: Message) -> Json:
    """A message; ``text`` is the whole of it in plain words."""
    return {
        "blocks": [_block(block) for block in message.blocks],
        "token": message.token,
        "text": plain(message),
    }


def form(asked: Form) -> Json:
    """A form for the page's dialog."""
    return {
        "title": asked.title,
        "route": asked.route,
        "value": asked.value,
        "submit": asked.submit,
        "token": asked.token,
        "intro": _spans(asked.intro),
        "fields": [_field(field) for field in asked.fields],
    }


def safe_url(url: str) -> str:
    """The address where the page may open it, else nothing. A path stays on this server."""
    # Browsers drop tabs and newlines from an address and then read what is left.
    if not url.isprintable():
        return ""
    if url.startswith("/"):
        # Browsers read "//host" and "/\host" as another server.
        return "" if url[1:2] in {"/", "\\"} else url
    try:
        scheme = urlsplit(url).scheme
    except ValueError:
        return ""
    return url if scheme in SAFE_SCHEMES else ""


def _block(block: Block) -> Json:
    match block:
        case Heading(text=text):
            return {"kind": "heading", "text": text}
        case Paragraph(spans=spans):
            return {"kind": "paragraph", "spans": _spans(spans)}
        case Bullets(items=items, is_numbered=is_numbered):
            kind = "numbers" if is_numbered else "bullets"
            return {"kind": kind, "items": [_spans(item) for item in items]}
        case Facts(items=facts):
            lines = [{"label": fact.label, "spans": _spans(fact.spans)} for fact in facts]
            return {"kind": "facts", "items": lines}
        case Note(spans=spans):
            return {"kind": "note", "spans": _spans(spans)}
        case Divider():
            return {"kind": "divider"}
        case Buttons(items=buttons):
            return {"kind": "buttons", "items": [_button(button) for button in buttons]}
        case _:
            assert_never(block)


def _button(button: Button | LinkButton) -> Json:
    if isinstance(button, LinkButton):
        return {"kind": "link", "label": button.label, "url": safe_url(button.url)}
    return {
        "kind": "button",
        "label": button.label,
        "route": button.route,
        "value": button.value,
        "style": button.style.value,
        "confirm": button.confirm,
    }


def _spans(spans: tuple[Span, ...]) -> list[Json]:
    return [_span(span) for span in spans]


def _span(span: Span) -> Json:
    shown: Json = {"text": span.text}
    # A mention leads nowhere on a page of one's own, so it is the name in bold.
    if span.bold or span.account is not None:
        shown["bold"] = True
    if span.italic:
        shown["italic"] = True
    if url := safe_url(span.url):
        shown["url"] = url
    return shown


def _field(field: Field) -> Json:
    shown: Json = {
        "name": field.name,
        "label": field.label,
        "hint": field.hint,
        "required": field.required,
    }
    match field:
        case TextField():
            return shown | {
                "kind": field.kind.value,
                "initial": field.initial,
                "multiline": field.multiline,
                "max_length": field.max_length,
            }
        case ChoiceField():
            choices = [{"value": option.value, "label": option.label} for option in field.options]
            return shown | {
                "kind": "choice",
                "options": choices,
                "initial": list(field.initial),
                "multiple": field.multiple,
            }
        case CheckField():
            return shown | {"kind": "check", "initial": field.initial}
        case PersonField():
            return shown | {"kind": "person"}
        case _:
            assert_never(field)
