"""The long form of the proofs about pacing: ``python -m bench.pacing``.

The same tests as in the suite, with a message to 5,000 people, a round of 2,500 pairs and a short
run in real time, and their figures printed. PEOPLE, GROUPS and REAL_TIME change the numbers;
LATENCY is how many seconds a platform takes to answer.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
TESTS = "tests/test_pacing_proofs.py"
FIGURES = "figures: "


def main() -> None:
    began = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-s", "-p", "no:cacheprovider", TESTS],
        cwd=ROOT, env=os.environ | {"PACING": "long"}, stdout=subprocess.PIPE, text=True,
        check=False,
    )  # fmt: skip
    for line in done.stdout.splitlines():
        if line.startswith(FIGURES):
            print(line.removeprefix(FIGURES))
    if done.returncode:
        sys.exit(done.stdout)
    print(
        f"{done.stdout.splitlines()[-1]}; {os.cpu_count()} cores, {time.monotonic() - began:.0f} s"
    )


if __name__ == "__main__":
    main()
