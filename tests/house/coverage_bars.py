"""The coverage a finished run must have: every branch of the rules and the views, 95 % overall.

Run after pytest has written `.coverage`: `python tests/house/coverage_bars.py`. It is silent while
every bar holds; else it prints the missing lines below each bar that doesn't, and exits with 1.
"""

import io
import sys

from coverage import Coverage
from coverage.exceptions import NoDataError

BARS = (
    ("rules", ["bot/domain/*"], 100.0),
    ("views", ["bot/views/*"], 100.0),
    ("everything", None, 95.0),
)


def main() -> int:
    """The exit code: 0 when every bar holds."""
    coverage = Coverage()
    coverage.load()
    is_low = False

    for name, include, bar in BARS:
        report = io.StringIO()
        try:
            reached = coverage.report(include=include, file=report)
        except NoDataError:
            print(f"coverage of {name}: nothing was measured", file=sys.stderr)
            is_low = True
            continue
        if reached < bar:
            print(report.getvalue(), file=sys.stderr)
            print(f"coverage of {name}: {reached:.2f} % is below {bar:.0f} %", file=sys.stderr)
            is_low = True

    return int(is_low)


if __name__ == "__main__":
    sys.exit(main())
