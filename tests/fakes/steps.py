"""A run in a process of its own that tells, on stdout, which step is at work.

    python -m fakes.steps FOLDER PIPELINE MOMENT [STEP]

Prints « > poll » when a step begins and « < poll 1.234 » when it has ended, after so many seconds.
With STEP, only that one is taken.
"""

import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from fakes.clock import FakeClock


def main(folder: str, pipeline: str, moment: str, only: str | None = None) -> None:
    """Run, and tell. The imports are in here, as in the command: worker processes need none."""
    from veille.health.report import exit_code
    from veille.pipeline import Options, Run
    from veille.runner import run_pipeline
    from veille.workspace import open_workspace

    do = Run.do

    def told(run: Run, step: Callable[[Run], None]) -> None:
        tell(f"> {step.__name__}")
        began = time.monotonic()
        do(run, step)
        tell(f"< {step.__name__} {time.monotonic() - began:.4f}")

    Run.do = told  # type: ignore[method-assign]
    clock = FakeClock(datetime.fromisoformat(moment))
    report = run_pipeline(open_workspace(Path(folder)), pipeline, Options(only=only), clock=clock)
    sys.exit(exit_code(report))


def tell(line: str) -> None:
    """Say it at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
