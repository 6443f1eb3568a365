"""The community's data as files: everything organisers may see, and nothing confidential."""

import csv
import io
import json
import zipfile
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.chat.messages import LinkButton
from bot.commands import export as command
from bot.domain.stories import CoAuthor, Consent, State, Story
from bot.errors import CommandError
from bot.export_files import ExportFiles
from storage import exporting
from tests.handlers.test_organisers import NOT_FOR_YOU, log
from tests.leaders import START, Community, words

LONDON = "Europe/London"


@pytest.fixture
async def client(community: Community) -> AsyncIterator[TestClient]:
    server = web.Application()
    server.add_routes(ExportFiles(community.database, clock=lambda: community.now).routes())
    async with TestClient(TestServer(server)) as made:
        yield made


async def get(client: TestClient, path: str) -> tuple[int, bytes]:
    async with client.get(path) as response:
        return response.status, await response.read()


def address(card: object) -> str:
    links = [
        item.url
        for block in card.blocks  # type: ignore[attr-defined]
        for item in getattr(block, "items", ())
        if isinstance(item, LinkButton)
    ]
    return next(each for each in links if each.startswith("/export/"))


def tables(packed: bytes) -> dict[str, list[dict[str, str]]]:
    archive = zipfile.ZipFile(io.BytesIO(packed))
    assert archive.testzip() is None
    return {
        name.removesuffix(".csv"): list(
            csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"), newline=""))
        )
        for name in archive.namelist()
        if name.endswith(".csv")
    }


async def test_an_organiser_downloads_everything_for_an_hour(
    community: Community, client: TestClient
) -> None:
    olu, ada = await community.organiser("Olu Chair"), await community.leader("Ada Obi")
    refused = [words(await ada.says(each)) for each in ("export", "audit file")]

    card = await olu.says("export")
    path = address(card)
    status, packed = await get(client, path)
    log_path = address(await olu.says("audit file"))
    assert log_path.endswith("/history.csv")
    found, history = await get(client, log_path)

    assert refused == [NOT_FOR_YOU] * 2
    assert status == found == 200
    assert words(card).startswith("The data of Leaders of South East London as one archive")
    assert [each["name"] for each in tables(packed)["members"]] == ["Olu Chair", "Ada Obi"]
    rows = list(csv.DictReader(io.StringIO(history.decode("utf-8-sig"), newline="")))
    assert [(each["who"], each["did"]) for each in rows] == [
        ("Olu Chair", "exported the community’s data")
    ]
    assert log(community) == [("Olu Chair", "export", "")]

    in_channel = await olu.says("export", channel="C1")
    assert words(in_channel).startswith("I have not done that, because others may read along")
    assert (await get(client, path.replace("/export/", "/export/x")))[0] == 404
    assert (await get(client, "/export/%C3%A9/leaders.zip"))[0] == 404
    community.now += timedelta(minutes=61)
    assert (await get(client, path))[0] == 404


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_who_is_no_organiser_any_more_downloads_nothing(
    community: Community, client: TestClient
) -> None:
    olu = await community.organiser("Olu Chair")
    await community.organiser("Ada Obi")
    path = address(await olu.says("export"))

    await olu.taps(await olu.says("organiser remove Olu Chair"), "Yes, take it")

    assert (await get(client, path))[0] == 404


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_export_holds_what_was_agreed_to_and_nothing_confidential(
    community: Community, client: TestClient
) -> None:
    olu = await community.organiser("Olu Chair")
    secret = {"team": "SECRET team", "line_manager": "SECRET@x.example", "slots": ("mon-lunch",)}
    ada = await community.leader(
        "Ada Obi", show_email=True, job="=GP()", interests=("Frailty", "Carers"), **secret
    )
    ben = await community.leader("Ben Lee", job="SECRET job", **secret)
    for each in (olu, ada, ben):
        await each.says("coffee join")
    await ada.says("coffee avoid Olu Chair")
    await olu.says("coffee run")
    await community.passes(timedelta(minutes=5))
    with community.database.transaction() as db:
        for state, title in ((State.PUBLISHED, "Tea"), (State.DRAFT, "SECRET draft")):
            authors = (CoAuthor(ben.id, Consent.AGREED), CoAuthor(olu.id, Consent.ASKED))
            db.stories.save(
                Story(community.id, ada.id, title, state=state, coauthors=authors), now=START
            )
        db.audit.add(community.id, olu.id, action="concern SECRET", now=community.now)
        db.audit.add(
            community.id, olu.id, action="role curator", subject=f"member:{ada.id}",
            now=community.now,
        )  # fmt: skip

    _, packed = await get(client, address(await olu.says("export")))

    found = tables(packed)
    archive = zipfile.ZipFile(io.BytesIO(packed))
    everything = b"".join(archive.read(name) for name in archive.namelist())
    assert b"SECRET" not in everything
    assert b"mon-lunch" not in everything
    assert set(found) == {part.name for part in exporting.PARTS}
    shown = {each["name"]: each for each in found["members"]}
    assert [shown["Ada Obi"][name] for name in ("email", "job", "interests")] == [
        "ada.obi@leaders.example", "'=GP()", "Frailty; Carers",
    ]  # fmt: skip
    assert [shown["Ben Lee"][name] for name in ("email", "job", "interests")] == [""] * 3
    people = json.loads(archive.read("members.json"))
    assert people[1]["interests"] == ["Frailty", "Carers"]
    assert people[1]["job"] == "=GP()"
    assert len(found["vocabularies"]) == len(json.loads(archive.read("vocabularies.json"))) > 50
    assert [(each["title"], each["by"], each["coauthors"]) for each in found["stories"]] == [
        ("Tea", "Ada Obi", "Ben Lee")
    ]
    assert len(found["coffee-rounds"]) == 1
    assert {each["name"] for each in found["coffee-groups"]} <= {*shown}
    assert [each for each in found["history"] if each["did"].endswith(" of")] == [
        {**found["history"][-2], "did": "made a curator of", "about": "Ada Obi", "name": "Ada Obi"}
    ]


@pytest.mark.parametrize("community", ["web"], indirect=True)
async def test_command_writes_the_same_into_a_new_folder(
    community: Community, tmp_path: Path
) -> None:
    await community.organiser("Olu Chair")
    with community.database.transaction() as db:
        here = db.communities.get(community.id)
    folder = tmp_path / "taken" / "away"

    rows = command.write(community.database, here, folder, now=community.now)

    files = sorted(each.name for each in folder.iterdir())
    assert files == sorted(
        f"{part.name}.{ending}" for part in exporting.PARTS for ending in ("csv", "json")
    )
    assert folder.stat().st_mode & 0o777 == 0o700
    assert rows == sum(
        len(json.loads(each.read_text(encoding="utf-8"))) for each in folder.glob("*.json")
    )
    assert log(community) == [("the command line", "export", "")]
    with pytest.raises(CommandError, match="is not empty; name another folder with --out"):
        command.write(community.database, here, folder, now=community.now)
    (tmp_path / "file").write_text("x")
    with pytest.raises(CommandError, match="can’t be written"):
        command.write(community.database, here, tmp_path / "file", now=community.now)
