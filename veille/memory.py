"""What this process and those it started took of memory, as Linux accounts for it."""

import gc
import resource
import sys
from contextlib import suppress
from pathlib import Path

_PEAK = "VmHWM:"


def peak_megabytes() -> float:
    """Return the largest resident size of this process so far, and of each living child of its own
    (multiprocessing), added up: what a machine must have, at most.

    A child that ended is not in it. Where there is no /proc, only the process itself is counted.
    """
    processes = sys.modules.get("multiprocessing")  # not loaded, it started none
    found = [_peak_of(child.pid) for child in processes.active_children()] if processes else []
    itself = _peak_of(None) or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round((itself + sum(found)) / 1024, 1)


def settle_in() -> None:
    """Look for garbage more often from now on, but not in what was loaded: this process stays."""
    gc.freeze()
    gc.set_threshold(20_000)


def _peak_of(pid: int | None) -> int:
    """Return a process's peak in kilobytes, 0 where it cannot be told; None: this one.

    Not `ru_maxrss`: a program begun by another inherits that of its parent.
    """
    with suppress(OSError, ValueError):
        status = Path(f"/proc/{pid or 'self'}/status").read_text(encoding="ascii", errors="replace")
        for line in status.splitlines():
            if line.startswith(_PEAK):
                return int(line.split()[1])
    return 0
