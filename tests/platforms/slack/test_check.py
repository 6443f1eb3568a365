import pytest

from bot.platforms.slack.check import check
from bot.platforms.slack.manifest import SCOPES
from tests.platforms.slack.conftest import Bot, settings
from tests.slack_stand_in import ALL_SCOPES, APP_TOKEN, SlackStandIn


async def test_everything_granted_is_nothing_to_say(bot: Bot) -> None:
    assert await bot.app.check() == []
    assert await check(settings(bot.slack, slack_app_token=APP_TOKEN)) == []


async def test_missing_scope_is_named_with_its_reason(slack: SlackStandIn) -> None:
    slack.scopes = tuple(set(ALL_SCOPES) - {"users:read.email"})

    (said,) = await check(settings(slack))

    assert said == (
        "Slack has not granted the scope users:read.email "
        f"({SCOPES['users:read.email']}); add it under “OAuth & Permissions” and install the app "
        "again."
    )


async def test_refused_token_is_named(slack: SlackStandIn) -> None:
    (said,) = await check(settings(slack, slack_bot_token="xoxb-another"))

    assert said.startswith("SLACK_BOT_TOKEN is not accepted by Slack (invalid_auth); copy")


async def test_refused_app_token_is_named(slack: SlackStandIn) -> None:
    (said,) = await check(settings(slack, slack_app_token="xapp-another"))

    assert said.startswith("SLACK_APP_TOKEN is not accepted by Slack (invalid_auth); make")


@pytest.mark.parametrize("status", [200, 503])
async def test_slack_that_does_not_answer_is_named(slack: SlackStandIn, status: int) -> None:
    slack.answer_status("auth.test", status, body="<html>")

    (said,) = await check(settings(slack))

    assert said.startswith(f"Slack could not be reached at {slack.api_url}; check")


async def test_slack_that_cannot_be_reached_is_named(slack: SlackStandIn) -> None:
    (said,) = await check(settings(slack, slack_api_url="http://127.0.0.1:9/"))

    assert said.startswith("Slack could not be reached at http://127.0.0.1:9/; check")


async def test_deployment_of_several_workspaces_has_no_token_to_check(slack: SlackStandIn) -> None:
    several = {"slack_bot_token": "", "slack_client_id": "1.2", "slack_client_secret": "c"}

    assert await check(settings(slack, **several)) == []
    (said,) = await check(settings(slack, **several, slack_app_token="xapp-another"))
    assert said.startswith("SLACK_APP_TOKEN is not accepted by Slack (invalid_auth); make")
