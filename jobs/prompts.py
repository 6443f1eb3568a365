"""Prompts, when it is time: ask the next question."""

from bot.chat.schedule import PROMPT, Run, Schedule
from bot.domain import prompts as rules
from bot.domain.calm import Weight
from bot.domain.prompts import Series
from bot.ids import PromptSeriesId
from bot.views import prompts as views
from storage import prompting, prompts
from storage.unit_of_work import UnitOfWork

schedule = Schedule()


def not_asked(run: Run, db: UnitOfWork) -> None:
    """It came too late; the question itself comes next time."""
    series = _series(run, db)
    if not series.has_ended:
        prompting.tell(db, series, views.missed(series, run.at), key=_key(run), now=run.now)


@schedule.job("prompt ask", catch_up=PROMPT, missed=not_asked)
def ask(run: Run, db: UnitOfWork) -> None:
    """The question that was not asked yet, or the longest ago, goes out."""
    series = _series(run, db)
    if series.has_ended:
        return
    question = rules.next_question(series, db.prompts.asked(series))
    name = db.communities.get(run.community).name
    was_asked = prompting.ask(
        db,
        series,
        in_channel=views.asked_in_channel(question, series, name),
        to_person=views.asked_of_person(question, series, name),
        # Whoever has it asked now wants an answer before the next "Your week".
        weight=Weight.ORDINARY if run.subject.endswith(prompts.BY_HAND) else Weight.CAN_WAIT,
        label=run.label,
        now=run.now,
    )
    if was_asked:
        db.prompts.note(series, question, label=run.label)
    else:
        prompting.tell(db, series, views.empty(series), key=_key(run), now=run.now)


def _series(run: Run, db: UnitOfWork) -> Series:
    number = run.subject.removeprefix("prompt:").removesuffix(prompts.BY_HAND)
    return db.prompts.get(PromptSeriesId(int(number)))


def _key(run: Run) -> str:
    return f"{run.subject}:missed:{run.label:%Y-%m-%dT%H:%M}"
