"""Fills the lists in which somebody looks for a person."""

from collections.abc import Awaitable, Callable, Sequence

import structlog
from slack_bolt.response import BoltResponse

from bot.chat.messages import Account
from bot.platforms.slack import carry, door, payload, read, whose
from bot.platforms.slack.api import Installed
from bot.platforms.slack.modal import MAX_OPTION_TEXT, MAX_OPTIONS
from bot.platforms.slack.payload import Malformed
from bot.platforms.slack.text import Json, plain_text

log = structlog.get_logger(__name__)

People = Callable[[Account, str], Awaitable[Sequence[tuple[str, str]]]]
"""Members found by part of their name: what arrives when one is chosen, and what is shown."""


async def suggested(
    people: People, installed: Installed, body: Json, *, team: object
) -> BoltResponse:
    """The people whom the words may mean, in the workspace of whoever looks."""
    try:
        account, words = read.suggestion(body, team=team)
        found = await people(account, words)
        home = whose.tapped(body, team=team)
        if not found and home and await installed(payload.lane(home)) is not None:
            found = await people(Account(payload.lane(home), account.user), words)
    except Malformed:
        return BoltResponse(status=door.BAD_REQUEST)
    except Exception:
        # The outermost edge: nothing found is better than a list that never opens.
        log.exception("slack_people_failed")
        found = ()
    options = [
        {"text": plain_text(label, MAX_OPTION_TEXT), "value": carry.option(value)}
        for value, label in found[:MAX_OPTIONS]
    ]
    return BoltResponse(status=200, body={"options": options})
