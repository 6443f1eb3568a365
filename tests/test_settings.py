"""Settings: each wrong one stops the start with one sentence that names it."""

from pathlib import Path

import pytest

from bot import settings
from bot.errors import SettingsError
from bot.settings import Settings

SECRET = "a secret of more than thirty-two characters"


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """An empty folder to start in, and an environment without any setting."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
        monkeypatch.delenv(name, raising=False)
    return tmp_path


@pytest.fixture
def given(monkeypatch):
    """Puts settings into the environment."""

    def put(**values: str) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, value)

    return put


def test_without_any_setting_it_is_the_example_on_this_machine():
    found = settings.load()

    assert found == Settings()
    assert (found.database_url, found.host, found.port, found.timezone, found.log_level) == (
        "sqlite:///data/leaders.db",
        "127.0.0.1",
        3000,
        "Europe/London",
        "INFO",
    )
    assert found.keys_dir == Path("data/keys")
    assert found.public_url == "http://127.0.0.1:3000"
    assert (found.is_sqlite, found.is_example, found.is_loopback, found.has_slack) == (
        True,
        True,
        True,
        False,
    )
    assert found.organiser_list == ()


def test_settings_come_from_the_environment_before_the_file(folder, given):
    (folder / ".env").write_text(
        "PORT=4000\nHOST=0.0.0.0\nORGANISERS=ada@leaders.example, slack:U1 ,,\nUNKNOWN=1\n"
    )
    given(PORT="5000")

    found = settings.load()

    assert (found.port, found.host) == (5000, "0.0.0.0")  # noqa: S104 - only read.
    assert found.organiser_list == ("ada@leaders.example", "slack:U1")
    assert found.is_loopback is False


def test_an_empty_value_counts_as_unset(given):
    given(PORT="", DATABASE_URL="", SLACK_BOT_TOKEN="", TIMEZONE="")

    assert settings.load() == Settings()
    assert settings.load().is_example is True


@pytest.mark.parametrize(
    "values",
    [
        {"DATABASE_URL": "sqlite:///data/leaders.db"},
        {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"},
        {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"},
    ],
)
def test_a_database_or_a_platform_makes_it_no_example(given, values):
    given(**values)

    found = settings.load()

    assert found.is_example is False
    assert found.has_slack is ("SLACK_BOT_TOKEN" in values)


def test_a_complete_deployment_is_taken(given):
    given(
        DATABASE_URL="postgresql://leaders@db/leaders",
        SECRET_KEY=SECRET,
        BASE_URL="https://leaders.example.nhs.uk/",
        SMTP_URL="smtp://mail",
        MAIL_FROM="bot@leaders.example",
        LOG_LEVEL="debug",
    )

    found = settings.load()

    assert found.is_sqlite is False
    assert found.public_url == "https://leaders.example.nhs.uk"


@pytest.mark.parametrize(
    ("values", "sentence"),
    [
        (
            {"DATABASE_URL": "mysql://db"},
            "DATABASE_URL is not understood; use sqlite:///data/leaders.db or postgresql://…",
        ),
        ({"PORT": "70000"}, "PORT is 70000; use a number from 1 to 65535."),
        ({"PORT": "-1"}, "PORT is -1; use a number from 1 to 65535."),
        (
            {"PORT": "many"},
            "PORT is “many”; use a whole number.",
        ),
        (
            {"PORT": "9" * 5000},
            "PORT is wrong: Unable to parse input string as an integer, exceeded maximum size.",
        ),
        ({"TIMEZONE": "London"}, "TIMEZONE is “London”; use a name such as Europe/London."),
        ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL is “LOUD”; use DEBUG, INFO, WARNING or ERROR."),
        (
            {"BASE_URL": "leaders.example"},
            "BASE_URL must begin with https:// (or http:// on this machine).",
        ),
        ({"SECRET_KEY": "short"}, "SECRET_KEY is too short; use at least 32 random characters."),
        (
            {"DATABASE_URL": "postgresql://db/leaders"},
            "SECRET_KEY is missing; with PostgreSQL every replica needs the same one.",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxp-1", "SLACK_SIGNING_SECRET": "s"},
            "SLACK_BOT_TOKEN must begin with xoxb-; copy the Bot User OAuth Token.",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "1"},
            "SLACK_APP_TOKEN must begin with xapp-; make an app-level token.",
        ),
        (
            {"SLACK_APP_TOKEN": "xapp-1"},
            "SLACK_BOT_TOKEN is missing; SLACK_APP_TOKEN alone can't send messages.",
        ),
        (
            {"SLACK_SIGNING_SECRET": "s"},
            "SLACK_BOT_TOKEN is missing; SLACK_SIGNING_SECRET alone can't answer.",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1"},
            "SLACK_SIGNING_SECRET is missing; set it, or SLACK_APP_TOKEN for Socket Mode.",
        ),
        (
            {"SLACK_API_URL": "https://slack.com/api"},
            "SLACK_API_URL must end with a slash, as in https://slack.com/api/",
        ),
        (
            {"SMTP_URL": "smtp://mail"},
            "MAIL_FROM is missing; SMTP_URL needs an address to send from.",
        ),
    ],
)
def test_a_wrong_setting_stops_the_start_with_its_sentence(given, values, sentence):
    given(**values)

    with pytest.raises(SettingsError) as caught:
        settings.load()

    assert str(caught.value) == sentence


def test_problems_names_every_wrong_setting_in_the_order_of_the_table():
    wrong = Settings(
        database_url="mysql://db",
        port=-1,
        timezone="X",
        log_level="X",
        base_url="x",
        secret_key="x",
    )

    assert [problem.split()[0] for problem in settings.problems(wrong)] == [
        "DATABASE_URL",
        "PORT",
        "TIMEZONE",
        "LOG_LEVEL",
        "BASE_URL",
        "SECRET_KEY",
    ]
