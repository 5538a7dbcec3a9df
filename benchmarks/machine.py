"""On what machine, with which versions of everything, a benchmark ran."""

import os
import platform
import subprocess
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from veille.version import __version__

PACKAGES = (
    "duckdb", "feedparser", "lxml", "numpy", "pebble", "pyarrow", "reader", "scikit-learn",
    "trafilatura", "urllib3",
)  # fmt: skip

HERE = Path(__file__).resolve().parent
WRITTEN = ("results.jsonl", "RESULTS.md")


def machine() -> Mapping[str, str]:
    """Return what a reader of the figures must know of where they were taken."""
    return {
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 1e9:.1f} GB",
        "system": f"{_distribution()}, {platform.system()} {platform.release()}",
        "python": f"{platform.python_implementation()} {platform.python_version()}",
        "veille": f"{__version__} ({_commit()})",
        "packages": ", ".join(f"{name} {found}" for name in PACKAGES if (found := _version(name))),
    }


def load() -> float:
    """Return how many processes wanted the processors in the last minute."""
    return os.getloadavg()[0]


def _processor() -> str:
    for line in Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.partition(":")[2].strip()
    return platform.machine()


def _distribution() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return "unknown distribution"


def _commit() -> str:
    """Return what is checked out; what the benchmarks themselves write is no change to it."""
    commit = _git("rev-parse", "--short", "HEAD")
    changed = _git("status", "--porcelain", "--", ":/", *(f":(exclude){one}" for one in WRITTEN))
    return f"{commit}-dirty" if changed else commit or "no checkout"


def _git(*asked: str) -> str:
    told = subprocess.run(["git", *asked], cwd=HERE, capture_output=True, text=True, check=False)
    return told.stdout.strip()


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
