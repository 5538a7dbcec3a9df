"""A command in processes of its own, as tests need it: told apart, watched, killed whole."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

TESTS = Path(__file__).resolve().parents[1]
VEILLE = str(Path(sys.executable).with_name("veille"))
"""The command as users have it."""


def start(command: Sequence[str], folder: Path, **environment: str) -> subprocess.Popen[str]:
    """Start a command of ours in a session of its own, its outputs to be read as text.

    It finds what is under tests/; of the environment it gets no VEILLE_* but those given.
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
    return subprocess.Popen(
        command,
        cwd=folder,
        env={**kept, "PYTHONPATH": str(TESTS), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def run(
    command: Sequence[str], folder: Path, *, seconds: float = 60, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a command of ours to its end, and leave nothing of it behind."""
    process = start(command, folder, **environment)
    try:
        said, complained = process.communicate(timeout=seconds)
    finally:
        kill_all(process)
    return subprocess.CompletedProcess(process.args, process.returncode, said, complained)


def kill_all(process: subprocess.Popen[str]) -> None:
    """End a command and whatever it started."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def is_alive(session: int) -> bool:
    """Whether any process of a session is left, zombies apart."""
    return any(_session(pid) == session for pid in _pids())


@dataclass
class Memory:
    """What a command's processes took, in MB: each one's peak, and the peak of all together.

    The peaks of each are the kernel's own (VmHWM); the sum is of what is theirs in proportion
    (PSS: a page that two processes share counts half in each), taken every `Memory.EVERY` seconds.
    """

    EVERY = 0.05
    each: dict[str, float] = field(default_factory=dict)
    together: float = 0.0

    def look(self, session: int) -> None:
        """Take the sizes of all processes of a session."""
        sizes = [size for pid in _pids() if _session(pid) == session for size in self._sizes(pid)]
        self.together = max(self.together, sum(sizes))

    def _sizes(self, pid: int) -> Iterator[float]:
        try:
            peak = _field(Path(f"/proc/{pid}/status"), "VmHWM:")
            size = _field(Path(f"/proc/{pid}/smaps_rollup"), "Pss:")
        except (OSError, StopIteration):  # it is gone, or on its way
            return
        self.each[str(pid)] = max(self.each.get(str(pid), 0.0), peak)
        yield size


@contextmanager
def memory_of(process: subprocess.Popen[str]) -> Iterator[Memory]:
    """Look at what a command takes while the block runs."""
    memory, over = Memory(), threading.Event()

    def look() -> None:
        while not over.wait(Memory.EVERY):
            memory.look(process.pid)

    looking = threading.Thread(target=look)
    looking.start()
    try:
        yield memory
    finally:
        over.set()
        looking.join()


def wait_until(true: Callable[[], object], *, seconds: float = 10.0, every: float = 0.005) -> bool:
    """Wait for something to become true; return whether it did in time."""
    deadline = time.monotonic() + seconds
    while not (found := bool(true())) and time.monotonic() < deadline:
        time.sleep(every)
    return found


def _pids() -> Iterator[int]:
    return (int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal())


def _session(pid: int) -> int | None:
    try:
        told = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return None
    state, _parent, _group, session = told.rpartition(")")[2].split()[:4]
    return None if state == "Z" else int(session)


def _field(path: Path, name: str) -> float:
    line = next(line for line in path.read_text().splitlines() if line.startswith(name))
    return int(line.split()[1]) / 1024
