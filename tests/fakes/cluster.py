"""A Dask cluster on loopback: a scheduler and workers, each a process of its own."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from fakes.processes import TESTS, kill_all, wait_until

ADVISED = Path(__file__).resolve().parents[2] / "deploy" / "veille-dask.yaml"
ENVIRONMENT = {"OPENBLAS_NUM_THREADS": "1", "PYTHONWARNINGS": "ignore"}


@dataclass
class Cluster:
    """Set up as docs/scaling.md advises, with what else there is in `folder / "dask"`.

    `workers` are the processes that were started, dead ones too.
    """

    folder: Path
    environment: Mapping[str, str]
    protocol: str = "tcp"
    address: str = ""
    processes: list[subprocess.Popen] = field(default_factory=list)
    workers: list[subprocess.Popen] = field(default_factory=list)

    @property
    def setting(self) -> str:
        """What config.yaml says of it."""
        return self.address.replace("tcp://", "dask://")

    def start_scheduler(self, port: int = 0) -> None:
        """Start the scheduler, and wait for it."""
        told = self.folder / "scheduler.json"
        told.unlink(missing_ok=True)
        self.processes.append(
            self._start("scheduler", f"--port={port}", f"--scheduler-file={told}", name="scheduler")
        )
        whole = wait_until(lambda: told.exists() and told.read_text().endswith("}"), seconds=60)
        assert whole, self.log("scheduler")
        self.address = json.loads(told.read_text())["address"]

    def start_worker(self, *words: str, pretending: str = "") -> subprocess.Popen:
        """Start a worker, and wait until the scheduler knows it.

        `pretending` is a distribution and its version (`lxml-0.1`) that it seems to have.
        """
        path = [str(TESTS)]
        if pretending:
            name, _hyphen, version = pretending.partition("-")
            info = self.folder / pretending / f"{pretending}.dist-info"
            info.mkdir(parents=True)
            (info / "METADATA").write_text(
                f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
            )
            path.insert(0, str(info.parent))
        name = f"worker-{len(self.workers)}"
        words = (*(words or ("--no-nanny",)), "--nthreads=1", f"--local-directory={self.folder}")
        process = self._start("worker", self.address, *words, name=name, PYTHONPATH=":".join(path))
        self.workers.append(process)
        known = wait_until(lambda: "Registered to" in self.log(name), seconds=60, every=0.05)
        assert known, self.log(name)
        return process

    def log(self, name: str) -> str:
        """Return what a process said."""
        return (self.folder / f"{name}.log").read_text()

    def _start(self, *words: str, name: str, **environment: str) -> subprocess.Popen:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
        with (self.folder / f"{name}.log").open("w") as log:
            return subprocess.Popen(
                [
                    sys.executable, "-m", "dask", *words, f"--protocol={self.protocol}",
                    "--host=127.0.0.1", "--no-dashboard",
                ],
                env={**kept, **ENVIRONMENT, **self.environment, **environment},
                stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True,
            )  # fmt: skip


@contextmanager
def cluster(
    folder: Path, workers: int, *, protocol: str = "tcp", **environment: str
) -> Iterator[Cluster]:
    """Run a scheduler and so many workers while the block runs."""
    (folder / "dask").mkdir(exist_ok=True)
    shutil.copy(ADVISED, folder / "dask" / "veille.yaml")
    made = Cluster(folder, {"DASK_CONFIG": str(folder / "dask"), **environment}, protocol)
    try:
        made.start_scheduler()
        for _number in range(workers):
            made.start_worker()
        yield made
    finally:
        for process in (*made.workers, *made.processes):
            kill_all(process)


def kill(process: subprocess.Popen) -> None:
    """kill -9 of one process alone: not of those that it started."""
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
