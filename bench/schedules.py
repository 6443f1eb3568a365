"""The long form of the proofs about the schedule: ``python -m bench.schedules``.

The same tests as in the suite, with larger numbers, and their figures printed. OUTAGES,
OCCURRENCES, PROCESSES and SEED change the numbers.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
TESTS = ("tests/test_schedule_proofs.py", "tests/end_to_end/test_clock_change.py")
FIGURES = "figures: "


def main() -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", *TESTS],
        cwd=ROOT, env=os.environ | {"SCHEDULES": "long"}, stdout=subprocess.PIPE, text=True,
        check=False,
    )  # fmt: skip
    if done.returncode:
        sys.exit(done.stdout)
    for line in done.stdout.splitlines():
        if line.startswith(FIGURES):
            print(line.removeprefix(FIGURES))
    print(
        f"{done.stdout.splitlines()[-1]}; {os.cpu_count()} cores, {time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
