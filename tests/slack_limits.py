"""What Slack refuses of messages and views, as its reference pages say."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

# https://docs.slack.dev/reference/block-kit
MESSAGE_TEXT = 13_200


def wrong_with_message(content: dict[str, Any]) -> str:
    """Slack's error code for a message; empty where it would be taken."""
    blocks = content.get("blocks") or []
    if not blocks and not content.get("text"):
        return "no_text"
    if len(blocks) > 50 or list(_faults(blocks)):
        return "invalid_blocks"
    if any(block["type"] == "input" for block in blocks):
        return "invalid_blocks"
    if sum(len(text["text"]) for text in texts(blocks)) > MESSAGE_TEXT:
        return "msg_blocks_too_long"
    return ""


def wrong_with_view(view: dict[str, Any]) -> list[str]:
    """What Slack would say of a view; nothing where it would be taken."""
    blocks = view.get("blocks", [])
    found = list(_faults(blocks))
    if not 1 <= len(blocks) <= 100:
        found.append(f"{len(blocks)} blocks")
    if len(view.get("private_metadata", "")) > 3000:
        found.append("private_metadata is too long")
    if len(view.get("callback_id", "")) > 255:
        found.append("callback_id is too long")
    if view["type"] == "modal":
        for name in ("title", "submit", "close"):
            if name in view and not 1 <= len(view[name]["text"]) <= 24:
                found += [f"{name} is {len(view[name]['text'])} characters"]
        if any(block["type"] == "input" for block in blocks) and "submit" not in view:
            found.append("inputs without submit")
    if len(str(view)) > 250_000:
        found.append("view_too_large")
    return found


def texts(part: object) -> Iterator[dict[str, Any]]:
    """Every text object in a block."""
    if isinstance(part, dict):
        if part.get("type") in {"plain_text", "mrkdwn"}:
            yield part
        for value in part.values():
            yield from texts(value)
    elif isinstance(part, list):
        for item in part:
            yield from texts(item)


def elements(blocks: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Every interactive element."""
    for block in blocks:
        if block["type"] == "actions":
            yield from block["elements"]
        elif block["type"] == "input":
            yield block["element"]


def _faults(blocks: list[dict[str, Any]]) -> Iterator[str]:
    ids = Counter(element.get("action_id") for element in elements(blocks))
    yield from (f"action_id {name} comes {times} times" for name, times in ids.items() if times > 1)
    names = Counter(block["block_id"] for block in blocks if "block_id" in block)
    yield from (
        f"block_id {name} comes {times} times" for name, times in names.items() if times > 1
    )
    yield from ("an empty text" for text in texts(blocks) if not text["text"])
    for block in blocks:
        yield from _block_faults(block)
    for element in elements(blocks):
        yield from _element_faults(element)


def _block_faults(block: dict[str, Any]) -> Iterator[str]:
    match block["type"]:
        case "section":
            if "text" in block:
                yield from _too_long(block["text"], 3000)
            yield from _count(block.get("fields", [None]), 10)
            for field in block.get("fields", []):
                yield from _too_long(field, 2000)
        case "header":
            yield from _too_long(block["text"], 150)
        case "context":
            yield from _count(block["elements"], 10)
            for element in block["elements"]:
                yield from _too_long(element, 3000)
        case "actions":
            yield from _count(block["elements"], 25)
        case "input":
            yield from _too_long(block["label"], 2000)
            yield from _over(block.get("block_id", ""), 255)
        case other if other != "divider":
            yield f"a block of type {other}"


def _element_faults(element: dict[str, Any]) -> Iterator[str]:
    yield from _over(element.get("action_id", ""), 255)
    if element["type"] == "button":
        yield from _button_faults(element)
    if element["type"] == "plain_text_input":
        longest = element.get("max_length", 3000)
        yield from _over(element.get("initial_value", ""), min(longest, 3000))
        if not 1 <= longest <= 3000:
            yield f"max_length {longest}"
    yield from _option_faults(element)


def _button_faults(button: dict[str, Any]) -> Iterator[str]:
    yield from _too_long(button["text"], 75)
    yield from _over(button.get("value", ""), 2000)
    yield from _over(button.get("url", ""), 3000)
    for name, limit in {"title": 100, "text": 300, "confirm": 30, "deny": 30}.items():
        if "confirm" in button:
            yield from _too_long(button["confirm"][name], limit)


def _option_faults(element: dict[str, Any]) -> Iterator[str]:
    groups = element.get("option_groups", [])
    if "options" in element:
        groups = [{"options": element["options"]}]
    elif groups:
        yield from _count(groups, 100)
    for group in groups:
        is_boxes = element["type"] in {"checkboxes", "radio_buttons"}
        yield from _count(group["options"], 10 if is_boxes else 100)
        if "label" in group:
            yield from _too_long(group["label"], 75)
        for option in group["options"]:
            yield from _too_long(option["text"], 75)
            yield from _over(option.get("description", {}).get("text", ""), 75)
            yield from _count(option["value"], 150)


def _count(items: Any, most: int) -> Iterator[str]:
    if not 1 <= len(items) <= most:
        yield f"{len(items)} where 1 to {most} fit"


def _over(text: str, limit: int) -> Iterator[str]:
    if len(text) > limit:
        yield f"{len(text)} characters where {limit} fit"


def _too_long(text: dict[str, Any], limit: int) -> Iterator[str]:
    yield from _over(text["text"], limit)
