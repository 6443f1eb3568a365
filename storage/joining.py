"""Joining two members into one: everything that names the other names the kept one afterwards.

``NAMES`` says for every column that names a member what becomes of it. A new table with such a
column needs a line there; a test compares it with the schema.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.platform import Destination
from bot.domain import accounts as rules
from bot.domain.coffee import Participation
from bot.domain.members import Member
from bot.domain.sessions import SignUpState
from bot.ids import MemberId
from storage import codec
from storage.coffee import Coffee
from storage.members import Members, profile_columns
from storage.outbox import State
from storage.rows import insert_new
from storage.tables import (
    account_codes,
    accounts,
    announcement_recipients,
    announcements,
    audit,
    calm_wishes,
    channels,
    coffee_avoids,
    coffee_groups,
    coffee_opt_ins,
    coffee_participations,
    coffee_places,
    coffee_rounds,
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
from storage.web import web_account


@dataclass(frozen=True, slots=True)
class Pair:
    """Two members who are one person: ``kept`` stays."""

    connection: sa.Connection
    kept: Member
    other: Member
    now: datetime


Act = Callable[[Pair, sa.Column[Any]], None]


def join(connection: sa.Connection, kept: MemberId, other: MemberId, *, now: datetime) -> Member:
    """Make two members one, in the transaction that is open; the one who stays.

    Raises ``MemberError`` where one of them is not part of the community.
    """
    repository = Members(connection)
    pair = Pair(connection, repository.get(kept), repository.get(other), now)
    after = rules.joined(pair.kept, pair.other)
    for column, act in NAMES.items():
        act(pair, column)
    _unmatched(pair)

    came = sa.select(sa.func.min(members.c.joined_at)).where(members.c.id.in_((kept, other)))
    joined_at = connection.execute(came).scalar_one()
    # First, so that its address is free.
    connection.execute(members.delete().where(members.c.id == other))
    connection.execute(
        members.update()
        .where(members.c.id == kept)
        .values(
            name=after.name,
            email=after.email,
            role=after.role,
            show_email=after.show_email,
            introduced_at=after.introduced_at,
            greeted_at=after.greeted_at,
            joined_at=joined_at,
            **profile_columns(after.profile),
        )
    )
    return repository.get(kept)


def _renamed(pair: Pair, column: sa.Column[Any]) -> None:
    """The kept member takes the other's place."""
    pair.connection.execute(
        column.table.update().where(column == pair.other.id).values({column: pair.kept.id})
    )


def _dropped(pair: Pair, column: sa.Column[Any]) -> None:
    """It ends with the other member."""
    pair.connection.execute(column.table.delete().where(column == pair.other.id))


def _unless_kept_has(*same: sa.Column[Any]) -> Act:
    """The kept member takes the other's place, except where they have the same already."""

    def act(pair: Pair, column: sa.Column[Any]) -> None:
        mine = column.table.alias()
        has = sa.exists().where(
            mine.c[column.name] == pair.kept.id,
            *(mine.c[each.name] == column.table.c[each.name] for each in same),
        )
        pair.connection.execute(column.table.delete().where(column == pair.other.id, has))
        _renamed(pair, column)

    return act


def _accounts(pair: Pair, column: sa.Column[Any]) -> None:
    """All accounts reach the kept member; a place in the web chat is named after its member."""
    mine = accounts.alias()
    has_preferred = sa.exists().where(mine.c.member == pair.kept.id, mine.c.is_preferred)
    pair.connection.execute(
        accounts.update().where(column == pair.other.id, has_preferred).values(is_preferred=False)
    )
    old = web_account(pair.other.community, pair.other.id)
    new = web_account(pair.kept.community, pair.kept.id)
    on_web = sa.and_(accounts.c.lane == old.lane, accounts.c.user == old.user)
    both = sa.exists().where(mine.c.lane == new.lane, mine.c.user == new.user)
    pair.connection.execute(accounts.delete().where(on_web, both))
    pair.connection.execute(accounts.update().where(on_web).values(user=new.user))
    _renamed(pair, column)


def _doubts_about(pair: Pair, column: sa.Column[Any]) -> None:
    """Who was perhaps the other is perhaps the kept one; nobody is perhaps themselves."""
    pair.connection.execute(perhaps_known.delete().where(perhaps_known.c.member == pair.kept.id))
    _renamed(pair, column)


def _deliveries(pair: Pair, column: sa.Column[Any]) -> None:
    """What waits for the other reaches the kept one, unless they have the same already.

    A key that ends with the member's number is the same message to somebody else.
    """
    waiting = pair.connection.execute(
        sa.select(outbox.c.id, outbox.c.key).where(
            column == pair.other.id, outbox.c.state == State.QUEUED
        )
    ).all()
    old = web_account(pair.other.community, pair.other.id)
    for row in waiting:
        base, _, number = row.key.rpartition(":")
        if number != str(pair.other.id):
            continue
        key = f"{base}:{pair.kept.id}"
        mine = pair.connection.execute(
            sa.select(outbox.c.state).where(outbox.c.key == key)
        ).scalar()
        this = outbox.update().where(outbox.c.id == row.id)
        if mine is None:
            pair.connection.execute(this.values(key=key))
        elif mine not in {State.CANCELLED, State.CANNOT}:
            pair.connection.execute(this.values(state=State.CANCELLED, settled_at=pair.now))
    there = Destination(users=(str(pair.kept.id),))
    pair.connection.execute(
        outbox.update()
        .where(
            column == pair.other.id,
            outbox.c.lane == old.lane,
            outbox.c.destination == codec.dump_destination(Destination(users=(old.user,))),
        )
        .values(destination=codec.dump_destination(there))
    )
    _renamed(pair, column)


def _held(pair: Pair, column: sa.Column[Any]) -> None:
    """What waits for the other waits for the kept one, unless the same reached them already."""
    rows = pair.connection.execute(
        sa.select(held.c.id, held.c.key).where(column == pair.other.id)
    ).all()
    for row in rows:
        base, _, number = row.key.rpartition(":")
        if number != str(pair.other.id):
            continue
        key = f"{base}:{pair.kept.id}"
        is_known = any(
            pair.connection.execute(sa.select(table.c.id).where(table.c.key == key)).first()
            for table in (held, outbox)
        )
        this = held.c.id == row.id
        pair.connection.execute(
            held.delete().where(this) if is_known else held.update().where(this).values(key=key)
        )
    _renamed(pair, column)


def _wishes(pair: Pair, column: sa.Column[Any]) -> None:
    """The kept member's own wishes stand; who wanted silence at either account has it."""
    both = {
        row.member: row
        for row in pair.connection.execute(
            sa.select(calm_wishes).where(column.in_((pair.kept.id, pair.other.id)))
        )
    }
    mine, theirs = both.get(pair.kept.id), both.get(pair.other.id)
    if mine and theirs and theirs.silence and not mine.silence:
        pair.connection.execute(
            calm_wishes.update()
            .where(column == pair.kept.id)
            .values(silence=theirs.silence, silent_until=theirs.silent_until)
        )
    _unless_kept_has()(pair, column)


def _reads(pair: Pair, column: sa.Column[Any]) -> None:
    """The smaller of two marks, so that nothing counts as read that was not."""
    found = sa.select(column, web_reads.c.entry).where(column.in_((pair.kept.id, pair.other.id)))
    marks = [row.entry for row in pair.connection.execute(found)]
    if len(marks) > 1:
        mine = web_reads.update().where(column == pair.kept.id)
        pair.connection.execute(mine.values(entry=min(marks)))
        _dropped(pair, column)
    _renamed(pair, column)


def _participations(pair: Pair, column: sa.Column[Any]) -> None:
    """One part in coffee; see the rules."""
    coffee = Coffee(pair.connection)
    mine, theirs = coffee.participation(pair.kept.id), coffee.participation(pair.other.id)
    part = rules.participation(mine, theirs)
    _unless_kept_has()(pair, column)
    if part != Participation(pair.kept.id):
        coffee.save(pair.kept.community, part, now=pair.now)


def _avoids(pair: Pair, column: sa.Column[Any]) -> None:
    """Both who they avoid and who avoids them; nobody avoids themselves."""
    both = (pair.kept.id, pair.other.id)
    pair.connection.execute(
        coffee_avoids.delete().where(
            coffee_avoids.c.member.in_(both), coffee_avoids.c.avoided.in_(both)
        )
    )
    rest = coffee_avoids.c.avoided if column is coffee_avoids.c.member else coffee_avoids.c.member
    rows = pair.connection.execute(sa.select(rest).where(column == pair.other.id)).scalars()
    moved = [
        {"community": pair.kept.community, column.name: pair.kept.id, rest.name: each}
        for each in rows
    ]
    insert_new(pair.connection, coffee_avoids, moved)
    _dropped(pair, column)


def _coauthors(pair: Pair, column: sa.Column[Any]) -> None:
    """Nobody is their own co-author; what the kept one answered counts."""
    _unless_kept_has(story_coauthors.c.story)(pair, column)
    own = sa.select(stories.c.id).where(stories.c.author == pair.kept.id)
    pair.connection.execute(
        story_coauthors.delete().where(
            story_coauthors.c.member == pair.kept.id, story_coauthors.c.story.in_(own)
        )
    )


def _places(pair: Pair, column: sa.Column[Any]) -> None:
    """Never twice in one group; a group that held nobody else was none."""
    _unless_kept_has(coffee_places.c.group)(pair, column)
    mine = sa.select(coffee_places.c.group).where(column == pair.kept.id)
    alone = (
        sa.select(coffee_places.c.group)
        .where(coffee_places.c.group.in_(mine))
        .group_by(coffee_places.c.group)
        .having(sa.func.count() == 1)
    )
    pair.connection.execute(coffee_groups.delete().where(coffee_groups.c.id.in_(alone)))


def _concerns(pair: Pair, column: sa.Column[Any]) -> None:
    """Nobody is told of a concern about themselves, or has one about themselves."""
    _renamed(pair, column)
    pair.connection.execute(
        concerns.delete().where(
            sa.or_(
                concerns.c.about == concerns.c.member,
                concerns.c.about == concerns.c.contact,
                concerns.c.member == concerns.c.contact,
            )
        )
    )


def _signups(pair: Pair, column: sa.Column[Any]) -> None:
    """One sign-up a session; a place that one of them has counts before one given back."""
    theirs = session_signups.alias()
    still_in = sa.exists().where(
        theirs.c.member == pair.other.id,
        theirs.c.session == session_signups.c.session,
        theirs.c.state != SignUpState.LEFT,
    )
    pair.connection.execute(
        session_signups.delete().where(
            column == pair.kept.id, session_signups.c.state == SignUpState.LEFT, still_in
        )
    )
    _unless_kept_has(session_signups.c.session)(pair, column)


def _recipients(pair: Pair, column: sa.Column[Any]) -> None:
    """Once in each announcement; confirmed by either is confirmed."""
    theirs = announcement_recipients.alias()
    confirmed = sa.select(theirs.c.acknowledged_at).where(
        theirs.c.announcement == announcement_recipients.c.announcement,
        theirs.c.member == pair.other.id,
    )
    pair.connection.execute(
        announcement_recipients.update()
        .where(column == pair.kept.id, announcement_recipients.c.acknowledged_at.is_(None))
        .values(acknowledged_at=confirmed.scalar_subquery())
    )
    _unless_kept_has(announcement_recipients.c.announcement)(pair, column)


def _unmatched(pair: Pair) -> None:
    """Those for whom a round had no group are kept as a list in the round itself."""
    rows = pair.connection.execute(
        sa.select(coffee_rounds.c.id, coffee_rounds.c.unmatched).where(
            coffee_rounds.c.community == pair.kept.community,
            sa.cast(coffee_rounds.c.unmatched, sa.Text).contains(json.dumps(str(pair.other.id))),
        )
    ).all()
    for row in rows:
        places = sa.select(coffee_places.c.member).join(
            coffee_groups, coffee_groups.c.id == coffee_places.c.group
        )
        settled = pair.connection.execute(
            places.where(
                coffee_groups.c.round == row.id, coffee_places.c.member == pair.kept.id
            ).limit(1)
        ).first()
        gaps: dict[str, str] = {}
        for who, reason in row.unmatched:
            gaps.setdefault(str(pair.kept.id) if who == str(pair.other.id) else who, reason)
        if settled:
            gaps.pop(str(pair.kept.id), None)
        pair.connection.execute(
            coffee_rounds.update()
            .where(coffee_rounds.c.id == row.id)
            .values(unmatched=[list(each) for each in gaps.items()])
        )


NAMES: Mapping[sa.Column[Any], Act] = {
    accounts.c.member: _accounts,
    account_codes.c.member: _dropped,
    perhaps_known.c.member: _dropped,
    perhaps_known.c.known: _doubts_about,
    channels.c.set_by: _renamed,
    organisation_proposals.c.member: _unless_kept_has(organisation_proposals.c.organisation),
    audit.c.actor: _renamed,
    # Before the deliveries, whose keys it compares with.
    held.c.member: _held,
    outbox.c.member: _deliveries,
    unasked.c.member: _unless_kept_has(unasked.c.outbox),
    calm_wishes.c.member: _wishes,
    data_links.c.member: _dropped,
    web_links.c.member: _renamed,
    web_sessions.c.member: _renamed,
    web_entries.c.member: _unless_kept_has(web_entries.c.key),
    web_reads.c.member: _reads,
    coffee_participations.c.member: _participations,
    coffee_avoids.c.member: _avoids,
    coffee_avoids.c.avoided: _avoids,
    coffee_opt_ins.c.member: _unless_kept_has(coffee_opt_ins.c.label),
    coffee_places.c.member: _places,
    sessions.c.organiser: _renamed,
    session_series.c.organiser: _renamed,
    session_signups.c.member: _signups,
    session_needs.c.member: _unless_kept_has(session_needs.c.session),
    session_feedback.c.member: _unless_kept_has(session_feedback.c.session),
    session_reminders.c.member: _unless_kept_has(),
    session_topics.c.suggested_by: _renamed,
    session_votes.c.member: _unless_kept_has(session_votes.c.topic),
    session_links.c.member: _renamed,
    stories.c.author: _renamed,
    story_coauthors.c.member: _coauthors,
    story_celebrations.c.member: _unless_kept_has(story_celebrations.c.story),
    story_tries.c.member: _unless_kept_has(story_tries.c.story),
    story_turns.c.member: _unless_kept_has(),
    opt_outs.c.member: _unless_kept_has(opt_outs.c.programme),
    announcements.c.author: _renamed,
    announcement_recipients.c.member: _recipients,
    prompt_series.c.made_by: _renamed,
    standings.c.member: _dropped,
    standings.c.set_by: _renamed,
    concerns.c.member: _concerns,
    concerns.c.about: _concerns,
    concerns.c.contact: _concerns,
    done_for.c.member: _renamed,
    done_for.c.by: _renamed,
    member_imports.c.member: _dropped,
}
"""What becomes of every column that names a member, in this order."""
