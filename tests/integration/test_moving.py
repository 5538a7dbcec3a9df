"""`veille store move`: a watch in a DuckLake, whole, looked after, backed up, and back again."""

import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from dataclasses import replace

import pytest
from fakes.commands import veille
from fakes.postgres import PASSWORD, USER, postgres
from fakes.processes import run
from fakes.watched import new_store
from fakes.withdrawable import NOW, URL, clock, files_with_the_name, made

from veille.backups import back_up
from veille.errors import ConfigError, StoreError, UsageError
from veille.model import RobotsRecord
from veille.moving import move_store
from veille.settings.store import Lake
from veille.store import Hold, look_through_watch, open_watch
from veille.store.watch.copying import contents
from veille.store.watch.lakes import open_lake_to_read
from veille.tidying import tidy_now
from veille.verify import verify
from veille.withdraw import withdraw
from veille.workspace import open_workspace

OWN = frozenset({"schema_mark"})


@pytest.fixture(scope="module")
def server():
    with postgres() as server:
        yield server


@pytest.fixture(scope="module")
def published(tmp_path_factory):
    return made(tmp_path_factory.mktemp("move") / "w")


@pytest.fixture
def workspace(published, tmp_path):
    return open_workspace(shutil.copytree(published, tmp_path / "w", symlinks=True))


@pytest.fixture
def store(server, tmp_path):
    """How settings name an empty DuckLake."""
    return f"ducklake:postgres:{server.database(tmp_path.name)}"


@pytest.fixture(scope="module")
def gone(published, server, tmp_path_factory):
    """A workspace whose store was moved to a DuckLake, in its folder « data »; to be copied."""
    root = shutil.copytree(published, tmp_path_factory.mktemp("gone") / "w", symlinks=True)
    return moved(open_workspace(root), f"ducklake:postgres:{server.database('gone')}", "data")


@pytest.fixture
def there(gone, server, tmp_path):
    """A copy of it, with a database of its own that knows where its folder is."""
    root = shutil.copytree(gone.root, tmp_path / "w", symlinks=True)
    found = server.database(tmp_path.name, like="gone")
    server.ask(
        tmp_path.name,
        f"UPDATE ducklake_metadata SET value = '{root / 'data'}/' WHERE key = 'data_path'",
    )
    config = root / "config.yaml"
    said = config.read_text("utf-8")
    config.write_text(said.replace(str(gone.watch), f"ducklake:postgres:{found}"), "utf-8")
    return open_workspace(root)


def held(workspace):
    """What the working store in force holds."""
    place = workspace.watch
    if isinstance(place, Lake):
        with closing(open_lake_to_read(place)) as db:
            return contents(db, but=OWN)
    with open_watch(place, now=NOW) as watch:
        return contents(watch.db, but=OWN)


def moved(workspace, to, data=""):
    move_store(workspace, to, data, clock=clock())
    return open_workspace(workspace.root)


def test_there_and_back_nothing_is_lost(workspace, store):
    before, said = held(workspace), workspace.config.read_text("utf-8")
    there = moved(workspace, store, "data")
    assert isinstance(there.watch, Lake)
    assert held(there) == before
    assert not workspace.watch.exists(), "the old file was set aside"
    assert f"{store}\N{NO-BREAK SPACE}: en bon état." in verify(there.root)
    assert "Boréal achète" in veille("show", at=there.root).stdout
    kept = back_up(there, there.root.parent / "backups", clock=clock(), without_people=True)
    assert look_through_watch(kept.folder / "var" / "watch.duckdb").rows == {
        "schema_mark": before.schema, **before.rows,
    }  # fmt: skip
    aside = veille(
        "restore", str(kept.folder), "--into", str(there.root.parent / "aside"), at=there.root
    )
    assert f"dans {store}, et n’a pas été touchée" in aside.stdout
    with open_watch(there.root.parent / "aside" / "var" / "watch.duckdb", now=NOW) as watch:
        assert contents(watch.db, but=OWN) == before
    _tidied_it_has_fewer_files(there)
    _elsewhere_it_is_not_written_to(there)
    before = held(there)
    back = moved(there, "file")
    assert held(back) == before
    assert back.config.read_text("utf-8").split() == said.split()
    with pytest.raises(StoreError, match="data"):
        open_watch(there.watch, now=NOW)


def _tidied_it_has_fewer_files(there):
    for n in range(3):
        with open_watch(there.watch, now=NOW) as watch:
            watch.robots.put(f"https://{n}.example.org", RobotsRecord(f"# {n}", NOW))
    files = {*(there.root / "data").rglob("*.parquet")}
    before = held(there)
    tidy_now(there, clock=clock())
    assert held(there) == before
    assert len({*(there.root / "data").rglob("*.parquet")}) < len(files)


def _elsewhere_it_is_not_written_to(there):
    (there.root / "data").rename(there.root / "elsewhere")
    with pytest.raises(StoreError, match="data"):
        open_watch(there.watch, now=NOW, hold=Hold.SHARE)
    assert not (there.root / "data").exists()
    (there.root / "elsewhere").rename(there.root / "data")


DYING = """
import os, sys
from pathlib import Path
from fakes.postgres import trusting
from veille import moving
from veille.store.watch import moving as rows
from veille.workspace import open_workspace

root, store, seam = sys.argv[1:]
pour = rows._pour

def die(*given, **more):
    if seam == "_pour":
        pour(*given[:3], given[3][:6])  # half of the tables
    os.kill(os.getpid(), 9)

setattr(moving if seam == "write" else rows, seam, die)
with trusting():
    moving.move_store(open_workspace(Path(root)), store, "data")
"""


@pytest.mark.parametrize("seam", ["_pour", pytest.param("write", marks=pytest.mark.slow)])
def test_a_move_that_is_killed_leaves_the_old_store_in_force(workspace, store, seam):
    before = held(workspace)
    done = run([sys.executable, "-c", DYING, str(workspace.root), store, seam], workspace.root)
    assert done.returncode == -signal.SIGKILL, done.stderr
    again = open_workspace(workspace.root)
    assert again.watch == workspace.watch
    assert held(again) == before
    there = moved(again, store, "data")
    assert isinstance(there.watch, Lake)
    assert held(there) == before


def test_another_store_is_not_written_over(there):
    new_store(there.var / "watch.duckdb")  # another one
    lines = there.config.read_text("utf-8").splitlines()
    ours = [line for line in lines if not line.startswith("store")]
    there.config.write_text("\n".join(ours), "utf-8")
    with pytest.raises(UsageError, match="déjà"):
        move_store(open_workspace(there.root), str(there.watch), "data", clock=clock())


def test_check_misses_a_file_and_a_folder_and_says_where_to_look(there):
    gone = min((there.watch.data / "main" / "articles").glob("*.parquet"))
    gone.rename(gone.with_suffix(".away"))
    with pytest.raises(ConfigError, match=gone.stem):
        verify(there.root)
    there.watch.data.rename(there.root / "unmounted")
    with pytest.raises(ConfigError) as fault:
        verify(there.root)
    assert f"Le disque de {there.watch.data} est-il monté" in str(fault.value.faults)
    assert "PGPASSWORD" not in str(fault.value.faults)


def test_a_folder_must_be_named(workspace, store):
    with pytest.raises(UsageError, match="--data"):
        move_store(workspace, store, clock=clock())


def test_a_folder_is_named_from_where_one_stands(tmp_path):
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "config.yaml").write_text("veille: {schema: 1}\n", "utf-8")
    words = ["store", "move", "ducklake:postgres:dbname=veille", "--data", "mnt", "-w", "w"]
    told = veille(*words, at=tmp_path)
    assert told.returncode == 2
    assert f"store_data: {tmp_path / 'mnt'}" in told.stderr


def test_the_way_back_is_for_an_engine_alone(there):
    there.config.write_text(f"{there.config.read_text('utf-8')}\nshare: 1/2\n", "utf-8")
    with pytest.raises(UsageError, match="1/2") as refused:
        move_store(open_workspace(there.root), "file", clock=clock())
    assert "share" in refused.value.action


def test_what_is_withdrawn_leaves_no_byte(there, server, tmp_path):
    shutil.rmtree(there.var / "set-aside")
    assert files_with_the_name(there.root / "data")
    withdraw(there, URL, "à la demande de la source", clock=clock())
    assert files_with_the_name(there.root / "data") == set()
    server.ask(tmp_path.name, "CHECKPOINT")
    number = server.ask(
        tmp_path.name, "SELECT oid FROM pg_database WHERE datname = current_database()"
    )
    found = subprocess.run(
        ["grep", "-rl", "--binary-files=text", "zorglub", server.folder / "data" / "base" / number],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert found.stdout == ""
    assert "zorglub" not in veille("show", at=there.root).stdout


def test_a_password_is_the_environments_and_is_told_nobody(workspace, monkeypatch):
    with postgres(password=True) as server:
        monkeypatch.setenv("PGPASSWORD", PASSWORD)
        found = f"dbname=postgres host={server.folder} user={USER}"
        there = moved(workspace, f"ducklake:postgres:{found}", "data")
        assert held(there).rows["articles"] == 4
        assert not files_holding(there.root, PASSWORD)
        monkeypatch.setenv("PGPASSWORD", "un-autre")
        done = veille("check", at=there.root)
        assert done.returncode
        assert "un-autre" not in done.stdout + done.stderr
    with pytest.raises(ConfigError) as refused:
        move_store(workspace, f"ducklake:postgres:{found} password={PASSWORD}", "data")
    assert PASSWORD not in str(refused.value)
    assert os.environ["PGPASSWORD"] == "un-autre"


def files_holding(folder, word):
    return [
        path for path in folder.rglob("*") if path.is_file() and word.encode() in path.read_bytes()
    ]


def test_a_folder_that_cannot_be_made_leaves_the_database_empty(workspace, store, tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="file"):
        move_store(workspace, store, str(tmp_path / "file"), clock=clock())
    there = moved(workspace, store, str(tmp_path / "data"))
    elsewhere = replace(there.watch, data=tmp_path / "elsewhere")
    with pytest.raises(StoreError, match="elsewhere n’est pas le dossier de données"):
        open_lake_to_read(elsewhere)
