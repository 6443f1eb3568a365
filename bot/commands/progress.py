"""A bar for work that takes a while, for whoever looks on from a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import Progress


@contextmanager
def shown(what: str) -> Iterator[Callable[[float], None]]:
    """Tells how far the work has come, from 0 to 1; says nothing where nobody looks on."""
    with Progress(
        console=Console(file=sys.stderr), transient=True, disable=not sys.stderr.isatty()
    ) as bar:
        task = bar.add_task(what, total=1.0)
        yield lambda share: bar.update(task, completed=share)
