"""What a command costs, all its processes together: also those that it leaves behind.

python benchmarks/cost.py COMMAND…      prints {"cpu": seconds, "peak": MB, "said": stdout, …}
"""

import ctypes
import json
import os
import resource
import subprocess
import sys
from collections.abc import Sequence
from typing import NamedTuple

PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h: orphans below us become ours, so that they count


class Cost(NamedTuple):
    """CPU seconds (user + system), the largest process's peak memory in MB, and stdout."""

    cpu: float
    peak: float
    said: str
    status: int


def cost(command: Sequence[str]) -> Cost:
    """Run a command in a process that waits for all it starts, and tell; raise if it fails."""
    told = subprocess.run(
        [sys.executable, __file__, *command], stdout=subprocess.PIPE, text=True, check=True
    )
    spent = Cost(**json.loads(told.stdout))
    if spent.status:
        raise subprocess.CalledProcessError(spent.status, list(command), spent.said)
    return spent


def main() -> None:
    """Run the command given, wait for all its processes, and tell.

    This process is small, so that what a child counts for before it becomes its command is too.
    """
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    done = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True, check=False)
    while True:
        try:
            os.waitpid(-1, 0)
        except ChildProcessError:
            break
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu, peak = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    print(json.dumps(Cost(cpu, peak, done.stdout, done.returncode)._asdict()))


if __name__ == "__main__":
    main()
