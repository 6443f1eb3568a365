"""Draws what the bot sent to Slack and to Teams, as pages that a browser can picture.

Teams' cards are drawn by Microsoft's own renderer (npm ``adaptivecards``). Slack has no renderer
outside its app, so its blocks are drawn by the few lines below: the same words, fields and buttons
in the same order, not Slack's own pixels.
"""

import html
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RENDERER = Path(__file__).parents[1] / "node_modules" / "adaptivecards" / "dist"
WIDTH = 520

STYLE = f"""
body {{ margin: 0; background: #fff; font: 15px/1.46 "Lato", "Segoe UI", "DejaVu Sans", sans-serif;
        color: #1d1c1d; }}
main {{ width: {WIDTH}px; padding: 12px 16px; }}
h2 {{ font-size: 18px; margin: 4px 0 8px; }}
p {{ margin: 4px 0 8px; white-space: pre-wrap; overflow-wrap: anywhere; }}
dl {{ display: grid; grid-template-columns: 1fr 1fr; gap: 8px; margin: 4px 0 8px; }}
dt {{ font-weight: 700; }} dd {{ margin: 0; }}
.context {{ color: #616061; font-size: 13px; }}
.actions {{ display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0; }}
.actions span {{ border: 1px solid #bbb; border-radius: 4px; padding: 4px 12px; font-weight: 700;
                 font-size: 14px; }}
.actions .primary {{ background: #007a5a; border-color: #007a5a; color: #fff; }}
.actions .danger {{ color: #b3134c; border-color: #b3134c; }}
.mention {{ background: #e8f1f8; color: #1264a3; border-radius: 3px; padding: 0 2px; }}
"""
# What Teams sets around a card: its font, its blue and its spacing.
HOST = {
    "fontFamily": "'Segoe UI', 'DejaVu Sans', sans-serif",
    "spacing": {"small": 4, "default": 8, "medium": 12, "large": 20, "padding": 16},
    "actions": {"maxActions": 6, "actionsOrientation": "horizontal", "buttonSpacing": 8,
                "actionAlignment": "left", "showCard": {"actionMode": "inline"}},
}  # fmt: skip

_MARK = re.compile(r"<@(?P<user>\w+)>|<(?P<url>[^|>]+)\|(?P<label>[^>]*)>|\*(?P<bold>[^*\n]+)\*")


def slack(blocks: list[dict[str, Any]], names: Mapping[str, str]) -> str:
    """A page with the blocks of a message; ``names`` are what Slack calls its users."""
    return _page("".join(_block(block, names) for block in blocks))


def teams(card: dict[str, Any]) -> str:
    """A page with an Adaptive Card, drawn by its own renderer as soon as the page is open."""
    renderer = (RENDERER / "adaptivecards.min.js").read_text()
    drawing = f"""
    <script>{renderer}</script>
    <script>
      const card = new AdaptiveCards.AdaptiveCard();
      card.hostConfig = new AdaptiveCards.HostConfig({json.dumps(HOST)});
      card.parse({json.dumps(card)});
      document.querySelector("main").appendChild(card.render());
    </script>"""
    buttons = """
      .ac-pushButton { border: 1px solid #bbb; border-radius: 4px; background: #fff;
                       padding: 5px 12px; font: 600 14px "Segoe UI", "DejaVu Sans", sans-serif; }
      .ac-pushButton.style-positive { background: #5b5fc7; border-color: #5b5fc7; color: #fff; }
      .ac-actionSet { flex-wrap: wrap; gap: 8px 0; }"""
    return _page("", style=buttons, after=drawing)


def _page(body: str, *, style: str = "", after: str = "") -> str:
    return (
        f'<!doctype html><html lang="en-GB"><meta charset="utf-8"><style>{STYLE}{style}</style>'
        f"<main>{body}</main>{after}</html>"
    )


def _block(block: dict[str, Any], names: Mapping[str, str]) -> str:
    match block["type"]:
        case "header":
            return f"<h2>{_text(block['text'], names)}</h2>"
        case "section" if "fields" in block:
            return "".join(f"<p>{_text(field, names)}</p>" for field in block["fields"])
        case "section":
            return f"<p>{_text(block['text'], names)}</p>"
        case "context":
            words = " ".join(_text(each, names) for each in block["elements"])
            return f'<p class="context">{words}</p>'
        case "actions":
            buttons = "".join(
                f'<span class="{each.get("style", "")}">{_text(each["text"], names)}</span>'
                for each in block["elements"]
            )
            return f'<div class="actions">{buttons}</div>'
        case _:
            return "<hr>"


def _text(text: dict[str, Any], names: Mapping[str, str]) -> str:
    """Slack's text is escaped already; of its markup the little that the bot uses is read."""
    if text["type"] == "plain_text":
        return str(text["text"])

    def marked(found: re.Match[str]) -> str:
        if found["user"]:
            name = html.escape(names.get(found["user"], found["user"]))
            return f'<span class="mention">@{name}</span>'
        if found["url"]:
            return f'<a href="{found["url"]}">{found["label"]}</a>'
        return f"<b>{found['bold']}</b>"

    return _MARK.sub(marked, text["text"])
