"""The repository's root is the starter: sound, copied as it is, and whole in the wheel."""

import os
import subprocess
import sys
import venv
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes.workspaces import new_workspace

from veille.errors import ConfigError, WorkspaceError
from veille.sources.registry import load_registry
from veille.starter import make_workspace
from veille.verify import verify

ROOT = Path(__file__).resolve().parents[2]
STARTER = ("config.yaml", "sources.yaml", "pipelines", "models")
MAKERS = {"models/regions/build.py", "models/regions/build.txt", "models/regions/fit.py"}
"""What made the tables of places: ours, and no part of anybody's workspace."""
NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


def files_of(folder: Path, parts=STARTER) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in parts
        for path in ([folder / part] if (folder / part).is_file() else (folder / part).rglob("*"))
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_repository_is_a_sound_workspace():
    assert verify(ROOT)


def test_the_registry_is_whole():
    registry = load_registry(ROOT / "sources.yaml")
    assert len(registry.sources) >= 160
    assert len(registry.to_locate) == 10
    active = [source for source in registry.sources if source.active]
    assert active
    assert all(source.feed_status == "documented" for source in active)


def test_init_copies_the_root_and_writes_the_name(tmp_path):
    workspace = make_workspace(tmp_path / "notre veille", now=NOW)
    assert workspace.settings.veille.name == "notre veille"
    mine, root = files_of(workspace.root), files_of(ROOT)
    assert mine.keys() == root.keys() - MAKERS
    changed = {name for name in mine if mine[name] != root[name]}
    assert changed == {"config.yaml"}


def test_init_touches_no_workspace_that_is_there(tmp_path):
    make_workspace(tmp_path / "w", now=NOW)
    before = files_of(tmp_path / "w")
    with pytest.raises(WorkspaceError, match="rien n’a été touché"):
        make_workspace(tmp_path / "w", sample=True, now=NOW)
    assert files_of(tmp_path / "w") == before


def test_check_tells_every_fault_at_once_with_its_key(tmp_path):
    workspace = new_workspace(tmp_path / "w", sample=True, now=NOW)
    workspace.config.write_text(
        "veille: {schema: 1, name: w}\ntimezone: Mars/X\nfetch: {timeout: -1, tiemout: 3}\n",
        encoding="utf-8",
    )
    (workspace.pipelines / "broken.py").write_text("from veille import nothing\n")
    text = workspace.sources.read_text(encoding="utf-8")
    workspace.sources.write_text(text.replace("kind: oai", "kind: oia"), encoding="utf-8")
    recipe = workspace.root / "models" / "domains" / "model.yaml"
    recipe.write_text(recipe.read_text(encoding="utf-8") + "seed: 1\ncolour: blue\n")
    with (workspace.root / "models" / "domains" / "examples.jsonl").open("a") as examples:
        examples.write('{"title": 3}\n')
    with pytest.raises(ConfigError) as told:
        verify(workspace.root)
    faults = "\n".join(told.value.faults)
    for place in (
        "config.yaml: timezone", "config.yaml: fetch.timeout", "config.yaml: fetch.tiemout",
        ".kind", "broken.py:1", "model.yaml: seed: ", "model.yaml: colour: ", "examples.jsonl: ",
    ):  # fmt: skip
        assert place in faults


def test_check_knows_the_pipelines_that_have_hours(tmp_path):
    workspace = new_workspace(tmp_path / "w", sample=True, now=NOW)
    with workspace.config.open("a", encoding="utf-8") as config:
        config.write("\nschedule: {others: {nigthly: {at: 3h}}}\n")
    with pytest.raises(ConfigError, match="nigthly"):
        verify(workspace.root)


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("region: QC-01", "region: QC-41", "region: « QC-41 » n’est pas un code connu"),
        ("country: FR", "country: FX", "country: « FX » n’est"),
        ("domains: [governance]", "domains: [gouvernance]", "domains: « gouvernance »"),
        ("language: [ko]", "language: [kor, xx]", "language: « xx »"),
    ],
)
def test_check_knows_the_codes_of_sources(tmp_path, old, new, fault):
    workspace = new_workspace(tmp_path / "w", sample=True, now=NOW)
    text = workspace.sources.read_text(encoding="utf-8")
    assert old in text
    workspace.sources.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(ConfigError) as told:
        verify(workspace.root)
    assert any(fault in one.replace("\xa0", " ") for one in told.value.faults)
    assert all(one.startswith("sources.yaml: sources[") for one in told.value.faults)


def test_importing_veille_and_asking_for_help_stays_light():
    heavy = ["duckdb", "pyarrow", "sklearn", "spacy", "trafilatura", "feedparser", "pydantic"]
    code = (
        "import sys; sys.argv = ['veille', '--help']\n"
        "import veille.cli\n"
        "try: veille.cli.main()\n"
        "except SystemExit: pass\n"
        f"print([name for name in {heavy} if name in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert said.stdout.splitlines()[-1] == "[]"


@pytest.mark.slow
def test_the_wheel_works_away_from_the_checkout(tmp_path):
    subprocess.run(
        [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", tmp_path, ROOT],
        check=True, capture_output=True,
    )  # fmt: skip
    [wheel] = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert "veille/_starter/config.yaml" in names
    assert "veille/_starter/pipelines/nightly.py" in names
    assert not any(name.endswith(("regions/build.py", "regions/fit.py")) for name in names)
    assert "veille/_starter/digests/weekly/mail.html.j2" in names
    assert "veille/locale/fr/LC_MESSAGES/veille.mo" in names
    assert not [name for name in names if name.startswith(("pipelines/", "config", "tests/"))]

    place = tmp_path / "venv"
    venv.create(place, with_pip=True)
    pip = [place / "bin" / "python", "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, "--require-hashes", "-r", ROOT / "requirements.lock"], check=True)
    subprocess.run([*pip, "--no-deps", wheel], check=True)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("VEILLE_")}

    def veille(*words: str, cwd: Path = tmp_path) -> str:
        command = [place / "bin" / "veille", *words]
        done = subprocess.run(command, cwd=cwd, env=clean, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    veille("init", "x", "--sample")
    veille("check", cwd=tmp_path / "x")
    assert "articles lus" in veille("run", "nightly", cwd=tmp_path / "x")
