"""The community's data as tables, a page of rows at a time, without what is confidential.

Left out: whom somebody would rather not meet, what they need, what they answered, when they pause
or are available, their team and line manager, what they said in feedback, addresses they do not
show, how to join a session online, and stories that are not published.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.audit import CONFIDENTIAL
from bot.domain.cells import Value
from bot.domain.coffee import RoundState
from bot.domain.members import MemberState
from bot.domain.stories import Consent
from bot.domain.stories import State as StoryState
from bot.ids import CommunityId
from storage.audit import COMMAND_LINE
from storage.tables import (
    announcements,
    audit,
    coffee_groups,
    coffee_places,
    coffee_rounds,
    communities,
    members,
    organisations,
    session_signups,
    session_topics,
    session_votes,
    sessions,
    stories,
    story_coauthors,
    terms,
)

# Rows read in one transaction: a few milliseconds, so that others come between.
PAGE = 500
_TOLD = (
    "pronouns", "job", "place", "organisation", "sector", "profession", "stage", "kind",
    "ask_me_about", "interests", "system_roles", "languages",
)  # fmt: skip
"""What a member consented to have shown, once they have introduced themselves."""

Cells = tuple[Value, ...]
Key = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a table; ``after`` is where the next page begins, None at the end."""

    rows: tuple[Cells, ...]
    after: Key | None


@dataclass(frozen=True, slots=True)
class Part:
    """A table of the export; its rows are in the order of its ``keys``, which no two share."""

    name: str
    columns: tuple[str, ...]
    select: Callable[[CommunityId], sa.Select[Any]]
    keys: tuple[sa.Column[Any], ...]
    cells: Callable[[sa.Row[Any]], Cells]


def page(
    connection: sa.Connection,
    community: CommunityId,
    part: Part,
    after: Key | None = None,
    *,
    size: int = PAGE,
) -> Page:
    """The rows of a part behind a key; all of its first ones without."""
    keys = [key.label(f"key{number}") for number, key in enumerate(part.keys)]
    statement = part.select(community).add_columns(*keys).order_by(*part.keys).limit(size)
    if after is not None:
        statement = statement.where(sa.tuple_(*part.keys) > sa.tuple_(*after))
    rows = connection.execute(statement).all()
    last = tuple(rows[-1][-len(keys) :]) if len(rows) == size else None
    return Page(tuple(part.cells(row) for row in rows), last)


def _plain(*names: str) -> Callable[[sa.Row[Any]], Cells]:
    """The columns of these names as they are."""

    def cells(row: sa.Row[Any]) -> Cells:
        return tuple(_value(getattr(row, name)) for name in names)

    return cells


def _value(value: Any) -> Value:
    return value.isoformat(timespec="seconds") if isinstance(value, datetime) else value


def _member(row: sa.Row[Any]) -> Cells:
    told = row.introduced_at is not None and row.state == MemberState.ACTIVE
    shown = [getattr(row, name) if told else None for name in _TOLD]
    email = row.email if row.show_email and told else None
    dates = (_value(row.joined_at), _value(row.introduced_at))
    return (row.id, row.name, row.role, row.state, *dates, email, *shown)


def _coauthors() -> Any:
    """The names of those co-authors of a story who agreed, as one text."""
    joined = story_coauthors.join(members, members.c.id == story_coauthors.c.member)
    return (
        sa.select(sa.func.aggregate_strings(members.c.name, "; "))
        .select_from(joined)
        .where(story_coauthors.c.story == stories.c.id, story_coauthors.c.consent == Consent.AGREED)
        .scalar_subquery()
        .label("coauthors")
    )


def _of(table: sa.Table) -> Callable[[CommunityId], sa.Select[Any]]:
    return lambda community: sa.select(table).where(table.c.community == community)


def _members(community: CommunityId) -> sa.Select[Any]:
    """Those who are here; of whoever left nothing but their past places is told."""
    here = (MemberState.ACTIVE, MemberState.SUSPENDED)
    return sa.select(members).where(members.c.community == community, members.c.state.in_(here))


def _groups(community: CommunityId) -> sa.Select[Any]:
    joined = (
        coffee_places.join(coffee_groups, coffee_groups.c.id == coffee_places.c.group)
        .join(coffee_rounds, coffee_rounds.c.id == coffee_groups.c.round)
        .join(members, members.c.id == coffee_places.c.member)
    )
    return (
        sa.select(coffee_rounds.c.number, coffee_places.c.group, members.c.id, members.c.name)
        .select_from(joined)
        .where(
            coffee_rounds.c.community == community,
            coffee_rounds.c.state.in_((RoundState.SENT, RoundState.CLOSED)),
        )
    )


def _signups(community: CommunityId) -> sa.Select[Any]:
    joined = session_signups.join(members, members.c.id == session_signups.c.member)
    return (
        sa.select(
            session_signups.c.session,
            members.c.id,
            members.c.name,
            session_signups.c.state,
            session_signups.c.attended,
        )
        .select_from(joined)
        .where(session_signups.c.community == community)
    )


def _topics(community: CommunityId) -> sa.Select[Any]:
    votes = (
        sa.select(sa.func.count())
        .where(session_votes.c.topic == session_topics.c.id)
        .scalar_subquery()
        .label("votes")
    )
    return sa.select(session_topics, votes).where(session_topics.c.community == community)


def _stories(community: CommunityId) -> sa.Select[Any]:
    return (
        sa.select(stories, members.c.name.label("by"), _coauthors())
        .select_from(stories.outerjoin(members, members.c.id == stories.c.author))
        .where(stories.c.community == community, stories.c.state == StoryState.PUBLISHED)
    )


def _history(community: CommunityId) -> sa.Select[Any]:
    subjects = members.alias("subjects")
    joined = audit.outerjoin(members, members.c.id == audit.c.actor).outerjoin(
        subjects,
        sa.and_(
            subjects.c.community == audit.c.community,
            audit.c.subject == sa.literal("member:").concat(sa.cast(subjects.c.id, sa.Text)),
        ),
    )
    return (
        sa.select(
            audit.c.at,
            sa.func.coalesce(members.c.name, COMMAND_LINE).label("who"),
            audit.c.action,
            audit.c.subject,
            sa.func.coalesce(subjects.c.name, "").label("about"),
        )
        .select_from(joined)
        .where(
            audit.c.community == community,
            *(sa.not_(audit.c.action.contains(word)) for word in CONFIDENTIAL),
        )
    )


_SESSION = (
    "id", "kind", "title", "about", "speakers", "place", "priority", "starts", "zone", "minutes",
    "capacity", "state",
)  # fmt: skip
_STORY = (
    "id", "title", "changed", "whom", "problem", "done", "differently", "place", "priority", "tags",
    "reuse", "published_at", "by", "coauthors",
)  # fmt: skip
_ROUND = ("number", "label", "zone", "state", "theme", "sends_at", "closes_at", "repeats")
_CARD = ("name", "sector", "what_we_do", "for_whom", "who_to_ask")
_ANNOUNCEMENT = ("number", "state", "way", "text", "made_at", "begun_at", "ended_at")
_HERE = (
    "name", "purpose", "zone", "guardian_name", "guardian_reach", "safeguarding_name",
    "safeguarding_reach",
)  # fmt: skip

HISTORY = Part(
    "history",
    ("at", "who", "did", "about", "name"),
    _history,
    (audit.c.id,),
    _plain("at", "who", "action", "subject", "about"),
)
PARTS: Sequence[Part] = (
    Part(
        "community",
        _HERE,
        lambda community: sa.select(communities).where(communities.c.id == community),
        (communities.c.id,),
        _plain(*_HERE),
    ),
    Part(
        "vocabularies",
        ("vocabulary", "words", "why", "retired"),
        _of(terms),
        (terms.c.id,),
        _plain("vocabulary", "label", "why", "is_retired"),
    ),
    Part("organisations", _CARD, _of(organisations), (organisations.c.id,), _plain(*_CARD)),
    Part(
        "members",
        ("number", "name", "role", "state", "joined", "introduced", "email", *_TOLD),
        _members,
        (members.c.id,),
        _member,
    ),
    Part("coffee-rounds", _ROUND, _of(coffee_rounds), (coffee_rounds.c.id,), _plain(*_ROUND)),
    Part(
        "coffee-groups",
        ("round", "group", "member", "name"),
        _groups,
        (coffee_places.c.group, coffee_places.c.member),
        _plain("number", "group", "id", "name"),
    ),
    Part("sessions", _SESSION, _of(sessions), (sessions.c.id,), _plain(*_SESSION)),
    Part(
        "session-signups",
        ("session", "member", "name", "state", "attended"),
        _signups,
        (session_signups.c.session, session_signups.c.member),
        _plain("session", "id", "name", "state", "attended"),
    ),
    Part(
        "session-topics",
        ("title", "state", "votes"),
        _topics,
        (session_topics.c.id,),
        _plain("title", "state", "votes"),
    ),
    Part("stories", _STORY, _stories, (stories.c.id,), _plain(*_STORY)),
    Part(
        "announcements",
        _ANNOUNCEMENT,
        _of(announcements),
        (announcements.c.id,),
        _plain(*_ANNOUNCEMENT),
    ),
    HISTORY,
)
"""What an export holds; each part becomes a file of its own."""
