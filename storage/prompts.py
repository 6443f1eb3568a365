"""Recurring questions as they are kept, and which were asked."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.announcements import Way
from bot.domain.cadences import Cadence
from bot.domain.opt_outs import Unasked
from bot.domain.prompt_questions import Pack, Question
from bot.domain.prompts import Series
from bot.ids import CommunityId, Lane, MemberId, PromptSeriesId
from bot.times import IfOff
from storage import audiences, reach
from storage.reach import ToEach
from storage.rows import insert_new, insert_row
from storage.tables import members, opt_outs, prompt_series, prompts_asked

# The subject of one that an organiser has asked at once ends with this.
BY_HAND = ":now"


def to(series: Series, *, has_mail: bool) -> ToEach:
    """Those who are asked in a message of their own, each with the account that it goes to."""
    opted_out = sa.exists().where(
        opt_outs.c.member == members.c.id, opt_outs.c.programme == Unasked.PROMPTS
    )
    meant = audiences.meant(series.community, series.audience).where(sa.not_(opted_out))
    return reach.first_accounts(meant, has_mail=has_mail)


def subject(series: Series) -> str:
    """What the schedule calls a series."""
    return f"prompt:{series.id}"


class Prompts:
    """The series of all communities."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(self, made: Series, *, now: datetime) -> Series:
        """Keep a new series under the community's next number."""
        last = self._connection.execute(
            sa.select(sa.func.max(prompt_series.c.number)).where(
                prompt_series.c.community == made.community
            )
        ).scalar()
        number = insert_row(
            self._connection,
            prompt_series,
            **_columns(made) | {"number": (last or 0) + 1, "made_at": now},
        )
        return self.get(PromptSeriesId(number))

    def save(self, changed: Series) -> None:
        """Keep what was changed."""
        self._connection.execute(
            prompt_series.update()
            .where(prompt_series.c.id == changed.id)
            .values(**_columns(changed))
        )

    def get(self, series: PromptSeriesId) -> Series:
        """The series of this identity, which must exist."""
        return self._found(prompt_series.c.id == series)[0]

    def find(self, community: CommunityId, number: int) -> Series | None:
        """The community's series of this number, unless it has ended."""
        found = self._found(
            prompt_series.c.community == community,
            prompt_series.c.number == number,
            prompt_series.c.has_ended.is_(False),
        )
        return found[0] if found else None

    def running(self, community: CommunityId) -> tuple[Series, ...]:
        """All series that have not ended, the newest first."""
        return self._found(
            prompt_series.c.community == community, prompt_series.c.has_ended.is_(False)
        )

    def count(self, people: ToEach) -> int:
        """How many people a statement finds."""
        found = sa.select(sa.func.count()).select_from(people.subquery())
        return int(self._connection.execute(found).scalar_one())

    def people(self, to: ToEach) -> tuple[MemberId, ...]:
        """Whom a statement finds."""
        return tuple(MemberId(row.member) for row in self._connection.execute(to))

    def asked(self, series: Series) -> tuple[str, ...]:
        """The keys of what was asked, the newest first."""
        rows = self._connection.execute(
            sa.select(prompts_asked.c.question)
            .where(prompts_asked.c.series == series.id)
            .order_by(prompts_asked.c.label.desc())
        )
        return tuple(row.question for row in rows)

    def note(self, series: Series, question: Question, *, label: datetime) -> bool:
        """Note what is asked at a label; False where something was asked then."""
        row = {
            "community": series.community,
            "series": series.id,
            "label": label,
            "question": question.key,
        }
        return bool(insert_new(self._connection, prompts_asked, row))

    def _found(self, *conditions: sa.ColumnElement[bool]) -> tuple[Series, ...]:
        rows = self._connection.execute(
            sa.select(prompt_series).where(*conditions).order_by(prompt_series.c.number.desc())
        )
        return tuple(_series(row) for row in rows)


def _columns(one: Series) -> dict[str, Any]:
    return {
        "community": one.community,
        "number": one.number,
        "made_by": one.made_by,
        "packs": list(one.packs),
        "own": list(one.own),
        "way": one.way,
        "lanes": list(one.lanes),
        "audience": audiences.dump(one.audience),
        "rule": one.cadence.rule,
        "start": one.cadence.start,
        "zone": one.zone,
        "if_off": one.if_off,
        "has_ended": one.has_ended,
        "made_at": one.made_at,
    }


def _series(row: sa.Row[Any]) -> Series:
    return Series(
        id=PromptSeriesId(row.id),
        community=CommunityId(row.community),
        number=row.number,
        made_by=None if row.made_by is None else MemberId(row.made_by),
        cadence=Cadence(row.start, row.rule),
        packs=tuple(map(Pack, row.packs)),
        own=tuple(row.own),
        way=Way(row.way),
        lanes=tuple(map(Lane, row.lanes)),
        audience=audiences.load(row.audience),
        zone=row.zone,
        if_off=IfOff(row.if_off),
        has_ended=row.has_ended,
        made_at=row.made_at,
    )
