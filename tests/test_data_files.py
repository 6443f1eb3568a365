"""The links by which members fetch what is kept of them."""

import csv
import io
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.chat.messages import LinkButton
from bot.data_files import DataFiles
from tests.leaders import Community

pytestmark = pytest.mark.parametrize("community", ["web"], indirect=True)


@pytest.fixture
async def client(community: Community):
    app = web.Application()
    app.add_routes(DataFiles(community.database, clock=lambda: community.now).routes())
    async with TestClient(TestServer(app)) as opened:
        yield opened


async def links_of(community: Community, name: str = "Ada Obi") -> list[str]:
    ada = await community.leader(name, job="=Matron")
    ben = await community.leader("Ben Lee")
    await ada.says(f"coffee avoid #{ben.id}")
    await ben.says(f"coffee avoid #{ada.id}")
    reply = await ada.says("my data")
    items = [item for block in reply.blocks for item in getattr(block, "items", ())]
    return [item.url for item in items if isinstance(item, LinkButton)]


async def test_json_holds_all_that_is_theirs_and_nothing_others_confided(community, client):
    as_json, _ = await links_of(community)

    answer = await client.get(as_json)

    found = await answer.json()
    assert answer.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert answer.headers["Cache-Control"] == "no-store"
    assert found["Profile"][0]["job"] == "=Matron"
    assert found["Whom you asked not to be matched with"] == [{"avoided": "Ben Lee"}]
    assert (await answer.text()).count("Ben Lee") == 1


async def test_csv_has_a_line_a_value_and_no_formula(community, client):
    _, as_csv = await links_of(community)

    answer = await client.get(as_csv)

    lines = list(csv.reader(io.StringIO(await answer.text())))
    assert lines[0] == ["section", "row", "what", "value"]
    assert ["Profile", "1", "job", "'=Matron"] in lines


async def test_a_link_ends_after_an_hour_and_with_the_next_one(community, client):
    as_json, _ = await links_of(community)
    first = (await client.get(as_json)).status

    community.now += timedelta(hours=1)
    late = await client.get(as_json)

    assert (first, late.status) == (200, 404)
    assert await late.text() == "This link has run out. Type “my data” to get a new one."


async def test_what_is_no_link_is_not_found(community, client):
    statuses = [
        (await client.get(f"/my-data/{secret}")).status
        for secret in ("abc.json", "a%20b.csv", "abc.txt", "%00.json")
    ]

    assert statuses == [404] * 4
