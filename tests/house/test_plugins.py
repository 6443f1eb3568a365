"""The guards over the tests hold: no network, no silent skip, a database for each test."""

import asyncio
import os
import socket
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from tests.plugins.network import NetworkBlockedError

ROOT = Path(__file__).parents[2]

SKIPPING = """
import pytest

def test_runs():
    pass

def test_skips():
    pytest.skip("there is no such program here")

@pytest.mark.xfail(reason="known")
def test_fails_as_expected():
    assert False
"""


def run_pytest(folder: Path, **environment: str) -> str:
    (folder / "test_skipping.py").write_text(SKIPPING)
    (folder / "pytest.ini").touch()
    result = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "tests.plugins.required", "-p", "no:cov"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "REQUIRE_ALL": "0", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    return result.stdout


def test_network_is_refused() -> None:
    with pytest.raises(NetworkBlockedError, match=r"192\.0\.2\.1"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


def test_network_names_are_not_looked_up() -> None:
    with pytest.raises(NetworkBlockedError, match=r"slack\.example"):
        socket.getaddrinfo("slack.example", 443)


async def test_network_is_refused_to_asyncio() -> None:
    with pytest.raises(NetworkBlockedError, match=r"192\.0\.2\.1"):
        await asyncio.open_connection("192.0.2.1", 80)


def test_network_reaches_this_machine() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        client = socket.create_connection(("localhost", server.getsockname()[1]))

        with client:
            assert client.getpeername() == server.getsockname()


def test_skip_is_a_skip_at_home(tmp_path: Path) -> None:
    assert "1 passed, 1 skipped, 1 xfailed" in run_pytest(tmp_path)


def test_skip_is_a_failure_where_everything_is_required(tmp_path: Path) -> None:
    output = run_pytest(tmp_path, REQUIRE_ALL="1")

    assert "1 failed, 1 passed, 1 xfailed" in output
    assert "test_skips was skipped, and REQUIRE_ALL=1 forbids it" in output
    assert "there is no such program here" in output


@pytest.mark.parametrize("table", ["first", "second"])
def test_database_is_empty_at_the_start(postgres_database: str, table: str) -> None:
    with psycopg.connect(postgres_database) as connection:
        connection.execute(f"CREATE TABLE {table} (number integer)")
        tables = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")

        assert tables.fetchall() == [(table,)]


async def test_browser_shows_a_page_and_reaches_nothing_else(browser_page: Page) -> None:
    await browser_page.set_content("<h1>Hello</h1>")

    assert await browser_page.inner_text("h1") == "Hello"
    with pytest.raises(PlaywrightError, match="ERR_NAME_NOT_RESOLVED"):
        await browser_page.goto("http://slack.example/")
