"""What is remembered of learning sessions, their series, and who signed up."""

import secrets
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.sessions import (
    Details,
    Kind,
    Register,
    Session,
    SignUp,
    SignUpState,
    State,
    Witness,
)
from bot.ids import CommunityId, MemberId, SeriesId, SessionId
from storage.rows import insert_row, upsert
from storage.tables import session_series, session_signups, sessions

_DETAILS = tuple(field.name for field in fields(Details))


class Sessions:
    """Sessions, series and sign-ups of all communities."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    # Sessions.

    def add(self, new: Session) -> Session:
        """Keep a new session, whose number is made up here."""
        number = insert_row(
            self._connection, sessions, community=new.community, series=new.series, **_columns(new)
        )
        return self.get(SessionId(number))

    def get(self, number: SessionId) -> Session:
        """The session of this number, which must exist."""
        return self._sessions(sessions.c.id == number)[0]

    def find(self, community: CommunityId, number: SessionId) -> Session | None:
        """The session of this number if it belongs to the community."""
        found = self._sessions(sessions.c.id == number, sessions.c.community == community)
        return found[0] if found else None

    def save(self, session: Session) -> None:
        """Keep what changed of a session."""
        self._connection.execute(
            sessions.update().where(sessions.c.id == session.id).values(**_columns(session))
        )

    def set_organiser(self, session: Session, organiser: MemberId) -> None:
        """Somebody else looks after a session, and after those its series is still to bring."""
        for table, number in ((sessions, session.id), (session_series, session.series)):
            self._connection.execute(
                table.update().where(table.c.id == number).values(organiser=organiser)
            )

    def upcoming(
        self, community: CommunityId, *, now: datetime, limit: int = 200
    ) -> tuple[Session, ...]:
        """The planned sessions that have not ended, the soonest first."""
        return self._sessions(
            sessions.c.community == community,
            sessions.c.state == State.PLANNED,
            sessions.c.ends_at > now,
            limit=limit,
        )

    def since(self, community: CommunityId, moment: datetime, *, limit: int) -> tuple[Session, ...]:
        """All sessions that end after an instant, cancelled ones included, the soonest first."""
        return self._sessions(
            sessions.c.community == community, sessions.c.ends_at > moment, limit=limit
        )

    def past(self, community: CommunityId, *, now: datetime, limit: int) -> tuple[Session, ...]:
        """The sessions that took place, the newest first."""
        rows = self._connection.execute(
            sa.select(sessions)
            .where(
                sessions.c.community == community,
                sessions.c.state == State.PLANNED,
                sessions.c.ends_at <= now,
            )
            .order_by(sessions.c.begins_at.desc(), sessions.c.id.desc())
            .limit(limit)
        )
        return tuple(_session(row) for row in rows)

    def of_series(self, series: SeriesId) -> tuple[Session, ...]:
        """All sessions of a series, the soonest first."""
        return self._sessions(sessions.c.series == series)

    def organised_by(
        self, community: CommunityId, member: MemberId, *, now: datetime
    ) -> tuple[Session, ...]:
        """The sessions to come that somebody looks after."""
        return self._sessions(
            sessions.c.community == community,
            sessions.c.organiser == member,
            sessions.c.state == State.PLANNED,
            sessions.c.ends_at > now,
        )

    # Series.

    def add_series(self, session: Session) -> SeriesId:
        """A series of sessions like this one, which becomes the first of it."""
        number = insert_row(
            self._connection,
            session_series,
            community=session.community,
            organiser=session.organiser,
            zone=session.zone,
            **asdict(session.details),
        )
        self._connection.execute(
            sessions.update()
            .where(sessions.c.id == session.id)
            .values(series=number, label=session.starts)
        )
        return SeriesId(number)

    def series(self, number: SeriesId) -> tuple[Details, MemberId | None]:
        """What the next sessions of a series are like, and who looks after them."""
        row = self._connection.execute(
            sa.select(session_series).where(session_series.c.id == number)
        ).one()
        return _details(row), _organiser(row)

    def save_series(
        self, number: SeriesId, details: Details, *, organiser: MemberId | None
    ) -> None:
        """What its next sessions are like from now on."""
        self._connection.execute(
            session_series.update()
            .where(session_series.c.id == number)
            .values(organiser=organiser, **asdict(details))
        )

    def has_label(self, series: SeriesId, label: datetime) -> bool:
        """Whether a series has a session for an occurrence, held or called off."""
        found = self._connection.execute(
            sa.select(sessions.c.id).where(sessions.c.series == series, sessions.c.label == label)
        ).first()
        return found is not None

    # Sign-ups.

    def register(self, session: Session) -> Register:
        """A session and everybody who signed up for it."""
        rows = self._connection.execute(
            sa.select(session_signups)
            .where(session_signups.c.session == session.id)
            .order_by(session_signups.c.position, session_signups.c.member)
        )
        return Register(session, tuple(_signup(row) for row in rows))

    def registers(self, several: Iterable[Session]) -> tuple[Register, ...]:
        """The same of several sessions, in their order."""
        wanted = list(several)
        found: dict[int, list[SignUp]] = {each.id: [] for each in wanted}
        for row in self._connection.execute(
            sa.select(session_signups)
            .where(session_signups.c.session.in_(found))
            .order_by(session_signups.c.position, session_signups.c.member)
        ):
            found[row.session].append(_signup(row))
        return tuple(Register(each, tuple(found[each.id])) for each in wanted)

    def held(self, number: SessionId) -> Register:
        """A session and its sign-ups, which nobody else changes until the transaction ends.

        Two who take the last place at once are so told apart: SQLite lets one transaction write
        at a time, PostgreSQL has the second wait for the first here.
        """
        row = self._connection.execute(
            sa.select(sessions).where(sessions.c.id == number).with_for_update()
        ).one()
        return self.register(_session(row))

    def save_signup(self, session: Session, signup: SignUp) -> SignUp:
        """Keep a sign-up; a new one gets the secret of its calendar file."""
        kept = signup.calendar or secrets.token_urlsafe(24)
        values = {
            **asdict(signup),
            "calendar": kept,
            "community": session.community,
            "session": session.id,
        }
        upsert(self._connection, session_signups, values, keys=("session", "member"))
        return SignUp(**{**asdict(signup), "calendar": kept})

    def of_member(self, member: MemberId, *states: SignUpState) -> tuple[Session, ...]:
        """The sessions in which somebody's sign-up is in one of these states, the soonest first."""
        mine = sa.select(session_signups.c.session).where(
            session_signups.c.member == member, session_signups.c.state.in_(states)
        )
        return self._sessions(sessions.c.id.in_(mine))

    def attended_by(self, member: MemberId) -> tuple[Session, ...]:
        """The sessions somebody was at, the earliest first."""
        mine = sa.select(session_signups.c.session).where(
            session_signups.c.member == member, session_signups.c.attended.is_(True)
        )
        return self._sessions(sessions.c.id.in_(mine), sessions.c.state == State.PLANNED)

    def had_an_open_chair(self, community: CommunityId) -> frozenset[MemberId]:
        """Everybody who ever had a place in an open chair that was not called off."""
        joined = session_signups.join(sessions, sessions.c.id == session_signups.c.session)
        rows = self._connection.execute(
            sa.select(session_signups.c.member)
            .select_from(joined)
            .where(
                sessions.c.community == community,
                sessions.c.kind == Kind.OPEN_CHAIR,
                sessions.c.state == State.PLANNED,
                session_signups.c.state == SignUpState.GOING,
            )
        )
        return frozenset(MemberId(row.member) for row in rows)

    def of_calendar(self, calendar: str) -> tuple[Session, SignUp] | None:
        """The sign-up with this secret in the address of its calendar file, and its session."""
        row = self._connection.execute(
            sa.select(session_signups).where(session_signups.c.calendar == calendar)
        ).one_or_none()
        return (self.get(SessionId(row.session)), _signup(row)) if row else None

    def _sessions(
        self, *conditions: sa.ColumnElement[bool], limit: int = 1000
    ) -> tuple[Session, ...]:
        rows = self._connection.execute(
            sa.select(sessions)
            .where(*conditions)
            .order_by(sessions.c.begins_at, sessions.c.id)
            .limit(limit)
        )
        return tuple(_session(row) for row in rows)


def _columns(session: Session) -> dict[str, Any]:
    return {
        **asdict(session.details),
        "organiser": session.organiser,
        "zone": session.zone,
        "state": session.state,
        "starts": session.starts,
        "begins_at": session.begins,
        "ends_at": session.ends,
        "draws_at": session.draws_at,
        "is_drawn": session.is_drawn,
        "sequence": session.sequence,
        "moves": session.moves,
        "label": session.label,
    }


def _session(row: sa.Row[Any]) -> Session:
    return Session(
        id=SessionId(row.id),
        community=CommunityId(row.community),
        details=_details(row),
        starts=row.starts,
        zone=row.zone,
        organiser=_organiser(row),
        state=State(row.state),
        sequence=row.sequence,
        moves=row.moves,
        draws_at=row.draws_at,
        is_drawn=row.is_drawn,
        series=SeriesId(row.series) if row.series is not None else None,
        label=row.label,
    )


def _details(row: sa.Row[Any]) -> Details:
    values: dict[str, Any] = {name: getattr(row, name) for name in _DETAILS}
    return Details(**{**values, "kind": Kind(row.kind)})


def _organiser(row: sa.Row[Any]) -> MemberId | None:
    return MemberId(row.organiser) if row.organiser is not None else None


def _signup(row: sa.Row[Any]) -> SignUp:
    return SignUp(
        member=MemberId(row.member),
        state=SignUpState(row.state),
        position=row.position,
        sequence=row.sequence,
        calendar=row.calendar,
        attended=row.attended,
        attended_by=Witness(row.attended_by),
    )
