"""Buttons as actions of an Adaptive Card.

Sources: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-actions
and the same site's pages on Universal Actions for Adaptive Cards and on dialogs.
"""

from collections.abc import Iterator

from bot.chat.messages import Button, Buttons, LinkButton, Message, Span, Style, spans
from bot.chat.messages import plain as as_text
from bot.platforms.teams import carry
from bot.platforms.teams.text import ELLIPSIS, Json, cut, lines, link, plain

# Teams shows no more in one set: https://github.com/MicrosoftDocs/msteams-docs/issues/5356
MAX_ACTIONS = 6
MAX_LABEL = 80  # Ours: a button is one line, which Teams cuts at the card's edge.

_STYLES = {Style.PRIMARY: "positive", Style.DANGER: "destructive"}


def sets(block: Buttons, base_url: str, *, token: str, in_dialog: bool) -> Iterator[Json]:
    """The buttons in their order, as many sets of actions as they need.

    A link that no card can open is said in words instead.
    """
    actions: list[Json] = []
    words: list[Json] = []
    for item in block.items:
        if isinstance(item, Button):
            actions.append(_button(item, base_url, token=token, in_dialog=in_dialog))
        elif link(item.url, base_url):
            actions.append(_opens(item, base_url))
        else:
            words += small((Span(as_text(Message((Buttons((item,)),)))),), base_url)
    for start in range(0, len(actions), MAX_ACTIONS):
        yield {"type": "ActionSet", "actions": actions[start : start + MAX_ACTIONS]}
    yield from words


def small(parts: tuple[Span, ...], base_url: str) -> list[Json]:
    """Small print."""
    return lines(parts, base_url, size="Small", isSubtle=True)


def submit(label: str, data: Json, *, in_dialog: bool) -> Json:
    """The action that sends a form in."""
    return _styled(
        _acts(cut(plain(label.strip()), MAX_LABEL) or ELLIPSIS, carry.SUBMIT, data, in_dialog),
        Style.PRIMARY,
    )


def _button(item: Button, base_url: str, *, token: str, in_dialog: bool) -> Json:
    label = cut(plain(item.label.strip() or item.route), MAX_LABEL) or ELLIPSIS
    data = carry.tap(item.route, item.value, token)
    if not item.confirm:
        return _styled(_tap(item, label, data, in_dialog), item.style)

    # A card has no question before a tap, so the button unfolds one that holds the real action.
    question = {
        "type": "AdaptiveCard",
        "body": lines(spans(item.confirm), base_url),
        "actions": [_styled(_tap(item, label, data, in_dialog), item.style)],
    }
    return _styled({"type": "Action.ShowCard", "title": label, "card": question}, item.style)


def _tap(item: Button, label: str, data: Json, in_dialog: bool) -> Json:  # noqa: FBT001 - private.
    if item.opens_form and not in_dialog:
        # Teams asks for the dialog's content when this is tapped.
        opens = {**data, "msteams": {"type": "task/fetch"}}
        return {"type": "Action.Submit", "title": label, "data": opens}
    return _acts(label, carry.TAP, data, in_dialog)


def _acts(label: str, verb: str, data: Json, in_dialog: bool) -> Json:  # noqa: FBT001 - private.
    sent: Json = {"type": "Action.Submit", "title": label, "data": data}
    if in_dialog:
        return sent
    # Older clients know no Action.Execute and send the same as a message with a value.
    return {**sent, "type": "Action.Execute", "verb": verb, "fallback": sent}


def _opens(item: LinkButton, base_url: str) -> Json:
    url = link(item.url, base_url)
    label = cut(plain(item.label.strip() or url), MAX_LABEL)
    return {"type": "Action.OpenUrl", "title": label, "url": url}


def _styled(action: Json, style: Style) -> Json:
    return {**action, "style": _STYLES[style]} if style in _STYLES else action
