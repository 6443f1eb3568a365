"""What members say around a learning session, and what is handed to them after it.

Needs, feedback and reminders are members' own words and wishes; materials are the organiser's.
"""

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

import sqlalchemy as sa

from bot.domain.sessions_after import Feedback, Material, Worth
from bot.domain.sessions_timing import DEFAULT_LEADS
from bot.ids import CommunityId, MemberId, SessionId
from storage.rows import batches, insert_row, upsert
from storage.tables import (
    session_feedback,
    session_materials,
    session_needs,
    session_reminders,
)


class SessionAnswers:
    """Needs, feedback, reminders and materials of all communities."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    # What somebody needs to take part: for the eyes of the session's organiser only.

    def need(self, session: SessionId, member: MemberId) -> str:
        """What the member said they need; empty where they said nothing."""
        found = self._connection.execute(
            sa.select(session_needs.c.words).where(
                session_needs.c.session == session, session_needs.c.member == member
            )
        ).scalar()
        return found or ""

    def save_need(
        self, community: CommunityId, session: SessionId, member: MemberId, words: str
    ) -> None:
        """Keep what somebody needs; empty words take it back."""
        if not words:
            self._connection.execute(
                session_needs.delete().where(
                    session_needs.c.session == session, session_needs.c.member == member
                )
            )
            return
        values = {"community": community, "session": session, "member": member, "words": words}
        upsert(self._connection, session_needs, values, keys=("session", "member"))

    def needs(self, session: SessionId) -> dict[MemberId, str]:
        """What everybody needs who said so."""
        rows = self._connection.execute(
            sa.select(session_needs.c.member, session_needs.c.words)
            .where(session_needs.c.session == session)
            .order_by(session_needs.c.member)
        )
        return {MemberId(row.member): row.words for row in rows}

    # Feedback.

    def feedback_of(self, session: SessionId, member: MemberId) -> Feedback | None:
        """What the member said of a session."""
        found = self._feedback(
            session_feedback.c.session == session, session_feedback.c.member == member
        )
        return found[0] if found else None

    def save_feedback(
        self, community: CommunityId, session: SessionId, member: MemberId, said: Feedback
    ) -> None:
        """Keep the member's answer in place of an earlier one."""
        values = {"community": community, "session": session, "member": member, **asdict(said)}
        upsert(self._connection, session_feedback, values, keys=("session", "member"))

    def feedback(self, session: SessionId) -> tuple[Feedback, ...]:
        """What was said of a session, without who said it."""
        return self._feedback(session_feedback.c.session == session)

    def _feedback(self, *conditions: sa.ColumnElement[bool]) -> tuple[Feedback, ...]:
        rows = self._connection.execute(
            sa.select(session_feedback.c.worth, session_feedback.c.words)
            .where(*conditions)
            # In an order that tells nothing of who answered when.
            .order_by(session_feedback.c.words, session_feedback.c.worth)
        )
        return tuple(Feedback(Worth(row.worth), row.words) for row in rows)

    # Reminders.

    def leads(self, member: MemberId) -> tuple[int, ...]:
        """How many minutes before a session the member is reminded."""
        return self.leads_of([member])[member]

    def leads_of(self, members: Iterable[MemberId]) -> dict[MemberId, tuple[int, ...]]:
        """The same for several members."""
        wanted = list(members)
        chosen = {
            MemberId(row.member): tuple(row.leads)
            for batch in batches(wanted)
            for row in self._connection.execute(
                sa.select(session_reminders.c.member, session_reminders.c.leads).where(
                    session_reminders.c.member.in_(batch)
                )
            )
        }
        return {each: chosen.get(each, DEFAULT_LEADS) for each in wanted}

    def save_leads(self, community: CommunityId, member: MemberId, leads: Iterable[int]) -> None:
        """Remind the member so many minutes before, and at no other time."""
        values: dict[str, Any] = {"community": community, "member": member, "leads": list(leads)}
        upsert(self._connection, session_reminders, values, keys=("member",))

    # Materials.

    def materials(self, session: SessionId) -> tuple[Material, ...]:
        """What the organiser gave out, in the order it came."""
        rows = self._connection.execute(
            sa.select(session_materials)
            .where(session_materials.c.session == session)
            .order_by(session_materials.c.id)
        )
        return tuple(_material(row) for row in rows)

    def add_material(
        self, community: CommunityId, session: SessionId, *, title: str, url: str
    ) -> int:
        """Give something out; its number."""
        return insert_row(
            self._connection,
            session_materials,
            community=community,
            session=session,
            title=title,
            url=url,
        )

    def remove_material(self, community: CommunityId, number: int) -> Material | None:
        """Take something back; None where there is none of this number."""
        row = self._connection.execute(
            session_materials.delete()
            .where(session_materials.c.id == number, session_materials.c.community == community)
            .returning(session_materials)
        ).one_or_none()
        return _material(row) if row else None


def _material(row: sa.Row[Any]) -> Material:
    return Material(row.id, SessionId(row.session), row.title, row.url)
