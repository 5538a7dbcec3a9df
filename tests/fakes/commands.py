"""`veille` in this process: its words, what it says, its exit code.

A process of its own takes a second of CPU to begin. Tests of signals, of kills and of the script
itself start one (`fakes.processes`); the others ask here.
"""

import contextlib
import gettext
import io
import os
import sys
from contextvars import copy_context
from pathlib import Path
from subprocess import CompletedProcess
from unittest.mock import patch

from veille import cli


def veille(*words: str, at: Path, given: str = "", **environment: str) -> CompletedProcess[str]:
    """Run a command in a folder as `fakes.processes.run` does, without a process."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding="utf-8") for _ in range(2))
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}
    domain = gettext.textdomain()
    with (
        contextlib.chdir(at),
        patch.dict(os.environ, {**kept, **environment}, clear=True),
        patch.object(sys, "argv", ["veille", *words]),
        patch.object(sys, "stdin", io.TextIOWrapper(io.BytesIO(given.encode()), "utf-8")),
        contextlib.redirect_stdout(out),
        contextlib.redirect_stderr(err),
    ):
        try:
            copy_context().run(cli.main)
            code = 0
        except SystemExit as ended:
            code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        finally:
            gettext.textdomain(domain)
    return CompletedProcess(words, code, _told(out), _told(err))


def _told(stream: io.TextIOWrapper) -> str:
    stream.flush()
    return stream.buffer.getvalue().decode()
