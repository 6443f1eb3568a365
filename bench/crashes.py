"""The long form of the proofs about crashes: ``python -m bench.crashes``.

The same tests as in the suite, with larger numbers and at the real pace, and their figures printed.
MESSAGES, KILLS, NAPS, DATABASE_CRASHES and SEED change the numbers.
"""

import os
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).parents[1]
TESTS = "tests/end_to_end/test_crashes.py"
FIGURES = "figures: "


def main() -> None:
    began = time.monotonic()
    print(f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {os.cpu_count()} cores", flush=True)
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", TESTS],
        cwd=ROOT, env=os.environ | {"CRASHES": "long"}, stdout=subprocess.PIPE, text=True,
    ) as proofs:  # fmt: skip
        assert proofs.stdout is not None
        lines = []
        # Each proof takes minutes, so its figures are shown as soon as they are known.
        for line in proofs.stdout:
            lines.append(line)
            if line.startswith(FIGURES):
                print(line.removeprefix(FIGURES).rstrip(), flush=True)
    if proofs.returncode:
        sys.exit("".join(lines))
    print(f"{lines[-1].rstrip()}; {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
