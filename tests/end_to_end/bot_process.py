"""The whole bot as a process of its own: started, watched and stopped as an operator would."""

import asyncio
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TypeVar

import aiohttp
import pytest

T = TypeVar("T")

ROOT = Path(__file__).parents[2]
KEPT = ("PATH", "HOME", "LANG", "NODE_PATH")
# A start takes a second on an idle machine; others run beside it.
READY_WITHIN = 40
# A container is killed after ten seconds by default.
STOPPED_WITHIN = 10
# How often something is looked at while it is waited for.
GLANCE = 0.1


@dataclass(frozen=True)
class Finished:
    """A command that ended, with what it printed."""

    code: int
    out: str
    err: str


class Bot:
    """One running ``python -m bot run``."""

    def __init__(self, process: asyncio.subprocess.Process, address: str, output: Path) -> None:
        self.address = address
        self.pid = process.pid
        self._process = process
        self._output = output

    @property
    def events_address(self) -> str:
        """Where Slack sends to."""
        return f"{self.address}/slack/events"

    @property
    def is_running(self) -> bool:
        return self._process.returncode is None

    def output(self) -> str:
        """Everything it printed so far, the log included."""
        return self._output.read_text()

    async def ready(self) -> None:
        """Returns when ``/readyz`` says so."""
        async with aiohttp.ClientSession() as http:
            await until(lambda: self._answers(http), what="a ready bot", within=READY_WITHIN)

    async def ended(self) -> int:
        """Ask it to stop, as ``docker stop`` does; its exit code."""
        self._process.terminate()
        async with asyncio.timeout(STOPPED_WITHIN):
            return await self._process.wait()

    async def kill(self) -> None:
        """Whatever happened, leave nothing behind."""
        if self.is_running:
            self._process.kill()
        await self._process.wait()

    async def _answers(self, http: aiohttp.ClientSession) -> bool:
        assert self.is_running, self.output()
        try:
            async with http.get(f"{self.address}/readyz") as response:
                return response.status == 200
        except aiohttp.ClientConnectionError:
            return False


def environment(folder: Path, **settings: str) -> dict[str, str]:
    """The settings of a bot that starts in this folder, and nothing of whoever runs the tests."""
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    return kept | {
        "PYTHONPATH": str(ROOT),
        "KEYS_DIR": str(folder / "keys"),
        "PORT": str(free_port()),
        **settings,
    }


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        return int(free.getsockname()[1])


def ahead(seconds: int) -> dict[str, str]:
    """What to add to an environment so that its clock is ahead; timers run as ever."""
    return {
        "LD_PRELOAD": _faketime(),
        "FAKETIME": f"{seconds:+d}s",
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
    }


@asynccontextmanager
async def running(settings: dict[str, str], folder: Path) -> AsyncIterator[Bot]:
    """A bot that is ready, killed at the end of the block where it was not stopped."""
    output = folder / f"output-{time.monotonic_ns()}.log"
    with output.open("wb") as written:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "bot", "run",
            cwd=folder, env=settings, stdout=written, stderr=written,
        )  # fmt: skip
    bot = Bot(process, f"http://127.0.0.1:{settings['PORT']}", output)
    try:
        await bot.ready()
        yield bot
    finally:
        await bot.kill()


async def command(settings: dict[str, str], folder: Path, *words: str) -> Finished:
    """Run ``python -m bot <words>`` to its end."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot", *words,
        cwd=folder, env=settings, stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    try:
        async with asyncio.timeout(READY_WITHIN):
            out, err = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Finished(await process.wait(), out.decode(), err.decode())


async def until(looks: Callable[[], T], *, what: str, within: float) -> T:
    """What ``looks`` finds as soon as it finds something; it may be asynchronous."""
    deadline = time.monotonic() + within
    while True:
        found = looks()
        if asyncio.iscoroutine(found):
            found = await found
        if found:
            return found
        if time.monotonic() > deadline:
            raise AssertionError(f"No {what} within {within} s.")
        await asyncio.sleep(GLANCE)


@cache
def _faketime() -> str:
    """The library behind Debian's ``faketime``, which says itself where it lies."""
    if shutil.which("faketime") is None:
        pytest.skip("faketime is missing (Debian: apt-get install faketime)")
    # The program itself stays between us and the bot, and passes no signal on.
    told = subprocess.run(
        ["faketime", "-m", "-f", "+0s", "printenv", "LD_PRELOAD"],
        capture_output=True, check=True, text=True,
    )  # fmt: skip
    return told.stdout.strip()
