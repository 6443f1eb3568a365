"""What somebody took part in, gathered from sessions and coffees; for them alone."""

from bot.domain import sessions_record
from bot.domain.coffee import Met
from bot.domain.sessions_record import Entry, Record
from bot.ids import MemberId
from storage.unit_of_work import UnitOfWork


def record_of(db: UnitOfWork, member: MemberId, *, year: int | None = None) -> Record:
    """All that somebody took part in, or that of a year."""
    entries = [sessions_record.attended(each) for each in db.sessions.attended_by(member)]
    return sessions_record.record([*entries, *_meetings(db, member)], year=year)


def _meetings(db: UnitOfWork, member: MemberId) -> list[Entry]:
    groups = db.coffee.groups_of(member)
    known = db.members.many({each for _, group in groups for each in group.people})
    return [
        sessions_record.met(
            (group.meets_at or of.label).date(),
            [known[each].name for each in group.people if each in known and each != member],
        )
        for of, group in groups
        if group.place(member).met is Met.YES
    ]
