"""Reading the form of a story."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.chat.requests import Fields
from bot.domain.stories import Reuse, Story
from bot.domain.words import clean, several
from bot.errors import FormErrors

LONGEST = {
    "title": 120,
    "changed": 1500,
    "whom": 300,
    "problem": 1500,
    "done": 1500,
    "differently": 1500,
    "tags": 200,
}
MOST_TAGS = 8
LONGEST_TAG = 40
NEEDED = {
    "changed": "Please say what changed, in a sentence or two.",
    "whom": "Please say for whom it changed something.",
    "consent": "Please tick this if you agree; without it the story stays a draft.",
}


@dataclass(frozen=True, slots=True)
class Choices:
    """What a community offers as places and priorities."""

    places: Sequence[str] = ()
    priorities: Sequence[str] = ()


def read(fields: Fields, story: Story, choices: Choices) -> Story:
    """The story with what a form says; raises ``FormErrors`` for what can't be kept."""
    said = {name: _text(fields, name) for name in (*LONGEST, "place", "priority", "reuse")}
    errors = {
        name: f"Please keep this below {most} characters."
        for name, most in LONGEST.items()
        if len(said[name]) > most
    }
    tags = tuple(dict.fromkeys(tag.lower().lstrip("#") for tag in several(said["tags"])))
    if len(tags) > MOST_TAGS or any(len(tag) > LONGEST_TAG for tag in tags):
        errors.setdefault("tags", f"At most {MOST_TAGS} tags, each below {LONGEST_TAG} characters.")
    if said["place"] not in {"", story.place, *choices.places}:
        errors["place"] = "Please choose from the list."
    if said["priority"] not in {"", story.priority, *choices.priorities}:
        errors["priority"] = "Please choose from the list."
    if said["reuse"] not in {"", *Reuse}:
        errors["reuse"] = "Please choose from the list."
    if errors:
        raise FormErrors(errors)
    return replace(
        story,
        title=" ".join(said["title"].split()),
        changed=said["changed"],
        whom=said["whom"],
        problem=said["problem"],
        done=said["done"],
        differently=said["differently"],
        place=said["place"],
        priority=said["priority"],
        tags=tuple(tag for tag in tags if tag),
        reuse=Reuse(said["reuse"] or Reuse.ASK),
        has_consent=_text(fields, "consent") == "yes",
    )


def _text(fields: Fields, name: str) -> str:
    values = fields.get(name, ())
    return clean(values[0]) if values else ""
