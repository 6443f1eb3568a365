"""What the stand-in for Slack keeps of what the bot did: its calls, and its messages."""

from dataclasses import dataclass, field
from typing import Any

from tests import slack_limits
from tests.slack_workspaces import TEAM


@dataclass(frozen=True)
class Call:
    """One request the bot made."""

    method: str
    arguments: dict[str, Any]
    token: str


@dataclass
class Said:
    """A message as Slack keeps it; ``only_for`` marks one that a single person sees."""

    channel: str
    ts: str
    text: str
    blocks: list[dict[str, Any]]
    only_for: str = ""
    thread: str = ""
    metadata: dict[str, Any] = field(default_factory=dict)
    team: str = TEAM

    def buttons(self) -> dict[str, dict[str, Any]]:
        return buttons_of(self.blocks)


def buttons_of(blocks: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {
        one["text"]["text"]: one for one in slack_limits.elements(blocks) if one["type"] == "button"
    }


def state_of(element: dict[str, Any], given: Any) -> dict[str, Any]:
    """What Slack tells of an input: the value given, or what it was opened with."""
    kind = element["type"]
    match kind:
        case "datepicker":
            return {"type": kind, "selected_date": given or element.get("initial_date")}
        case "timepicker":
            return {"type": kind, "selected_time": given or element.get("initial_time")}
        case "static_select" | "radio_buttons" | "external_select":
            chosen = {"value": given} if given else element.get("initial_option")
            return {"type": kind, "selected_option": chosen}
        case "checkboxes" | "multi_static_select":
            chosen = (
                element.get("initial_options", [])
                if given is None
                else [{"value": one} for one in given]
            )
            return {"type": kind, "selected_options": chosen}
        case _:
            return {"type": kind, "value": element.get("initial_value") if given is None else given}
