"""Workspaces that watch the generated web of `loopback`."""

import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks.loopback import Site

ROOT = Path(__file__).resolve().parents[1]
PIPELINE = """from veille import {steps}


def pipeline(run):
{calls}"""


def watching(folder: Path, sites: Sequence[Site], steps: Sequence[str], **settings: Any) -> Path:
    """Make a workspace whose sources are these sites, with one pipeline, `bench`, of these steps.

    `settings` are laid over those of config.yaml, what `fetch` says over what it says there.
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
    settings["fetch"] = config["fetch"] | settings.get("fetch", {})
    (folder / "config.yaml").write_text(yaml.safe_dump(config | settings))
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}))
    (folder / "pipelines").mkdir()
    calls = "".join(f"    run.do({step})\n" for step in steps)
    pipeline = PIPELINE.format(steps=", ".join(steps), calls=calls)
    (folder / "pipelines" / "bench.py").write_text(pipeline)
    return folder


def with_fitted_model(workspace: Path) -> None:
    """Give a workspace the model as fitted in this checkout, so that its first run fits none."""
    fit = "import sys; from pathlib import Path; from veille.classify.opening import open_judge; "
    fit += "open_judge(Path(sys.argv[1]), Path(sys.argv[2]))"
    subprocess.run([sys.executable, "-c", fit, ROOT / "models", ROOT / "var"], check=True)
    shutil.copytree(ROOT / "var" / "models", workspace / "var" / "models", dirs_exist_ok=True)


def night(workspace: Path) -> list[str]:
    """Return the command that runs that pipeline, asking every source; it prints its report."""
    command = [sys.executable, "-m", "veille", "run", "bench", "--all", "--json"]
    return [*command, "--workspace", str(workspace)]
