"""The command as a person runs it: files in, groups and one line out."""

import json
import os
import subprocess
import sys

import pytest
import typer
from typer.testing import CliRunner

from bot.commands.pair import pair

MEMBERS = [
    {"id": "ada", "organisation": "o1", "team": "t1"},
    {"id": "ben", "organisation": "o2", "team": "t2"},
    {"id": "cat", "organisation": "o3", "team": "t3"},
    {"id": "dan", "organisation": "o1", "team": "t1", "paused_until_round": 40},
]
HISTORY = [{"round": 26, "groups": [["ada", "ben"]]}]


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs ``pair`` over files in a folder of its own, with further words."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "members.json").write_text(json.dumps({"members": MEMBERS}))
    (tmp_path / "history.json").write_text(json.dumps({"rounds": HISTORY}))
    app = typer.Typer()
    app.command()(pair)

    def pair_with(*words: str):
        given = ["--members", "members.json", "--history", "history.json"]
        return CliRunner().invoke(app, [*given, "--seed", "1", "--out", "groups.json", *words])

    return pair_with


def test_pair_plans_the_round_after_the_last_and_says_how_good_it_is(run, tmp_path):
    result = run()

    written = json.loads((tmp_path / "groups.json").read_text())
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == ("Round 27: 1 group, 3 members, 1 repeat, the best possible.\n")
    assert (written["round"], written["seed"]) == (27, 1)
    assert written["groups"] == [["ada", "ben", "cat"]]


def test_pair_plans_the_round_that_is_named(run, tmp_path):
    result = run("--round", "41")

    written = json.loads((tmp_path / "groups.json").read_text())
    assert result.stdout.startswith("Round 41: 2 groups, 4 members, no repeats, the best possible")
    assert sorted(name for group in written["groups"] for name in group) == [
        "ada",
        "ben",
        "cat",
        "dan",
    ]


def test_pair_names_those_without_a_group_and_still_succeeds(run, tmp_path):
    team = [{"id": name, "team": "t1"} for name in ("ben", "ada")]
    (tmp_path / "members.json").write_text(json.dumps({"members": team}))

    result = run()

    assert result.exit_code == 0
    assert result.stdout == (
        "Round 27: 0 groups, 0 members, no repeats, the best possible.\n"
        "Without a group: ada (same team).\n"
        "Without a group: ben (same team).\n"
    )


def test_pair_follows_the_constraints_of_the_file(run, tmp_path):
    (tmp_path / "constraints.json").write_text('{"group_max": 2}')

    result = run("--constraints", "constraints.json")

    assert "1 group, 2 members, no repeats" in result.stdout
    assert "Without a group: " in result.stdout


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("members.json", "[]", "members.json must be an object with keys.\n"),
        ("history.json", "{}", "history.json: “rounds” must be a list.\n"),
    ],
)
def test_pair_tells_in_one_sentence_what_is_wrong_with_a_file(
    run, tmp_path, name, content, sentence
):
    (tmp_path / name).write_text(content)

    result = run()

    assert (result.exit_code, result.stdout, result.stderr) == (1, "", sentence)
    assert not (tmp_path / "groups.json").exists()


@pytest.mark.parametrize("words", [["--round", "0"], ["--round", "soon"], ["--colour", "red"]])
def test_pair_used_wrongly_exits_with_2(run, words):
    assert run(*words).exit_code == 2


def test_pair_gives_the_same_bytes_in_every_process_and_for_every_order(tmp_path):
    program = "import typer; from bot.commands.pair import pair; typer.run(pair)"
    members = [
        {"id": f"m{row:02}", "interests": ["a", "b", "c"][row % 3 :], "languages": ["en", "cy"]}
        for row in range(41)
    ]
    (tmp_path / "history.json").write_text(json.dumps({"rounds": HISTORY}))

    outputs = []
    for hashing, order in (("1", members), ("2", members[::-1])):
        (tmp_path / "members.json").write_text(json.dumps({"members": order}))
        words = [sys.executable, "-c", program, "--seed", "5"]
        for name in ("members", "history"):
            words += [f"--{name}", str(tmp_path / f"{name}.json")]
        words += ["--out", str(tmp_path / "groups.json")]
        environment = {**os.environ, "PYTHONHASHSEED": hashing}
        subprocess.run(words, env=environment, check=True, capture_output=True)
        outputs.append((tmp_path / "groups.json").read_bytes())

    assert outputs[0] == outputs[1]
