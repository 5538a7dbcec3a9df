"""What this process and those it started took of memory, as Linux accounts for it."""

import resource
from contextlib import suppress
from multiprocessing import active_children
from pathlib import Path

_PEAK = "VmHWM:"


def peak_megabytes() -> float:
    """Return the largest resident size of this process so far, and of each living child of its own
    (multiprocessing), added up: what a machine must have, at most.

    A child that ended is not in it. Where there is no /proc, only the process itself is counted.
    """
    found = [_peak_of(child.pid) for child in active_children()]
    itself = _peak_of(None) or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return round((itself + sum(found)) / 1024, 1)


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
