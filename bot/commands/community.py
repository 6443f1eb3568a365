"""``community add|list|links|tenant``: the communities and which workspaces they are for."""

from typing import Annotated

import typer

from bot import appointing
from bot.app import opened
from bot.errors import CommandError
from bot.ids import lane_of
from bot.platforms.slack import links as slack_links
from bot.settings import ENTRA_ID, Settings
from bot.times import utc_now
from storage.communities import Community
from storage.database import Database
from storage.unit_of_work import UnitOfWork

NO_SLACK_LINK = (
    "Slack: set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, and every community has an install link."
)
NO_ADDRESS = "BASE_URL is unset; an install link needs the address people reach the bot at."
TEAMS_LINK = 'Teams: python -m bot community tenant "{name}" TENANT_ID'

app = typer.Typer(help="The communities of this deployment.", no_args_is_help=True)


@app.command()
def add(
    name: Annotated[str, typer.Argument(help="The community's name.")],
    purpose: Annotated[str, typer.Option(help="Why it exists, in its organisers' words.")] = "",
) -> None:
    """Make a community with South East London's vocabularies."""
    with opened() as house, house.database.transaction() as db:
        if any(each.name == name for each in db.communities.all()):
            raise CommandError(f"There is a community called “{name}” already.")
        appointing.make_community(
            db, name, zone=house.settings.timezone, purpose=purpose, now=utc_now()
        )
    typer.echo(f"“{name}” is made.")


@app.command("list")
def list_all() -> None:
    """Print the communities."""
    with opened() as house, house.database.transaction() as db:
        for each in db.communities.all():
            mark = " (example)" if each.is_example else ""
            typer.echo(f"{each.id}  {each.name}{mark}  {db.members.count(each.id)} members")


@app.command()
def links(
    name: Annotated[str, typer.Argument(help="One community; without it all.")] = "",
) -> None:
    """Print by which link a Slack workspace joins a community, and how a Teams tenant does."""
    with opened() as house:
        with house.database.transaction() as db:
            chosen = [_named(db, name)] if name else db.communities.all()
        for each in chosen:
            if not each.is_example:
                _print_links(house.settings, house.database, each)


@app.command()
def tenant(
    name: Annotated[str, typer.Argument(help="The community's name.")],
    tenant_id: Annotated[str, typer.Argument(help="The tenant's id in Microsoft Entra.")],
) -> None:
    """Let the people of a Teams tenant join a community."""
    wanted = tenant_id.strip().lower()
    if not ENTRA_ID.fullmatch(wanted):
        raise CommandError(
            f"“{tenant_id}” is no tenant id. It looks like 1b2c3d4e-0a1b-4c2d-8e3f-0123456789ab; "
            "Microsoft Entra shows it under “Overview”."
        )
    with opened() as house, house.database.transaction() as db:
        community = _named(db, name)
        owner = db.workspaces.belongs_to(lane_of("teams", wanted))
        if owner is not None and owner != community.id:
            raise CommandError(
                f"The tenant {wanted} belongs to “{db.communities.get(owner).name}” already, "
                "and a tenant has one community."
            )
        db.workspaces.add_teams(community.id, wanted, now=utc_now())
    typer.echo(f"The tenant {wanted} belongs to “{community.name}”.")


def _named(db: UnitOfWork, name: str) -> Community:
    for each in db.communities.all():
        if each.name == name:
            return each
    raise CommandError(f"There is no community called “{name}”; “community list” shows them.")


def _print_links(chosen: Settings, database: Database, community: Community) -> None:
    typer.echo(community.name)
    if not chosen.has_slack_install:
        typer.echo(f"  {NO_SLACK_LINK}")
    elif not chosen.base_url:
        raise CommandError(NO_ADDRESS)
    else:
        link = slack_links.install_link(chosen.public_url, community.id, database.vault)
        typer.echo(f"  Slack: {link}")
    typer.echo(f"  {TEAMS_LINK.format(name=community.name)}")
