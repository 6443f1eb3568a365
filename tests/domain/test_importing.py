from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.chat.requests import Role
from bot.domain import importing
from bot.domain.importing import Checked, Known, Outcome, cells, columns
from bot.domain.importing.columns import Column
from bot.domain.members import SLOTS, Member, MemberState, Organisation, Profile, Vocabulary
from bot.errors import NotUnderstood
from bot.ids import CommunityId, MemberId

NOBODY = Known(
    words={
        Vocabulary.PLACE: ("Lambeth", "Lewisham", "Southwark"),
        Vocabulary.STAGE: (),
        Vocabulary.INTEREST: tuple(f"Topic {letter}" for letter in "ABCDEFGHIJ"),
        Vocabulary.PRIORITY: ("Prevention",),
    },
    organisations=(
        Organisation("Oxleas", "Mental health"),
        Organisation("Guy's and St Thomas'", "Acute hospitals"),
    ),
    members=(),
    other_names={"GSTT": "Guy's and St Thomas'", "KCH": "A hospital nobody added"},
    owners={},
    has_slack=True,
    on_web=frozenset(),
    in_coffee=frozenset(),
)


def member(number: int, name: str, email: str | None, **more: object) -> Member:
    profile = more.pop("profile", Profile())
    return replace(
        Member(
            id=MemberId(number),
            community=CommunityId(1),
            name=name,
            email=email,
            role=Role.MEMBER,
            state=MemberState.ACTIVE,
            zone="Europe/London",
            profile=profile,
        ),
        **more,
    )


def check(*lines: str, known: Known = NOBODY) -> Checked:
    return importing.check(importing.sheet([line.split(",") for line in lines]), known)


def sentences(*lines: str, known: Known = NOBODY) -> list[tuple[int, Outcome, tuple[str, ...]]]:
    return [(row.number, row.outcome, row.sentences) for row in check(*lines, known=known).rows]


@pytest.mark.parametrize(
    ("header", "column"),
    [
        ("Name", Column.NAME),
        ("FIRST NAME", Column.FIRST_NAME),
        ("Surname", Column.LAST_NAME),
        ("E-mail address", Column.EMAIL),
        ("email", Column.EMAIL),
        ("Borough / place", Column.PLACE),
        ("Trust or employer", Column.ORGANISATION),
        ("Job title", Column.JOB),
        ("Role group", Column.PROFESSION),
        ("Stage/band", Column.STAGE),
        ("Line manager’s e-mail", Column.MANAGER_EMAIL),
        ("Line manager", Column.LINE_MANAGER),
        ("Slack ID", Column.SLACK),
        ("Organiser?", Column.ORGANISER),
        ("Coffee (yes/no)", Column.COFFEE),
        ("Availability", Column.SLOTS),
        ("Title", None),
        ("Shoe size", None),
        ("", None),
    ],
)
def test_column_of_reads_headers_generously(header: str, column: Column | None) -> None:
    assert columns.column_of(header) is column


def test_every_column_is_found_by_its_own_name() -> None:
    assert [columns.column_of(column) for column in Column] == list(Column)


def test_sheet_skips_titles_and_empty_rows_and_names_what_it_ignores() -> None:
    table = importing.sheet(
        [
            ("Our leaders",),
            (),
            ("Name", "E-mail", "Shoe size", "Email", ""),
            (" Ada\u00a0 Example ", "ada@leaders.example", "5"),
            ("", " "),
            ("Bo\u00adb\x00 Example",),
        ]
    )

    assert table.columns == {Column.NAME: 0, Column.EMAIL: 1}
    assert table.ignored == ("Shoe size", "Email")
    assert [(number, table.cells(row)) for number, row in table.rows] == [
        (4, {Column.NAME: "Ada Example", Column.EMAIL: "ada@leaders.example"}),
        (6, {Column.NAME: "Bob Example"}),
    ]


@pytest.mark.parametrize(
    ("header", "sentence"),
    [
        ((), "The file is empty."),
        (
            ("E-mail", "First name"),
            (
                "No column is called “Name”. The first row names the columns; it reads: E-mail, "
                "First name."
            ),
        ),
        (
            ("ada@leaders.example", "", "Lewisham"),
            (
                "No column is called “Name” or “E-mail”. The first row names the columns; "
                "it reads: ada@leaders.example, Lewisham."
            ),
        ),
    ],
)
def test_sheet_says_which_column_is_missing(header: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(NotUnderstood) as caught:
        importing.sheet([header])

    assert str(caught.value) == sentence


def test_check_reads_a_whole_row() -> None:
    header = (
        "First name", "Last name", "E-mail", "Borough", "Trust", "Sector", "Profession",
        "Job title", "Stage", "Kind", "Interests", "System roles", "Languages", "Availability",
        "Ask me about", "Team", "Line manager", "Pronouns", "Platform", "Slack ID", "Organiser",
        "Coffee",
    )  # fmt: skip
    row = (
        "Ada", "Example", "Ada <ADA@leaders.example>", "lewisham", "GSTT", "", "Nursing",
        "Lead nurse", "Senior", "Clinical", "topic a; Prevention|topic A", "Chair", "english, BSL",
        "Mon lunch; Tuesday 17:00; wed-early", "frailty", "Ward 7", "Bea Example", "she/her",
        "Web, slack", "u012ab3cd", "Yes", "x",
    )  # fmt: skip
    manager = ("Bea", "Example", "bea@leaders.example")

    checked = importing.check(importing.sheet([header, row, manager]), NOBODY)

    assert checked.rows[0] == importing.Row(
        2,
        "Ada Example",
        Outcome.ADDED,
        (),
        importing.Entry(
            member=None,
            name="Ada Example",
            email="ada@leaders.example",
            profile=Profile(
                pronouns="she/her",
                job="Lead nurse",
                place="Lewisham",
                organisation="Guy's and St Thomas'",
                sector="Acute hospitals",
                profession="Nursing",
                stage="Senior",
                kind="Clinical",
                team="Ward 7",
                line_manager="bea@leaders.example",
                ask_me_about="frailty",
                interests=("Topic A", "Prevention"),
                system_roles=("Chair",),
                languages=("English", "BSL"),
                slots=("mon-lunch", "tue-late", "wed-early"),
            ),
            role=Role.ORGANISER,
            slack="U012AB3CD",
            on_web=True,
            in_coffee=True,
        ),
    )
    assert checked.counts == {Outcome.ADDED: 2}
    assert checked.organisations == ()


@pytest.mark.parametrize(
    ("header", "cell", "sentence"),
    [
        ("Place", "Lewishan", "“Lewishan” is no place of this community. Did you mean “Lewisham”?"),
        (
            "Place",
            "Xyzzy",
            "“Xyzzy” is no place of this community. Use one of: Lambeth, Lewisham, Southwark.",
        ),
        (
            "Interests",
            "Zzz",
            "“Zzz” is no interest of this community. Look it up in the community’s list.",
        ),
        (
            "Platform",
            "Pigeon",
            "“Pigeon” is no platform of this community. Use one of: slack, teams, web.",
        ),
        ("Slack", "ada", "“ada” is not a Slack member ID; one looks like U012AB3CD."),
        ("Slack", "U", "“U” is not a Slack member ID; one looks like U012AB3CD."),
        ("Slack", "U-12", "“U-12” is not a Slack member ID; one looks like U012AB3CD."),
        ("Coffee", "perhaps", "“perhaps” is neither yes nor no (coffee)."),
        (
            "Times",
            "Sat 9am",
            (
                "“Sat 9am” is not a protected time. Use a weekday and one of 08:00, 10:00, 12:30, "
                "15:00, 17:00, for example “Monday 12:30”."
            ),
        ),
        (
            "Times",
            "Mon soon",
            (
                "“Mon soon” is not a protected time. Use a weekday and one of 08:00, 10:00, 12:30, "
                "15:00, 17:00, for example “Monday 12:30”."
            ),
        ),
        ("Line manager", "bea@", "“bea@” is not an e-mail address."),
        ("Manager email", "Bea", "“Bea” is not an e-mail address."),
        ("Job", "x" * 301, "The job is longer than 300 characters."),
    ],
)
def test_check_says_what_is_wrong_with_a_cell(header: str, cell: str, sentence: str) -> None:
    words = {**NOBODY.words, Vocabulary.PRIORITY: ()}
    found = sentences(
        f"Name,E-mail,{header}",
        f"Ada,ada@leaders.example,{cell}",
        known=replace(NOBODY, words=words),
    )

    assert found == [(2, Outcome.PROBLEM, (sentence,))]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (",ada@leaders.example", ("The name is missing.",)),
        ("Ada,", ("The e-mail address is missing.",)),
        ("Ada,ada@leaders", ("“ada@leaders” is not an e-mail address.",)),
        (
            f"Ada,{'a' * 250}@leaders.example",
            (f"“{'a' * 250}@leaders.example” is not an e-mail address.",),
        ),
    ],
)
def test_check_needs_a_name_and_an_address(row: str, said: tuple[str, ...]) -> None:
    assert sentences("Name,E-mail", row) == [(2, Outcome.PROBLEM, said)]


def test_check_collects_every_problem_of_a_row() -> None:
    assert sentences("Name,E-mail,Place,Coffee", ",x,Lewishan,perhaps") == [
        (
            2,
            Outcome.PROBLEM,
            (
                "The name is missing.",
                "“x” is not an e-mail address.",
                "“Lewishan” is no place of this community. Did you mean “Lewisham”?",
                "“perhaps” is neither yes nor no (coffee).",
            ),
        )
    ]


def test_check_names_both_rows_that_share_an_address() -> None:
    found = sentences(
        "Name,E-mail", "Ada,a@leaders.example", "Bea,b@leaders.example", "Ada,A@leaders.example"
    )

    assert found == [
        (2, Outcome.ADDED, ("The same e-mail address stands again in row 4.",)),
        (3, Outcome.ADDED, ()),
        (4, Outcome.PROBLEM, ("Rows 2 and 4 have the same e-mail address.",)),
    ]


def test_check_names_both_rows_that_share_a_slack_account() -> None:
    found = sentences(
        "Name,E-mail,Slack", "Ada,a@leaders.example,U123", "Bea,b@leaders.example,u123"
    )

    assert found[1] == (3, Outcome.PROBLEM, ("Rows 2 and 3 have the same Slack member ID.",))


def test_check_spells_an_organisation_one_way_and_adds_it_once() -> None:
    checked = check(
        "Name,E-mail,Trust,Sector",
        "Ada,a@leaders.example,Oxleas NHS Foundation Trust,",
        "Bea,b@leaders.example,Sunrise House,Social care",
        "Cas,c@leaders.example,SUNRISE  HOUSE,",
        "Dan,d@leaders.example,Oxleaz,",
        "Eve,e@leaders.example,NHS Trust,",
        "Fay,f@leaders.example,KCH,",
    )

    assert [row.entry.profile.organisation for row in checked.rows if row.entry] == [
        "Oxleas",
        "Sunrise House",
        "Sunrise House",
        "Oxleaz",
        "NHS Trust",
        "KCH",
    ]
    assert checked.organisations == (
        Organisation("Sunrise House", "Social care"),
        Organisation("Oxleaz"),
        Organisation("NHS Trust"),
        Organisation("KCH"),
    )
    assert [row.sentences for row in checked.rows] == [
        (),
        ("The organisation “Sunrise House” is new.",),
        (),
        ("The organisation “Oxleaz” is new.",),
        ("The organisation “NHS Trust” is new.",),
        ("The organisation “KCH” is new.",),
    ]


def test_check_asks_about_an_organisation_that_is_spelled_almost_alike() -> None:
    found = sentences("Name,E-mail,Trust", "Ada,a@leaders.example,Guys and St Tomas")

    assert found[0][2] == (
        (
            "The organisation “Guys and St Tomas” is new. If “Guy's and St Thomas'” is meant, "
            "change the cell."
        ),
    )


def test_check_updates_a_member_and_empty_cells_change_nothing() -> None:
    ada = member(
        7,
        "Ada Example",
        "ada@leaders.example",
        role=Role.ORGANISER,
        profile=Profile(job="Nurse", place="Lewisham", sector="Own", organisation="Oxleas"),
    )
    known = replace(NOBODY, members=(ada,))

    checked = check(
        "Name,E-mail,Job,Place,Trust,Slack,Platform,Line manager,Organiser",
        "Ada Sample,ADA@leaders.example,,Southwark,Oxleas,U123,web,Nobody known,no",
        known=known,
    )

    (row,) = checked.rows
    assert (row.outcome, row.sentences) == (
        Outcome.UPDATED,
        ("Changed: name, place, line manager, Slack account, web account.",),
    )
    assert row.entry == importing.Entry(
        member=MemberId(7),
        name="Ada Sample",
        email="ada@leaders.example",
        profile=replace(ada.profile, place="Southwark", line_manager="Nobody known"),
        role=Role.ORGANISER,
        slack="U123",
        on_web=True,
    )


@pytest.mark.parametrize(
    ("cell", "sector", "expected"),
    [
        ("", "", "Own"),
        ("", "Council", "Council"),
        ("Oxleas", "", "Mental health"),
        ("GSTT", "Council", "Council"),
        ("Somewhere", "", "Own"),
    ],
)
def test_check_takes_the_sector_of_a_new_organisation(
    cell: str, sector: str, expected: str
) -> None:
    before = Profile(organisation="Elsewhere", sector="Own")
    known = replace(NOBODY, members=(member(7, "Ada", "ada@leaders.example", profile=before),))

    checked = check("Name,E-mail,Trust,Sector,Job", f"Ada,ada@leaders.example,{cell},{sector},x",
        known=known)  # fmt: skip

    assert [entry.profile.sector for entry in checked.entries] == [expected]


def test_check_leaves_a_member_who_is_as_the_row_says() -> None:
    ada = member(7, "Ada", "ada@leaders.example")
    known = replace(
        NOBODY,
        members=(ada,),
        owners={"U123": ada.id},
        on_web=frozenset({ada.id}),
        in_coffee=frozenset({ada.id}),
    )

    checked = check(
        "Name,E-mail,Slack,Platform,Coffee", "Ada,ada@leaders.example,U123,web,yes", known=known
    )

    assert [(row.outcome, row.sentences) for row in checked.rows] == [(Outcome.UNCHANGED, ())]
    assert checked.entries == ()


def test_check_does_not_put_a_member_into_coffee_again() -> None:
    known = replace(NOBODY, members=(member(7, "Ada", "ada@leaders.example"),))

    found = sentences("Name,E-mail,Coffee", "Ada,ada@leaders.example,yes", known=known)

    assert found == [
        (2, Outcome.UNCHANGED, ("Coffee is theirs to join, as they are a member already.",))
    ]


def test_check_updates_a_member_without_putting_them_into_coffee() -> None:
    known = replace(NOBODY, members=(member(7, "Ada", "ada@leaders.example"),))

    checked = check("Name,E-mail,Coffee,Job", "Ada,ada@leaders.example,yes,GP", known=known)

    assert [(entry.profile.job, entry.in_coffee) for entry in checked.entries] == [("GP", False)]


@pytest.mark.parametrize("state", [MemberState.LEFT, MemberState.SUSPENDED])
def test_check_leaves_alone_who_left_or_is_suspended(state: MemberState) -> None:
    ada = member(7, "Ada", "ada@leaders.example", state=state)

    checked = check(
        "Name,E-mail", "Ada Again,ada@leaders.example", known=replace(NOBODY, members=(ada,))
    )

    assert checked.rows == (
        importing.Row(
            2,
            "Ada Again",
            Outcome.UNCHANGED,
            ("They left the community or are suspended, so nothing is changed.",),
        ),
    )


def test_check_leaves_alone_who_has_not_said_who_they_are() -> None:
    ada = member(7, "A. Obi", None, state=MemberState.UNCONFIRMED)
    known = replace(NOBODY, members=(ada,), owners={"U123": ada.id})

    checked = check("Name,E-mail,Slack", "Ada,ada@leaders.example,U123", known=known)

    assert [(row.outcome, row.sentences) for row in checked.rows] == [
        (
            Outcome.UNCHANGED,
            ("They have not said yet whether they are somebody known, so nothing is changed.",),
        )
    ]


def test_check_finds_a_member_by_slack_account_whose_address_nobody_knew() -> None:
    ada = member(7, "ada", None)
    known = replace(NOBODY, members=(ada,), owners={"U123": ada.id})

    checked = check("Name,E-mail,Slack", "Ada,ada@leaders.example,U123", known=known)

    assert [entry.member for entry in checked.entries] == [ada.id]
    assert checked.rows[0].sentences == ("Changed: name, e-mail.",)


@pytest.mark.parametrize(
    ("owner", "sentence"),
    [
        (
            member(7, "Bea", "bea@leaders.example"),
            "Slack member U123 is somebody else in the community.",
        ),
        (
            member(7, "Bea", None),
            "Slack member U123 and ada@leaders.example are two members already.",
        ),
    ],
)
def test_check_refuses_a_slack_account_of_somebody_else(owner: Member, sentence: str) -> None:
    known = replace(
        NOBODY,
        members=(owner, member(8, "Ada", "ada@leaders.example")),
        owners={"U123": owner.id},
    )

    found = sentences("Name,E-mail,Slack", "Ada,ada@leaders.example,U123", known=known)

    assert found == [(2, Outcome.PROBLEM, (sentence,))]


def test_check_keeps_no_slack_account_without_one_workspace() -> None:
    checked = check(
        "Name,E-mail,Slack",
        "Ada,ada@leaders.example,U123",
        known=replace(NOBODY, has_slack=False),
    )

    assert [entry.slack for entry in checked.entries] == [""]
    assert checked.rows[0].sentences == (
        "The Slack account will be found by e-mail, as no single workspace is installed.",
    )


def test_check_knows_a_manager_by_address_before_name_and_by_no_shared_name() -> None:
    known = replace(
        NOBODY, members=(member(7, "Kit Known", "kit@leaders.example"), member(8, "No Mail", None))
    )
    checked = check(
        "Name,E-mail,Line manager,Line manager email",
        "Ada,a@leaders.example,kit  KNOWN,",
        "Bea,b@leaders.example,Kit Known,Boss@leaders.example",
        "Sam,c@leaders.example,Sam,",
        "Sam,d@leaders.example,No Mail,",
        "Eve,e@leaders.example,,",
        "Fay,f@leaders.example,Boss@Leaders.example,",
        ",,,",
        ",g@leaders.example,,",
        known=known,
    )

    assert [entry.profile.line_manager for entry in checked.entries] == [
        "kit@leaders.example",
        "boss@leaders.example",
        "Sam",
        "No Mail",
        "",
        "boss@leaders.example",
    ]


def test_slot_reads_every_slot_by_its_id() -> None:
    assert [cells.slot(slot) for slot in SLOTS] == list(SLOTS)


def test_word_takes_any_word_where_the_community_has_none() -> None:
    assert cells.word("Anything", {}, what="stage") == "Anything"


@given(st.lists(st.lists(st.text(max_size=30), max_size=6), max_size=8))
def test_sheet_and_check_never_fail_but_with_a_sentence(rows: list[list[str]]) -> None:
    try:
        table = importing.sheet([["Name", "E-mail", "Place", "Times", "Slack", "Job"], *rows])
    except NotUnderstood:
        table = None

    assert table is not None
    checked = importing.check(table, NOBODY)
    assert len(checked.rows) == len(table.rows)
    assert sum(checked.counts.values()) == len(table.rows)


@given(st.lists(st.lists(st.text(max_size=20), max_size=5), max_size=5))
def test_sheet_takes_any_rows_or_says_why_not(rows: list[list[str]]) -> None:
    try:
        table = importing.sheet(rows)
    except NotUnderstood as refused:
        assert str(refused).endswith(".")  # noqa: PT017 - both ends of the property are checked.
        return
    assert Column.EMAIL in table.columns
