"""Where the bot is installed, with the platforms' tokens encrypted."""

from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from bot.chat.messages import Account
from bot.chat.platform import Installation
from bot.ids import CommunityId, Lane, lane_of, platform_of
from storage import waits
from storage.rows import insert_new
from storage.secrets import Vault
from storage.tables import accounts, communities, members, workspaces


@dataclass(frozen=True, slots=True)
class Workspace:
    """A Slack workspace, a Teams tenant or the web chat of a community."""

    community: CommunityId
    platform: str
    external: str
    lane: Lane
    name: str

    @property
    def lists_people(self) -> bool:
        """Whether the platform can be asked who is there; the web chat's people are members."""
        return self.platform != "web"


class Workspaces:
    """The workspaces of all communities; it is also what the Slack platform keeps things in."""

    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self._connection = connection
        self._vault = vault

    def add_web(self, community: CommunityId, *, now: datetime) -> Lane:
        """The web chat of a community, made on the first call."""
        lane = web_lane(community)
        insert_new(
            self._connection,
            workspaces,
            {
                "community": community,
                "platform": "web",
                "external": str(community),
                "lane": lane,
                "name": "Web chat",
                "installed_at": now,
            },
        )
        return lane

    def add_teams(self, community: CommunityId, tenant: str, *, now: datetime) -> Lane:
        """A Teams tenant of a community, made on the first call."""
        return self._add(community, "teams", tenant, now=now)

    def by_lane(self, lane: Lane) -> Workspace | None:
        """The workspace of a lane where the bot is installed now."""
        row = self._connection.execute(
            sa.select(workspaces).where(
                workspaces.c.lane == lane, workspaces.c.uninstalled_at.is_(None)
            )
        ).one_or_none()
        return _workspace(row) if row else None

    def all(self) -> tuple[Workspace, ...]:
        """Every workspace where the bot is installed now."""
        rows = self._connection.execute(
            sa.select(workspaces)
            .where(workspaces.c.uninstalled_at.is_(None))
            .order_by(workspaces.c.id)
        )
        return tuple(_workspace(row) for row in rows)

    def installation(self, lane: Lane) -> Installation | None:
        """The installation of a workspace with its token; None where there is none."""
        row = self._connection.execute(
            sa.select(workspaces).where(
                workspaces.c.lane == lane, workspaces.c.uninstalled_at.is_(None)
            )
        ).one_or_none()
        if row is None or row.token is None:
            return None
        return Installation(
            lane,
            row.external,
            row.name,
            self._vault.open(row.token),
            row.bot_user,
            refresh_token=self._vault.open(row.refresh_token) if row.refresh_token else "",
            expires_at=row.expires_at,
        )

    def install(self, installation: Installation, *, now: datetime) -> None:
        """Keep a new or renewed installation.

        A new one belongs to the community that it names, else to the oldest real one; a workspace
        stays with the community that it has.
        """
        renewal = installation.refresh_token
        values = {
            "name": installation.name,
            "bot_user": installation.bot_user,
            "token": self._vault.seal(installation.token),
            "refresh_token": self._vault.seal(renewal) if renewal else None,
            "expires_at": installation.expires_at,
            "renewing_until": None,
            "uninstalled_at": None,
        }
        result = self._connection.execute(
            workspaces.update().where(workspaces.c.lane == installation.lane).values(values)
        )
        if result.rowcount:
            return

        self._connection.execute(
            workspaces.insert().values(
                community=installation.community or _oldest_community(),
                platform=platform_of(installation.lane),
                external=installation.workspace,
                lane=installation.lane,
                installed_at=now,
                **values,
            )
        )

    def take_renewal(self, lane: Lane, *, until: datetime, now: datetime) -> bool:
        """Take on renewing a token until an instant; False while another process does."""
        taken = self._connection.execute(
            workspaces.update()
            .where(
                workspaces.c.lane == lane,
                workspaces.c.renewing_until.is_(None) | (workspaces.c.renewing_until < now),
            )
            .values(renewing_until=until)
        )
        return bool(taken.rowcount)

    def renew(self, renewed: Installation, *, spent: str) -> bool:
        """Keep new tokens in the place of those whose refresh token was spent on them.

        False where that one is not kept any more: the bot was removed or installed anew meanwhile.
        """
        renewal = renewed.refresh_token
        return self._replace(
            renewed.lane,
            spent,
            token=self._vault.seal(renewed.token),
            refresh_token=self._vault.seal(renewal) if renewal else None,
            expires_at=renewed.expires_at,
            renewing_until=None,
        )

    def lose_renewal(self, lane: Lane, *, refused: str) -> bool:
        """Forget a refresh token that the platform refused; False where another is kept."""
        return self._replace(lane, refused, refresh_token=None, renewing_until=None)

    def communities(self) -> tuple[tuple[CommunityId, str], ...]:
        """The real communities and their names, the oldest first."""
        rows = self._connection.execute(
            sa.select(communities.c.id, communities.c.name)
            .where(communities.c.is_example.is_(False))
            .order_by(communities.c.id)
        )
        return tuple((CommunityId(row.id), row.name) for row in rows)

    def belongs_to(self, lane: Lane) -> CommunityId | None:
        """The community of a workspace, also of one that took the bot away; None for a new one."""
        found = self._connection.execute(
            sa.select(workspaces.c.community).where(workspaces.c.lane == lane)
        ).scalar_one_or_none()
        return None if found is None else CommunityId(found)

    def admit(self, tenant: str, *, now: datetime) -> Lane:
        """The lane of a Teams tenant; a new one belongs to the oldest real community."""
        lane = lane_of("teams", tenant)
        row = self._connection.execute(
            sa.select(workspaces.c.uninstalled_at).where(workspaces.c.lane == lane)
        ).one_or_none()
        if row is None:
            return self._add(_oldest_community(), "teams", tenant, now=now)
        if row.uninstalled_at is not None:
            self._connection.execute(
                workspaces.update().where(workspaces.c.lane == lane).values(uninstalled_at=None)
            )
        return lane

    def uninstall(self, lane: Lane, *, now: datetime) -> None:
        """The bot was removed: its tokens are forgotten and its accounts reach nobody."""
        self._connection.execute(
            workspaces.update()
            .where(workspaces.c.lane == lane)
            .values(uninstalled_at=now, token=None, refresh_token=None, expires_at=None)
        )
        self._connection.execute(
            accounts.update().where(accounts.c.lane == lane).values(is_active=False)
        )

    def knows(self, account: Account) -> bool:
        """Whether somebody with this account has been met before.

        Somebody of whom nothing but the account is known has only been named in the settings.
        """
        found = self._connection.execute(
            sa.select(accounts.c.id)
            .join(members, members.c.id == accounts.c.member)
            .where(
                accounts.c.lane == account.lane,
                accounts.c.user == account.user,
                members.c.name != accounts.c.user,
            )
        ).first()
        return found is not None

    def put_off(self, key: str) -> int:
        """How often the delivery of this key was put off before; this time counts from now on."""
        return waits.put_off(self._connection, key)

    def _replace(self, lane: Lane, held: str, **values: object) -> bool:
        """Change a workspace while it has this refresh token; False where it does not."""
        sealed = self._connection.execute(
            sa.select(workspaces.c.refresh_token).where(workspaces.c.lane == lane)
        ).scalar_one_or_none()
        if sealed is None or self._vault.open(sealed) != held:
            return False
        changed = self._connection.execute(
            workspaces.update()
            # Sealing the same again gives other bytes: nobody wrote between the two statements.
            .where(workspaces.c.lane == lane, workspaces.c.refresh_token == sealed)
            .values(values)
        )
        return bool(changed.rowcount)

    def _add(
        self,
        community: CommunityId | sa.ScalarSelect[int],
        platform: str,
        external: str,
        *,
        now: datetime,
    ) -> Lane:
        lane = lane_of(platform, external)
        insert_new(
            self._connection,
            workspaces,
            {
                "community": community,
                "platform": platform,
                "external": external,
                "lane": lane,
                "installed_at": now,
            },
        )
        return lane


def _oldest_community() -> sa.ScalarSelect[int]:
    return (
        sa.select(sa.func.min(communities.c.id))
        .where(communities.c.is_example.is_(False))
        .scalar_subquery()
    )


def web_lane(community: CommunityId) -> Lane:
    """The lane of a community's web chat."""
    return lane_of("web", community)


def _workspace(row: sa.Row[tuple[object, ...]]) -> Workspace:
    return Workspace(
        CommunityId(row.community), row.platform, row.external, Lane(row.lane), row.name
    )
