"""What the coffee programme remembers."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.domain import pairing
from bot.domain.coffee import (
    Group,
    GroupState,
    Participation,
    ParticipationState,
    Place,
    PlaceState,
    Round,
    RoundState,
    Setup,
)
from bot.ids import CommunityId, GroupId, MemberId, RoundId
from storage import coffee_rows
from storage.rows import insert_row, upsert
from storage.tables import (
    coffee_avoids,
    coffee_groups,
    coffee_opt_ins,
    coffee_participations,
    coffee_places,
    coffee_rounds,
    coffee_setups,
)

_SENT = (RoundState.SENT, RoundState.CLOSED)


class Coffee:
    """Setups, participations, rounds and groups of all communities."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection

    # The community's setup.

    def setup(self, community: CommunityId) -> Setup:
        """How the community has it set up; the defaults, not running, before anybody did."""
        row = self._connection.execute(
            sa.select(coffee_setups).where(coffee_setups.c.community == community)
        ).one_or_none()
        return coffee_rows.setup_of(row) if row else Setup(community)

    def save_setup(self, setup: Setup) -> None:
        """Keep the setup."""
        values = {
            **asdict(setup),
            "apart": sorted(setup.apart),
            "theme": setup.theme or "",
        }
        upsert(self._connection, coffee_setups, values, keys=("community",))

    # Members' part in it.

    def participation(self, member: MemberId) -> Participation:
        """The member's part; not joined where they never did."""
        row = self._connection.execute(
            sa.select(coffee_participations).where(coffee_participations.c.member == member)
        ).one_or_none()
        return coffee_rows.participation_of(row) if row else Participation(member)

    def save(self, community: CommunityId, part: Participation, *, now: datetime) -> None:
        """Keep a member's part."""
        values = {**asdict(part), "community": community, "joined_at": now}
        upsert(self._connection, coffee_participations, values, keys=("member",))

    def participants(self, community: CommunityId) -> tuple[Participation, ...]:
        """Everybody who has joined, pausing or not."""
        rows = self._connection.execute(
            sa.select(coffee_participations)
            .where(
                coffee_participations.c.community == community,
                coffee_participations.c.state != ParticipationState.LEFT,
            )
            .order_by(coffee_participations.c.member)
        )
        return tuple(coffee_rows.participation_of(row) for row in rows)

    def avoid(self, community: CommunityId, member: MemberId, avoided: MemberId) -> None:
        """Never match these two; only ``member`` ever learns that it was asked."""
        upsert(
            self._connection,
            coffee_avoids,
            {"community": community, "member": member, "avoided": avoided},
            keys=("member", "avoided"),
        )

    def stop_avoiding(self, member: MemberId, avoided: MemberId) -> bool:
        """Take an ``avoid`` back; False where there was none."""
        result = self._connection.execute(
            coffee_avoids.delete().where(
                coffee_avoids.c.member == member, coffee_avoids.c.avoided == avoided
            )
        )
        return bool(result.rowcount)

    def avoided_by(self, member: MemberId) -> tuple[MemberId, ...]:
        """Whom this member asked not to be matched with; for that member's eyes only."""
        rows = self._connection.execute(
            sa.select(coffee_avoids.c.avoided)
            .where(coffee_avoids.c.member == member)
            .order_by(coffee_avoids.c.avoided)
        )
        return tuple(MemberId(row.avoided) for row in rows)

    def avoids(self, community: CommunityId) -> dict[MemberId, frozenset[MemberId]]:
        """For the planner alone: whom each member asked not to be matched with."""
        rows = self._connection.execute(
            sa.select(coffee_avoids.c.member, coffee_avoids.c.avoided).where(
                coffee_avoids.c.community == community
            )
        )
        found: dict[MemberId, frozenset[MemberId]] = {}
        for row in rows:
            found[row.member] = found.get(row.member, frozenset()) | {row.avoided}
        return found

    def opt_in(
        self, community: CommunityId, member: MemberId, label: datetime, *, wants: bool
    ) -> None:
        """Note the answer to "In for this round?"; the last answer counts."""
        upsert(
            self._connection,
            coffee_opt_ins,
            {"community": community, "member": member, "label": label, "wants": wants},
            keys=("member", "label"),
        )

    def opted(self, community: CommunityId, label: datetime) -> dict[MemberId, bool]:
        """Who said yes or no to the round of this label."""
        rows = self._connection.execute(
            sa.select(coffee_opt_ins.c.member, coffee_opt_ins.c.wants).where(
                coffee_opt_ins.c.community == community, coffee_opt_ins.c.label == label
            )
        )
        return {MemberId(row.member): row.wants for row in rows}

    # Rounds.

    def add_round(
        self,
        community: CommunityId,
        *,
        label: datetime,
        zone: str,
        state: RoundState,
        seed: int,
        theme: pairing.Theme | None,
        sends_at: datetime,
        closes_at: datetime,
    ) -> Round:
        """Begin the next round of the community."""
        last = self._connection.execute(
            sa.select(sa.func.max(coffee_rounds.c.number)).where(
                coffee_rounds.c.community == community
            )
        ).scalar()
        number = insert_row(
            self._connection,
            coffee_rounds,
            community=community,
            number=(last or 0) + 1,
            label=label,
            zone=zone,
            state=state,
            seed=seed,
            theme=theme or "",
            sends_at=sends_at,
            closes_at=closes_at,
        )
        return self.round(RoundId(number))

    def round(self, number: RoundId) -> Round:
        """The round, which must exist."""
        return self._rounds(coffee_rounds.c.id == number)[0]

    def round_at(self, community: CommunityId, label: datetime) -> Round | None:
        """The round that goes out at a local time."""
        found = self._rounds(coffee_rounds.c.community == community, coffee_rounds.c.label == label)
        return found[0] if found else None

    def rounds(
        self, community: CommunityId, *states: RoundState, limit: int = 1000
    ) -> tuple[Round, ...]:
        """The rounds in these states (any, where none is named), the newest first."""
        conditions = [coffee_rounds.c.community == community]
        if states:
            conditions.append(coffee_rounds.c.state.in_(states))
        return self._rounds(*conditions, limit=limit)

    def save_round(self, changed: Round) -> None:
        """Keep what changed of a round."""
        self._connection.execute(
            coffee_rounds.update()
            .where(coffee_rounds.c.id == changed.id)
            .values(
                state=changed.state,
                sends_at=changed.sends_at,
                theme=changed.theme or "",
                score=changed.score,
                bound=changed.bound,
                repeats=changed.repeats,
                unmatched=[[gap.id, gap.reason] for gap in changed.unmatched],
            )
        )

    def history(self, community: CommunityId) -> pairing.History:
        """Who met whom in every round that was sent, as the planner reads it."""
        rows = self._connection.execute(
            sa.select(coffee_rounds.c.number, coffee_groups.c.id, coffee_places.c.member)
            .select_from(_JOINED)
            .where(coffee_rounds.c.community == community, coffee_rounds.c.state.in_(_SENT))
            .order_by(coffee_rounds.c.number, coffee_groups.c.id, coffee_places.c.member)
        )
        rounds: dict[int, dict[int, list[str]]] = {}
        for row in rows:
            rounds.setdefault(row.number, {}).setdefault(row.id, []).append(str(row.member))
        return pairing.History(
            tuple(
                pairing.Round(number, tuple(tuple(group) for group in groups.values()))
                for number, groups in rounds.items()
            )
        )

    # Groups.

    def add_group(
        self,
        of: Round,
        people: Sequence[MemberId],
        *,
        starter: int,
        slots: Sequence[str],
        is_locked: bool = False,
    ) -> GroupId:
        """A group of a round, with a new secret for the address of its calendar file."""
        number = insert_row(
            self._connection,
            coffee_groups,
            community=of.community,
            round=of.id,
            state=GroupState.OPEN,
            starter=starter,
            slots=list(slots),
            calendar=secrets.token_urlsafe(24),
            is_locked=is_locked,
        )
        group = GroupId(number)
        self._connection.execute(
            coffee_places.insert(),
            [
                {
                    "community": of.community,
                    "group": group,
                    "member": member,
                    "state": PlaceState.IN,
                }
                for member in people
            ],
        )
        return group

    def clear_groups(self, of: Round, keep: Iterable[GroupId] = ()) -> None:
        """Take the groups of a draft away, but for some."""
        self._connection.execute(
            coffee_groups.delete().where(
                coffee_groups.c.round == of.id, coffee_groups.c.id.not_in(list(keep))
            )
        )

    def groups(self, of: RoundId) -> tuple[Group, ...]:
        """All groups of a round."""
        return self._groups(coffee_groups.c.round == of)

    def group(self, community: CommunityId, number: GroupId) -> Group | None:
        """The group of this number if it belongs to the community."""
        found = self._groups(coffee_groups.c.id == number, coffee_groups.c.community == community)
        return found[0] if found else None

    def group_of_calendar(self, calendar: str) -> Group | None:
        """The group with this secret in the address of its calendar file."""
        found = self._groups(coffee_groups.c.calendar == calendar)
        return found[0] if found else None

    def groups_of(self, member: MemberId) -> tuple[tuple[Round, Group], ...]:
        """Every group the member was told of, the newest first."""
        mine = sa.select(coffee_places.c.group).where(coffee_places.c.member == member)
        found = self._groups(coffee_groups.c.id.in_(mine))
        rounds = {
            each.id: each
            for each in self._rounds(coffee_rounds.c.id.in_({group.round for group in found}))
        }
        told = [(rounds[group.round], group) for group in found if rounds[group.round].was_sent]
        return tuple(sorted(told, key=lambda each: (-each[0].number, -each[1].id)))

    def save_group(self, group: Group) -> None:
        """Keep what changed of a group, its places included."""
        self._connection.execute(
            coffee_groups.update()
            .where(coffee_groups.c.id == group.id)
            .values(
                state=group.state,
                is_locked=group.is_locked,
                meets_at=group.meets_at,
                sequence=group.sequence,
            )
        )
        for place in group.places:
            self.save_place(group.id, place)

    def save_place(self, group: GroupId, place: Place) -> None:
        """Keep what somebody answered."""
        self._connection.execute(
            coffee_places.update()
            .where(coffee_places.c.group == group, coffee_places.c.member == place.member)
            .values(
                state=place.state,
                met=place.met,
                worth=place.worth,
                note=place.note,
                slots=list(place.slots),
                shares=list(place.shares),
                pressed_at=place.pressed_at,
            )
        )

    def _rounds(self, *conditions: Any, limit: int = 1000) -> tuple[Round, ...]:
        return coffee_rows.rounds(self._connection, *conditions, limit=limit)

    def _groups(self, *conditions: Any) -> tuple[Group, ...]:
        return coffee_rows.groups(self._connection, *conditions)


_JOINED = coffee_rounds.join(coffee_groups, coffee_groups.c.round == coffee_rounds.c.id).join(
    coffee_places, coffee_places.c.group == coffee_groups.c.id
)
