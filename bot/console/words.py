"""What is stored as a key or a state, in the words of the organisers' pages."""

from datetime import datetime, timedelta

from bot import times
from bot.domain.coffee import RoundState
from bot.ids import CommunityId, Lane, RoundId, platform_of
from bot.views import common
from bot.views.common import count
from storage import sessions_planning
from storage.outbox import State
from storage.schedule import OccurrenceState
from storage.unit_of_work import UnitOfWork

DELIVERIES = {
    State.CANNOT: "Could not be delivered",
    State.UNCERTAIN: "Uncertain",
    State.QUEUED: "Waiting",
    State.SENDING: "Being sent",
    State.SENT: "Delivered",
    State.CANCELLED: "Cancelled",
}
OCCURRENCES = {
    OccurrenceState.WAITING: "Planned",
    OccurrenceState.RUNNING: "Running",
    OccurrenceState.DONE: "Done",
    OccurrenceState.SKIPPED: "Skipped",
    OccurrenceState.FAILED: "Failed",
}
ROUNDS = {
    RoundState.DRAFTED: "Drafted",
    RoundState.APPROVED: "Approved",
    RoundState.HELD: "Held",
    RoundState.SENT: "Under way",
    RoundState.CLOSED: "Closed",
    RoundState.CANCELLED: "Cancelled",
}
JOBS = {
    "announcement send": "An announcement goes out",
    "announcement look": "Progress of an announcement is looked at",
    "prompt ask": "A question is asked",
    "coffee round": "A round of coffee begins",
    "coffee draft": "A round is drafted",
    "coffee redraft": "A round is drafted anew",
    "coffee remind review": "Organisers are reminded of a draft",
    "coffee send": "A round goes out",
    "coffee rematch": "A new match is looked for",
    "coffee nudge": "Silent groups are nudged",
    "coffee question": "“Did you meet?” is asked",
    "coffee close": "A round closes",
    "session reminder": "People are reminded of a session",
    "session draw": "The places of an open chair are drawn",
    "session repeat": "The next session of a series can be signed up for",
    "session feedback": "Those who had a place are asked how it was",
    "stories digest": "A digest of stories goes out",
    "stories question": "“What went well?” is asked",
    "story try question": "Somebody is asked how it went with a story",
    "upkeep": "Upkeep: member lists are read anew",
}
REASONS = {
    "too late": "Its time had passed by too much; the bot may have been off.",
}
# The reasons of what an organiser stopped or moved; they are no trouble.
NO_TROUBLE = frozenset(
    ("the round was cancelled", sessions_planning.CANCELLED, sessions_planning.MOVED)
)
# Failures are told by the kind of error alone, as in "KeyError".
BROKE = "It broke several times ({}). The log says more."


def stamp(moment: datetime, zone: str) -> str:
    """An instant in a table, in local time: "24 Nov 2026, 09:00"."""
    local = times.local(moment, zone)
    return f"{local.day} {local:%b %Y, %H:%M}"


def age(length: timedelta) -> str:
    """A length of time in its largest unit: "3 hours"."""
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        if length.total_seconds() >= seconds:
            return count(int(length.total_seconds() // seconds), unit)
    return count(int(length.total_seconds()), "second")


def sentence(text: str) -> str:
    """Words with a capital at the start and a full stop at the end."""
    words = text.strip()
    if not words:
        return ""
    closed = words if words[-1] in ".!?…" else f"{words}."
    return f"{closed[0].upper()}{closed[1:]}"


def job(name: str) -> str:
    """What a job does; its own name for one that came later than this page."""
    return JOBS.get(name, name.capitalize())


def platform(lane: Lane) -> str:
    """What people call the platform of a lane."""
    return common.platform(platform_of(lane))


def before_its_time(state: OccurrenceState, reason: str, note: str) -> str:
    """Why an occurrence that is still to come was moved, left out or put back."""
    if state is OccurrenceState.SKIPPED:
        return sentence(reason)
    tried = sentence(f"tried before: {reason}") if reason else ""
    return " ".join(filter(None, (outcome(OccurrenceState.DONE, "", note), tried)))


def outcome(state: OccurrenceState, reason: str, note: str = "") -> str:
    """Why an occurrence did not run, or not when it was planned; empty where it did."""
    if note and state is OccurrenceState.DONE:
        return sentence(f"moved: {note}")
    if state is OccurrenceState.FAILED:
        return BROKE.format(reason or "unknown error")
    return REASONS.get(reason, sentence(reason))


def round_numbers(db: UnitOfWork, community: CommunityId) -> dict[RoundId, int]:
    """The numbers by which people call the community's rounds."""
    return {each.id: each.number for each in db.coffee.rounds(community)}


def lane_names(db: UnitOfWork, community: CommunityId) -> dict[Lane, str]:
    """What people call the community's lanes: "Slack: Guy's and St Thomas'"."""
    return {
        each.lane: platform(each.lane)
        if each.platform == "web"
        else f"{platform(each.lane)}: {each.name or each.external}"
        for each in db.workspaces.all()
        if each.community == community
    }
