"""Whom an announcement is for, and what became of it for each of them.

Who they are is written down when it goes out. What became of their messages stands in the outbox
alone, so that both can't differ.
"""

from collections import Counter
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from bot.chat.platform import DeliveryKind
from bot.domain.announcement_reach import Outcome, Person, Reach, Tally, Unreached
from bot.domain.announcements import Announcement
from bot.domain.audience import Audience
from bot.domain.opt_outs import Unasked
from bot.ids import CommunityId, MemberId
from storage import audiences, held, mail_addresses, reach
from storage.outbox import State
from storage.reach import ToEach
from storage.tables import accounts, announcement_recipients, members, opt_outs, outbox

# The best of what became of somebody's messages counts: a second one may have arrived.
_RANKS = tuple(Outcome)
_OUTCOMES = {
    State.SENT: Outcome.DELIVERED,
    State.QUEUED: Outcome.WAITING,
    State.SENDING: Outcome.WAITING,
    State.UNCERTAIN: Outcome.UNSURE,
    State.CANNOT: Outcome.COULD_NOT,
    State.CANCELLED: Outcome.CANCELLED,
}


def subject(announcement: Announcement) -> str:
    """What the messages of an announcement are about in the outbox and the schedule."""
    return f"announcement:{announcement.id}"


def channel_subject(announcement: Announcement) -> str:
    """What its posts in channels are about."""
    return f"{subject(announcement)}:channel"


class Recipients:
    """Whom announcements are for. ``has_mail`` says that an e-mail address reaches somebody."""

    def __init__(self, connection: sa.Connection, *, has_mail: bool) -> None:
        self._connection = connection
        self._has_mail = has_mail

    def reach(self, community: CommunityId, audience: Audience) -> Reach:
        """How many it would reach if it went out now."""
        reasons = self._reasons(community, audience).subquery()
        rows = self._connection.execute(
            sa.select(reasons.c.reason, sa.func.count().label("people")).group_by(reasons.c.reason)
        )
        found = {row.reason: row.people for row in rows}
        return Reach(
            reached=found.get("", 0),
            no_account=found.get(Unreached.NO_ACCOUNT, 0),
            opted_out=found.get(Unreached.OPTED_OUT, 0),
        )

    def write(self, announcement: Announcement) -> None:
        """Write down whom it is for, and for whom there is a reason why they get nothing."""
        chosen = self._reasons(announcement.community, announcement.audience).subquery()
        self._connection.execute(
            announcement_recipients.insert().from_select(
                ["community", "announcement", "member", "reason"],
                sa.select(
                    sa.literal(announcement.community, sa.Integer),
                    sa.literal(announcement.id, sa.Integer),
                    chosen.c.id,
                    chosen.c.reason,
                ),
                include_defaults=False,
            )
        )

    def to(self, announcement: Announcement) -> ToEach:
        """Those who get a message, each with the account that it goes to."""
        return self._accounts(self._of(announcement).where(announcement_recipients.c.reason == ""))

    def unacknowledged(self, announcement: Announcement) -> ToEach:
        """Those who have it and have not confirmed it."""
        has_it = sa.select(outbox.c.member).where(
            outbox.c.community == announcement.community,
            outbox.c.subject == subject(announcement),
            outbox.c.kind == DeliveryKind.POST,
            outbox.c.state == State.SENT,
        )
        return self._accounts(
            self._of(announcement).where(
                announcement_recipients.c.acknowledged_at.is_(None),
                announcement_recipients.c.member.in_(has_it),
            )
        )

    def count_unacknowledged(self, announcement: Announcement) -> int:
        """How many have it and have not confirmed it."""
        people = self.unacknowledged(announcement).subquery()
        return int(
            self._connection.execute(sa.select(sa.func.count()).select_from(people)).scalar_one()
        )

    def who_acknowledged(self, announcement: Announcement) -> sa.ColumnElement[bool]:
        """Which of the outbox's rows are for those who have confirmed."""
        return outbox.c.member.in_(
            self._of(announcement).where(announcement_recipients.c.acknowledged_at.is_not(None))
        )

    def acknowledge(
        self, announcement: Announcement, member: MemberId, *, now: datetime
    ) -> datetime | None:
        """A member confirms that they have read it; when they first did, None for nobody meant."""
        theirs = (
            announcement_recipients.c.announcement == announcement.id,
            announcement_recipients.c.member == member,
        )
        self._connection.execute(
            announcement_recipients.update()
            .where(*theirs, announcement_recipients.c.acknowledged_at.is_(None))
            .values(acknowledged_at=now)
        )
        found: datetime | None = self._connection.execute(
            sa.select(announcement_recipients.c.acknowledged_at).where(*theirs)
        ).scalar()
        return found

    def tally(self, announcement: Announcement) -> Tally:
        """How far it has come."""
        messages = self._messages(announcement).subquery()
        rows = self._connection.execute(
            sa.select(messages.c.rank, sa.func.count().label("people")).group_by(messages.c.rank)
        )
        people = Counter({_RANKS[row.rank]: int(row.people) for row in rows})
        kept = self._connection.execute(
            sa.select(
                sa.func.count(announcement_recipients.c.acknowledged_at).label("acknowledged"),
                sa.func.count(sa.case((announcement_recipients.c.reason != "", 1))).label("not"),
            ).where(announcement_recipients.c.announcement == announcement.id)
        ).one()
        posts = self._posts(announcement)
        return Tally(
            delivered=people[Outcome.DELIVERED],
            waiting=people[Outcome.WAITING],
            unsure=people[Outcome.UNSURE],
            could_not=people[Outcome.COULD_NOT] + kept[1],
            kept=people[Outcome.KEPT],
            cancelled=people[Outcome.CANCELLED],
            acknowledged=kept.acknowledged,
            posted=posts[Outcome.DELIVERED],
            posts_waiting=posts[Outcome.WAITING],
            posts_could_not=posts[Outcome.COULD_NOT] + posts[Outcome.UNSURE],
        )

    def people(
        self,
        announcement: Announcement,
        *,
        limit: int | None = None,
        offset: int = 0,
        outcomes: tuple[Outcome, ...] = _RANKS,
        acknowledged: bool | None = None,
    ) -> tuple[Person, ...]:
        """What became of it for each of these people, by name."""
        chosen = (
            self._people(announcement, outcomes, acknowledged=acknowledged)
            .order_by(members.c.name, members.c.id)
            .limit(limit)
            .offset(offset)
        )
        return tuple(_person(row) for row in self._connection.execute(chosen))

    def count_people(
        self,
        announcement: Announcement,
        *,
        outcomes: tuple[Outcome, ...] = _RANKS,
        acknowledged: bool | None = None,
    ) -> int:
        """How many these people are."""
        people = self._people(announcement, outcomes, acknowledged=acknowledged).subquery()
        return int(
            self._connection.execute(sa.select(sa.func.count()).select_from(people)).scalar_one()
        )

    def _people(
        self,
        announcement: Announcement,
        outcomes: tuple[Outcome, ...],
        *,
        acknowledged: bool | None,
    ) -> sa.Select[Any]:
        of = announcement_recipients.c
        messages = self._messages(announcement).subquery()
        silent = sa.literal(_RANKS.index(Outcome.COULD_NOT), sa.Integer)
        rank = sa.case((of.reason != "", silent), else_=messages.c.rank)
        chosen: sa.Select[Any] = (
            sa.select(
                members.c.name,
                members.c.organisation,
                rank.label("rank"),
                sa.case((of.reason != "", of.reason), else_=messages.c.reason).label("reason"),
                messages.c.at,
                of.acknowledged_at,
            )
            .select_from(
                announcement_recipients.join(members, members.c.id == of.member).outerjoin(
                    messages, messages.c.member == of.member
                )
            )
            .where(
                of.announcement == announcement.id,
                rank.in_([_RANKS.index(each) for each in outcomes]),
            )
        )
        if acknowledged is None:
            return chosen
        is_open = of.acknowledged_at.is_(None)
        return chosen.where(sa.not_(is_open) if acknowledged else is_open)

    def _posts(self, announcement: Announcement) -> Counter[Outcome]:
        rows = self._connection.execute(
            sa.select(outbox.c.state, sa.func.count().label("posts"))
            .where(
                outbox.c.community == announcement.community,
                outbox.c.subject == channel_subject(announcement),
                outbox.c.kind == DeliveryKind.POST,
            )
            .group_by(outbox.c.state)
        )
        found: Counter[Outcome] = Counter()
        for row in rows:
            found[_OUTCOMES[State(row.state)]] += int(row.posts)
        return found

    def _messages(self, announcement: Announcement) -> sa.Select[Any]:
        """One row a member who was sent anything: the best that became of it."""
        ranked = sa.case(
            (
                sa.and_(outbox.c.state == State.CANCELLED, outbox.c.reason == held.KEPT),
                _RANKS.index(Outcome.KEPT),
            ),
            *((outbox.c.state == state, _RANKS.index(each)) for state, each in _OUTCOMES.items()),
        )
        in_trouble = outbox.c.state.in_((State.CANNOT, State.UNCERTAIN))
        return (
            sa.select(
                outbox.c.member,
                sa.func.min(ranked).label("rank"),
                sa.func.max(sa.case((in_trouble, outbox.c.reason), else_="")).label("reason"),
                sa.func.max(outbox.c.settled_at).label("at"),
            )
            .where(
                outbox.c.community == announcement.community,
                outbox.c.subject == subject(announcement),
                outbox.c.kind == DeliveryKind.POST,
                outbox.c.member.is_not(None),
            )
            .group_by(outbox.c.member)
        )

    def _of(self, announcement: Announcement) -> sa.Select[Any]:
        return sa.select(announcement_recipients.c.member).where(
            announcement_recipients.c.announcement == announcement.id
        )

    def _accounts(self, wanted: sa.Select[Any]) -> ToEach:
        return reach.first_accounts(wanted, has_mail=self._has_mail)

    def _reasons(self, community: CommunityId, audience: Audience) -> sa.Select[Any]:
        """Those who are meant, each with why they get nothing; empty where they get it."""
        opted_out = sa.exists().where(
            opt_outs.c.member == members.c.id, opt_outs.c.programme == Unasked.ANNOUNCEMENTS
        )
        reached: sa.ColumnElement[bool] = sa.exists().where(
            accounts.c.member == members.c.id,
            accounts.c.is_active,
            accounts.c.is_retired.is_(False),
        )
        if self._has_mail:
            by_mail = sa.and_(*mail_addresses.MAY_GET_MAIL, mail_addresses.EXISTS)
            reached = sa.or_(reached, by_mail)
        reason = sa.case(
            (opted_out, Unreached.OPTED_OUT.value),
            (sa.not_(reached), Unreached.NO_ACCOUNT.value),
            else_="",
        )
        return audiences.meant(community, audience).add_columns(reason.label("reason"))


def _person(row: sa.Row[Any]) -> Person:
    outcome = _RANKS[row.rank]
    return Person(
        name=row.name,
        organisation=row.organisation,
        outcome=outcome,
        reason=row.reason if outcome in {Outcome.COULD_NOT, Outcome.UNSURE} else "",
        at=row.at,
        acknowledged_at=row.acknowledged_at,
    )
