"""The small commands as an operator runs them: exit codes and one sentence on standard error."""

import json
import logging
import sys
import zipfile
from dataclasses import dataclass
from urllib.parse import unquote

import pytest
import structlog

from bot import __main__ as command_line
from bot.commands.check import ANY_TENANT, NO_PLATFORM, ONLY_MAIL
from bot.platforms.slack import links as slack_links
from bot.settings import Settings
from storage.database import Database
from storage.migrate import migrate
from storage.secrets import Vault


@dataclass(frozen=True)
class Result:
    code: int
    out: str
    err: str


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Runs a command in an empty folder with these settings; exit code and what it printed."""
    monkeypatch.chdir(tmp_path)
    for name in Settings.model_fields:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def command(*words: str, **settings: str) -> Result:
        for name, value in settings.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setattr(sys, "argv", ["leaders", *words])
        with pytest.raises(SystemExit) as ended:
            command_line.main()
        printed = capsys.readouterr()
        return Result(ended.value.code or 0, printed.out, printed.err)

    yield command
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


@pytest.fixture
def house(run):
    """A deployment with one community."""
    assert run("community", "add", "Leaders", "--purpose", "Better care.").code == 0
    return run


def test_migrate_brings_the_tables_up_to_date_and_does_so_again(run, tmp_path):
    done = [run("migrate") for _ in range(2)]

    assert done == [Result(0, "The tables are up to date.\n", "")] * 2
    assert (tmp_path / "data" / "leaders.db").exists()


def test_migrate_makes_the_tables_on_postgresql_before_anything_else_may_run(
    run, postgres_database
):
    settings = {
        "DATABASE_URL": postgres_database,
        "SECRET_KEY": "a secret key of forty characters, or so",
    }

    before = run("community", "list", **settings)
    migrated = run("migrate")
    after = run("community", "list")

    assert (before.code, before.out) == (1, "")
    assert before.err == "The database has no tables yet; run “python -m bot migrate”.\n"
    assert migrated == Result(0, "The tables are up to date.\n", "")
    assert after == Result(0, "", "")


def test_run_on_postgresql_needs_the_tables_of_this_version(run, postgres_database):
    database = Database(postgres_database, Vault("a secret key of forty characters, or so"))
    migrate(database)
    database.close()

    result = run(
        "run",
        DATABASE_URL=postgres_database,
        SECRET_KEY="a secret key of forty characters, or so",
    )

    assert result == Result(
        1, "", "The database’s tables are older than this version; run “python -m bot migrate”.\n"
    )
    assert run("check").out.splitlines()[-1] == (
        "- The tables are not up to date: run “python -m bot migrate”."
    )
    assert run("migrate") == Result(0, "The tables are up to date.\n", "")
    assert run("check").code == 0


def test_check_says_that_all_is_well(run):
    assert run("check") == Result(0, "The settings can be read.\nEverything is well.\n", "")


def test_check_of_the_web_chat_alone_says_how_members_enter(run):
    result = run("check", DATABASE_URL="sqlite:///leaders.db")

    assert result == Result(
        0, f"The settings can be read.\n{NO_PLATFORM}\nEverything is well.\n", ""
    )


def test_check_says_that_postgresql_has_no_tables_or_does_not_answer(run, postgres_database):
    settings = {"SECRET_KEY": "a secret key of forty characters, or so"}

    bare = run("check", DATABASE_URL=postgres_database, **settings)
    nowhere = run("check", DATABASE_URL="postgresql://127.0.0.1:1/leaders")

    assert bare == Result(
        1,
        f"The settings can be read.\n{NO_PLATFORM}\n"
        "- The tables are not up to date: run “python -m bot migrate”.\n",
        "1 to mend.\n",
    )
    assert (nowhere.code, nowhere.err) == (1, "1 to mend.\n")
    assert nowhere.out.splitlines()[2].startswith("- DATABASE_URL does not answer: ")


def test_check_names_what_is_wrong_with_teams_and_notes_that_any_tenant_is_served(run):
    result = run(
        "check",
        BASE_URL="https://leaders.example/",
        MICROSOFT_APP_ID="00000000-aaaa-4bbb-8ccc-00000000b07a",
        MICROSOFT_APP_PASSWORD="s",
        MICROSOFT_APP_TYPE="MultiTenant",
        TEAMS_LOGIN_URL="https://127.0.0.1:9/adfs",
        TEAMS_OPENID_METADATA_URL="https://127.0.0.1:9/openid",
    )

    lines = result.out.splitlines()
    assert (result.code, result.err) == (1, "2 to mend.\n")
    assert lines[:2] == ["The settings can be read.", ANY_TENANT]
    assert [line.partition(" at ")[0] for line in lines[2:]] == [
        "- Microsoft's login did not answer",
        "- The keys that Microsoft signs with could not be read",
    ]


def test_check_tries_to_log_in_to_the_mail_server(run):
    result = run(
        "check",
        DATABASE_URL="sqlite:///leaders.db",
        SMTP_URL="smtp://olu:secret@127.0.0.1:1",
        MAIL_FROM="bot@leaders.example",
    )

    assert (result.code, result.err) == (1, "2 to mend.\n")
    lines = result.out.splitlines()
    assert lines[1] == ONLY_MAIL
    assert lines[2].startswith("- BASE_URL is unset: ")
    assert lines[3] == "- E-mail (127.0.0.1, port 1): The mail server can’t be reached."
    assert "secret" not in result.out


def test_check_names_a_slack_deployment_without_an_address(run):
    result = run(
        "check",
        SLACK_BOT_TOKEN="xoxb-1",
        SLACK_SIGNING_SECRET="s",
        SLACK_API_URL="http://127.0.0.1:1/",
    )

    assert result.code == 1
    assert result.out.splitlines()[1] == (
        "- BASE_URL is unset: links in messages, such as “Add to my calendar”, would open on the "
        "reader's own machine. Set it to the address people reach the bot at."
    )


@pytest.mark.parametrize(
    "words", [("check",), ("migrate",), ("community", "list"), ("manifest", "slack"), ("run",)]
)
def test_a_wrong_setting_stops_every_command_with_its_sentence(run, words):
    result = run(*words, TIMEZONE="London")

    assert result == Result(1, "", "TIMEZONE is “London”; use a name such as Europe/London.\n")


def test_routes_prints_what_can_be_said_and_who_may(run):
    result = run("routes")

    lines = [[part.strip() for part in line.split("│")[1:5]] for line in result.out.splitlines()]
    assert result.code == 0
    assert ["coffee join", "", "Be matched with another leader every round.", "member"] in lines
    assert [
        "coffee pause [for how long]",
        "coffee pause 2 weeks",
        "Sit out the next rounds.",
        "member",
    ] in lines
    assert [line[0] for line in lines if line and line[0] in {"later", "joined"}] == []


def test_communities_are_added_and_listed(house):
    added = house("community", "add", "Others")
    again = house("community", "add", "Others")
    listed = house("community", "list")

    assert added == Result(0, "“Others” is made.\n", "")
    assert again == Result(1, "", "There is a community called “Others” already.\n")
    assert listed.out == "1  Leaders  0 members\n2  Others  0 members\n"


SEVERAL = {
    "SLACK_CLIENT_ID": "1.2",
    "SLACK_CLIENT_SECRET": "c",
    "SLACK_SIGNING_SECRET": "s",
    "SLACK_API_URL": "http://127.0.0.1:1/",
}
TENANT = "1b2c3d4e-0a1b-4c2d-8e3f-0123456789ab"


def test_links_say_how_a_workspace_and_a_tenant_join_each_community(house, tmp_path):
    house("community", "add", "Others")
    result = house("community", "links", BASE_URL="https://l.example/", **SEVERAL)
    one = house("community", "links", "Others")

    lines = [line.strip() for line in result.out.splitlines()]
    found = [line for line in lines if line.startswith("Slack: ")]
    key = (tmp_path / "data" / "keys" / "secret_key").read_text().strip()
    assert [line for line in lines if line not in found] == [
        "Leaders",
        'Teams: python -m bot community tenant "Leaders" TENANT_ID',
        "Others",
        'Teams: python -m bot community tenant "Others" TENANT_ID',
    ]
    begin = "Slack: https://l.example/slack/install?community="
    assert [
        slack_links.community_of(unquote(line.removeprefix(begin)), Vault(key)) for line in found
    ] == [1, 2]
    assert (one.code, one.out.splitlines()[0]) == (0, "Others")


def test_links_name_what_is_missing(house):
    without = house("community", "links")
    no_address = house("community", "links", **SEVERAL)
    nobody = house("community", "links", "Nobody")

    assert without.out.splitlines()[1].strip() == (
        "Slack: set SLACK_CLIENT_ID and SLACK_CLIENT_SECRET, and every community has an install "
        "link."
    )
    assert (no_address.code, no_address.err) == (
        1,
        "BASE_URL is unset; an install link needs the address people reach the bot at.\n",
    )
    assert nobody == Result(
        1, "", "There is no community called “Nobody”; “community list” shows them.\n"
    )


def test_a_tenant_belongs_to_one_community(house):
    house("community", "add", "Others")

    first = house("community", "tenant", "Leaders", TENANT.upper())
    again = house("community", "tenant", "Leaders", TENANT)
    other = house("community", "tenant", "Others", TENANT)
    wrong = house("community", "tenant", "Others", "nhs.example")

    assert first == again == Result(0, f"The tenant {TENANT} belongs to “Leaders”.\n", "")
    assert other == Result(
        1,
        "",
        f"The tenant {TENANT} belongs to “Leaders” already, and a tenant has one community.\n",
    )
    assert wrong == Result(
        1,
        "",
        f"“nhs.example” is no tenant id. It looks like {TENANT}; Microsoft Entra shows it under "
        "“Overview”.\n",
    )


def test_check_warns_of_an_address_to_which_slack_sends_nobody_back(run):
    warned = run("check", BASE_URL="http://l.example", **SEVERAL)
    well = run("check", BASE_URL="https://l.example")

    assert warned == Result(
        1,
        "The settings can be read.\n"
        "- BASE_URL is not https, but Slack sends nobody who installs the bot back to another "
        "address. Set it to the https address people reach the bot at.\n",
        "1 to mend.\n",
    )
    assert well.code == 0


def test_a_community_begins_with_its_words_and_organisations(house, tmp_path):
    database = Database(f"sqlite:///{tmp_path}/data/leaders.db", Vault("k"))

    with database.transaction() as db:
        [community] = db.communities.all()
        found = (
            community.purpose,
            community.zone,
            "Lewisham" in db.communities.terms(community.id, "place"),
            len(db.communities.organisations(community.id)) > 0,
        )

    database.close()
    assert found == ("Better care.", "Europe/London", True, True)


def test_invite_prints_a_link_that_works_once(house, tmp_path):
    first = house(
        "invite", "Ada@leaders.example", "--name", "Ada Obi", BASE_URL="https://l.example/"
    )
    second = house("invite", "ada@leaders.example")
    listed = house("community", "list")

    assert first.code == 0
    assert first.out.startswith("https://l.example/enter/")
    assert len(first.out.strip().rpartition("/")[2]) == 43
    assert first.err == "For Ada@leaders.example only. It works once, within 14 days.\n"
    assert first.out != second.out
    assert listed.out == "1  Leaders  1 members\n"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("invite", "ada"), "“ada” is no e-mail address. Try “invite ada@example.org”."),
        (
            ("organiser", "add", "ada@leaders.example"),
            "No member has the address ada@leaders.example; “invite ada@leaders.example”",
        ),
        (
            ("manifest", "slack", "--commands", "tea"),
            "There is no command /tea; choose from /leaders, ",
        ),
    ],
)
def test_what_can_not_be_done_is_one_sentence_and_code_1(house, words, sentence):
    result = house(*words)

    assert (result.code, result.out) == (1, "")
    assert result.err.startswith(sentence)
    assert result.err.count("\n") == 1


@pytest.mark.parametrize(
    "words",
    [("invite", "ada@leaders.example"), ("organiser", "list"), ("organiser", "add", "a@b.example")],
)
def test_without_a_community_one_is_to_be_made_first(run, words):
    result = run(*words)

    assert result == Result(
        1, "", "There is no community yet. Type “community add NAME” to make one.\n"
    )


def test_organisers_are_named_listed_and_released_but_for_the_last(house):
    for name in ("Ada", "Ben"):
        house("invite", f"{name.lower()}@leaders.example", "--name", name)

    added = [house("organiser", "add", f"{each}@leaders.example") for each in ("ada", "ben")]
    both = house("organiser", "list")
    removed = house("organiser", "remove", "ada@leaders.example")
    last = house("organiser", "remove", "ben@leaders.example")
    plain = house("organiser", "remove", "ada@leaders.example")
    one = house("organiser", "list")

    assert added[0] == Result(0, "ada@leaders.example is an organiser now.\n", "")
    assert [each.code for each in added] == [0, 0]
    assert both.out == "Ada  ada@leaders.example\nBen  ben@leaders.example\n"
    assert removed == Result(0, "ada@leaders.example is a plain member now.\n", "")
    assert last == Result(
        1, "", "ben@leaders.example is the last organiser; name another one first.\n"
    )
    assert plain.code == 0
    assert one.out == "Ben  ben@leaders.example\n"


def test_naming_an_organiser_is_written_into_the_audit_log(house, tmp_path):
    house("invite", "ada@leaders.example", "--name", "Ada")
    house("organiser", "add", "ada@leaders.example")
    database = Database(f"sqlite:///{tmp_path}/data/leaders.db", Vault("k"))

    with database.transaction() as db:
        [entry] = db.audit.latest(db.communities.all()[0].id, limit=5)

    database.close()
    assert (entry.actor, entry.action, entry.subject) == (
        "the command line",
        "role organiser",
        "Ada",
    )


def test_manifest_prints_slacks_manifest_for_this_address(run):
    made = json.loads(run("manifest", "slack", BASE_URL="https://l.example").out)
    chosen = json.loads(run("manifest", "slack", "--commands", "coffee, story").out)
    socket = json.loads(run("manifest", "slack", "--socket-mode").out)

    events = made["settings"]["event_subscriptions"]
    assert events["request_url"] == "https://l.example/slack/events"
    assert [each["command"] for each in chosen["features"]["slash_commands"]] == [
        "/coffee",
        "/story",
    ]
    rotating = json.loads(run("manifest", "slack", "--token-rotation").out)
    assert rotating["settings"]["token_rotation_enabled"] is True
    assert socket["oauth_config"]["redirect_urls"] == ["https://l.example/slack/oauth_redirect"]
    assert socket["settings"]["socket_mode_enabled"] is True
    assert "request_url" not in socket["settings"]["event_subscriptions"]


TEAMS = {
    "MICROSOFT_APP_ID": "b0700000-1111-4222-8333-444455556666",
    "MICROSOFT_APP_PASSWORD": "of the bot",
    "MICROSOFT_APP_TENANT_ID": "7e0a0000-1111-4222-8333-444455556666",
}


def test_manifest_writes_the_app_package_of_teams_and_says_where(run, tmp_path):
    settings = {**TEAMS, "BASE_URL": "https://l.example"}

    written = [run("manifest", "teams", **settings), run("manifest", "teams", "b.zip")]

    assert written == [Result(0, "leaders-teams.zip\n", ""), Result(0, "b.zip\n", "")]
    packages = [(tmp_path / name).read_bytes() for name in ("leaders-teams.zip", "b.zip")]
    assert packages[0] == packages[1]
    with zipfile.ZipFile(tmp_path / "b.zip") as package:
        made = json.loads(package.read("manifest.json"))
    assert made["bots"][0]["botId"] == TEAMS["MICROSOFT_APP_ID"]
    assert made["validDomains"] == ["l.example"]


@pytest.mark.parametrize(
    ("words", "settings", "sentence"),
    [
        ((), {}, "MICROSOFT_APP_ID is unset; the package names the bot by it.\n"),
        (
            (),
            TEAMS,
            "Teams needs an https address, and BASE_URL is “http://127.0.0.1:3000”.\n",
        ),
        (
            ("no/such/folder.zip",),
            {**TEAMS, "BASE_URL": "https://l.example"},
            "no/such/folder.zip can't be written: No such file or directory.\n",
        ),
    ],
)
def test_app_package_that_can_not_be_made_is_one_sentence(run, words, settings, sentence):
    assert run("manifest", "teams", *words, **settings) == Result(1, "", sentence)


@pytest.mark.parametrize(
    "words",
    [
        ("dance",),
        ("invite",),
        ("community", "add"),
        ("organiser", "promote", "a@b.example"),
        ("check", "--loudly"),
    ],
)
def test_wrong_use_is_code_2_with_the_usage(run, words):
    result = run(*words)

    assert (result.code, result.out) == (2, "")
    assert result.err.startswith("Usage: ")


@pytest.mark.parametrize(
    "words",
    [(), ("community",), ("organiser",), ("manifest",), ("invite",), ("migrate",), ("routes",)],
)
def test_every_command_explains_itself(run, words):
    result = run(*words, "--help")

    assert result.code == 0
    assert result.out.lstrip().startswith("Usage: ")


def test_a_port_that_is_taken_is_named(run):
    import socket  # noqa: PLC0415 - only this test opens one.

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = run("run", PORT=str(port))

    assert result.code == 1
    assert result.err.splitlines()[-1] == (
        f"PORT {port} on 127.0.0.1 is taken or not allowed; set another PORT."
    )


def test_the_example_is_shown_on_this_machine_alone(run):
    run("example", "add")

    result = run("run", HOST="0.0.0.0", PORT="0")  # noqa: S104 - it is refused.

    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines()[-1] == (
        "HOST is 0.0.0.0, but anybody can act as anybody in the example community; "
        "take it away first with “python -m bot example remove”."
    )


def test_the_example_is_not_shown_beside_teams(run):
    run("example", "add")

    result = run(
        "run",
        PORT="0",
        MICROSOFT_APP_ID="00000000-aaaa-4bbb-8ccc-00000000b07a",
        MICROSOFT_APP_PASSWORD="s",
        MICROSOFT_APP_TENANT_ID="11111111-aaaa-4bbb-8ccc-000000000001",
    )

    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines()[-1] == (
        "Teams is set up, but anybody can act as anybody in the example community; "
        "take it away first with “python -m bot example remove”."
    )


def test_export_writes_into_a_new_folder_and_says_how_much(house, tmp_path):
    house("invite", "ada@leaders.example", "--name", "=Ada")

    done = house("export", "--out", "away")
    again = house("export", "--out", "away")
    dated = house("export")

    assert (done.code, done.err) == (0, "")
    assert done.out.endswith("rows in 12 tables are in away.\n")
    assert again == Result(1, "", "away is not empty; name another folder with --out.\n")
    assert "12 tables are in export-20" in dated.out
    table = (tmp_path / "away" / "members.csv").read_text(encoding="utf-8-sig")
    assert ",'=Ada,member,active," in table
