"""``community add|list``: the communities of this deployment."""

from typing import Annotated

import typer

from bot import appointing
from bot.app import opened
from bot.dispatch import utc_now
from bot.errors import CommandError

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
