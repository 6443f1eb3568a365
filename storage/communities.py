"""Communities, their vocabularies and organisations."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.domain.concern import Contacts
from bot.domain.members import Organisation, Term, Vocabulary
from bot.ids import CommunityId
from storage.rows import insert_new, insert_row, upsert
from storage.tables import communities, contacts, organisations, terms


@dataclass(frozen=True, slots=True)
class Community:
    """A community and its zone; an example one holds invented people."""

    id: CommunityId
    name: str
    purpose: str
    zone: str
    is_example: bool


class Communities:
    """All communities of this deployment."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def add(
        self,
        name: str,
        *,
        zone: str,
        now: datetime,
        purpose: str = "",
        is_example: bool = False,
    ) -> CommunityId:
        """Make a community; its name must be new."""
        number = insert_row(
            self._connection,
            communities,
            name=name,
            zone=zone,
            purpose=purpose,
            is_example=is_example,
            created_at=now,
        )
        return CommunityId(number)

    def all(self) -> tuple[Community, ...]:
        """Every community, the oldest first."""
        rows = self._connection.execute(sa.select(communities).order_by(communities.c.id))
        return tuple(_community(row) for row in rows)

    def get(self, community: CommunityId) -> Community:
        """The community of this number, which must exist."""
        row = self._connection.execute(
            sa.select(communities).where(communities.c.id == community)
        ).one()
        return _community(row)

    def remove(self, community: CommunityId) -> None:
        """Delete the community and everything in it."""
        self._connection.execute(communities.delete().where(communities.c.id == community))

    def add_terms(self, community: CommunityId, words: Iterable[Term]) -> None:
        """Add words to the community's vocabularies, each vocabulary in the order given."""
        rows = [
            {
                "community": community,
                "vocabulary": term.vocabulary,
                "label": term.label,
                "position": position,
                "why": term.why,
            }
            for position, term in enumerate(words)
        ]
        insert_new(self._connection, terms, rows)

    def terms(self, community: CommunityId, vocabulary: Vocabulary) -> tuple[str, ...]:
        """The words of a vocabulary in their order."""
        rows = self._connection.execute(
            sa.select(terms.c.label)
            .where(terms.c.community == community, terms.c.vocabulary == vocabulary)
            .order_by(terms.c.position, terms.c.id)
        )
        return tuple(row.label for row in rows)

    def contacts(self, community: CommunityId) -> Contacts:
        """Whom the community names to turn to; nobody, before an organiser did."""
        row = self._connection.execute(
            sa.select(contacts).where(contacts.c.community == community)
        ).one_or_none()
        return Contacts(row.guardian, row.safeguarding) if row else Contacts()

    def save_contacts(self, community: CommunityId, named: Contacts) -> None:
        """Name others to turn to."""
        values = {"community": community, **asdict(named)}
        upsert(self._connection, contacts, values, keys=("community",))

    def add_organisations(self, community: CommunityId, cards: Iterable[Organisation]) -> None:
        """Add organisations; one that exists already stays as it is."""
        rows = [
            {
                "community": community,
                "name": card.name,
                "sector": card.sector,
                "what_we_do": card.what_we_do,
                "for_whom": card.for_whom,
                "who_to_ask": card.who_to_ask,
            }
            for card in cards
        ]
        insert_new(self._connection, organisations, rows)

    def organisations(self, community: CommunityId) -> tuple[Organisation, ...]:
        """All organisations by name."""
        rows = self._connection.execute(
            sa.select(organisations)
            .where(organisations.c.community == community)
            .order_by(organisations.c.name)
        )
        return tuple(
            Organisation(row.name, row.sector, row.what_we_do, row.for_whom, row.who_to_ask)
            for row in rows
        )


def _community(row: sa.Row[tuple[object, ...]]) -> Community:
    return Community(CommunityId(row.id), row.name, row.purpose, row.zone, row.is_example)
