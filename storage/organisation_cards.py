"""What organisations tell of themselves, and what their members propose."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain.members import MemberState, Organisation
from bot.domain.organisations import LINES, Proposal
from bot.ids import CommunityId, MemberId, ProposalId
from storage.rows import upsert
from storage.tables import members, organisation_proposals, organisations


class OrganisationCards:
    """The cards of all communities' organisations."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    def of(self, community: CommunityId, names: Iterable[str]) -> tuple[Organisation, ...]:
        """The cards of these organisations, by name."""
        rows = self._connection.execute(
            sa.select(organisations)
            .where(organisations.c.community == community, organisations.c.name.in_(set(names)))
            .order_by(organisations.c.name)
        )
        return tuple(_card(row, row.name, row.sector) for row in rows)

    def save(self, community: CommunityId, card: Organisation) -> None:
        """Keep a card, a new one too."""
        values = {"community": community, **asdict(card)}
        upsert(self._connection, organisations, values, keys=("community", "name"))

    def people(self, community: CommunityId, *, only_introduced: bool = False) -> Counter[str]:
        """How many active members each organisation has, or how many of them others can find."""
        shown = members.c.introduced_at.is_not(None) if only_introduced else sa.true()
        rows = self._connection.execute(
            sa.select(members.c.organisation, sa.func.count().label("people"))
            .where(
                members.c.community == community,
                members.c.state == MemberState.ACTIVE,
                members.c.organisation != "",
                shown,
            )
            .group_by(members.c.organisation)
        )
        return Counter({row.organisation: int(row.people) for row in rows})

    def propose(
        self, community: CommunityId, member: MemberId, card: Organisation, *, now: datetime
    ) -> ProposalId:
        """Keep what a member proposes, in place of what they proposed for it before."""
        row = {
            "community": community,
            "organisation": card.name,
            "member": member,
            **{name: getattr(card, name) for name in LINES},
            "proposed_at": now,
        }
        upsert(self._connection, organisation_proposals, row, keys=("member", "organisation"))
        number = self._connection.execute(
            sa.select(organisation_proposals.c.id).where(
                organisation_proposals.c.member == member,
                organisation_proposals.c.organisation == card.name,
            )
        ).scalar_one()
        return ProposalId(number)

    def proposals(self, community: CommunityId) -> tuple[Proposal, ...]:
        """What waits for an organiser, the oldest first."""
        return self._proposals(organisation_proposals.c.community == community)

    def find(self, community: CommunityId, number: ProposalId) -> Proposal | None:
        """The proposal of this number, while it waits."""
        found = self._proposals(
            organisation_proposals.c.community == community, organisation_proposals.c.id == number
        )
        return found[0] if found else None

    def settle(self, proposal: Proposal) -> None:
        """It waits no more."""
        self._connection.execute(
            organisation_proposals.delete().where(organisation_proposals.c.id == proposal.id)
        )

    def _proposals(self, *conditions: sa.ColumnElement[bool]) -> tuple[Proposal, ...]:
        rows = self._connection.execute(
            sa.select(organisation_proposals)
            .where(*conditions)
            .order_by(organisation_proposals.c.proposed_at, organisation_proposals.c.id)
        )
        return tuple(
            Proposal(ProposalId(row.id), MemberId(row.member), _card(row, row.organisation, ""))
            for row in rows
        )


def _card(row: sa.Row[Any], name: str, sector: str) -> Organisation:
    return Organisation(name, sector, row.what_we_do, row.for_whom, row.who_to_ask)
