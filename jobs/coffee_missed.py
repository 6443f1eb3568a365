"""Coffee, when a step of it came too late: organisers are told, and can do it themselves."""

from dataclasses import replace

from bot.chat.schedule import Run
from bot.domain.coffee import RoundState
from bot.ids import RoundId
from bot.views import coffee_missed as views
from jobs.coffee_telling import label_of, tell_organisers
from storage.unit_of_work import UnitOfWork


def no_round(run: Run, db: UnitOfWork) -> None:
    """A round was not even drafted."""
    tell_organisers(
        run,
        db,
        views.no_round(label_of(run)),
        key=f"coffee:{run.community}:missed:{label_of(run):%Y-%m-%dT%H:%M}",
    )


def not_sent(run: Run, db: UnitOfWork) -> None:
    """A draft did not go out: it is held until an organiser sends or cancels it."""
    of = db.coffee.round(RoundId(int(run.subject.split(":")[1])))
    if of.state not in {RoundState.DRAFTED, RoundState.APPROVED}:
        return
    db.coffee.save_round(replace(of, state=RoundState.HELD))
    tell_organisers(run, db, views.not_sent(of, run.at), key=f"coffee:{of.id}:not sent")


def no_step(run: Run, db: UnitOfWork) -> None:
    """Something within a round was not done."""
    of = db.coffee.round(RoundId(int(run.subject.split(":")[1])))
    tell_organisers(
        run,
        db,
        views.no_step(of, run.job),
        key=f"coffee:{of.id}:missed:{run.job}:{run.label:%Y-%m-%dT%H:%M}",
    )
