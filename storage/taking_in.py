"""Taking a checked table of members in: what has to be known before, and writing all of it."""

from collections.abc import Callable, Iterator
from datetime import datetime

from bot.chat.messages import Account
from bot.domain.importing import Checked, Entry, Known, Outcome
from bot.domain.members import Vocabulary
from bot.domain.south_east_london import OTHER_NAMES
from bot.ids import CommunityId, Lane, MemberId
from storage.communities import Community
from storage.importing import Imports
from storage.unit_of_work import UnitOfWork
from storage.web import web_account
from storage.workspaces import web_lane

# Organisations written in one statement, far below SQLite's 32,766 bound parameters.
BATCH = 500

Following = Callable[[Iterator[MemberId], int], Iterator[MemberId]]
"""Passes the new members on, of whom so many are to come, and shows how far they are."""


def _slack_lane(db: UnitOfWork, community: CommunityId) -> Lane | None:
    """The one Slack workspace of the community."""
    lanes = [
        workspace.lane
        for workspace in db.workspaces.all()
        if workspace.community == community and workspace.platform == "slack"
    ]
    return lanes[0] if len(lanes) == 1 else None


def known(db: UnitOfWork, community: CommunityId) -> Known:
    """What the community has already, against which a table is checked."""
    lane = _slack_lane(db, community)
    imports = Imports(db.connection)
    return Known(
        words={name: db.communities.terms(community, name) for name in Vocabulary},
        organisations=db.communities.organisations(community),
        members=imports.everybody_ever(community),
        other_names=OTHER_NAMES,
        owners=imports.owners(lane) if lane else {},
        has_slack=lane is not None,
        on_web=frozenset(imports.owners(web_lane(community)).values()),
        in_coffee=frozenset(part.member for part in db.coffee.participants(community)),
    )


def write(
    db: UnitOfWork,
    community: Community,
    checked: Checked,
    *,
    actor: MemberId | None,
    now: datetime,
    following: Following = lambda numbers, _total: numbers,
) -> None:
    """Write every entry of the table, in the transaction in which it was checked."""
    lane = _slack_lane(db, community.id)
    for start in range(0, len(checked.organisations), BATCH):
        batch = checked.organisations[start : start + BATCH]
        db.communities.add_organisations(community.id, batch)

    imports = Imports(db.connection)
    changed = [entry for entry in checked.entries if entry.member is not None]
    new = [entry for entry in checked.entries if entry.member is None]
    imports.update(changed)
    added = imports.add(community.id, new, zone=community.zone, now=now)
    numbers = list(following(added, len(new)))

    if any(entry.on_web for entry in checked.entries):
        db.workspaces.add_web(community.id, now=now)
    everybody = [
        *((entry.member, entry) for entry in changed if entry.member is not None),
        *zip(numbers, new, strict=True),
    ]
    accounts = [place for each in everybody for place in _accounts(community.id, *each, lane=lane)]
    imports.add_accounts(community.id, accounts, now=now)
    joining = [number for number, entry in everybody if entry.in_coffee]
    imports.join_coffee(community.id, joining, now=now)
    # Whoever is known to a workspace by e-mail gets their account there.
    for workspace in db.workspaces.all():
        if workspace.community == community.id and workspace.lists_people:
            db.outbox.fetch_members(community.id, workspace.lane, now=now)
    db.audit.add(community.id, actor, action="members imported", subject=counted(checked), now=now)


def counted(checked: Checked) -> str:
    """How many rows came to what: "2 added, 0 updated, 1 unchanged, 0 with problems"."""
    names = {Outcome.PROBLEM: "with problems"}
    return ", ".join(
        f"{checked.counts[outcome]:,} {names.get(outcome, outcome)}" for outcome in Outcome
    )


def _accounts(
    community: CommunityId, member: MemberId, entry: Entry, *, lane: Lane | None
) -> Iterator[tuple[MemberId, str, Account]]:
    if entry.slack and lane is not None:
        yield member, entry.name, Account(lane, entry.slack)
    if entry.on_web:
        yield member, entry.name, web_account(community, member)
