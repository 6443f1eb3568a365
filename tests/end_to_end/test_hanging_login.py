"""Microsoft's login hangs, and Slack is answered as ever, by the whole bot in one process."""

import asyncio
import time
from pathlib import Path

from tests.end_to_end.bot_process import environment, running
from tests.slack_stand_in import BOT_TOKEN, SECRET, SlackStandIn
from tests.teams_identity import Identity
from tests.teams_stand_in import TeamsStandIn

SLACK_USER, TEAMS_USER = "U0ADA", "22222222-aaaa-4bbb-8ccc-0000000000ad"
COMMANDS = 20
STUCK = 10
# Slack gives a command three seconds; the login host gives no answer at all.
ANSWERED_WITHIN = 1.0


async def test_slack_is_answered_while_microsofts_login_hangs(tmp_path: Path) -> None:
    async with (
        Identity() as identity,
        SlackStandIn() as slack,
        TeamsStandIn(mint=identity.token, takes=identity.takes) as teams,
    ):
        slack.person(SLACK_USER, "Ada Obi")
        teams.person(TEAMS_USER, "Ben Lee", installed=True)
        settings = environment(
            tmp_path,
            DATABASE_URL=f"sqlite:///{tmp_path}/leaders.db",
            SLACK_BOT_TOKEN=BOT_TOKEN,
            SLACK_SIGNING_SECRET=SECRET,
            SLACK_API_URL=slack.api_url,
            **identity.settings(),
        )
        identity.hanging |= {"discovery", "token", "openid", "keys"}
        async with running(settings, tmp_path) as bot:
            slack.bot_url, teams.bot_url = bot.events_address, f"{bot.address}/api/messages"
            # Each of these needs a key that is not there, and an answer needs a token.
            stuck = [
                asyncio.ensure_future(teams.says(TEAMS_USER, f"coffee {number}"))
                for number in range(STUCK)
            ]
            await identity.until_asked("openid")

            took, said = [], []
            for _ in range(COMMANDS):
                began = time.monotonic()
                said.append(await slack.command(SLACK_USER, "/leaders coffee"))
                took.append(time.monotonic() - began)

            assert all(answer is not None for answer in said)
            assert max(took) < ANSWERED_WITHIN
            assert not any(task.done() for task in stuck)
            # The host comes back, and so does Teams.
            identity.hanging.clear()
            identity.let_go()
            await asyncio.gather(*stuck, return_exceptions=True)
            answer = await teams.says(TEAMS_USER, "help")
            assert answer.status == 200
