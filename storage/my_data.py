"""A member's own data: what is kept of them, the links to fetch it by, and erasing it.

``KEPT`` says for every column that names a member what its owner may read of it, and what becomes
of it when they have it erased. A new table with such a column needs a line there; a test compares
it with the schema.
"""

import hashlib
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat import messages
from bot.chat.requests import Role
from bot.domain.members import MemberState, Profile
from bot.domain.my_data import LINK_LIFE, Row, Section
from bot.ids import CommunityId, MemberId
from storage import codec
from storage.members import profile_columns
from storage.retention import WORDLESS
from storage.states import State
from storage.tables import (
    account_codes,
    accounts,
    announcement_recipients,
    announcements,
    audit,
    calm_wishes,
    channels,
    coffee_avoids,
    coffee_opt_ins,
    coffee_participations,
    coffee_places,
    concerns,
    data_links,
    done_for,
    held,
    member_imports,
    members,
    opt_outs,
    organisation_proposals,
    outbox,
    perhaps_known,
    prompt_series,
    session_feedback,
    session_links,
    session_needs,
    session_reminders,
    session_series,
    session_signups,
    session_topics,
    session_votes,
    sessions,
    standings,
    stories,
    story_celebrations,
    story_coauthors,
    story_tries,
    story_turns,
    unasked,
    web_entries,
    web_links,
    web_reads,
    web_sessions,
)

FORMER = "A former member"
_HIDDEN = frozenset({"id", "community", "member", "is_example"})

Erase = Callable[[sa.Connection, sa.Column[Any], MemberId], None]


def _gone(connection: sa.Connection, column: sa.Column[Any], member: MemberId) -> None:
    """The rows go."""
    connection.execute(column.table.delete().where(column == member))


def _nameless(connection: sa.Connection, column: sa.Column[Any], member: MemberId) -> None:
    """The rows stay and name nobody."""
    connection.execute(column.table.update().where(column == member).values({column: None}))


def _of_former(connection: sa.Connection, column: sa.Column[Any], member: MemberId) -> None:
    """The rows stay, as those of a former member."""
    del connection, column, member


def _places(connection: sa.Connection, column: sa.Column[Any], member: MemberId) -> None:
    """That somebody had this place, and whether they met, stays to be counted."""
    connection.execute(
        coffee_places.update()
        .where(column == member)
        .values(note="", slots=[], shares=[], pressed_at=None)
    )


@dataclass(frozen=True, slots=True)
class Kept:
    """What is kept under a column: the title its owner reads it by, and how it is erased.

    Without a title it is shown to nobody: a secret, or what somebody else confided.
    """

    title: str
    erase: Erase
    shown: tuple[sa.Column[Any], ...] = ()


KEPT: Mapping[sa.Column[Any], Kept] = {
    accounts.c.member: Kept("Accounts", _gone),
    calm_wishes.c.member: Kept("Quiet hours and pauses", _gone),
    held.c.member: Kept("Your week", _gone, (held.c.title, held.c.why, held.c.held_at)),
    outbox.c.member: Kept(
        "Messages to you", _gone, (outbox.c.added_at, outbox.c.state, outbox.c.message)
    ),
    web_entries.c.member: Kept(
        "Web chat", _gone, (web_entries.c.at, web_entries.c.words, web_entries.c.message)
    ),
    coffee_participations.c.member: Kept("Your part in coffee", _gone),
    coffee_places.c.member: Kept(
        "Your coffees",
        _places,
        (
            coffee_places.c.group,
            coffee_places.c.state,
            coffee_places.c.met,
            coffee_places.c.worth,
            coffee_places.c.note,
            coffee_places.c.slots,
        ),
    ),
    coffee_opt_ins.c.member: Kept("Rounds you answered for", _gone),
    coffee_avoids.c.member: Kept("Whom you asked not to be matched with", _gone),
    # Somebody else asked for it, in confidence.
    coffee_avoids.c.avoided: Kept("", _gone),
    session_signups.c.member: Kept(
        "Your places in sessions",
        _gone,
        (session_signups.c.session, session_signups.c.state, session_signups.c.attended),
    ),
    session_needs.c.member: Kept("What you need to take part", _gone),
    session_feedback.c.member: Kept("Your feedback on sessions", _gone),
    session_reminders.c.member: Kept("When you are reminded of sessions", _gone),
    session_topics.c.suggested_by: Kept(
        "Topics you suggested", _nameless, (session_topics.c.title, session_topics.c.state)
    ),
    session_votes.c.member: Kept("Topics you voted for", _gone),
    sessions.c.organiser: Kept(
        "Sessions you look after", _nameless, (sessions.c.title, sessions.c.starts)
    ),
    session_series.c.organiser: Kept(
        "Series of sessions you look after", _nameless, (session_series.c.title,)
    ),
    session_links.c.member: Kept("", _gone),
    stories.c.author: Kept(
        "Your stories",
        _nameless,
        (
            stories.c.state,
            stories.c.title,
            stories.c.changed,
            stories.c.whom,
            stories.c.problem,
            stories.c.done,
            stories.c.differently,
            stories.c.place,
            stories.c.priority,
            stories.c.tags,
            stories.c.reuse,
            stories.c.note,
            stories.c.author_reason,
            stories.c.published_at,
        ),
    ),
    story_coauthors.c.member: Kept("Stories of others that name you", _gone),
    story_celebrations.c.member: Kept("Stories you celebrated", _gone),
    story_tries.c.member: Kept("Stories you want to try, or have tried", _gone),
    story_turns.c.member: Kept("Whether stories are told to you", _gone),
    announcements.c.author: Kept(
        "Announcements you wrote", _nameless, (announcements.c.number, announcements.c.text)
    ),
    announcement_recipients.c.member: Kept(
        "Announcements you were sent",
        _gone,
        (announcement_recipients.c.announcement, announcement_recipients.c.acknowledged_at),
    ),
    prompt_series.c.made_by: Kept("Prompts you set up", _nameless, (prompt_series.c.number,)),
    opt_outs.c.member: Kept("What you asked to hear no more of", _gone),
    # Why is between the organisers.
    standings.c.member: Kept("", _gone),
    standings.c.set_by: Kept("", _nameless),
    concerns.c.member: Kept("Concerns you raised", _gone, (concerns.c.about, concerns.c.at)),
    # Somebody else told it in confidence.
    concerns.c.about: Kept("", _gone),
    concerns.c.contact: Kept("", _gone),
    done_for.c.member: Kept(
        "What organisers did for you", _gone, (done_for.c.at, done_for.c.by, done_for.c.command)
    ),
    done_for.c.by: Kept("", _nameless),
    audit.c.actor: Kept(
        "What you did as an organiser", _of_former, (audit.c.at, audit.c.action, audit.c.subject)
    ),
    channels.c.set_by: Kept("Channels you chose", _nameless, (channels.c.purpose, channels.c.name)),
    web_links.c.member: Kept("", _gone),
    web_sessions.c.member: Kept("", _gone),
    web_reads.c.member: Kept("", _gone),
    account_codes.c.member: Kept("", _gone),
    perhaps_known.c.member: Kept("", _gone),
    perhaps_known.c.known: Kept("", _gone),
    unasked.c.member: Kept("", _gone),
    data_links.c.member: Kept("", _gone),
    organisation_proposals.c.member: Kept("Cards of your organisation that you proposed", _gone),
    # Rows of other people, looked over before they are imported.
    member_imports.c.member: Kept("", _gone),
}
"""What becomes of every column that names a member, in this order."""


class MyData:
    """What members may see, take along and have erased."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def make_link(self, community: CommunityId, member: MemberId, *, now: datetime) -> str:
        """A new secret that fetches a member's data for an hour; any before it ends."""
        self._connection.execute(data_links.delete().where(data_links.c.member == member))
        secret = secrets.token_urlsafe(24)
        self._connection.execute(
            data_links.insert().values(
                hash=_hash(secret), community=community, member=member, expires_at=now + LINK_LIFE
            )
        )
        return secret

    def whose(self, secret: str, *, now: datetime) -> MemberId | None:
        """Whose data a secret fetches; None where it has run out or never was."""
        found = self._connection.execute(
            sa.select(data_links.c.member).where(
                data_links.c.hash == _hash(secret), data_links.c.expires_at > now
            )
        ).scalar()
        return MemberId(found) if found is not None else None

    def sections(self, member: MemberId) -> tuple[Section, ...]:
        """All that is kept of a member and theirs to see; nothing that others confided."""
        profile = self._rows(members.c.id, member, ())
        found = [Section("Profile", profile)]
        for column, kept in KEPT.items():
            if kept.title:
                found.append(Section(kept.title, self._rows(column, member, kept.shown)))
        return tuple(found)

    def erase(self, member: MemberId, *, now: datetime) -> None:
        """Leave of a member nothing but that somebody was there."""
        self._connection.execute(
            outbox.update()
            .where(_carried_from(member), outbox.c.state == State.QUEUED)
            .values(state=State.CANCELLED, settled_at=now)
        )
        self._connection.execute(
            outbox.update().where(_carried_from(member)).values(message=WORDLESS, token="")
        )
        for column, kept in KEPT.items():
            kept.erase(self._connection, column, member)
        self._connection.execute(
            members.update()
            .where(members.c.id == member)
            .values(
                name=FORMER,
                email=None,
                refused_email="",
                show_email=False,
                role=Role.MEMBER,
                state=MemberState.LEFT,
                introduced_at=None,
                **profile_columns(Profile()),
            )
        )

    def _rows(
        self, column: sa.Column[Any], member: MemberId, shown: tuple[sa.Column[Any], ...]
    ) -> tuple[Row, ...]:
        chosen = shown or tuple(
            each for each in column.table.c if each is not column and each.name not in _HIDDEN
        )
        found = self._connection.execute(sa.select(*chosen).where(column == member)).all()
        return tuple(
            tuple(
                (each.name, self._in_words(each, value))
                for each, value in zip(chosen, row, strict=True)
            )
            for row in found
        )

    def _in_words(self, column: sa.Column[Any], value: Any) -> str:
        if value is None or value == "":
            return ""
        if column.name == "message":
            return messages.plain(codec.load_message(value))
        if any(key.column is members.c.id for key in column.foreign_keys):
            name = sa.select(members.c.name).where(members.c.id == value)
            return str(self._connection.execute(name).scalar_one())
        if isinstance(value, datetime):
            return value.isoformat()
        if isinstance(value, list):
            return ", ".join(str(each) for each in value)
        return str(value)


def _carried_from(member: MemberId) -> sa.ColumnElement[bool]:
    """What the bot carried to others in a member's own words."""
    return sa.or_(
        outbox.c.key.like(f"hello:{member}:%"),
        outbox.c.key.like(f"hello:%:{member}:answer"),
        outbox.c.key.like(f"coffee:%:words:{member}:%"),
    )


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
