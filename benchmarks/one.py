"""Run one benchmark, in this process, and print its figures as one line of JSON.

python -m benchmarks.one NAME [SIZE]
"""

import compileall
import json
import os
import sys
from contextlib import redirect_stdout
from dataclasses import asdict
from importlib import import_module
from pathlib import Path

from benchmarks.figures import Size

ROOT = Path(__file__).resolve().parents[1]


def main() -> None:
    """Measure and tell.

    What is measured is compiled before, as the libraries beside it were by their installer: in a
    clone where Python may write no bytecode, a tenth of each command would be compiling.
    """
    compileall.compile_dir(ROOT / "veille", quiet=1)
    sys.path.append(str(ROOT / "tests"))
    os.environ |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}  # threads that only wait
    name, size = sys.argv[1], Size(sys.argv[2] if len(sys.argv) > 2 else Size.USUAL)
    with redirect_stdout(sys.stderr):
        figures = import_module(f"benchmarks.{name}").measure(size)
    print(json.dumps([asdict(figure) for figure in figures], ensure_ascii=False))


if __name__ == "__main__":
    main()
