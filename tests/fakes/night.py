"""A night in a process of its own, at a moment of the test's choosing.

    python -m fakes.night FOLDER PIPELINE MOMENT [PORT]

Runs a pipeline of a workspace and prints, as JSON, its report and what it dialled. With
PORT, names lead to the test's own server there: `*.example.org` is at a public address, or at the
one that its first label spells (`at-10-0-0-7.example.org`), and a connector writes down each
address that it is asked to dial before it leads to the server. Nothing but loopback is dialled.
"""

import socket
import sys
from datetime import datetime
from functools import partial
from pathlib import Path

from fakes.clock import FakeClock

COLLECT = """\
from veille import poll, read

def pipeline(run):
    run.do(poll)
    run.do(read)
"""
"""A pipeline file: the first half of the nightly one, without judging."""

PUBLIC = "93.184.215.14"
"""Where the names of tests are, as far as the fetcher knows."""


def main(folder: str, pipeline: str, moment: str, port: str = "") -> None:
    """Run, and tell. The imports are in here, as in the command: worker processes need none."""
    from veille.cli.speech import print_json
    from veille.online import open_fetcher
    from veille.runner import run_pipeline
    from veille.workspace import open_workspace

    dialled: list[str] = []

    def connect(address: str, _port: int, timeout: float) -> socket.socket:
        dialled.append(address)
        return socket.create_connection(("127.0.0.1", int(port)), timeout)

    clock = FakeClock(datetime.fromisoformat(moment))
    opener = partial(open_fetcher, resolve=resolve, connect=connect) if port else open_fetcher
    report = run_pipeline(open_workspace(Path(folder)), pipeline, clock=clock, opener=opener)
    print_json({"report": report, "dialled": sorted(set(dialled))})


def resolve(host: str, port: int) -> list[str]:
    """Return where a name of the tests is."""
    label = host.partition(".")[0]
    spelt = label.removeprefix("at-").replace("-", ".")
    return [spelt if label.startswith("at-") else PUBLIC]


if __name__ == "__main__":
    main(*sys.argv[1:])
