"""Word in confidence that did not arrive."""

from bot.views import concern as views
from storage import confidence
from storage.drain import Settled
from storage.elsewhere import ELSEWHERE
from storage.outbox import CONFIDENTIAL, State
from storage.unit_of_work import UnitOfWork

_UNTOLD = ":untold"


def not_told(db: UnitOfWork, settled: Settled) -> None:
    """Whoever asked for it is told that nobody has read it; no organiser is.

    Nothing is said while it goes another way.
    """
    row = settled.row
    is_lost = settled.state in {State.CANNOT, State.UNCERTAIN}
    if row.subject != CONFIDENTIAL or not is_lost:
        return
    key = row.delivery.key.partition(ELSEWHERE)[0]
    concern = db.concerns.told(key)
    if concern is None or db.outbox.is_on_its_way(row.community, f"{key}{ELSEWHERE}"):
        return
    confidence.tell(
        db, row.community, concern.member, views.not_told(), key=f"{key}{_UNTOLD}", now=settled.now
    )
