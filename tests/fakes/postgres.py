"""A real PostgreSQL, Debian's, run by an ordinary user on a socket in a temporary folder."""

import os
import pwd
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from unittest.mock import patch

import duckdb
import pytest

from veille.settings.store import Lake
from veille.sharing import ALONE

USER, PASSWORD = "veille", "un-mot-de-passe"


@dataclass(frozen=True)
class Postgres:
    """A running server: its folder, its programs, and who runs it."""

    folder: Path
    programs: Path
    as_user: dict

    def database(self, name: str, *, like: str = "template1") -> str:
        """Make a database, as another one is, and return how libpq finds it."""
        self.ask("postgres", f'CREATE DATABASE "{name}" TEMPLATE "{like}"')
        return f"dbname={name} host={self.folder} user={USER}"

    def lake(self, name: str, data: Path, *, share=ALONE, like: str = "template1") -> Lake:
        """Make a database, and return a DuckLake with its catalogue in it."""
        found = self.database(name, like=like)
        return Lake(f"postgres:{found}", data, data.with_name(f"{data.name}.tmp"), share)

    def ask(self, database: str, sql: str) -> str:
        """Let psql answer, values alone."""
        command = [self.programs / "psql", "-h", self.folder, "-U", USER, "-d", database, "-qAtc"]
        done = subprocess.run([*command, sql], check=True, capture_output=True, text=True)
        return done.stdout.strip()


@contextmanager
def postgres(*, password: bool = False):
    """Run the server; without its package the test is skipped, in CI it fails.

    Who comes by the socket is trusted, unless the `password` is to be asked for.
    """
    programs = _programs()
    if programs is None:
        missing = "no PostgreSQL here: « apt-get install postgresql » to test a shared DuckLake"
        (pytest.fail if os.environ.get("CI") else pytest.skip)(missing)
    as_user = {}
    folder = Path(tempfile.mkdtemp(prefix="veille-pg-"))
    if os.geteuid() == 0:  # the server refuses to be root's
        account = pwd.getpwnam("nobody")
        as_user = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        os.chown(folder, account.pw_uid, account.pw_gid)
        folder.chmod(0o755)
    try:
        served = Postgres(folder, programs, as_user)
        process = _started(served, password=password)
        try:
            _await(served, process)
            with trusting():
                yield served
        finally:
            process.terminate()  # « smart » waits for those connected; what is left is killed
            try:
                process.wait(3)
            except subprocess.TimeoutExpired:
                process.send_signal(3)  # SIGQUIT: at once
                process.wait(10)
    finally:
        shutil.rmtree(folder)


@contextmanager
def trusting():
    """Let DuckDB load extensions without summing up their 36 MB, to check their signatures."""
    connect = duckdb.connect

    def trust(*given, config=(), **named):
        return connect(*given, config={**dict(config), "allow_unsigned_extensions": True}, **named)

    with patch.object(duckdb, "connect", trust):
        yield


def _programs() -> Path | None:
    """Return the folder of the newest server: Debian keeps it off the PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    if found:
        return found[-1].parent
    named = shutil.which("initdb")
    return Path(named).resolve().parent if named else None


def _version(path: Path) -> float:
    return float(path.parents[1].name)


def _started(served: Postgres, *, password: bool) -> subprocess.Popen:
    data, secret = served.folder / "data", served.folder / "password"
    secret.write_text(PASSWORD)
    way = ["--auth=scram-sha-256", f"--pwfile={secret}"] if password else ["--auth=trust"]
    if served.as_user:
        os.chown(secret, served.as_user["user"], served.as_user["group"])
    subprocess.run(
        [served.programs / "initdb", "-D", data, "-U", USER, *way, "-E", "UTF8",
         "--locale=C.UTF-8", "--no-sync"],
        check=True, capture_output=True, cwd=served.folder, **served.as_user,
    )  # fmt: skip
    with (served.folder / "log").open("w") as log:
        return subprocess.Popen(
            [served.programs / "postgres", "-D", data, "-k", served.folder, "-h", "",
             "-c", "fsync=off", "-c", "max_connections=40", "-c", "shared_buffers=16MB"],
            stdout=log, stderr=log, cwd=served.folder, **served.as_user,
        )  # fmt: skip


def _await(served: Postgres, process: subprocess.Popen) -> None:
    for _ in range(200):
        ready = [served.programs / "pg_isready", "-q", "-h", served.folder]
        if subprocess.run(ready, check=False).returncode == 0:
            return
        assert process.poll() is None, (served.folder / "log").read_text()
        sleep(0.05)
    raise AssertionError("PostgreSQL does not answer")
