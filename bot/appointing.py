"""What a start makes sure of: a community, its upkeep, its web chat and its first organisers."""

from datetime import datetime

import structlog

from bot.chat.messages import Account
from bot.chat.requests import Role
from bot.domain import south_east_london
from bot.domain.members import Vocabulary
from bot.ids import CommunityId, MemberId
from bot.settings import Settings
from bot.times import Recurrence, at, local
from storage.communities import Community
from storage.unit_of_work import UnitOfWork
from storage.web import web_account

log = structlog.get_logger()

DEFAULT_NAME = "Leaders of South East London"
DEFAULT_PURPOSE = (
    "Clinical and care professional leaders who work across organisations, boroughs and "
    "professions, for better care where people live."
)
UPKEEP_HOUR = 4


def prepare(db: UnitOfWork, settings: Settings, *, now: datetime) -> None:
    """Make what is missing; a second call changes nothing."""
    if not db.communities.all():
        make_community(db, DEFAULT_NAME, zone=settings.timezone, purpose=DEFAULT_PURPOSE, now=now)
    for tenant in settings.teams_tenants if settings.has_teams else ():
        db.teams.admit(tenant, now=now)
    for community in db.communities.all():
        db.workspaces.add_web(community.id, now=now)
        today = local(now, community.zone).date()
        if db.schedule.next_label(community.id, "upkeep") is None:
            daily = Recurrence("FREQ=DAILY", at(today, UPKEEP_HOUR), community.zone)
            db.schedule.set_recurring(community.id, "upkeep", daily, now=now)


def get_to_know(db: UnitOfWork, settings: Settings, *, now: datetime) -> None:
    """Ask the workspaces who is there, and appoint the first organisers."""
    for workspace in db.workspaces.all():
        if workspace.lists_people:
            db.outbox.fetch_members(workspace.community, workspace.lane, now=now)
    appoint(db, db.communities.all()[0], settings.organiser_list, now=now)


def make_community(
    db: UnitOfWork, name: str, *, zone: str, now: datetime, purpose: str = ""
) -> CommunityId:
    """A community with South East London's vocabularies and organisations."""
    community = db.communities.add(name, zone=zone, purpose=purpose, now=now)
    # What comes first is for the community's own organisers to say, and nobody's to invent.
    words = south_east_london.seed_words()
    own = [each for each in words if each.vocabulary is not Vocabulary.PRIORITY]
    db.communities.add_terms(community, own)
    db.communities.add_organisations(community, south_east_london.seed_organisations())
    return community


def appoint(db: UnitOfWork, community: Community, named: tuple[str, ...], *, now: datetime) -> None:
    """Make the named people organisers, while the community has none.

    A name is an e-mail address, or an account such as ``slack:U123``.
    """
    if db.members.organisers(community.id):
        return
    for name in named:
        member = (
            _by_account(db, community, name, now)
            if ":" in name
            else _by_email(db, community, name, now)
        )
        if member is not None:
            db.members.set_role(member, Role.ORGANISER)
            log.info("organiser_appointed", member=member)


def _by_email(db: UnitOfWork, community: Community, email: str, now: datetime) -> MemberId:
    found = db.members.by_email(community.id, email)
    if found is not None:
        return found.id
    member = db.members.add(
        community.id, email.split("@", maxsplit=1)[0], email=email, zone=community.zone, now=now
    )
    db.members.add_account(community.id, member, web_account(community.id, member), now=now)
    return member


def _by_account(db: UnitOfWork, community: Community, name: str, now: datetime) -> MemberId | None:
    platform, _, user = name.partition(":")
    for workspace in db.workspaces.all():
        if workspace.platform != platform or workspace.community != community.id:
            continue
        # Entra writes its ids in either case; those of Slack are in capitals.
        account = Account(workspace.lane, user.lower() if platform == "teams" else user)
        owner = db.members.account_owner(account)
        if owner is not None:
            return owner.id
        member = db.members.add(community.id, account.user, zone=community.zone, now=now)
        db.members.add_account(community.id, member, account, now=now)
        return member
    log.warning("organiser_unknown", name=name)
    return None
