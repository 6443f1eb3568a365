"""The lists that profiles are written in: kept by organisers, followed by profiles."""

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from bot.domain.members import MemberState
from bot.domain.vocabularies import Entry, Listed
from bot.ids import CommunityId
from storage.rows import insert_new
from storage.stories import Stories
from storage.tables import members, organisation_proposals, organisations, stories, terms


class Vocabularies:
    """The vocabularies and organisations of all communities, and who has which word."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def entries(self, community: CommunityId, which: Listed) -> tuple[Entry, ...]:
        """All words of a list in their order, retired ones too, with how many members have each."""
        uses = self._uses(community, which)
        if which.is_organisations:
            rows = self._connection.execute(
                sa.select(organisations)
                .where(organisations.c.community == community)
                .order_by(organisations.c.name)
            )
            return tuple(Entry(row.id, row.name, uses[row.name], sector=row.sector) for row in rows)
        rows = self._connection.execute(
            sa.select(terms)
            .where(terms.c.community == community, terms.c.vocabulary == which.vocabulary)
            .order_by(terms.c.position, terms.c.id)
        )
        return tuple(Entry(row.id, row.label, uses[row.label], row.is_retired) for row in rows)

    def add(self, community: CommunityId, which: Listed, labels: Iterable[str]) -> None:
        """Add words at the end of a list; one that is there stays as it is."""
        if which.is_organisations:
            insert_new(
                self._connection,
                organisations,
                [{"community": community, "name": label} for label in labels],
            )
            return
        last = self._connection.execute(
            sa.select(sa.func.coalesce(sa.func.max(terms.c.position), 0)).where(
                terms.c.community == community, terms.c.vocabulary == which.vocabulary
            )
        ).scalar_one()
        rows = [
            {
                "community": community,
                "vocabulary": which.vocabulary,
                "label": label,
                "position": position,
            }
            for position, label in enumerate(labels, start=last + 1)
        ]
        insert_new(self._connection, terms, rows)

    def rename(self, community: CommunityId, which: Listed, entry: Entry, label: str) -> None:
        """Other words for an entry; profiles, organisations and stories that have it follow."""
        table, name = _where(which)
        self._connection.execute(table.update().where(table.c.id == entry.id).values({name: label}))
        self._follow(community, which, entry.label, label)

    def merge(self, community: CommunityId, which: Listed, entry: Entry, into: Entry) -> None:
        """Two entries are one; whoever has the first has the second."""
        table, _ = _where(which)
        self._connection.execute(table.delete().where(table.c.id == entry.id))
        self._follow(community, which, entry.label, into.label)

    def retire(self, entry: Entry, *, is_retired: bool) -> None:
        """A word is offered to nobody any more, or again; those who have it keep it."""
        self._connection.execute(
            terms.update().where(terms.c.id == entry.id).values(is_retired=is_retired)
        )

    def order(self, numbers: Sequence[int]) -> None:
        """The words in this order."""
        for position, number in enumerate(numbers):
            self._connection.execute(
                terms.update().where(terms.c.id == number).values(position=position)
            )

    def set_sector(self, entry: Entry, sector: str) -> None:
        """The sector of an organisation; what members say of their own stays."""
        self._connection.execute(
            organisations.update().where(organisations.c.id == entry.id).values(sector=sector)
        )

    def _uses(self, community: CommunityId, which: Listed) -> Counter[str]:
        is_active = sa.and_(members.c.community == community, members.c.state == MemberState.ACTIVE)
        if which is Listed.INTEREST:
            lists = self._connection.scalars(sa.select(members.c.interests).where(is_active))
            return Counter(word for interests in lists for word in interests)
        column = members.c[which.value]
        words = self._connection.scalars(sa.select(column).where(is_active))
        return Counter(words)

    def _follow(self, community: CommunityId, which: Listed, old: str, new: str) -> None:
        """Whatever has the old words has the new ones: members who left too."""
        if which is Listed.INTEREST:
            self._follow_interest(community, old, new)
            return
        self._change(members, which.value, community, old, new)
        if which is Listed.ORGANISATION:
            self._follow_proposals(community, old, new)
        if which is Listed.SECTOR:
            self._change(organisations, "sector", community, old, new)
        if which is Listed.PLACE:
            self._follow_stories(community, old, new)

    def _follow_proposals(self, community: CommunityId, old: str, new: str) -> None:
        """A proposed card follows, unless the same member has proposed one for the new name."""
        theirs = organisation_proposals.alias()
        is_there = sa.exists().where(
            theirs.c.member == organisation_proposals.c.member,
            theirs.c.community == community,
            theirs.c.organisation == new,
        )
        self._connection.execute(
            organisation_proposals.delete().where(
                organisation_proposals.c.community == community,
                organisation_proposals.c.organisation == old,
                is_there,
            )
        )
        self._change(organisation_proposals, "organisation", community, old, new)

    def _follow_interest(self, community: CommunityId, old: str, new: str) -> None:
        # JSON as text holds a word with its quotation marks, and nothing but ASCII.
        has_it = sa.cast(members.c.interests, sa.Text).contains(json.dumps(old), autoescape=True)
        rows = self._connection.execute(
            sa.select(members.c.id, members.c.interests).where(
                members.c.community == community, has_it
            )
        ).all()
        for row in rows:
            changed = dict.fromkeys(new if word == old else word for word in row.interests)
            self._connection.execute(
                members.update().where(members.c.id == row.id).values(interests=list(changed))
            )

    def _follow_stories(self, community: CommunityId, old: str, new: str) -> None:
        """Stories are saved one by one, as their place is in the words that are searched."""
        kept = Stories(self._connection)
        rows = self._connection.execute(
            sa.select(stories.c.id, stories.c.changed_at).where(
                stories.c.community == community, stories.c.place == old
            )
        ).all()
        for row in rows:
            kept.save(replace(kept.get(row.id), place=new), now=row.changed_at)

    def _change(
        self, table: sa.Table, name: str, community: CommunityId, old: str, new: str
    ) -> None:
        self._connection.execute(
            table.update()
            .where(table.c.community == community, table.c[name] == old)
            .values({name: new})
        )


def _where(which: Listed) -> tuple[sa.Table, Any]:
    return (organisations, "name") if which.is_organisations else (terms, "label")
