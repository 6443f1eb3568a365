"""``organiser add|remove|list``: who looks after the community."""

from typing import Annotated

import typer

from bot.app import House, opened
from bot.chat.requests import Role
from bot.errors import CommandError
from bot.times import utc_now

app = typer.Typer(help="Who looks after the community.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(help="The member's e-mail address.")]


@app.command()
def add(email: Email) -> None:
    """Make a member an organiser."""
    with opened() as house:
        _set(house, email, Role.ORGANISER)
    typer.echo(f"{email} is an organiser now.")


@app.command()
def remove(email: Email) -> None:
    """Make an organiser a plain member again; the last one stays."""
    with opened() as house:
        _set(house, email, Role.MEMBER)
    typer.echo(f"{email} is a plain member now.")


@app.command("list")
def list_all() -> None:
    """Print the organisers."""
    with opened() as house:
        community = house.community()
        with house.database.transaction() as db:
            for each in db.members.organisers(community.id):
                typer.echo(f"{each.name}  {each.email or 'no e-mail'}")


def _set(house: House, email: str, role: Role) -> None:
    community = house.community()
    with house.database.transaction() as db:
        member = db.members.by_email(community.id, email)
        if member is None:
            raise CommandError(f"No member has the address {email}; “invite {email}” makes one.")
        organisers = [each.id for each in db.members.organisers(community.id)]
        if role is not Role.ORGANISER and organisers == [member.id]:
            raise CommandError(f"{email} is the last organiser; name another one first.")
        db.members.set_role(member.id, role)
        db.audit.add(community.id, None, action=f"role {role}", subject=member.name, now=utc_now())
