"""How the bot is doing, for machines."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer
from structlog.testing import capture_logs

from bot.chat.messages import Account, message, text
from bot.health import Health
from bot.ids import Lane
from tests.leaders import START

TOKEN = "a metrics token"


@pytest.fixture
async def serve(database) -> AsyncIterator:
    """Serves the three addresses; ``alive`` says whether the drainers run."""
    clients = []

    async def client(*, token: str = "", alive: bool = True) -> TestClient:
        server = web.Application()
        health = Health(
            database,
            is_alive=lambda: alive,
            token=token,
            clock=lambda: START + timedelta(seconds=90),
        )
        server.add_routes(health.routes())
        clients.append(TestClient(TestServer(server)))
        await clients[-1].start_server()
        return clients[-1]

    yield client
    for each in clients:
        await each.close()


async def read(client: TestClient, path: str, **headers: str) -> tuple[int, str]:
    async with client.get(path, headers=headers) as response:
        return response.status, await response.text()


async def test_it_is_alive_and_ready(serve):
    client = await serve()

    assert await read(client, "/healthz") == (200, "alive\n")
    assert await read(client, "/readyz") == (200, "ready\n")


async def test_without_drainers_it_is_alive_and_not_ready(serve):
    client = await serve(alive=False)

    assert await read(client, "/healthz") == (200, "alive\n")
    assert await read(client, "/readyz") == (503, "the drainers are not running\n")


async def test_without_its_database_it_is_alive_and_not_ready(serve, database):
    client = await serve()
    with database.transaction() as db:
        db.connection.exec_driver_sql("ALTER TABLE communities RENAME TO away")

    with capture_logs() as logged:
        assert await read(client, "/readyz") == (503, "the database does not answer\n")
        assert await read(client, "/healthz") == (200, "alive\n")

    assert [line["event"] for line in logged] == ["database_unready"]


async def test_metrics_tell_what_waits_in_each_lane(serve, database):
    client = await serve()
    with database.transaction() as db:
        community = db.communities.add("Leaders", zone="Europe/London", now=START)
        for number, lane in enumerate(("slack:T1", "slack:T1", "web:1")):
            db.outbox.post(
                community,
                Account(Lane(lane), "1"),
                message(text("Hello.")),
                key=str(number),
                subject="s",
                now=START,
            )

    _, before = await read(client, "/metrics")
    with database.transaction() as db:
        db.outbox.cancel(community, "s", now=START)
    _, after = await read(client, "/metrics")

    assert [line for line in before.splitlines() if not line.startswith("#")] == [
        'leaders_outbox_queued{lane="slack:T1"} 2.0',
        'leaders_outbox_queued{lane="web:1"} 1.0',
        'leaders_outbox_overdue_seconds{lane="slack:T1"} 90.0',
        'leaders_outbox_overdue_seconds{lane="web:1"} 90.0',
    ]
    assert [line for line in after.splitlines() if not line.startswith("#")] == []


async def test_metrics_are_for_whoever_has_the_token(serve):
    client = await serve(token=TOKEN)

    assert (await read(client, "/metrics", Authorization=f"Bearer {TOKEN}"))[0] == 200
    for wrong in ("", "Bearer ", f"Bearer {TOKEN}!", "Bearer é", f"Basic {TOKEN}"):
        assert await read(client, "/metrics", Authorization=wrong) == (
            401,
            "METRICS_TOKEN does not match\n",
        )
    assert await read(client, "/metrics") == (401, "METRICS_TOKEN does not match\n")


async def test_a_token_that_is_no_text_does_not_match(serve):
    client = await serve(token=TOKEN)
    reader, writer = await asyncio.open_connection("127.0.0.1", client.port)
    writer.write(b"GET /metrics HTTP/1.0\r\nAuthorization: Bearer \xff\xfe\r\n\r\n")
    answered = await reader.readline()
    writer.close()
    await writer.wait_closed()

    assert answered.split()[1] == b"401"
