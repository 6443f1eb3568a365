"""Structured logging: one JSON line an event, constant words with fields, never a message."""

import logging
import sys

import structlog
from structlog.typing import EventDict


def configure(level: str) -> None:
    """Send our events and the libraries' warnings to standard error as one line each."""
    renderer = (
        structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
        if sys.stderr.isatty()
        else structlog.processors.JSONRenderer()
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            without_values,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level_number(level)),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    # The libraries' own chatter can hold tokens and message text: warnings and worse only.
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s %(message)s")
    for handler in logging.getLogger().handlers:
        handler.addFilter(is_worth_it)


def is_worth_it(record: logging.LogRecord) -> bool:
    """Whether a library's line is about the bot.

    The server logs a traceback for whatever anybody sends that is no HTTP, or too long, and has
    answered it with 400 by then.
    """
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or kind.__module__ != "aiohttp.http_exceptions"


def without_values(_logger: object, _method: str, event: EventDict) -> EventDict:
    """The event without the lines in which PostgreSQL repeats the values of a refused row."""
    trace = event.get("exception")
    if isinstance(trace, str):
        kept = (line for line in trace.splitlines() if not line.startswith("DETAIL:"))
        event["exception"] = "\n".join(kept)
    return event


def level_number(level: str) -> int:
    """The number of a level name such as ``INFO``; raises ``ValueError`` for anything else."""
    known = logging.getLevelNamesMapping()
    if level.upper() not in known:
        raise ValueError(f"LOG_LEVEL is “{level}”; use DEBUG, INFO, WARNING or ERROR.")
    return known[level.upper()]
