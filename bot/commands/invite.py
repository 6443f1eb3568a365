"""``invite``: a personal sign-in link for the web chat."""

from typing import Annotated

import typer

from bot.app import opened
from bot.errors import CommandError
from bot.times import utc_now
from storage.web import LINK_LIFE, web_account


def invite(
    email: Annotated[str, typer.Argument(help="Whom the link is for.")],
    name: Annotated[str, typer.Option(help="Their name, where they are new.")] = "",
) -> None:
    """Print a personal link with which somebody enters the web chat, once."""
    if "@" not in email:
        raise CommandError(f"“{email}” is no e-mail address. Try “invite ada@example.org”.")
    with opened() as house:
        community = house.community()
        now = utc_now()
        with house.database.transaction() as db:
            member = db.members.by_email(community.id, email)
            number = (
                member.id
                if member
                else db.members.add(
                    community.id,
                    name or email.split("@")[0],
                    email=email,
                    zone=community.zone,
                    now=now,
                )
            )
            db.workspaces.add_web(community.id, now=now)
            db.members.add_account(community.id, number, web_account(community.id, number), now=now)
            secret = db.web.make_link(community.id, number, now=now)
        typer.echo(f"{house.settings.public_url}/enter/{secret}")
        typer.echo(f"For {email} only. It works once, within {LINK_LIFE.days} days.", err=True)
