"""The whole command ``python -m bot pair``, reading and writing files included.

The population and its 26 rounds of history are made by ``bench.populations``; what is printed is
the command's own sentence, the ratio to the bound, the repeats and the wall time.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.populations import community, shuffled_rounds
from bot.domain.pairing import History, Person

SIZES = (1_000, 10_000)
ROUNDS = 26
SEED = 1


def main() -> None:
    sizes = [int(size) for size in sys.argv[1:]] or SIZES
    for size in sizes:
        people = community(size, seed=SEED)
        with tempfile.TemporaryDirectory() as folder:
            _time(Path(folder), people, shuffled_rounds(people, rounds=ROUNDS, seed=SEED))


def _time(folder: Path, people: tuple[Person, ...], history: History) -> None:
    members = [_as_json(person) for person in people]
    rounds = [{"round": held.number, "groups": held.groups} for held in history.rounds]
    (folder / "members.json").write_text(json.dumps({"members": members}))
    (folder / "history.json").write_text(json.dumps({"rounds": rounds}))

    began = time.perf_counter()
    done = subprocess.run(
        [
            sys.executable, "-m", "bot", "pair", "--members", str(folder / "members.json"),
            "--history", str(folder / "history.json"), "--seed", str(SEED),
            "--out", str(folder / "groups.json"),
        ],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    seconds = time.perf_counter() - began
    groups = json.loads((folder / "groups.json").read_text())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    print(f"{len(people):,} people: {done.stdout.splitlines()[0]}")
    print(f"  ratio {groups['ratio']:.5f}, {seconds:.2f} s in all, peak {peak} MB")


def _as_json(person: Person) -> dict[str, object]:
    names = ("id", "place", "organisation", "sector", "profession", "stage", "kind", "platform",
             "team", "manager", "frequency", "paused_until_round")  # fmt: skip
    sets = ("interests", "slots", "languages", "blocked")
    return {
        **{name: getattr(person, name) for name in names},
        **{name: sorted(getattr(person, name)) for name in sets},
    }


if __name__ == "__main__":
    main()
