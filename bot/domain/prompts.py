"""Prompts: recurring questions that rotate without repeats."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from random import Random

from bot.domain import prompt_questions
from bot.domain.announcements import Way
from bot.domain.audience import EVERYONE, Audience
from bot.domain.cadences import Cadence
from bot.domain.prompt_questions import Pack, Question
from bot.domain.words import folded
from bot.errors import MemberError
from bot.ids import CommunityId, Lane, MemberId, PromptSeriesId
from bot.times import IfOff

# More own questions than this would never come round.
MOST_OWN = 100
LONGEST_QUESTION = 300


@dataclass(frozen=True, slots=True)
class Series:
    """Questions of some packs and of one's own, asked on a cadence that is local in ``zone``.

    ``lanes`` are the workspaces whose channels show them; none means all.
    """

    id: PromptSeriesId
    community: CommunityId
    number: int
    made_by: MemberId | None
    cadence: Cadence
    packs: tuple[Pack, ...] = ()
    own: tuple[str, ...] = ()
    way: Way = Way.CHANNELS
    lanes: tuple[Lane, ...] = ()
    audience: Audience = EVERYONE
    zone: str = "Europe/London"
    if_off: IfOff = IfOff.SKIP
    has_ended: bool = False
    made_at: datetime | None = None

    @property
    def questions(self) -> tuple[Question, ...]:
        """All that may be asked, each once."""
        own = tuple(Question(key_of(text), text) for text in self.own)
        given = tuple(each for pack in self.packs for each in prompt_questions.PACKS[pack])
        return tuple({folded(each.text): each for each in (*given, *own)}.values())


def key_of(text: str) -> str:
    """What an own question is known by, however its case, signs and spacing are changed."""
    return f"own:{hashlib.sha256(folded(text).encode()).hexdigest()[:16]}"


def next_question(series: Series, asked: Sequence[str]) -> Question:
    """A question that was not asked yet, else the one that was asked the longest ago.

    ``asked`` are the keys of what was asked, the newest first. So nothing comes again before all
    else has come, also where questions are added or taken away. The same series with the same past
    has the same next question, so that a preview is true. Raises ``MemberError`` where it has none.
    """
    questions = series.questions
    if not questions:
        raise MemberError(f"Series {series.number} has no questions. Choose a pack or write some.")
    ages: dict[str, int] = {}
    for age, key in enumerate(asked):
        ages.setdefault(key, age)
    new = [each for each in questions if each.key not in ages]
    if new:
        return Random(f"{series.id}/{len(asked)}").choice(new)
    return max(questions, key=lambda each: ages[each.key])


def own_questions(text: str) -> tuple[str, ...]:
    """The questions in what an organiser wrote, one a line; raises ``MemberError`` for too many."""
    found = tuple(dict.fromkeys(" ".join(line.split()) for line in text.splitlines()))
    questions = tuple(each.lstrip("-•* ") for each in found if each.lstrip("-•* "))
    if len(questions) > MOST_OWN:
        raise MemberError(f"These are {len(questions)} questions; {MOST_OWN} are enough for years.")
    for each in questions:
        if len(each) > LONGEST_QUESTION:
            raise MemberError(f"“{each[:40]}…” is too long for a question that people answer.")
    return questions
