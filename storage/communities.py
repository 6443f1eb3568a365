"""Communities, their vocabularies and organisations."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.domain.community import Contact, Contacts, Settings
from bot.domain.members import Organisation, Term, Vocabulary
from bot.ids import CommunityId
from storage.rows import insert_new, insert_row
from storage.tables import communities, organisations, terms


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

    def take_turns(self, community: CommunityId) -> None:
        """Wait for whoever does this for the same community now; until the transaction ends.

        SQLite has one writer at a time anyhow, and leaves the word out.
        """
        self._connection.execute(
            sa.select(communities.c.id).where(communities.c.id == community).with_for_update()
        )

    def contacts(self, community: CommunityId) -> Contacts:
        """Whom a member can turn to: each with a name, or nobody where none is given."""
        row = self._connection.execute(
            sa.select(communities).where(communities.c.id == community)
        ).one()
        return Contacts(
            guardian=Contact(row.guardian_name, row.guardian_reach),
            safeguarding_lead=Contact(row.safeguarding_name, row.safeguarding_reach),
        )

    def save_settings(self, community: CommunityId, settings: Settings) -> bool:
        """Keep what organisers say of their community; False where another has the name."""
        taken = self._connection.execute(
            sa.select(communities.c.id).where(
                communities.c.name == settings.name, communities.c.id != community
            )
        ).first()
        if taken is not None:
            return False
        guardian, lead = settings.contacts.guardian, settings.contacts.safeguarding_lead
        self._connection.execute(
            communities.update()
            .where(communities.c.id == community)
            .values(
                name=settings.name,
                zone=settings.zone,
                guardian_name=guardian.name,
                guardian_reach=guardian.reach,
                safeguarding_name=lead.name,
                safeguarding_reach=lead.reach,
            )
        )
        return True

    def set_purpose(self, community: CommunityId, purpose: str) -> None:
        """Say anew why the community exists."""
        self._connection.execute(
            communities.update().where(communities.c.id == community).values(purpose=purpose)
        )

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

    def terms(
        self, community: CommunityId, vocabulary: Vocabulary, *, with_retired: bool = False
    ) -> tuple[str, ...]:
        """The words of a vocabulary in their order; retired ones only where they are asked for."""
        is_offered = sa.true() if with_retired else terms.c.is_retired.is_(False)
        rows = self._connection.execute(
            sa.select(terms.c.label)
            .where(terms.c.community == community, terms.c.vocabulary == vocabulary, is_offered)
            .order_by(terms.c.position, terms.c.id)
        )
        return tuple(row.label for row in rows)

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
