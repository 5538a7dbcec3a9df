"""What does a machine need for a whole night?

A first night from poll to catalogue, sentence vectors and both editions included; each feed
announces ten pages of 750 words. Memory is what the run reports itself: the peaks of its process
and of those that read pages, added up. There is no floor for all of it; its parts have theirs in
the other chapters.
"""

import json
import shutil
import tempfile
from pathlib import Path

from benchmarks.cost import cost
from benchmarks.figures import Figure, Size
from benchmarks.loopback import served
from benchmarks.watched import night, watching, with_fitted_model

ROOT = Path(__file__).resolve().parents[1]
FEEDS = {Size.SMALL: 1, Size.USUAL: 30, Size.LARGE: 200}
PAGES = {Size.SMALL: 2, Size.USUAL: 10, Size.LARGE: 10}
STEPS = ("poll", "read", "judge", "group", "publish")


def measure(size: Size) -> list[Figure]:
    """Return what the night took."""
    feeds, pages = FEEDS[size], FEEDS[size] * PAGES[size]
    with tempfile.TemporaryDirectory() as scratch, served(feeds, PAGES[size]) as sites:
        workspace = watching(Path(scratch) / "w", sites, STEPS)
        shutil.copytree(ROOT / "models", workspace / "models")
        with_fitted_model(workspace)
        spent = cost(night(workspace))
    told = json.loads(spent.said)
    judged = next(step["done"] for step in told["steps"] if step["name"] == "judge")
    assert judged == pages, told
    steps = ", ".join(f"{step['name']} {step['cpu_seconds']:.1f}" for step in told["steps"])
    return [
        Figure(
            name=f"memory for {feeds} feeds and {pages} pages, all processes",
            value=told["memory_mb"], unit="MB", most=1_000,
        ),
        Figure(name="of it, the largest process", value=spent.peak, unit="MB"),
        Figure(
            name="processor, all processes", value=spent.cpu, unit="CPU-s",
            note=f"by step: {steps}; sentence vectors are most of judge.",
        ),
    ]  # fmt: skip
