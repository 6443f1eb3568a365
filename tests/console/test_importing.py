"""Members from a spreadsheet: brought, looked over, imported all or nothing."""

import io
import time
import zipfile
from typing import Any

import openpyxl
import pytest
from aiohttp import FormData

from bot.console import importing, uploads
from storage.tables import member_imports
from tests.console.conftest import Place, Sight
from tests.handlers.test_organisers import log
from tests.leaders import Leader, words

TWO = (
    "Name,E-mail,Borough,Shoe size\n"
    "Ada Example,ada@leaders.example,Lewisham,5\n"
    "Bea Example,bea@leaders.example,Mars,6\n"
)
GOOD = TWO.replace("Mars", "Bexley")


async def brings(place: Place, content: bytes | str, *, name: str = "people.csv") -> Sight:
    """The page after a file was chosen and sent."""
    page = await place.opens("/console/import")
    form = FormData(default_to_multipart=True)
    for field, values in page.form_with("Look at it").fields.items():
        if field != "file":
            form.add_field(field, values[0])
    raw = content.encode() if isinstance(content, str) else content
    form.add_field("file", io.BytesIO(raw), filename=name)
    return await place.posts("/console/import/file", data=form)


def names(place: Place) -> list[str]:
    with place.community.database.transaction() as db:
        return [each.name for each in db.members.everybody(place.community.id)]


def drafts(place: Place) -> int:
    with place.community.database.transaction() as db:
        return len(db.connection.execute(member_imports.select()).all())


async def test_a_file_is_looked_over_and_imported(place: Place, olu: Leader) -> None:
    assert words(await olu.says("import members")).splitlines()[1] == (
        "Open the import page: /console/import"
    )

    page = await brings(place, GOOD)
    before = names(place)
    done = await place.presses(page, "Import 2 rows")

    assert "people.csv: nothing is imported yet." in page.text
    assert "2 All rows 0 With problems 2 Added 0 Updated 0 Unchanged" in page.text
    assert "Row 2 Ada Example Would be Added Why –" in page.text
    assert before == ["Olu Adeyemi"]
    assert done.flash == "Imported: 2 added, 0 updated, 0 unchanged, 0 with problems."
    assert names(place) == ["Ada Example", "Bea Example", "Olu Adeyemi"]
    assert "Look at it" in done.text
    assert drafts(place) == 0
    assert log(place.community) == [
        ("Olu Adeyemi", "members imported", "2 added, 0 updated, 0 unchanged, 0 with problems")
    ]


async def test_rows_with_problems_are_left_out_only_where_that_is_chosen(
    place: Place, olu: Leader
) -> None:
    page = await brings(place, TWO)
    form = page.form_with("Don’t import this file")
    (value,) = form.fields["value"]
    problems = await place.opens("/console/import?show=problem")
    refused = await place.posts(
        "/console/import/change",
        {"form_token": form.fields["form_token"][0], "once": "a", "act": "import",
         "value": value.removesuffix(" skip")},
    )  # fmt: skip
    nobody = names(place)
    done = await place.presses(page, "Import 1 row, leave out 1 with problems")

    assert "2 All rows 1 With problems 1 Added" in page.text
    assert "Row 3 Bea Example Would be Problem" in problems.text
    assert "Ada Example Would be" not in problems.text
    assert refused.flash == (
        "Nothing was imported: 1 row has a problem. Mend them, or leave them out."
    )
    assert nobody == ["Olu Adeyemi"]
    assert done.flash == "Imported: 1 added, 0 updated, 0 unchanged, 1 with problems."
    assert names(place) == ["Ada Example", "Olu Adeyemi"]


async def test_columns_are_mapped_by_hand(place: Place, olu: Leader) -> None:
    strange = "Wer,Wo erreichbar,Borough\nAda Example,ada@leaders.example,Lewisham\n"

    page = await brings(place, strange)
    both, right = (
        {"column_0": "name", "column_1": second, "column_2": ""} for second in ("name", "e-mail")
    )
    twice = await place.presses(page, "Read the columns so", **both)
    mapped = await place.presses(twice, "Read the columns so", **right)
    done = await place.presses(mapped, "Import 1 row")

    assert "Error: Say which column holds: name and e-mail." in page.text
    assert "For example: ada@leaders.example" in page.text
    assert "“name” stands in two columns; say which of them holds it." in twice.flash
    assert "Row 2 Ada Example Would be Added" in mapped.text
    assert done.flash == "Imported: 1 added, 0 updated, 0 unchanged, 0 with problems."
    with place.community.database.transaction() as db:
        found = db.members.by_email(place.community.id, "ada@leaders.example")
    assert found is not None
    assert found.profile.place == ""


async def test_a_page_that_is_out_of_date_imports_nothing(place: Place, olu: Leader) -> None:
    first = await brings(place, GOOD)
    await place.presses(first, "Don’t import this file")
    gone = await place.presses(first, "Import 2 rows")
    await brings(place, GOOD)
    other = await place.presses(first, "Import 2 rows")

    sentence = "That table is not there any more, or has changed. Please look at it again."
    assert [gone.flash, other.flash] == [sentence] * 2
    assert names(place) == ["Olu Adeyemi"]


def workbook(*rows: tuple[Any, ...]) -> bytes:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def with_macros() -> bytes:
    out = io.BytesIO(workbook(("Name", "E-mail"), ("Ada", "ada@leaders.example")))
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr("xl/vbaProject.bin", b"Sub AutoOpen()")
    return out.getvalue()


def unpacking_to_much() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(3):
            archive.writestr(f"xl/{number}.xml", b"0" * 40_000_000)
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"Name,E-mail\n", "The file holds nobody: there is no row below its first one."),
        (
            b"\xd0\xcf\x11\xe0 old",
            "“x” is an older Excel file or has a password. Save it as .xlsx without one.",
        ),
        (b"PK\x03\x04 broken", "“x” is damaged. Save it again as .xlsx or as CSV."),
        (with_macros(), "“x” has macros. Save it as .xlsx, which has none."),
        (unpacking_to_much(), "“x” is damaged. Save it again as .xlsx or as CSV."),
        (b"Name,E-mail\n" + b"a,b\n" * 20_001, "The file has more than 20,000 rows."),
        (b"Name,E-mail" + b",x" * 99 + b"\na,b\n", "The file has more than 100 columns."),
        (
            workbook(("Name", "E-mail"), *[("a" * 30_000, "b")] * 400),
            "The file holds too much text for a list of people.",
        ),
    ],
    ids=["empty", "nobody", "old", "broken", "macros", "bomb", "rows", "columns", "cells"],
)
async def test_wrong_files_are_refused_with_a_sentence(
    place: Place, olu: Leader, content: bytes, sentence: str
) -> None:
    page = await brings(place, content, name="x")

    assert page.flash == f"Nothing was changed. {sentence}"
    assert drafts(place) == 0


async def test_a_workbook_is_read_and_no_file_is_none(place: Place, olu: Leader) -> None:
    page = await brings(
        place, workbook(("Name", "E-mail"), ("Ada", "ada@leaders.example")), name="p.xlsx"
    )
    assert "Row 2 Ada Would be Added" in page.text
    await place.presses(page, "Don’t import this file")

    assert (await brings(place, b"", name="")).flash == "Nothing was changed. Choose a file first."


async def test_uploads_are_kept_in_bounds_and_sealed(place: Place, olu: Leader) -> None:
    big = await brings(place, b"x" * (uploads.MAX_FILE + 1))
    plain = await place.posts("/console/import/file", {"file": "x"})
    unsealed = FormData(default_to_multipart=True)
    unsealed.add_field("file", GOOD.encode(), filename="people.csv")
    stranger = await place.posts("/console/import/file", data=unsealed)
    elsewhere = await place.posts(
        "/console/import/file", data=unsealed, headers={"Origin": "https://evil.example"}
    )
    changed = await place.posts("/console/import/change", {"act": "import", "value": "x"})
    broken = await place.posts(
        "/console/import/file", data=b"--x\r\nnonsense",
        headers={"Origin": place.origin, "Content-Type": "multipart/form-data; boundary=x"},
    )  # fmt: skip
    many = FormData(default_to_multipart=True)
    for number in range(30):
        many.add_field(f"f{number}", "x")
    flooded = await place.posts("/console/import/file", data=many)

    assert big.status == 413
    assert "at most 8 MB" in big.text
    assert [plain.status, elsewhere.status, broken.status, flooded.status] == [400, 403, 400, 400]
    assert "open for too long" in stranger.flash
    assert "open for too long" in changed.flash
    assert drafts(place) == 0
    assert names(place) == ["Olu Adeyemi"]


async def test_ten_thousand_rows_are_imported_in_reasonable_time(place: Place, olu: Leader) -> None:
    lines = [f"Name {number},n{number}@leaders.example,Lewisham,Trust {number % 50},GP" for number
             in range(10_000)]  # fmt: skip
    table = "\n".join(("Name,E-mail,Borough,Organisation,Job", *lines))
    began = time.perf_counter()

    page = await brings(place, table)
    last = await place.opens("/console/import?page=200")
    done = await place.presses(last, "Import 10,000 rows")

    took = time.perf_counter() - began
    assert "1–50 of 10,000" in page.text
    assert "Row 10001 Name 9999" in last.text
    assert done.flash == "Imported: 10,000 added, 0 updated, 0 unchanged, 0 with problems."
    assert took < 60, took
    assert importing.MAX_ROWS >= 10_000
