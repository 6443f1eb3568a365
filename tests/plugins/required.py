"""With REQUIRE_ALL=1 in the environment, a skipped test is a failed one.

At home a missing PostgreSQL, Chromium or Node is reported as a skip. Where everything has been
installed, a skip would hide that tests stopped running.
"""

import os
from collections.abc import Generator

import pytest


def _everything_is_required() -> bool:
    return os.environ.get("REQUIRE_ALL") == "1"


def _failed(report: pytest.TestReport | pytest.CollectReport) -> None:
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
    report.outcome = "failed"
    report.longrepr = f"{report.nodeid} was skipped, and REQUIRE_ALL=1 forbids it. {reason}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A test skipped by a mark, a fixture or its own words fails, with the reason it gave."""
    report = yield

    # An expected failure is reported as skipped too, and stays one.
    if _everything_is_required() and report.skipped and not hasattr(report, "wasxfail"):
        _failed(report)

    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A module that skips itself while it is imported fails as well."""
    report = yield

    if _everything_is_required() and report.skipped:
        _failed(report)

    return report
