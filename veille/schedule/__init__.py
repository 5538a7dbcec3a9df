"""The clocks: a daemon and crontab lines, the same jobs, each one a `veille run` of its own."""

import sys
from pathlib import Path


def command(root: Path, *words: str) -> list[str]:
    """Return the command, absolute, that says these words to the workspace at `root`."""
    script = Path(sys.executable).with_name("veille")
    # -P: a folder named veille where the command is given is not taken for the program
    program = [str(script)] if script.exists() else [sys.executable, "-P", "-m", "veille"]
    return [*program, *words, "--workspace", str(root)]
