"""A throw-away PostgreSQL server for the tests that ask for one, gone when the run ends.

The first test that wants it starts it; all workers of a pytest-xdist run share it.
"""

import fcntl
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

# Durability costs time, and these databases live for a second.
SERVER_OPTIONS = {
    "fsync": "off",
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "200",
    "max_wal_size": "256MB",
    "min_wal_size": "32MB",
    "shared_buffers": "64MB",
}
# Another program may take the port between our choosing it and the server's opening it.
PORT_ATTEMPTS = 5

# Waits for the run to end however it ends, killed included, then leaves nothing behind.
GUARD = """
(
    while kill -0 "$1" 2>/dev/null; do sleep 0.2; done
    shift
    folder=$1; shift
    "$@" --mode=immediate stop
    rm -rf "$folder"
) >/dev/null 2>&1 </dev/null &
"""


def _programs() -> Path | None:
    """The folder that holds initdb and pg_ctl: the newest of Debian's, else the PATH's."""
    debian = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[-3])
    )
    if debian:
        return debian[-1].parent
    found = shutil.which("initdb")
    return Path(found).resolve().parent if found else None


def _unprivileged() -> tuple[str, ...]:
    """What to put before a command, since PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return ()
    try:
        pwd.getpwnam("postgres")
    except KeyError:
        return ("runuser", "-u", "nobody", "--")
    return ("runuser", "-u", "postgres", "--")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _run(command: list[str], *, folder: Path) -> None:
    log = folder / "commands.log"
    with log.open("a") as output:
        done = subprocess.run(command, cwd=folder, stdout=output, stderr=output, check=False)
    if done.returncode != 0:
        message = f"{' '.join(command)} ended with {done.returncode}:\n{log.read_text()}"
        raise RuntimeError(message)


def _start(
    folder: Path, programs: Path, run_pid: int, options: dict[str, str] = SERVER_OPTIONS
) -> str:
    """Make a cluster in the folder, start it, and return the address of its first database."""
    as_user = [*_unprivileged()]
    data = folder / "data"
    control = [*as_user, str(programs / "pg_ctl"), f"--pgdata={data}"]
    data.mkdir(mode=0o700)
    if as_user:
        owner = pwd.getpwnam(as_user[2])
        os.chown(data, owner.pw_uid, owner.pw_gid)

    subprocess.run(
        ["sh", "-c", GUARD, "guard", str(run_pid), str(folder), *control],
        start_new_session=True,
        check=True,
    )
    initdb = f"{programs}/initdb --auth=trust --no-sync --username=postgres --encoding=UTF8"
    _run([*as_user, *initdb.split(), "--locale=C", f"--pgdata={data}"], folder=folder)
    with (data / "postgresql.conf").open("a") as settings:
        settings.writelines(f"{name} = '{value}'\n" for name, value in options.items())

    attempt = 1
    while True:
        port = _free_port()
        where = f"-p {port} -k {data}"
        start = [*control, "--wait", f"--log={data}/server.log", f"--options={where}", "start"]
        try:
            _run(start, folder=folder)
        except RuntimeError:
            if attempt == PORT_ATTEMPTS:
                raise
            attempt += 1
        else:
            return f"postgresql://postgres@127.0.0.1:{port}/postgres"


@dataclass(frozen=True)
class Server:
    """A server of one's own; ``address`` is that of its first database."""

    address: str
    folder: Path
    programs: Path

    def control(self, what: str) -> None:
        """Stop it or start it again on the same address, with no time to end what is under way."""
        control = [*_unprivileged(), str(self.programs / "pg_ctl"), f"--pgdata={self.folder}/data"]
        _run([*control, "--mode=immediate", "--wait", what], folder=self.folder)


def durable_server() -> Server | None:
    """A server on which what is committed is on disk; None without programs.

    It ends with this process at the latest.
    """
    programs = _programs()
    if programs is None:
        return None
    folder = Path(tempfile.mkdtemp(prefix="leaders-bot-own-postgres-"))
    folder.chmod(0o755)
    options = {name: "on" if value == "off" else value for name, value in SERVER_OPTIONS.items()}
    return Server(_start(folder, programs, os.getpid(), options), folder, programs)


@pytest.fixture
def own_postgres() -> Iterator[Server]:
    """A server that may be crashed: what is committed there is on disk."""
    server = durable_server()
    if server is None:
        pytest.skip("PostgreSQL's server programs are missing (Debian: apt-get install postgresql)")
    yield server
    server.control("stop")
    shutil.rmtree(server.folder)


@pytest.fixture(scope="session")
def postgres_url(request: pytest.FixtureRequest) -> str:
    """The address of the run's PostgreSQL server; its superuser needs no password."""
    programs = _programs()
    if programs is None:
        pytest.skip("PostgreSQL's server programs are missing (Debian: apt-get install postgresql)")
    is_worker = hasattr(request.config, "workerinput")
    run_pid = os.getppid() if is_worker else os.getpid()
    folder = Path(tempfile.gettempdir()) / f"leaders-bot-postgres-{run_pid}"
    folder.mkdir(mode=0o755, exist_ok=True)
    address = folder / "address"

    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not address.exists():
            address.write_text(_start(folder, programs, run_pid))

    return address.read_text()


@pytest.fixture
def postgres_database(postgres_url: str) -> Iterator[str]:
    """The address of an empty database that only this test uses."""
    with made_database(postgres_url) as address:
        yield address


@contextmanager
def made_database(postgres_url: str, *, template: str = "template1") -> Iterator[str]:
    """The address of a new database, a copy of a template, dropped at the end."""
    psycopg: Any = pytest.importorskip("psycopg")
    name = f"test_{uuid.uuid4().hex}"

    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}")
        try:
            yield postgres_url.removesuffix("/postgres") + f"/{name}"
        finally:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
