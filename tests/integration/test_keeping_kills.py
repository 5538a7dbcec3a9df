"""kill -9 in the midst of a backup or a restore, and copies of a store that a run writes."""

import random
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from fakes.kept import KEY, Kept, kept_workspace
from fakes.processes import VEILLE, kill_all, run, start, wait_until
from fakes.readers import subscribed

from veille.keeping.filling import verify_backup
from veille.keeping.sealing import VARIABLE
from veille.store.watch import copying


@pytest.fixture
def kept(tmp_path, monkeypatch) -> Kept:
    monkeypatch.setenv(VARIABLE, KEY)
    return kept_workspace(tmp_path / "k")


@pytest.mark.slow
def test_no_half_backup_passes_for_a_whole_one(kept):
    drawn = random.Random("kills of a backup")
    command = [VEILLE, "backup", str(kept.place), "-w", str(kept.root)]
    began = time.monotonic()
    assert run(command, kept.root, VEILLE_BACKUP_KEY=KEY).returncode == 0
    seconds = time.monotonic() - began
    for _kill in range(3):
        process = start(command, kept.root, VEILLE_BACKUP_KEY=KEY)
        time.sleep(drawn.uniform(0.4, 1.0) * seconds)
        kill_all(process)
        process.communicate()
        for one in kept.place.glob("2*"):
            verify_backup(one, KEY)
    assert run(command, kept.root, VEILLE_BACKUP_KEY=KEY).returncode == 0
    assert not list(kept.place.glob(".making*"))


def test_a_kill_at_each_change_of_a_restore_leaves_the_old_or_the_new(kept, tmp_path):
    kept.back_up()
    new = kept.declared(), kept.addresses(), _config(kept.root)
    kept.declare("a", "b")
    with kept.mailing.readers() as readers:
        subscribed(readers)
    with (kept.root / "config.yaml").open("a") as config:
        config.write("# since\n")
    old = kept.declared(), kept.addresses(), _config(kept.root)
    told = run(
        [sys.executable, "-m", "fakes.dying", str(kept.root.parent)],
        tmp_path,
        VEILLE_BACKUP_KEY=KEY,
    )
    assert told.returncode == 0, told
    killed = sorted(tmp_path.glob("k-*"), key=lambda one: int(one.name[2:]))
    outcomes = []
    for again in map(Kept, killed):  # opening it ends what was decided
        found = again.declared(), again.addresses(), _config(again.root)
        assert found in (old, new), again.root
        assert not (again.var / ".restoring" / "plan.json").exists()
        outcomes.append(found == new)
    assert outcomes == sorted(outcomes)  # the old until it was decided, then the new
    assert outcomes.count(False) > 3
    assert outcomes.count(True) > 10


def _config(root: Path) -> str:
    return (root / "config.yaml").read_text()


WRITER = """
import sys, duckdb
db = duckdb.connect(config={"threads": 1})
db.execute(f"ATTACH '{sys.argv[1]}' AS w"); db.execute("USE w")
db.execute("SET checkpoint_threshold = '300KB'")
n = 0
while True:
    n += 1
    db.begin()
    texts = "SELECT $n, repeat(md5(random()::VARCHAR), 20) FROM range(40)"
    db.execute(f"INSERT INTO one {texts}", {"n": n})
    if n % 3 == 0:
        db.execute("DELETE FROM one WHERE n = $n - 2", {"n": n})
    db.execute("INSERT INTO told SELECT $n, count(*) FROM one", {"n": n})
    db.commit()
"""


def test_each_copy_of_a_store_being_written_is_of_one_moment(tmp_path):
    store, copy = tmp_path / "s.duckdb", tmp_path / "copy.duckdb"
    with duckdb.connect(str(store)) as db:
        db.execute(
            "CREATE TABLE one(n BIGINT, text VARCHAR); CREATE TABLE told(n BIGINT, rows BIGINT)"
        )
    process = start([sys.executable, "-c", WRITER, str(store)], tmp_path)
    try:
        assert wait_until(store.with_suffix(".duckdb.wal").exists)
        good: list[int] = []
        tries = 0
        while len(good) < 12 and tries < 200:  # one that meets a checkpoint is made again
            tries += 1
            good += filter(None, [_moment(store, copy)])
        assert process.poll() is None, process.communicate()
    finally:
        kill_all(process)
        process.communicate()
    assert len(good) == 12
    assert good == sorted(good)
    assert good[-1] > good[0]


def _moment(store: Path, copy: Path) -> int | None:
    """Copy a store once; return the last transaction in it, None if a checkpoint came between."""
    if not copying.copied(store, copy):
        return None
    with duckdb.connect(str(copy)) as db:
        [last] = db.execute("SELECT n, rows FROM told ORDER BY n DESC LIMIT 1").fetchall()
        [held] = db.execute("SELECT count(*), (SELECT count(*) FROM told) FROM one").fetchall()
    assert held == (last[1], last[0])
    return last[0]


def test_a_backup_beside_a_run_at_work(kept):
    """The store is open, and written, in another process all the while."""
    script = (
        "import sys; from datetime import UTC, datetime; from pathlib import Path;"
        "from veille.store import open_watch; from veille.model import Source, SourceKind\n"
        "now = datetime(2026, 11, 25, 15, tzinfo=UTC)\n"
        "with open_watch(Path(sys.argv[1]), now=now) as store:\n"
        "  for n in range(10_000):\n"
        "    one = Source(f's{n}', 's', SourceKind.FEED, f'https://{n}.example/', active=True)\n"
        "    store.remember_sources([one], now)\n"
        "    print(n, flush=True)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", script, str(kept.workspace.watch)], stdout=subprocess.PIPE
    )
    try:
        process.stdout.readline()
        made = kept.back_up()
        assert process.poll() is None
    finally:
        process.kill()
        process.communicate()
    assert made.manifest.stores["var/watch.duckdb"].rows["source_declarations"] >= 2
