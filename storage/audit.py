"""Who did what and when among organiser actions. Never a message's words, never an answer."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta

import sqlalchemy as sa

from bot import times
from bot.domain.audit import CONFIDENTIAL, Wanted, stem
from bot.ids import CommunityId, MemberId
from storage.tables import audit, members

COMMAND_LINE = "the command line"
_actors = members.alias("actors")
_subjects = members.alias("subjects")
_joined = audit.outerjoin(_actors, _actors.c.id == audit.c.actor).outerjoin(
    _subjects,
    sa.and_(
        _subjects.c.community == audit.c.community,
        audit.c.subject == sa.literal("member:").concat(sa.cast(_subjects.c.id, sa.Text)),
    ),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One action; ``actor`` is the name, "the command line" where nobody was signed in.

    ``about`` is the name of the member whom the subject names by number, where it does.
    """

    at: datetime
    actor: str
    action: str
    subject: str
    about: str = ""


class Audit:
    """The audit log of a community."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(
        self,
        community: CommunityId,
        actor: MemberId | None,
        *,
        action: str,
        now: datetime,
        subject: str = "",
    ) -> None:
        """Write one action down."""
        self._connection.execute(
            audit.insert().values(
                community=community, actor=actor, action=action, subject=subject, at=now
            )
        )

    def latest(self, community: CommunityId, *, limit: int) -> tuple[Entry, ...]:
        """The newest actions first."""
        return self.search(community, Wanted(), zone="UTC", limit=limit)

    def search(
        self, community: CommunityId, wanted: Wanted, *, zone: str, limit: int, offset: int = 0
    ) -> tuple[Entry, ...]:
        """The newest first of those asked for, whose days are of the ``zone``."""
        rows = self._connection.execute(
            sa.select(
                audit.c.at,
                _actors.c.name.label("actor"),
                audit.c.action,
                audit.c.subject,
                _subjects.c.name.label("about"),
            )
            .select_from(_joined)
            .where(*_conditions(community, wanted, zone))
            .order_by(audit.c.id.desc())
            .limit(limit)
            .offset(offset)
        )
        return tuple(
            Entry(row.at, row.actor or COMMAND_LINE, row.action, row.subject, row.about or "")
            for row in rows
        )

    def count(self, community: CommunityId, wanted: Wanted, *, zone: str) -> int:
        """How many there are of those asked for."""
        return self._connection.execute(
            sa.select(sa.func.count())
            .select_from(_joined)
            .where(*_conditions(community, wanted, zone))
        ).scalar_one()


def _conditions(community: CommunityId, wanted: Wanted, zone: str) -> list[sa.ColumnElement[bool]]:
    found = [audit.c.community == community]
    found += [sa.not_(audit.c.action.contains(word)) for word in CONFIDENTIAL]
    found += [_has(word) for word in wanted.words]
    if wanted.since is not None:
        begins = times.instant(datetime.combine(wanted.since, time()), zone)
        found.append(audit.c.at >= begins)
    if wanted.until is not None:
        ends = datetime.combine(wanted.until + timedelta(days=1), time())
        found.append(audit.c.at < times.instant(ends, zone))
    return found


def _has(word: str) -> sa.ColumnElement[bool]:
    """Whether an entry has the word: in a name, in what was done, or in what it was done to."""
    actor = sa.func.coalesce(_actors.c.name, COMMAND_LINE)
    named = (actor, audit.c.subject, sa.func.coalesce(_subjects.c.name, ""))
    return sa.or_(
        *(sa.func.lower(each).contains(word, autoescape=True) for each in named),
        sa.func.lower(audit.c.action).contains(stem(word), autoescape=True),
    )
