"""An introductions channel in Slack: set before the bot is invited, then used, by the whole bot."""

from aiohttp import web

from bot import app
from bot.app import App
from bot.settings import Settings
from tests.end_to_end.bot_process import until
from tests.slack_stand_in import BOT_TOKEN, BOT_USER, SECRET, Said, SlackStandIn

WITHIN = 20
CHANNEL = "C0GENERAL"


async def test_introductions_channel_from_the_invitation_to_a_hello(tmp_path) -> None:
    async with SlackStandIn() as slack:
        olu, ada, ben = (
            slack.person(f"U{name.upper()}", name, email=f"{name.lower()}@nhs.example")
            for name in ("Olu", "Ada", "Ben")
        )
        slack.channels[CHANNEL] = {olu, ada, ben}
        chosen = Settings(
            _env_file=None,
            database_url=f"sqlite:///{tmp_path}/leaders.db",
            keys_dir=tmp_path / "keys",
            slack_bot_token=BOT_TOKEN,
            slack_signing_secret=SECRET,
            slack_api_url=slack.api_url,
            organisers=f"slack:{olu}",
        )
        database = app.open_database(chosen)
        runner = web.AppRunner(App(chosen, database).server())
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        slack.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"

        async def told(user: str, beginning: str, *, channel: str = "") -> Said:
            def found() -> Said | None:
                seen = slack.seen_by(user, channel)
                return next((one for one in seen if one.text.startswith(beginning)), None)

            return await until(found, what=f"“{beginning}”", within=WITHIN)

        try:
            # A slash command works where the bot has not been invited yet.
            await slack.command(olu, "/leaders channel introductions here", channel=CHANNEL)
            refused = await told(olu, "I can’t post in #general:")
            assert "/invite @leaders" in refused.text
            assert slack.seen_by(ada, CHANNEL) == []

            slack.channels[CHANNEL].add(BOT_USER)
            await slack.taps(olu, refused, "Check again")
            await told(olu, "I post introductions in #general now.")
            await told(ada, "Introductions will be posted here.", channel=CHANNEL)

            await slack.command(ada, "/introduce")
            await slack.submits(
                ada,
                job="Nurse",
                other_organisation="Oxleas",
                organisation="another",
                consent=["yes"],
            )
            post = await told(ben, "New among us:", channel=CHANNEL)

            await slack.taps(ben, post, "Say hello")
            await slack.submits(ben, words="Welcome!")
            hello = await told(ada, "Ben says hello:")
            assert "“Welcome!”" in hello.text

            await slack.command(ada, "/leaders introduce withdraw")
            await until(
                lambda: post not in slack.seen_by(ben, CHANNEL), what="deletion", within=WITHIN
            )
        finally:
            await runner.cleanup()
            database.close()
