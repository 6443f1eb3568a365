"""Logging: one line an event, and only what is worth it."""

import json
import logging
import sys

import pytest
import structlog
from aiohttp.http_exceptions import BadStatusLine

from bot import log


@pytest.fixture
def configure():
    """Configures logging, which belongs to the whole process, and puts it back as it was."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level

    def made(name: str) -> None:
        root.handlers = []
        log.configure(name)

    yield made
    root.handlers = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_an_event_is_one_line_of_json_with_its_fields(configure, capsys):
    configure("INFO")

    structlog.get_logger().info("round_started", community=1, pairs=3)

    line = json.loads(capsys.readouterr().err)
    assert line.pop("timestamp").endswith("Z")
    assert line == {"event": "round_started", "community": 1, "pairs": 3, "level": "info"}


def test_an_error_carries_its_traceback_on_the_same_line(configure, capsys):
    configure("info")

    try:
        int("no")
    except ValueError:
        structlog.get_logger().exception("request_broke", reference="7F3K")

    printed = capsys.readouterr().err
    line = json.loads(printed)
    assert printed.count("\n") == 1
    assert (line["event"], line["reference"]) == ("request_broke", "7F3K")
    assert line["exception"].endswith("ValueError: invalid literal for int() with base 10: 'no'")


def test_what_is_below_the_level_is_left_out(configure, capsys):
    configure("WARNING")

    structlog.get_logger().info("started")
    structlog.get_logger().warning("job_skipped")

    assert [json.loads(line)["event"] for line in capsys.readouterr().err.splitlines()] == [
        "job_skipped"
    ]


def test_libraries_are_heard_from_warnings_on(configure, capsys):
    configure("DEBUG")

    logging.getLogger("slack_bolt").info("token xoxb-1")
    logging.getLogger("slack_bolt").warning("slow")

    assert capsys.readouterr().err == "slack_bolt slow\n"


def test_a_terminal_gets_lines_for_people(configure, capsys, monkeypatch):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    configure("INFO")

    structlog.get_logger().info("started")

    printed = capsys.readouterr().err
    assert printed.count("\n") == 1
    assert "started" in printed
    assert not printed.startswith("{")


@pytest.mark.parametrize(
    ("name", "number"), [("DEBUG", 10), ("info", 20), ("Warning", 30), ("ERROR", 40)]
)
def test_level_names_are_read_in_any_case(name, number):
    assert log.level_number(name) == number


@pytest.mark.parametrize("name", ["", "LOUD", "20"])
def test_other_levels_are_named_in_a_sentence(name):
    with pytest.raises(ValueError) as caught:  # noqa: PT011 - its words are compared below.
        log.level_number(name)

    assert str(caught.value) == f"LOG_LEVEL is “{name}”; use DEBUG, INFO, WARNING or ERROR."


def test_values_of_a_refused_row_are_not_logged() -> None:
    event = {"exception": "Traceback\nerror: duplicate key\nDETAIL:  Key (email)=(ada@x) exists."}

    assert log.without_values(None, "error", event) == {
        "exception": "Traceback\nerror: duplicate key"
    }
    assert log.without_values(None, "info", {"event": "started"}) == {"event": "started"}


def test_what_is_no_http_leaves_no_traceback_and_any_other_error_does(configure, capsys):
    configure("INFO")
    server = logging.getLogger("aiohttp.server")

    for error in (BadStatusLine("junk"), ValueError("ours")):
        server.error("Error handling request", exc_info=error)

    printed = capsys.readouterr().err
    assert printed.count("Error handling request") == 1
    assert printed.rstrip().endswith("ValueError: ours")
