"""`veille run` as people and cron meet it: the command itself, its words, its exit codes."""

import json
import shutil
import signal
import subprocess
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from fakes.commands import veille
from fakes.hostile import a_byte_a_second, item, rss
from fakes.night import COLLECT
from fakes.processes import TESTS, VEILLE, kill_all, run, start, wait_until
from fakes.server import FakeServer
from fakes.workspaces import new_workspace
from filelock import FileLock

ROOT = TESTS.parent
OFFLINE = str(TESTS / "fakes" / "offline")
PAGE = "<p>Le réseau a réuni ses membres pour parler de la relève des coopératives.</p>" * 9
REPORT = {"run_id", "pipeline", "status", "started_at", "finished_at", "steps", "failures"}
STEP = {"name", "done", "new", "failed", "skipped", "cpu_seconds", "seconds"}
FAILURE = {"step", "kind", "subject", "message"}
"""The keys of `veille run --json`: those that machines were promised (DESIGN, section 10), more."""


def workspace(folder: Path, *urls: str, **fetch: object) -> Path:
    """A workspace with a live source for each URL, by name s0, s1…"""
    settings = {"veille": {"schema": 1, "name": "essai"}, "fetch": {"host_delay": 0, **fetch}}
    sources = [
        {"id": f"s{number}", "name": f"Source {number}", "url": url, "feed": url, "kind": "feed"}
        | {"active": True}
        for number, url in enumerate(urls)
    ]
    folder.mkdir()
    (folder / "config.yaml").write_text(yaml.safe_dump(settings))
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": sources}))
    return with_pipeline(folder)


def with_pipeline(folder: Path) -> Path:
    (folder / "pipelines").mkdir(exist_ok=True)
    (folder / "pipelines" / "collect.py").write_text(COLLECT)
    return folder


@pytest.fixture
def sample(tmp_path) -> Path:
    return with_pipeline(new_workspace(tmp_path / "w", sample=True, now=datetime.now(UTC)).root)


def collect(folder: Path, *options: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run in a process of its own, as it must be where the environment is another."""
    return run([VEILLE, "run", "collect", *options], folder, **environment)


def collect_here(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    return veille("run", "collect", *options, at=folder)


def plain_spaces(words: str) -> str:
    """French typography sets no-break spaces; here they would only hide in the source."""
    return words.replace("\xa0", " ").replace("\u202f", " ")


def test_a_run_tells_machines_what_was_promised(sample):
    done = collect_here(sample, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    told: dict[str, Any] = json.loads(done.stdout)
    assert set(told) >= REPORT
    assert [set(step) for step in told["steps"]] == [STEP, STEP]
    assert {frozenset(failure) for failure in told["failures"]} == {frozenset(FAILURE)}
    assert [step["name"] for step in told["steps"]] == ["poll", "read"]
    assert (told["pipeline"], told["status"]) == ("collect", "partial")
    begun, ended = (datetime.fromisoformat(told[key]) for key in ("started_at", "finished_at"))
    assert begun.utcoffset() is not None
    assert begun < ended


def test_a_run_tells_people_one_line_and_cron_a_few(sample):
    done = collect(sample)
    assert done.returncode == 0, done.stderr
    told = plain_spaces(done.stdout)
    assert told.startswith("Exécution « collect » terminée, avec des échecs : 23 sources")
    assert told.count("\n") == 1
    assert "Interrogation des sources : 23\n" in plain_spaces(done.stderr)


@pytest.mark.parametrize("options", [(), ("--json",)])
def test_without_a_network_it_says_so_calmly_of_each_source(tmp_path, options):
    urls = [f"https://s{number}.example.org/feed" for number in range(3)]
    folder = workspace(tmp_path / "w", *urls, contact="https://watch.example.org/")
    done = collect(folder, *options, PYTHONPATH=OFFLINE)
    assert done.returncode == 4
    assert "Traceback" not in done.stderr
    if not options:
        assert "« collect » : rien n’a pu être joint" in plain_spaces(done.stdout)
        return
    told = json.loads(done.stdout)
    assert (told["status"], done.stderr) == ("impossible", "")
    assert sorted((one["subject"], one["kind"]) for one in told["failures"]) == [
        (f"s{number}", "offline") for number in range(3)
    ]
    words = {plain_spaces(one["message"]) for one in told["failures"]}
    assert [word[:46] for word in words] == ["pas de réponse : le réseau ou ce site ne peut "]


def test_once_the_network_is_back_the_same_sources_answer(tmp_path):
    with FakeServer() as server:
        server.serve("/feed", rss(item("Une", f"{server.url}/1.html")))
        folder = workspace(
            tmp_path / "w",
            f"{server.url.replace('127.0.0.1', 'localhost')}/feed",
            contact="https://watch.example.org/",
            allow_hosts=["localhost"],
        )
        assert collect(folder, PYTHONPATH=OFFLINE).returncode == 4
        told = json.loads(collect_here(folder, "--all", "--json").stdout)
    poll, _read = told["steps"]
    assert (poll["name"], poll["new"]) == ("poll", 1)


def test_without_a_contact_it_says_what_to_write_where(tmp_path):
    folder = workspace(tmp_path / "w", "https://s.example.org/feed")
    done = collect_here(folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert f"{folder / 'config.yaml'}: fetch.contact" in plain_spaces(done.stderr).replace(
        " :", ":"
    )
    assert "contact: https://…" in done.stderr


def test_beside_another_run_it_steps_back(sample):
    (sample / "var").mkdir()
    with FileLock(sample / "var" / "run.lock"):
        done = collect_here(sample)
    assert done.returncode == 3
    assert "Une autre exécution est à l’œuvre" in done.stderr
    assert collect_here(sample).returncode == 0  # what a run left behind it holds nobody back


def test_sigterm_ends_it_within_ten_seconds_and_the_next_run_resumes(tmp_path):
    with FakeServer() as server:
        server.serve("/1.html", PAGE.encode())
        server.serve("/good", rss(item("Une", f"{server.url}/1.html")))
        server.script("/slow", a_byte_a_second)  # minutes, for those who wait
        folder = workspace(
            tmp_path / "w",
            f"{server.url}/good",
            f"{server.url}/slow",
            contact="https://watch.example.org/",
            allow_hosts=["127.0.0.1"],
        )
        process = start([VEILLE, "run", "collect", "--json"], folder)
        try:
            assert wait_until(lambda: "/slow" in server.paths, seconds=30)
            asked = time.monotonic()
            process.send_signal(signal.SIGTERM)
            said, complaints = process.communicate(timeout=30)
            assert time.monotonic() - asked < 10
        finally:
            kill_all(process)
        told = json.loads(said)
        [poll] = told["steps"]
        assert (poll["done"], poll["new"], poll["failed"], poll["skipped"]) == (1, 1, 0, 1)
        assert (told["status"], complaints) == ("interrupted", "")
        server.serve(
            "/slow",
            rss(item("Deux", f"{server.url}/2.html", f"<description>{'mot ' * 30}</description>")),
        )
        told = json.loads(collect_here(folder, "--json").stdout)
    poll, read = told["steps"]
    assert (poll["done"], poll["new"], read["new"]) == (1, 1, 2)


def test_sigterm_while_the_model_is_fitted_ends_it_in_order_too(sample):
    """Fitting takes a minute or two: its stages are told, and it is broken off between them."""
    shutil.copytree(ROOT / "models", sample / "models", dirs_exist_ok=True)  # all the examples
    process = start([VEILLE, "run", "nightly", "--limit", "5"], sample)  # some article to judge
    try:
        said = iter(process.stderr.readline, "")
        assert any("Lecture des exemples" in line for line in said)
        asked = time.monotonic()
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
        assert time.monotonic() - asked < 10
    finally:
        kill_all(process)
    assert process.returncode == 130
