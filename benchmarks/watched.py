"""Workspaces that watch the generated web of `loopback`."""

import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

from benchmarks.loopback import Site

PIPELINE = """from veille import {steps}


def pipeline(run):
{calls}"""


def watching(folder: Path, sites: Sequence[Site], steps: Sequence[str], **settings: object) -> Path:
    """Make a workspace whose sources are these sites, with one pipeline, `bench`, of these steps.

    `settings` are laid over those of config.yaml.
    """
    folder.mkdir()
    config = {
        "veille": {"schema": 1, "name": "benchmark"},
        "fetch": {
            "contact": "https://benchmark.example.org/",
            "host_delay": 0,
            "allow_hosts": [site.host for site in sites],
        },
        "workers": 2,
    }
    sources = [
        {
            "id": f"site-{number}",
            "name": site.host,
            "url": site.feed,
            "feed": site.feed,
            "kind": "feed",
            "active": True,
        }
        for number, site in enumerate(sites)
    ]
    (folder / "config.yaml").write_text(yaml.safe_dump(config | settings))
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}))
    (folder / "pipelines").mkdir()
    calls = "".join(f"    run.do({step})\n" for step in steps)
    pipeline = PIPELINE.format(steps=", ".join(steps), calls=calls)
    (folder / "pipelines" / "bench.py").write_text(pipeline)
    return folder


def night(workspace: Path) -> list[str]:
    """Return the command that runs that pipeline, asking every source; it prints its report."""
    command = [sys.executable, "-m", "veille", "run", "bench", "--all", "--json"]
    return [*command, "--workspace", str(workspace)]
