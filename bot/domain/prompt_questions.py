"""Questions that come with the bot, in four themes: for leaders in health and care.

Each has a key of its own by which it is remembered that it was asked: a question may be reworded
under its key, and a key is never used again for another.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Pack(StrEnum):
    """A theme."""

    LEARNING = "learning"
    CONNECTION = "connection"
    IMPROVEMENT = "improvement"
    WELLBEING = "wellbeing"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, and the key by which it is known."""

    key: str
    text: str


def _pack(pack: Pack, *texts: str) -> tuple[Question, ...]:
    return tuple(Question(f"{pack}:{at}", text) for at, text in enumerate(texts, start=1))


# New questions go to the end: what came before keeps its key.
PACKS: Mapping[Pack, tuple[Question, ...]] = {
    Pack.LEARNING: _pack(
        Pack.LEARNING,
        "What did you learn from another borough this week?",
        "Which article, talk or podcast changed how you work?",
        "What do you know now that you wish you had known in your first year as a leader?",
        "Which question from a colleague made you stop and think lately?",
        "What did a patient, resident or carer teach you recently?",
        "Which skill are you practising at the moment, and how is it going?",
        "What would you like somebody here to explain in five minutes?",
        "Which word from your profession do others often misunderstand?",
        "What did you change your mind about this year?",
        "Whose way of leading have you copied something from, and what?",
        "Which mistake taught you more than any course did?",
        "What is the best advice you were ever given, and did you follow it?",
        "Which part of our system do you understand least, and whom could you ask?",
        "What surprised you the last time you visited another team or site?",
        "Which number or chart told you something that you did not expect?",
        "What would you teach a new leader on their first day?",
    ),
    Pack.CONNECTION: _pack(
        Pack.CONNECTION,
        "Who outside your own organisation made your work easier lately?",
        "Whom would you like to meet here, and what would you ask them?",
        "What does your team do that hardly anybody knows about?",
        "Which partnership are you proudest of, and what holds it together?",
        "What should people in other professions know about a day in yours?",
        "What brought you into health and care, and what keeps you here?",
        "Which place in your borough should everybody in this community visit once?",
        "Whom have you thanked this week, or whom could you thank today?",
        "What could you offer somebody here in half an hour?",
        "Where do people fall between two of our organisations, and who could close that gap?",
        "Which team would you swap places with for a day, and why?",
        "What helps you to trust somebody whom you have never met in person?",
        "Which door was opened for you, and for whom could you open one?",
        "What do social care and health most often misread in each other?",
        "Which voluntary group near you should more of us know?",
        "What are you working on that would go better with one more pair of eyes?",
    ),
    Pack.IMPROVEMENT: _pack(
        Pack.IMPROVEMENT,
        "Which small change made a difference for somebody last month?",
        "What did you stop doing, and did anybody miss it?",
        "What works well where you are that others could take up tomorrow?",
        "Which form, meeting or step would you end if you could?",
        "What did you try that did not work, and what did it show you?",
        "Where does a person wait longest in your service, and do we know why?",
        "Which idea from another place have you made your own?",
        "How do you know that a change was for the better?",
        "Who is missing from the table when you plan a service?",
        "What would patients change first if it were up to them?",
        "Which unfairness in access or outcomes have you made smaller, or would you like to?",
        "What is one thing that you measure and nobody uses?",
        "What could we do once together instead of six times apart?",
        "Which good habit slipped during the last busy spell, and how might it return?",
        "What would you attempt if you were sure of a fair hearing when it failed?",
        "Which problem keeps coming back, and what lies beneath it?",
    ),
    Pack.WELLBEING: _pack(
        Pack.WELLBEING,
        "What gave you energy at work this week?",
        "How do you end a hard day?",
        "What made you laugh with your team lately?",
        "Which boundary do you keep, and what helps you to keep it?",
        "What does your team do to look after each other when it is busy?",
        "Where do you go, or what do you do, to think clearly?",
        "What are you looking forward to?",
        "Which kindness from a colleague do you still remember?",
        "What would make next week five per cent easier for you?",
        "When did you last feel proud of your team, and did you tell them?",
        "What helps you to say “I don’t know” or “I need help”?",
        "How do you make room for a break, and how could your team?",
        "What would you tell a friend who had a week like yours?",
        "What have you let go of that you do not miss?",
        "Which small ritual starts your day or your shift well?",
        "What reminds you why this work matters?",
    ),
}
