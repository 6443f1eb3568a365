"""The example community's stories: invented, as everything in it."""

from dataclasses import dataclass

from bot.domain.stories import Reuse, State


@dataclass(frozen=True, slots=True)
class Invented:
    """A story that nobody lived; ``celebrated``, ``wanted`` and ``tried`` say how it spread."""

    title: str
    changed: str
    whom: str
    problem: str = ""
    done: str = ""
    differently: str = ""
    priority: str = ""
    tags: tuple[str, ...] = ()
    reuse: Reuse = Reuse.ASK
    state: State = State.PUBLISHED
    celebrated: int = 0
    wanted: int = 0
    tried: int = 0


STORIES = (
    Invented(
        "A kettle on the corridor",
        "Night staff of two wards began to drink their tea together. Handing over now takes ten "
        "minutes less, and nobody waits for the porter alone.",
        "People who move between the two wards at night",
        problem="Each ward rang the other up to nine times a night.",
        done="We put a kettle and two chairs where the corridors meet, and asked the night "
        "managers to have their break there.",
        differently="We first tried a joint meeting at 7 in the morning. Nobody came.",
        priority="A workforce that stays",
        tags=("night shifts", "handover"),
        reuse=Reuse.FREELY,
        celebrated=14,
        wanted=3,
        tried=2,
    ),
    Invented(
        "The pharmacist rings before discharge",
        "Medicines are ready when people go home: in three months only four of 210 came back for "
        "a missing one.",
        "Older people going home from hospital, and their carers",
        problem="Every fifth bag was not ready, mostly on Fridays.",
        done="The ward’s pharmacist rings the person’s own pharmacy a day before.",
        differently="Begin with one pharmacy. We began with eleven and lost count.",
        priority="Care close to home",
        tags=("discharge", "medicines"),
        celebrated=9,
        wanted=4,
        tried=1,
    ),
    Invented(
        "Care homes choose the topic",
        "Twelve care homes now set the agenda of the monthly call. Attendance doubled.",
        "Residents of care homes, and those who work there",
        done="A home’s manager chairs, and the GP brings the biscuits.",
        tags=("care homes", "meetings"),
        reuse=Reuse.FREELY,
        celebrated=6,
        wanted=1,
    ),
    Invented(
        "Letters in plain words",
        "Our clinic letters are written to the person, not to their doctor. Calls to ask what a "
        "letter meant went from 30 a week to 8.",
        "Everybody who gets a letter from us",
        problem="Half of the people we asked did not understand their last letter.",
        differently="Ask people who read little to look at the first draft, not the last.",
        tags=("letters", "plain words"),
        celebrated=11,
    ),
    Invented(
        "A walk for people who look after somebody",
        "Twenty carers meet for a walk on Thursdays, and three of them now lead it.",
        "Carers who seldom leave the house",
        tags=("carers", "green spaces"),
        state=State.SUBMITTED,
    ),
)
"""Four that are published, the oldest first, and one that waits for a curator."""
