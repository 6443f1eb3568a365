"""What is kept for how long, and forgotten a batch at a time."""

from datetime import datetime, timedelta

import sqlalchemy as sa

from bot.chat.messages import Message
from bot.chat.platform import DeliveryKind
from bot.domain import concern
from bot.domain.stories import State as StoryState
from storage import codec
from storage.outbox import State
from storage.schedule import OccurrenceState
from storage.tables import (
    account_codes,
    announcement_recipients,
    announcements,
    audit,
    concerns,
    data_links,
    done_for,
    heard,
    held,
    member_imports,
    occurrences,
    organisation_proposals,
    outbox,
    session_links,
    session_needs,
    sessions,
    stories,
    taps,
    unasked,
    web_entries,
    web_links,
    web_sessions,
)

# What was sent stands in the chat itself; here it serves to look into what went wrong, which is
# asked within weeks, and to send a card again, which nobody asks for of one this old.
WORDS_KEPT = timedelta(days=90)
# No card is tapped after this long; a tap on an older one counts as a new one.
TAPS_KEPT = timedelta(days=120)
# So long somebody who types an old code is told that it was used or has run out.
CODES_KEPT = timedelta(days=1)
# A conversation in the web chat can be read again nowhere else, so it stays for a year.
ENTRIES_KEPT = timedelta(days=365)
# What waits for somebody who wants silence waits for a year, as a conversation does.
HELD_KEPT = timedelta(days=365)
# So that what ran in the same season of the year before can still be looked up.
OCCURRENCES_KEPT = timedelta(days=400)
# What somebody needs to take part serves that session alone, and expenses soon after it.
NEEDS_KEPT = timedelta(days=30)
# A story that nobody can read and that its author has not looked at for a year is finished with.
STORIES_KEPT = timedelta(days=365)
# Who got and confirmed an announcement is asked for in the year after it.
RECIPIENTS_KEPT = timedelta(days=400)
# Whoever looks a table of members over imports it the same day, or brings it again.
IMPORTS_KEPT = timedelta(days=1)
# A proposal that no organiser has looked at for so long is out of date.
PROPOSALS_KEPT = timedelta(days=365)
# In England a claim can be made for six years (Limitation Act 1980), and the log would answer it.
AUDIT_KEPT = timedelta(days=6 * 365 + 2)

_SETTLED = (State.SENT, State.CANCELLED, State.CANNOT, State.UNCERTAIN)
_ENDED = (OccurrenceState.DONE, OccurrenceState.SKIPPED, OccurrenceState.FAILED)
WORDLESS = codec.dump_message(Message(blocks=()))
"""What stands in place of words that were forgotten."""


def forget(connection: sa.Connection, *, now: datetime, limit: int) -> bool:
    """Forget what was kept long enough, at most ``limit`` rows of each kind; whether more is left.

    The row of a message that was posted stays without its words: its key keeps it from being sent
    again, and its receipt finds the post to change it or take it down.
    """
    is_old = sa.and_(outbox.c.state.in_(_SETTLED), outbox.c.settled_at < now - WORDS_KEPT)
    # Once done, these are asked for by nobody: their keys are made up afresh each time.
    is_passing = outbox.c.kind.in_(
        (DeliveryKind.UPDATE, DeliveryKind.DELETE, DeliveryKind.FETCH_MEMBERS)
    )
    has_ended = sa.and_(
        occurrences.c.state.in_(_ENDED), occurrences.c.run_at < now - OCCURRENCES_KEPT
    )
    is_unread = sa.and_(
        stories.c.state.in_((StoryState.DRAFT, StoryState.CHANGES_ASKED, StoryState.WITHDRAWN)),
        stories.c.changed_at < now - STORIES_KEPT,
    )
    has_long_ended = announcement_recipients.c.announcement.in_(
        sa.select(announcements.c.id).where(announcements.c.ended_at < now - RECIPIENTS_KEPT)
    )
    was_told = sa.or_(held.c.told_at < now - WORDS_KEPT, held.c.held_at < now - HELD_KEPT)
    # It serves to count what went out in a week.
    is_counted = sa.select(outbox.c.id).where(outbox.c.settled_at < now - WORDS_KEPT)
    rules = (
        (taps.c.digest, taps.c.at < now - TAPS_KEPT),
        (heard.c.digest, heard.c.until < now),
        (account_codes.c.hash, account_codes.c.expires_at < now - CODES_KEPT),
        (web_links.c.hash, web_links.c.expires_at < now),
        (data_links.c.hash, data_links.c.expires_at < now),
        (held.c.id, was_told),
        (unasked.c.outbox, unasked.c.outbox.in_(is_counted)),
        (web_sessions.c.hash, web_sessions.c.expires_at < now),
        (web_entries.c.id, web_entries.c.at < now - ENTRIES_KEPT),
        (occurrences.c.id, has_ended),
        (session_links.c.hash, session_links.c.expires_at < now),
        (stories.c.id, is_unread),
        (announcement_recipients.c.id, has_long_ended),
        (concerns.c.id, concerns.c.at < now - concern.KEPT),
        (member_imports.c.member, member_imports.c.added_at < now - IMPORTS_KEPT),
        (
            organisation_proposals.c.id,
            organisation_proposals.c.proposed_at < now - PROPOSALS_KEPT,
        ),
        (audit.c.id, audit.c.at < now - AUDIT_KEPT),
        (done_for.c.id, done_for.c.at < now - AUDIT_KEPT),
        (outbox.c.id, sa.and_(is_old, is_passing)),
    )
    counts = [_delete(connection, key, condition, limit) for key, condition in rules]
    counts.append(_forget_needs(connection, now, limit))
    counts.append(_take_words(connection, is_old, limit))
    return max(counts) >= limit


def _delete(
    connection: sa.Connection,
    key: sa.Column[object],
    condition: sa.ColumnElement[bool],
    limit: int,
) -> int:
    chosen = sa.select(key).where(condition).limit(limit)
    return int(connection.execute(sa.delete(key.table).where(key.in_(chosen))).rowcount)


def _forget_needs(connection: sa.Connection, now: datetime, limit: int) -> int:
    """Of sessions that are over, whether they took place or not; a session's all at once."""
    needed = sa.exists().where(session_needs.c.session == sessions.c.id)
    chosen = (
        sa.select(sessions.c.id).where(sessions.c.ends_at < now - NEEDS_KEPT, needed).limit(limit)
    )
    return int(
        connection.execute(
            session_needs.delete().where(session_needs.c.session.in_(chosen))
        ).rowcount
    )


def _take_words(connection: sa.Connection, condition: sa.ColumnElement[bool], limit: int) -> int:
    """Not NULL: that says of a post that it was taken down."""
    has_words = sa.and_(outbox.c.message.is_not(None), outbox.c.message != WORDLESS)
    chosen = sa.select(outbox.c.id).where(condition, has_words).limit(limit)
    emptied = connection.execute(
        outbox.update().where(outbox.c.id.in_(chosen)).values(message=WORDLESS, token="")
    )
    return int(emptied.rowcount)
