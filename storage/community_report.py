"""How a community is doing, counted by the database in a few statements."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain import community_report as rules
from bot.domain.coffee import Met, ParticipationState, Round, RoundState
from bot.domain.community_report import PERIOD, Quarter, RoundFigures, Seat, Share, Standing
from bot.domain.members import MemberState, Vocabulary
from bot.domain.sessions import SignUpState
from bot.domain.sessions import State as SessionState
from bot.domain.sessions_after import Worth
from bot.domain.stories import State as StoryState
from bot.domain.stories_adoption import Tried
from bot.ids import CommunityId
from storage.tables import (
    coffee_groups,
    coffee_participations,
    coffee_places,
    members,
    session_feedback,
    session_signups,
    sessions,
    stories,
    story_tries,
)
from storage.unit_of_work import UnitOfWork

_COVERED = (Vocabulary.PLACE, Vocabulary.SECTOR, Vocabulary.PROFESSION, Vocabulary.STAGE)


def standing(db: UnitOfWork, community: CommunityId, *, now: datetime) -> Standing:
    """All the figures: the quarter until now and the one before, and the last two rounds."""
    rounds = db.coffee.rounds(community, RoundState.CLOSED, limit=2)
    figures = [_round(db, each) for each in rounds]
    in_coffee = coffee_participations.c.state != ParticipationState.LEFT
    joined = members.join(coffee_participations, coffee_participations.c.member == members.c.id)
    here = (members.c.community == community, members.c.state == MemberState.ACTIVE)
    # Of the others nobody agreed that anything is told, not even by a count.
    shown = (*here, members.c.introduced_at.is_not(None))
    return Standing(
        members=_count(db, members, *here),
        introduced=_count(db, members, *here, members.c.introduced_at.is_not(None)),
        in_coffee=_count(db, joined, *here, in_coffee),
        quarter=_quarter(db, community, now - PERIOD, now),
        before=_quarter(db, community, now - 2 * PERIOD, now - PERIOD),
        round=figures[0] if figures else None,
        round_before=figures[1] if len(figures) > 1 else None,
        coverage=rules.coverage(
            {name: db.communities.terms(community, name, with_retired=True) for name in _COVERED},
            {name: _said(db, members.c[name], *shown) for name in _COVERED},
            _leaders(db, *shown),
        ),
    )


def _round(db: UnitOfWork, of: Round) -> RoundFigures:
    rows = db.connection.execute(
        sa.select(
            coffee_groups.c.id.label("table"),
            coffee_places.c.met,
            coffee_places.c.worth,
            members.c.organisation,
            members.c.place,
            members.c.profession,
            members.c.kind,
        )
        .select_from(
            coffee_groups.join(coffee_places, coffee_places.c.group == coffee_groups.c.id).join(
                members, members.c.id == coffee_places.c.member
            )
        )
        .where(coffee_groups.c.round == of.id)
    )
    seats = [
        Seat(
            group=row.table,
            has_met=row.met == Met.YES,
            has_answered=row.met is not None,
            is_worth=row.worth,
            organisation=row.organisation,
            place=row.place,
            profession=row.profession,
            kind=row.kind,
        )
        for row in rows
    ]
    return rules.round_figures(of.number, seats, left_out=len(of.unmatched))


def _quarter(db: UnitOfWork, community: CommunityId, start: datetime, end: datetime) -> Quarter:
    def within(column: sa.Column[Any]) -> tuple[sa.ColumnElement[bool], ...]:
        return (column > start, column <= end)

    active = members.c.state == MemberState.ACTIVE
    mine = sessions.c.community == community
    held = (mine, sessions.c.state == SessionState.PLANNED, *within(sessions.c.ends_at))
    off = (mine, sessions.c.state == SessionState.CANCELLED, *within(sessions.c.ends_at))
    signed = session_signups.join(sessions, sessions.c.id == session_signups.c.session)
    going = (*held, session_signups.c.state == SignUpState.GOING)
    said = session_feedback.join(sessions, sessions.c.id == session_feedback.c.session)
    told = (
        stories.c.community == community,
        stories.c.state == StoryState.PUBLISHED,
        *within(stories.c.published_at),
    )
    tried = (
        story_tries.c.community == community,
        story_tries.c.state == Tried.TRIED,
        *within(story_tries.c.at),
    )
    came = _count(db, signed, *going, session_signups.c.attended.is_(True))
    missing = _count(db, signed, *going, session_signups.c.attended.is_(False))
    return Quarter(
        joined=_count(
            db, members, members.c.community == community, active, *within(members.c.joined_at)
        ),
        sessions=_count(db, sessions, *held),
        cancelled=_count(db, sessions, *off),
        came=Share(came, came + missing),
        unknown=_count(db, signed, *going, session_signups.c.attended.is_(None)),
        worth=Share(
            _count(db, said, *held, session_feedback.c.worth == Worth.YES),
            _count(db, said, *held),
        ),
        stories=_count(db, stories, *told),
        tried=_count(db, story_tries, *tried),
    )


def _count(db: UnitOfWork, source: sa.FromClause, *conditions: sa.ColumnElement[bool]) -> int:
    counted = sa.select(sa.func.count()).select_from(source).where(*conditions)
    return int(db.connection.execute(counted).scalar_one())


def _said(db: UnitOfWork, column: sa.Column[str], *here: sa.ColumnElement[bool]) -> dict[str, int]:
    rows = db.connection.execute(
        sa.select(column.label("word"), sa.func.count().label("people"))
        .where(*here)
        .group_by(column)
    )
    return {row.word: int(row.people) for row in rows}


def _leaders(db: UnitOfWork, *here: sa.ColumnElement[bool]) -> dict[tuple[str, str, str], int]:
    columns: Sequence[sa.Column[str]] = (members.c.kind, members.c.stage, members.c.profession)
    rows = db.connection.execute(
        sa.select(*columns, sa.func.count().label("people")).where(*here).group_by(*columns)
    )
    return {(row.kind, row.stage, row.profession): int(row.people) for row in rows}
