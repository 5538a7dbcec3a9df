"""What a command loads: not what it has no use for, which would take longer than all it does."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest
from fakes.workspaces import new_workspace

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)
NEVER = {"fastapi", "feedparser", "jinja2", "lxml", "pebble", "requests", "sklearn", "trafilatura"}
"""What reads, teaches and serves."""

PIPELINE = """from veille import poll


def pipeline(run):
    run.do(poll)
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace without sources that has published once, and where nothing is due."""
    folder = new_workspace(tmp_path_factory.mktemp("start") / "w", now=NOW).root
    (folder / "sources.yaml").write_text("sources: []\n", encoding="utf-8")
    (folder / "pipelines" / "ask.py").write_text(PIPELINE, encoding="utf-8")
    loaded(folder, "run", "nightly")
    return folder


def loaded(folder, *words):
    """Return the modules that a command has loaded by its end."""
    code = (
        "import sys; sys.argv = ['veille', *sys.argv[1:]]\n"
        "import veille.cli\n"
        "try: veille.cli.main()\n"
        "except SystemExit as end: assert not end.code, end.code\n"
        "print(*sys.modules)"
    )
    command = [sys.executable, "-c", code, *words, "--workspace", str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(said.stdout.splitlines()[-1].split())


def test_a_run_with_nothing_to_ask_loads_no_way_to_the_web_and_no_arrays(workspace):
    found = loaded(workspace, "run", "ask")
    assert not found & (NEVER | {"multiprocessing", "numpy", "pyarrow", "rich", "urllib3"})
    assert not found & {"veille.cli.serve", "veille.store.desk", "veille.web", "veille.workers"}


def test_a_night_with_nothing_new_opens_neither_judge_nor_catalogue(workspace):
    found = loaded(workspace, "run", "nightly")
    assert not found & (NEVER | {"numpy", "pyarrow", "rich", "scipy", "urllib3"})


def test_status_loads_nothing_that_searches(workspace):
    found = loaded(workspace, "status")
    assert "duckdb" in found, "it asked the catalogue"
    assert not found & (NEVER | {"numpy", "pyarrow"})


def test_who_hands_pages_to_workers_does_not_load_what_reads_them():
    code = "import sys, veille.extract; veille.extract.read_page; print(*sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not set(said.stdout.split()) & NEVER
