"""Adaptive Cards as two strangers read them: the schema of version 1.5, and npm's adaptivecards."""

import functools
import json
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft6Validator

ADAPTIVE = "application/vnd.microsoft.card.adaptive"
MAX_MESSAGE = 25_000  # Bytes of a message in Teams.
MAX_ACTIONS = 6  # Actions of a set that Teams shows.

PARSER = Path(__file__).parents[1] / "node_modules/adaptivecards/dist/adaptivecards.js"
PARSE = """
const {AdaptiveCard, SerializationContext} = require(process.argv[1]);
const cards = JSON.parse(require("fs").readFileSync(0, "utf8"));
const found = cards.map((given) => {
  const card = new AdaptiveCard();
  const context = new SerializationContext();
  card.parse(given, context);
  const faults = [];
  for (let at = 0; at < context.eventCount; at++) faults.push(context.getEventAt(at).message);
  for (const event of card.validateProperties().validationEvents) faults.push(event.message);
  return {faults, kept: card.toJSON()};
});
console.log(JSON.stringify(found));
"""


def faults(card: dict[str, Any]) -> list[str]:
    """What the schema of version 1.5 has against a card, and what Teams would not show."""
    found = [
        f"{error.json_path}: {error.message[:300]}"
        for error in _validator().iter_errors(without_teams(card))
    ]
    for each in objects(card):
        if len(each.get("actions", ())) > MAX_ACTIONS:
            found.append(f"{len(each['actions'])} actions in one set.")
        if each.get("type") == "TextBlock" and not each.get("text", "").strip():
            found.append("A text block without text.")
        if each.get("type") == "RichTextBlock" and not each["inlines"]:
            found.append("A rich text block without text.")
    ids = [each["id"] for each in objects(card) if "id" in each]
    if len(ids) != len(set(ids)):
        found.append("An id that is used twice.")
    return found


def faults_of_message(activity: dict[str, Any]) -> list[str]:
    """What is wrong with a message as it is sent to the Connector."""
    found = []
    if size(activity) >= MAX_MESSAGE:
        found.append(f"{size(activity)} bytes.")
    for each in activity.get("attachments", ()):
        if each["contentType"] == ADAPTIVE:
            found += faults(each["content"])
    return found


def parsed(cards: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """What npm's parser has against each card (``faults``) and makes of it (``kept``).

    Skips where there is no Node.
    """
    if shutil.which("node") is None or not PARSER.exists():
        pytest.skip("The second parser of cards needs Node and `npm ci`.")
    done = subprocess.run(
        ["node", "-e", PARSE, str(PARSER)],
        input=json.dumps(cards),
        capture_output=True,
        check=True,
        text=True,
    )
    return json.loads(done.stdout)


def size(thing: object) -> int:
    """How many bytes it takes as JSON in UTF-8."""
    return len(json.dumps(thing, ensure_ascii=False).encode())


def objects(thing: Any) -> Iterator[dict[str, Any]]:
    """Every object in a card, outermost first, fallbacks of actions left out."""
    if isinstance(thing, dict):
        yield thing
        for name, each in thing.items():
            if name not in {"fallback", "data"}:
                yield from objects(each)
    if isinstance(thing, list):
        for each in thing:
            yield from objects(each)


def words(card: dict[str, Any]) -> list[str]:
    """The lines that a card shows, without those of its inputs and actions."""
    return [
        "".join(run["text"] for run in each["inlines"]) if "inlines" in each else each["text"]
        for each in objects(card)
        if each.get("type") in {"TextBlock", "RichTextBlock"}
    ]


def actions(card: dict[str, Any]) -> list[dict[str, Any]]:
    """The actions of a card, those behind a question instead of what unfolds it."""
    return [
        each
        for each in objects(card)
        if str(each.get("type", "")).startswith("Action.") and each["type"] != "Action.ShowCard"
    ]


def without_teams(thing: Any) -> Any:
    """The card without what only Teams knows."""
    if isinstance(thing, dict):
        return {name: without_teams(each) for name, each in thing.items() if name != "msteams"}
    return [without_teams(each) for each in thing] if isinstance(thing, list) else thing


@functools.cache
def _validator() -> Draft6Validator:
    written = resources.files("adaptive_cards").joinpath("schemas/schema-1.5.json")
    return Draft6Validator(json.loads(written.read_text()))
