import csv
import io
import random
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from typer.testing import CliRunner

from bot import spreadsheets
from bot.app import opened
from bot.chat.messages import Account
from bot.chat.platform import Installation
from bot.chat.requests import Role
from bot.commands import import_members as import_command
from bot.commands.import_members import import_members
from bot.domain import south_east_london as sel
from bot.domain.members import Organisation
from bot.errors import CommandError
from bot.ids import Lane
from storage.communities import Community
from storage.database import Database
from storage.web import web_account

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SLACK = Lane("slack:T1")

# What it refused with, and the lines it printed.
Run = Callable[..., tuple[str, list[str]]]


@pytest.fixture
def community(database: Database) -> Community:
    with database.transaction() as db:
        number = db.communities.add("Leaders", zone="Europe/London", now=NOW)
        db.communities.add_terms(number, sel.seed_words())
        db.communities.add_organisations(number, [Organisation("Oxleas", "Mental health")])
        return db.communities.get(number)


@pytest.fixture
def run(database: Database, community: Community, tmp_path: Path) -> Run:
    def run(
        content: str | bytes, *, dry_run: bool = False, skip_bad: bool = False
    ) -> tuple[str, list[str]]:
        path = tmp_path / "members.csv"
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        console = Console(file=io.StringIO(), soft_wrap=True, highlight=False)
        refusal = ""
        try:
            import_members(
                database,
                community,
                path,
                dry_run=dry_run,
                skip_bad=skip_bad,
                now=NOW,
                console=console,
            )
        except CommandError as error:
            refusal = str(error)
        return refusal, console.file.getvalue().splitlines()

    return run


def names(database: Database, community: Community) -> list[str]:
    with database.transaction() as db:
        return [member.name for member in db.members.everybody(community.id)]


TWO = (
    "Name,E-mail,Borough,Trust,Platform,Coffee,Shoe size\n"
    "Ada Example,ada@leaders.example,Lewisham,Oxleas,web,yes,5\n"
    "Bea Example,bea@leaders.example,Bexley,Sunrise House,,,\n"
)


def test_import_adds_members_with_accounts_coffee_and_organisations(
    run: Run, database: Database, community: Community
) -> None:
    refusal, lines = run(TWO)

    assert refusal == ""
    assert lines == [
        "Columns ignored: Shoe size.",
        "Row 2: Ada Example, added.",
        "Row 3: Bea Example, added. The organisation “Sunrise House” is new.",
        "2 added, 0 updated, 0 unchanged, 0 with problems.",
    ]
    with database.transaction() as db:
        ada, bea = db.members.everybody(community.id)
        assert (ada.email, ada.profile.place, ada.profile.sector, ada.zone) == (
            "ada@leaders.example",
            "Lewisham",
            "Mental health",
            "Europe/London",
        )
        assert [(each.is_introduced, each.greeted_at) for each in (ada, bea)] == [(False, None)] * 2
        assert db.members.accounts_of(ada.id) == (web_account(community.id, ada.id),)
        assert db.members.accounts_of(bea.id) == ()
        assert [part.member for part in db.coffee.participants(community.id)] == [ada.id]
        assert [card.name for card in db.communities.organisations(community.id)] == [
            "Oxleas",
            "Sunrise House",
        ]
        assert [(each.action, each.subject) for each in db.audit.latest(community.id, limit=9)] == [
            ("members imported", "2 added, 0 updated, 0 unchanged, 0 with problems")
        ]


def test_import_again_changes_nothing_and_a_changed_row_updates(
    run: Run, database: Database, community: Community
) -> None:
    run(TWO)

    _, again = run(TWO)
    _, changed = run("E-mail,Name,Job,Organiser\nADA@leaders.example,Ada Sample,GP,yes\n")

    assert again[1:] == [
        "Row 2: Ada Example, unchanged.",
        "Row 3: Bea Example, unchanged.",
        "0 added, 0 updated, 2 unchanged, 0 with problems.",
    ]
    assert changed == [
        "Row 2: Ada Sample, updated. Changed: name, role, job.",
        "0 added, 1 updated, 0 unchanged, 0 with problems.",
    ]
    with database.transaction() as db:
        ada = db.members.by_email(community.id, "ada@leaders.example")
        assert ada is not None
        assert (ada.name, ada.role, ada.profile.job, ada.profile.place) == (
            "Ada Sample",
            Role.ORGANISER,
            "GP",
            "Lewisham",
        )


def test_dry_run_says_what_would_happen_and_changes_nothing(
    run: Run, database: Database, community: Community
) -> None:
    refusal, lines = run(TWO, dry_run=True)

    assert refusal == ""
    assert lines == [
        "Columns ignored: Shoe size.",
        "Row 2: Ada Example, would be added.",
        "Row 3: Bea Example, would be added. The organisation “Sunrise House” is new.",
        "2 added, 0 updated, 0 unchanged, 0 with problems (a dry run: nothing was changed).",
    ]
    assert names(database, community) == []
    with database.transaction() as db:
        assert len(db.communities.organisations(community.id)) == 1
        assert db.workspaces.all() == ()
        assert db.audit.latest(community.id, limit=9) == ()


def five_hundred() -> str:
    rows = [["Name", "E-mail", "Borough"]]
    rows += [[f"Member {n}", f"m{n}@leaders.example", "Lewisham"] for n in range(2, 502)]
    rows[99][2] = "Lewishan"
    rows[199][1] = "m150@leaders.example"
    rows[299][0] = ""
    return "\n".join(",".join(row) for row in rows)


BAD = [
    (
        "Row 100: Member 100, problem. “Lewishan” is no place of this community. "
        "Did you mean “Lewisham”?"
    ),
    "Row 200: Member 200, problem. Rows 150 and 200 have the same e-mail address.",
    "Row 300: problem. The name is missing.",
]


@pytest.mark.parametrize("dry_run", [False, True])
def test_import_names_three_bad_rows_of_five_hundred_and_imports_nothing(
    run: Run, database: Database, community: Community, dry_run: bool
) -> None:
    refusal, lines = run(five_hundred(), dry_run=dry_run)

    assert lines == BAD
    assert refusal == (
        "Nothing was imported: 3 of 500 rows have problems. Mend them, or import the others "
        "with --skip-bad."
    )
    assert names(database, community) == []


def test_import_takes_the_good_rows_when_asked(
    run: Run, database: Database, community: Community
) -> None:
    refusal, lines = run(five_hundred(), skip_bad=True)

    assert refusal == ""
    assert len(lines) == 501
    assert [line for line in lines if "problem." in line] == BAD
    assert lines[-1] == "497 added, 0 updated, 0 unchanged, 3 with problems."
    assert len(names(database, community)) == 497


def test_import_says_one_bad_row_in_the_singular(run: Run) -> None:
    refusal, _ = run("Name,E-mail\nAda,x\n")

    assert refusal == (
        "Nothing was imported: 1 of 1 rows has a problem. Mend them, or import the others "
        "with --skip-bad."
    )


def test_import_keeps_slack_accounts_where_one_workspace_is_installed(
    run: Run, database: Database, community: Community
) -> None:
    with database.transaction() as db:
        db.workspaces.install(Installation(SLACK, "T1", "NHS", "xoxb-1"), now=NOW)
        met = db.members.add(community.id, "met", now=NOW, zone="Europe/London")
        db.members.add_account(community.id, met, Account(SLACK, "U777"), now=NOW)

    _, lines = run(
        "Name,E-mail,Slack\nAda,ada@leaders.example,u123\nMet,met@leaders.example,U777\n"
    )

    assert lines[1] == "Row 3: Met, updated. Changed: name, e-mail."
    with database.transaction() as db:
        owner = db.members.account_owner(Account(SLACK, "U123"))
        assert owner is not None
        assert owner.name == "Ada"
        assert db.members.get(met).email == "met@leaders.example"


def test_import_leaves_slack_to_the_address_where_two_workspaces_are_installed(
    run: Run, database: Database
) -> None:
    with database.transaction() as db:
        for team in ("T1", "T2"):
            lane = Lane(f"slack:{team}")
            db.workspaces.install(Installation(lane, team, "NHS", "xoxb-1"), now=NOW)

    _, lines = run("Name,E-mail,Slack\nAda,ada@leaders.example,u123\n")

    assert lines[0] == (
        "Row 2: Ada, added. The Slack account will be found by e-mail, as no single workspace is "
        "installed."
    )
    with database.transaction() as db:
        assert db.members.account_owner(Account(SLACK, "U123")) is None


def test_import_prints_cells_as_they_are(run: Run) -> None:
    _, lines = run("Name,E-mail,[red]x\n[bold]Ada :smile:,ada@leaders.example\n")

    assert lines[:2] == ["Columns ignored: [red]x.", "Row 2: [bold]Ada :smile:, added."]


def test_import_shows_a_bar_on_a_terminal(
    database: Database, community: Community, tmp_path: Path
) -> None:
    path = tmp_path / "members.csv"
    path.write_text(TWO)
    console = Console(file=io.StringIO(), force_terminal=True, width=100)

    import_members(
        database, community, path, dry_run=False, skip_bad=False, now=NOW, console=console
    )

    assert "Adding members" in console.file.getvalue()


def test_import_says_which_file_can_not_be_read(run: Run, tmp_path: Path) -> None:
    refusal, _ = run("Place\nLewisham\n")

    assert refusal == (
        f"{tmp_path}/members.csv: No column is called “Name” or “E-mail”. The first row names the "
        "columns; it reads: Place."
    )


def test_import_members_is_a_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/leaders.db")
    with opened() as house, house.database.transaction() as db:
        db.communities.add("Leaders", zone="Europe/London", now=NOW)
    (tmp_path / "good.csv").write_text("Name,E-mail\nAda,ada@leaders.example\n")
    (tmp_path / "bad.csv").write_text("Name,E-mail\nAda,x\n")
    runner = CliRunner()

    good = runner.invoke(import_command.app, ["good.csv"])
    bad = runner.invoke(import_command.app, ["bad.csv", "--dry-run", "--skip-bad"])
    refused = runner.invoke(import_command.app, ["bad.csv"])

    assert (good.exit_code, good.output) == (
        0,
        "Row 2: Ada, added.\n1 added, 0 updated, 0 unchanged, 0 with problems.\n",
    )
    assert (bad.exit_code, bad.output) == (
        0,
        (
            "Row 2: Ada, problem. “x” is not an e-mail address.\n"
            "0 added, 0 updated, 0 unchanged, 1 with problems (a dry run: nothing was changed).\n"
        ),
    )
    assert isinstance(refused.exception, CommandError)


ROWS = [("Name", "E-mail", "Place"), ("Zoë Example", "zoe@leaders.example", "Lewisham")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_from_csv_reads_common_encodings_and_separators(
    encoding: str, delimiter: str, newline: str
) -> None:
    text = newline.join(delimiter.join(row) for row in ROWS)

    assert spreadsheets.from_csv(text.encode(encoding)) == ROWS


def test_from_csv_reads_quoted_separators_and_lines() -> None:
    content = b'Name;E-mail;Interests\r\n"Example, Ada";ada@leaders.example;"a;b\nc"\r\n'

    assert spreadsheets.from_csv(content) == [
        ("Name", "E-mail", "Interests"),
        ("Example, Ada", "ada@leaders.example", "a;b\nc"),
    ]


def test_from_csv_heeds_a_line_that_names_the_separator_and_keeps_row_numbers() -> None:
    assert spreadsheets.from_csv(b"sep=;\r\nName;E-mail\r\nAda;a,b") == [
        (),
        ("Name", "E-mail"),
        ("Ada", "a,b"),
    ]


def workbook(path: Path) -> Path:
    book = openpyxl.Workbook()
    first = book.active
    first.title = "Hidden"
    first.sheet_state = "hidden"
    page = book.create_sheet("Members")
    for row in (("Name", "E-mail", "Coffee", "Team"), ("Ada", "ada@leaders.example", True, 7)):
        page.append(row)
    page.append((None, None, None, 7.5))
    book.save(path)
    return path


def test_read_takes_the_first_visible_sheet_of_a_workbook(tmp_path: Path) -> None:
    assert import_command.rows_of(workbook(tmp_path / "members.xlsx")) == [
        ("Name", "E-mail", "Coffee", "Team"),
        ("Ada", "ada@leaders.example", "True", "7"),
        ("", "", "", "7.5"),
    ]


def changed(path: Path, old: bytes, new: bytes) -> Path:
    """The workbook with something else in its XML, as another program would write it."""
    target = path.with_name("changed.xlsx")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(target, "w") as out:
        for name in source.namelist():
            out.writestr(name, source.read(name).replace(old, new))
    return target


def test_read_does_not_believe_the_size_that_a_workbook_names(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "members.xlsx")
    lying = changed(whole, b'ref="A1:D3"', b'ref="A1"')

    assert lying.read_bytes() != whole.read_bytes()
    assert import_command.rows_of(lying) == import_command.rows_of(whole)


def test_read_refuses_a_workbook_in_which_all_is_hidden(tmp_path: Path) -> None:
    hidden = changed(workbook(tmp_path / "members.xlsx"), b'state="visible"', b'state="hidden"')

    with pytest.raises(CommandError) as caught:
        import_command.rows_of(hidden)

    assert str(caught.value) == f"{hidden} is damaged. Save it again as .xlsx or as CSV."


def test_read_says_why_a_file_can_not_be_read(tmp_path: Path) -> None:
    missing, folder, old, broken, long = (tmp_path / name for name in "abcde")
    folder.mkdir()
    old.write_bytes(b"\xd0\xcf\x11\xe0 and more")
    broken.write_bytes(b"PK\x03\x04 and no more")
    long.write_text('Name,E-mail\n"' + "x" * (csv.field_size_limit() + 1))

    def said(path: Path) -> str:
        with pytest.raises(CommandError) as caught:
            import_command.rows_of(path)
        return str(caught.value)

    assert said(missing) == f"{missing} can’t be read: No such file or directory."
    assert said(folder) == f"{folder} can’t be read: Is a directory."
    assert said(old) == (
        f"{old} is an older Excel file or has a password. Save it as .xlsx without one."
    )
    assert said(broken) == f"{broken} is damaged. Save it again as .xlsx or as CSV."
    assert said(long) == (
        f"{long} is not a CSV file that can be read: field larger than field limit (131072)."
    )


def test_read_of_a_damaged_workbook_is_a_sentence(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "members.xlsx").read_bytes()
    rng = random.Random(7)
    outcomes = set()

    for _ in range(100):
        damaged = bytearray(whole)
        for _ in range(rng.randint(1, 3)):
            damaged[rng.randrange(4, len(damaged))] = rng.randrange(256)
        path = tmp_path / "damaged.xlsx"
        path.write_bytes(damaged)
        try:
            import_command.rows_of(path)
            outcomes.add("read")
        except CommandError:
            outcomes.add("refused")

    assert outcomes == {"read", "refused"}


@given(st.binary(max_size=400))
def test_from_csv_reads_any_bytes(content: bytes) -> None:
    assert isinstance(spreadsheets.from_csv(content), list)


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_categories=["Cs"]), max_size=12), min_size=3,
                 max_size=3),
        max_size=5,
    ),
    st.sampled_from(",;\t|"),
)  # fmt: skip
def test_from_csv_reads_what_python_writes(rows: list[list[str]], delimiter: str) -> None:
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=delimiter).writerows([["Name", "E-mail", "Place"], *rows])

    assert spreadsheets.from_csv(out.getvalue().encode("utf-8-sig"))[1:] == [
        tuple(row) for row in rows
    ]
