"""The examples in deploy/: sound, and telling of the same places."""

import os
import re
import shutil
import subprocess
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])


def test_the_units_pass_systemd_s_own_check(tmp_path):
    if not shutil.which("systemd-analyze"):
        missing = "no systemd-analyze here (Debian: systemd): the units are NOT checked"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    assert len(UNITS) == 6
    for unit in UNITS:  # the program is where we have one
        text = re.sub(r"/opt/veille/bin/\w+", "/bin/true", unit.read_text(encoding="utf-8"))
        (tmp_path / unit.name).write_text(text, encoding="utf-8")
    checked = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *sorted(map(str, tmp_path.iterdir()))],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    ours = [line for line in checked.stderr.splitlines() if "veille" in line]
    assert (checked.returncode, ours) == (0, [])


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("*.service")), ids=lambda unit: unit.name)
def test_a_stop_reaches_the_run_once_and_in_time(unit):
    text = unit.read_text(encoding="utf-8")
    assert "KillMode=mixed" in text
    assert int(re.search(r"TimeoutStopSec=(\d+)", text)[1]) > 10
    folders = set(re.findall(r"(?:VEILLE_WORKSPACE|WorkingDirectory|ReadWritePaths)=(\S+)", text))
    assert folders == (set() if "dask" in unit.name else {"/srv/veille"})


def test_the_container_copies_what_there_is_and_runs_as_nobody_else():
    text = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = {
        name
        for words in re.findall(r"^COPY (.+)$", text, re.MULTILINE)
        for name in words.split()[:-1]
    }
    for name in copied:
        assert (ROOT / name).exists(), name
    packed = {"veille", "pipelines", "models", "digests", "config.yaml", "sources.yaml"}
    assert copied >= packed | {"pyproject.toml", "hatch_build.py", "requirements.lock", "LICENSE"}
    steps = re.findall(r"^(USER|ENTRYPOINT|VOLUME)\b", text, re.MULTILINE)
    assert steps == ["USER", "VOLUME", "ENTRYPOINT"]


@pytest.mark.parametrize("unit", sorted(DEPLOY.glob("*dask*.service")), ids=lambda unit: unit.name)
def test_the_units_of_dask_say_what_dask_understands(unit):
    text = unit.read_text(encoding="utf-8")
    values = dict(re.findall(r"(DASK_\w+)=(\S+)", "\n".join(re.findall(r"^Env.*", text, re.M))))
    _program, name, *words = re.search(r"^ExecStart=(.+)$", text, re.MULTILINE)[1].split()
    words = [re.sub(r"\$\{(\w+)\}", lambda found: values[found[1]], word) for word in words]
    read = import_module(f"distributed.cli.dask_{name}").main.make_context(name, words)
    assert read.params["host"] == "127.0.0.1"


def test_each_example_is_told_of_in_the_guide_for_who_runs_it():
    guides = {
        "dask": (ROOT / "docs" / "scaling.md").read_text(encoding="utf-8"),
        "": (ROOT / "docs" / "exploitation.md").read_text(encoding="utf-8"),
    }
    for path in DEPLOY.iterdir():
        guide = guides["dask" if "dask" in path.name else ""]
        assert f"deploy/{path.name}" in guide, path.name
