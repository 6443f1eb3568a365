"""Settings: each wrong one stops the start with one sentence that names it."""

from pathlib import Path

import pytest

from bot import settings
from bot.errors import SettingsError
from bot.settings import Settings

SECRET = "a secret of more than thirty-two characters"
APP = "00000000-aaaa-4bbb-8ccc-00000000B07A"
HOME = "11111111-aaaa-4bbb-8ccc-000000000001"
OTHER = "33333333-aaaa-4bbb-8ccc-00000000000C"
TEAMS = {
    "MICROSOFT_APP_ID": APP,
    "MICROSOFT_APP_PASSWORD": "a made-up client secret",
    "MICROSOFT_APP_TENANT_ID": HOME,
}


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
        TEAMS,
        {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "c", "SLACK_SIGNING_SECRET": "s"},
        {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "c", "SLACK_APP_TOKEN": "xapp-1"},
    ],
)
def test_a_database_or_a_platform_makes_it_no_example(given, values):
    given(**values)

    found = settings.load()

    assert found.is_example is False
    assert found.has_teams is ("MICROSOFT_APP_ID" in values)
    assert found.has_slack is any(name.startswith("SLACK_") for name in values)
    assert found.has_slack_install is ("SLACK_CLIENT_ID" in values)


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
            {"SLACK_CLIENT_ID": "1.2", "SLACK_SIGNING_SECRET": "s"},
            "SLACK_CLIENT_SECRET is missing; SLACK_CLIENT_ID alone installs nothing.",
        ),
        (
            {"SLACK_CLIENT_SECRET": "c", "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_SIGNING_SECRET": "s"},
            "SLACK_CLIENT_ID is missing; SLACK_CLIENT_SECRET alone installs nothing.",
        ),
        (
            {"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "c"},
            "SLACK_SIGNING_SECRET is missing; set it, or SLACK_APP_TOKEN for Socket Mode.",
        ),
        (
            {"SLACK_API_URL": "https://slack.com/api"},
            "SLACK_API_URL must end with a slash, as in https://slack.com/api/",
        ),
        (
            {"MICROSOFT_APP_PASSWORD": "s"},
            "MICROSOFT_APP_ID is missing; MICROSOFT_APP_PASSWORD alone can't answer.",
        ),
        (
            {"MICROSOFT_APP_TENANT_ID": HOME},
            "MICROSOFT_APP_ID is missing; MICROSOFT_APP_TENANT_ID alone can't answer.",
        ),
        (
            {"TEAMS_ALLOWED_TENANTS": HOME},
            "MICROSOFT_APP_ID is missing; TEAMS_ALLOWED_TENANTS alone can't answer.",
        ),
        (
            TEAMS | {"MICROSOFT_APP_ID": "leaders"},
            "MICROSOFT_APP_ID is “leaders”; copy the application (client) id.",
        ),
        (
            TEAMS | {"MICROSOFT_APP_TYPE": "Single"},
            "MICROSOFT_APP_TYPE is “Single”; use SingleTenant, MultiTenant, UserAssignedMSI.",
        ),
        (
            TEAMS | {"MICROSOFT_APP_PASSWORD": ""},
            "MICROSOFT_APP_PASSWORD is missing; make a client secret for the app.",
        ),
        (
            TEAMS | {"MICROSOFT_APP_TENANT_ID": ""},
            "MICROSOFT_APP_TENANT_ID is missing; copy the directory (tenant) id.",
        ),
        (
            TEAMS | {"MICROSOFT_APP_TENANT_ID": "nhs.example"},
            "MICROSOFT_APP_TENANT_ID is “nhs.example”; copy the directory (tenant) id.",
        ),
        (
            TEAMS | {"TEAMS_ALLOWED_TENANTS": f"{HOME}, nhs.example"},
            (
                "TEAMS_ALLOWED_TENANTS has “nhs.example”; list directory (tenant) ids, parted by "
                "commas."
            ),
        ),
        (
            TEAMS | {"TEAMS_OPENID_METADATA_URL": "http://login.example/keys"},
            "TEAMS_OPENID_METADATA_URL must begin with https://",
        ),
        (
            TEAMS | {"TEAMS_LOGIN_URL": "http://127.0.0.1/adfs"},
            "TEAMS_LOGIN_URL must begin with https://",
        ),
        (
            TEAMS | {"TEAMS_SERVICE_HOSTS": "127.0.0.1:80, https://teams.example"},
            (
                "TEAMS_SERVICE_HOSTS has “https://teams.example”; list host names, parted by "
                "commas, without https://"
            ),
        ),
        (
            TEAMS | {"REQUESTS_CA_BUNDLE": "/nowhere.pem"},
            (
                "REQUESTS_CA_BUNDLE is “/nowhere.pem”, which is not there; name a file of "
                "certificates."
            ),
        ),
        (
            {"SMTP_URL": "smtp://mail"},
            "MAIL_FROM is missing; SMTP_URL needs an address to send from.",
        ),
        (
            {"MAIL_FROM": "bot@leaders.example"},
            "SMTP_URL is missing; MAIL_FROM alone sends nothing.",
        ),
        *(
            (
                {"SMTP_URL": url, "MAIL_FROM": "bot@leaders.example"},
                (
                    "SMTP_URL is not understood; use smtp://user:password@host:587, or smtps:// "
                    "for port 465, with signs such as @ and / in the password percent-encoded."
                ),
            )
            for url in (
                "mail.example:587",
                "https://mail.example",
                "smtp://",
                "smtp://olu:se/cret@mail.example",
                "smtp://mail.example:port",
                "smtp://[mail",
            )
        ),
        *(
            (
                {"SMTP_URL": url, "MAIL_FROM": "bot@leaders.example"},
                "SMTP_URL has a user without a password, or a password without a user.",
            )
            for url in ("smtp://olu@mail.example", "smtp://:secret@mail.example")
        ),
        (
            {"SMTP_URL": "smtp://mail.example", "MAIL_FROM": "Leaders"},
            "MAIL_FROM is “Leaders”; use an address such as leaders@example.org.",
        ),
        (
            {"TRUSTED_PROXIES": "10.0.0.0/8, proxy"},
            (
                "TRUSTED_PROXIES is “10.0.0.0/8, proxy”; list addresses or networks such as "
                "10.0.0.0/8, parted by commas."
            ),
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


@pytest.mark.parametrize(
    ("values", "tenants"),
    [
        ({}, (HOME,)),
        ({"TEAMS_ALLOWED_TENANTS": f"{OTHER},{HOME}"}, (HOME, OTHER.lower())),
        ({"MICROSOFT_APP_TYPE": "MultiTenant"}, ()),
        ({"MICROSOFT_APP_TYPE": "MultiTenant", "MICROSOFT_APP_TENANT_ID": ""}, ()),
        (
            {"MICROSOFT_APP_TYPE": "MultiTenant", "TEAMS_ALLOWED_TENANTS": OTHER},
            (HOME, OTHER.lower()),
        ),
        ({"MICROSOFT_APP_TYPE": "UserAssignedMSI", "MICROSOFT_APP_PASSWORD": ""}, (HOME,)),
    ],
)
def test_tenants_are_the_home_and_the_listed_or_any(given, values, tenants):
    given(**TEAMS | values)

    assert settings.load().teams_tenants == tenants


def test_metadata_may_be_read_from_this_machine_without_https(given):
    given(**TEAMS, TEAMS_OPENID_METADATA_URL="http://127.0.0.1:3978/keys")

    assert settings.load().has_teams is True


def test_mail_is_on_where_a_server_is_named(given):
    off = settings.load()
    given(
        SMTP_URL="smtps://olu:p%40ss@mail.example",
        MAIL_FROM="Leaders <bot@leaders.example>",
        TRUSTED_PROXIES="10.0.0.1, fd00::/8",
    )

    on = settings.load()

    assert (off.has_mail, on.has_mail) == (False, True)
    assert off.proxy_networks == ()
    assert [str(each) for each in on.proxy_networks] == ["10.0.0.1/32", "fd00::/8"]
