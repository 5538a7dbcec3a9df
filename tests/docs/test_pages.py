"""Docs that cannot rot: the generated pages, and what README says."""

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_generated_pages_are_up_to_date():
    made = subprocess.run(
        [sys.executable, "-c", "import generate, json; "
         "print(json.dumps({path.name: text for path, text in generate.pages().items()}))"],
        cwd=ROOT / "docs", capture_output=True, text=True, check=True,
        env={**os.environ, "VEILLE_LANGUAGE": "fr"},
    )  # fmt: skip
    import json

    for name, text in json.loads(made.stdout).items():
        assert (ROOT / "docs" / name).read_text(encoding="utf-8") == text, "run `make docs`"


def test_the_two_commands_come_first():
    first, second = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()[:2]
    assert first.split("#")[0].strip() == "make demo"
    assert second.split("#")[0].strip() == "make test"


@pytest.mark.parametrize("page", sorted(ROOT.glob("*.md")) + sorted((ROOT / "docs").glob("*.md")))
def test_links_between_pages_lead_somewhere(page):
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", text):
        if not target.startswith(("http://", "https://")):
            assert (page.parent / target).exists(), target


def test_the_lock_covers_every_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = project["project"]["dependencies"] + [
        line for group in project["dependency-groups"].values() for line in group
        if isinstance(line, str)
    ]  # fmt: skip
    locked = (ROOT / "requirements.lock").read_text(encoding="utf-8").lower()
    for line in wanted:
        name = re.match(r"[\w.-]+", line)[0].lower()
        name = re.sub(r"[-_.]+", "-", name)
        assert re.search(rf"^{re.escape(name)}==", locked, re.MULTILINE), f"{name}: make lock"


def test_the_changelog_opens_with_what_is_to_come():
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.search(r"^## (.+)$", text, re.MULTILINE)[1] == "Unreleased"
