"""The examples in deploy/: sound, and telling of the same places."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEPLOY = ROOT / "deploy"
UNITS = sorted([*DEPLOY.glob("*.service"), *DEPLOY.glob("*.timer")])


def test_the_units_pass_systemd_s_own_check(tmp_path):
    if not shutil.which("systemd-analyze"):
        missing = "no systemd-analyze here (Debian: systemd): the units are NOT checked"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    assert len(UNITS) == 4
    for unit in UNITS:  # the program is where we have one
        text = unit.read_text(encoding="utf-8").replace("/opt/veille/bin/veille", "/bin/true")
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
    [folder] = set(re.findall(r"(?:VEILLE_WORKSPACE|WorkingDirectory|ReadWritePaths)=(\S+)", text))
    assert folder == "/srv/veille"


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


def test_each_example_is_told_of_in_the_operator_s_guide():
    guide = (ROOT / "docs" / "exploitation.md").read_text(encoding="utf-8")
    for path in DEPLOY.iterdir():
        assert f"deploy/{path.name}" in guide, path.name
