"""`veille classify`, `evaluate` and `train`, run as commands in a workspace of their own."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from fakes import commands

ROOT = Path(__file__).resolve().parents[2]
LINES = (ROOT / "models" / "domains" / "examples.jsonl").read_text("utf-8").strip().split("\n")


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace whose model learns from few examples, without vectors: fitted in a second."""
    folder = tmp_path_factory.mktemp("workspace")
    shutil.copy(ROOT / "config.yaml", folder)
    shutil.copy(ROOT / "sources.yaml", folder)
    shutil.copytree(ROOT / "models", folder / "models")
    domains = folder / "models" / "domains"
    (domains / "examples.jsonl").write_text("\n".join(LINES[:1250:5]), "utf-8")
    (domains / "model.yaml").write_text("schema: 1\nweights: {vectors: 0}\n", encoding="utf-8")
    return folder


def veille(*words, workspace, given=""):
    return commands.veille(*words, at=workspace, given=given, VEILLE_LANGUAGE="en")


@pytest.mark.slow
def test_train_tells_of_its_progress_once(workspace):
    first = veille("train", workspace=workspace)
    assert first.returncode == 0, first.stderr
    assert "Fitting the model 100 %" in first.stderr
    again = veille("train", workspace=workspace)
    assert (again.returncode, again.stderr, again.stdout) == (0, "", first.stdout)


def test_classify_judges_line_by_line_and_names_the_bad_ones(workspace):
    given = "\n".join([LINES[0], "", "{", '{"title": 3}', LINES[1]])
    done = veille("classify", "-", workspace=workspace, given=given)
    told = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1
    assert [one["id"] for one in told] == [json.loads(line)["id"] for line in LINES[:2]]
    assert "Line 3" in done.stderr
    assert "Line 4" in done.stderr
    assert {"value", "probability", "evidence"} <= told[0]["relevant"].keys()


def test_evaluate_tells_every_figure(workspace, tmp_path):
    file = tmp_path / "tagged.jsonl"
    file.write_text("\n".join([*LINES[:40], '{"id": "untagged", "text": "x"}']), "utf-8")
    done = veille("evaluate", str(file), "--json", workspace=workspace)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["n"] == 40
    assert {"precision", "recall", "f1"} <= told["relevance"].keys()
    assert {"macro_f1", "financial_engineering", "governance", "leadership"} <= told[
        "domains"
    ].keys()
    assert {"micro_f1", "precision", "recall"} <= told["regions"].keys()
    assert {"by_language", "ece", "ms_per_item", "model_version"} <= told.keys()
    assert "1 line says nothing" in done.stderr


def test_a_file_that_is_not_there_is_wrong_use(workspace):
    done = veille("evaluate", "nowhere.jsonl", workspace=workspace)
    assert done.returncode == 2
    assert "nowhere.jsonl" in done.stderr


@pytest.mark.slow
def test_memory_does_not_grow_with_the_lines(workspace):
    """2,000 documents take no more than 200: what is judged is written and forgotten."""

    def peak(count):
        script = (
            "import resource, sys; from veille.cli import main\n"
            "try: main()\n"
            "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
        )
        environment = {**os.environ, "VEILLE_WORKSPACE": str(workspace)}
        line = json.dumps({"text": "La coopérative tient son assemblée."}).encode()
        done = subprocess.run(
            [sys.executable, "-c", script, "classify"],
            input=b"\n".join([line] * count), capture_output=True, env=environment, check=False,
        )  # fmt: skip
        assert len(done.stdout.splitlines()) == count
        return int(done.stderr.split()[-1]) / 1000

    assert peak(2_000) < peak(200) + 20
