"""A bot that is to die: where it does, and what it told of itself before."""

import asyncio
import math
import os
import signal
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.end_to_end.bot_process import READY_WITHIN, until

# The messages under way end first.
LEFT_WITHIN = 20


@dataclass(frozen=True)
class Plan:
    """A process dies as it comes to a step for this time, or so many seconds after it drains."""

    step: str = ""
    passage: int = 0
    moment: float = math.inf


UNHARMED = Plan()


@dataclass
class Mortal:
    """One running ``crashing_bot``."""

    running: asyncio.subprocess.Process
    record: Path
    output: Path
    plan: Plan

    @property
    def pid(self) -> int:
        return self.running.pid

    @property
    def code(self) -> int | None:
        """Its exit code; None while it runs."""
        return self.running.returncode

    @property
    def printed(self) -> str:
        return self.output.read_text()

    @property
    def claims(self) -> set[str]:
        """Under which it drained lanes."""
        return {claim for _, claim in self._told("drains")}

    @property
    def died_at(self) -> str:
        """The step at which it killed itself; empty where it did not."""
        return next((step for (step,) in self._told("died")), "")

    def send_signal(self, number: signal.Signals) -> None:
        # Not by asyncio: that looks whether it is dead first, and is then told of no exit code.
        with suppress(ProcessLookupError):
            os.kill(self.pid, number)

    async def ends(self, within: float) -> bool:
        """Whether it ends by itself within some seconds."""
        try:
            await asyncio.wait_for(self.running.wait(), within)
        except TimeoutError:
            return False
        return True

    async def leaves(self) -> int | None:
        """Ask it to stop once it has started, as an operator would; its exit code."""
        await until(
            lambda: '"started"' in self.printed or self.code is not None,
            what="start",
            within=READY_WITHIN,
        )
        self.send_signal(signal.SIGTERM)
        assert await self.ends(LEFT_WITHIN), self.printed
        return self.code

    def _told(self, what: str) -> list[list[str]]:
        if not self.record.exists():
            return []
        lines = [line.split("\t") for line in self.record.read_text().splitlines()]
        return [rest for first, *rest in lines if first == what]


async def begin(settings: dict[str, str], folder: Path, plan: Plan, *, name: str) -> Mortal:
    """Start a bot that dies as planned."""
    record, output = folder / f"{name}.record", folder / f"{name}.log"
    planned = {
        "RECORD": str(record),
        "CRASH_STEP": plan.step,
        "CRASH_PASSAGE": str(plan.passage),
    }
    with output.open("xb") as written:
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.end_to_end.crashing_bot", "run",
            cwd=folder, env=settings | planned, stdout=written, stderr=written,
        )  # fmt: skip
    return Mortal(running, record, output, plan)
