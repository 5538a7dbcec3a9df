"""Several engines write to one store at once, and die: nothing is lost, nothing is there twice."""

import random
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path

import pytest
from fakes import engines
from fakes.postgres import postgres
from fakes.processes import kill_all, start
from fakes.watched import DAY, NOW, PACE, poll

from veille.errors import LockHeld, StoreError, UsageError
from veille.sharing import Share
from veille.store import Hold, open_watch
from veille.store.watch.copying import contents
from veille.store.watch.lakes import open_lake_to_read

OWN = frozenset({"schema_mark"})
TEXT = {"text_hash": "h", "text": "t"}


@pytest.fixture(scope="module")
def server():
    with postgres() as server:
        yield server


@pytest.fixture(scope="module")
def empty(server, tmp_path_factory):
    """An empty DuckLake, to be copied: their files can be in one folder."""
    place = server.lake("empty", tmp_path_factory.mktemp("lake") / "data", share=Share(1, 2))
    open_watch(place, now=NOW).close()
    return place


@pytest.fixture
def lake(server, empty, tmp_path):
    """An empty DuckLake, as the first of two engines knows it."""
    return replace(empty, catalogue=f"postgres:{server.database(tmp_path.name, like='empty')}")


@contextmanager
def engine(lake, share, nights, *die_at):
    """Let an engine work as long as the block lasts, or until it dies."""
    program = [sys.executable, "-m", "fakes.engines"]
    told = [lake.catalogue, lake.data, share, nights, *die_at]
    process = start([*program, *map(str, told)], Path.cwd())
    with process.stdout, process.stderr:
        try:
            yield process
        finally:
            kill_all(process)


def alone(path, nights, shares):
    """Return what a store in a file holds, if one process after the other saves these nights."""
    with open_watch(path, now=NOW) as watch:
        for night in range(nights):
            for share in range(1, shares + 1):
                engines.save(watch, share, night)
        watch.robots.flush()
        return contents(watch.db, but=OWN)


def held(lake):
    with closing(open_lake_to_read(lake)) as db:
        return contents(db, but=OWN)


@pytest.mark.parametrize(
    ("nights", "deaths"),
    [(3, 4), pytest.param(12, 30, marks=pytest.mark.slow)],
    ids=["few", "many"],
)
def test_two_engines_at_once_lose_nothing_and_double_nothing(lake, tmp_path, nights, deaths):
    draw = random.Random(deaths)
    with engine(lake, "2/2", nights) as other:
        for death in range(1, deaths + 1):
            with engine(lake, "1/2", nights, *[death] * (death % 2)) as dying:
                if death % 2:  # by its own hand, within its n-th transaction
                    assert dying.wait(120) in (-signal.SIGKILL, 0)
                else:  # at any moment
                    assert dying.stdout.readline() == "ready\n"
                    time.sleep(draw.uniform(0, 0.6))
        with engine(lake, "1/2", nights) as first:
            assert first.wait(120) == 0, first.stderr.read()
        assert other.wait(120) == 0, other.stderr.read()
    assert held(lake) == alone(tmp_path / "alone.duckdb", nights, 2)


def test_what_two_save_at_once_is_there_once(lake):
    night = [poll("a", "x", at=NOW + DAY)]
    with open_watch(lake, now=NOW) as one, open_watch(lake, now=NOW) as other:
        with ThreadPoolExecutor(1) as beside:
            with one.db.transaction():
                one.db.append("robots_texts", [TEXT], key="text_hash")
                saved = beside.submit(save_text_and, other, night)
                time.sleep(0.5)
                assert not saved.done(), "it waits for its turn"
            assert saved.result(60) == {"a": 1}
        assert one.db.rows("FROM robots_texts") == [TEXT]
        assert one.save_polls(night, PACE) == {"a": 0}
        assert one.db.rows("SELECT count(*) AS n FROM entries") == [{"n": 1}]


def save_text_and(watch, night):
    with watch.db.transaction():
        watch.db.append("robots_texts", [TEXT], key="text_hash")
    return watch.save_polls(night, PACE)


def test_a_writer_that_lost_its_turn_is_refused(lake):
    """The second line of defence: without its turn, what two save at once is not there twice."""
    with open_watch(lake, now=NOW) as one, open_watch(lake, now=NOW) as other:
        one.db = replace(one.db, alone=nullcontext)
        night = [poll("a", "x", at=NOW + DAY)]

        def save_slowly():
            with one.db.transaction():
                one.db.append("robots_texts", [TEXT], key="text_hash")
                other.save_polls(night, PACE)
                assert not one.db.rows("FROM polls"), "one sees what was there when it began"

        with pytest.raises(StoreError) as told:
            save_slowly()
        assert "PGPASSWORD" in told.value.action, "it is no file whose permissions one would check"
        assert one.db.rows("SELECT count(*) AS n FROM polls") == [{"n": 1}]
        assert not one.db.rows("FROM robots_texts")


def test_each_engine_has_a_share_of_its_own(lake):
    second = replace(lake, share=Share(2, 2))
    with open_watch(lake, now=NOW, hold=Hold.SHARE):
        with open_watch(second, now=NOW, hold=Hold.SHARE), pytest.raises(LockHeld):
            open_watch(lake, now=NOW, hold=Hold.SHARE)
        with pytest.raises(UsageError, match="1/2"):
            open_watch(replace(lake, share=Share(3, 3)), now=NOW, hold=Hold.SHARE)
        with pytest.raises(LockHeld):
            open_watch(lake, now=NOW, hold=Hold.WHOLE)
    with open_watch(lake, now=NOW, hold=Hold.WHOLE), pytest.raises(LockHeld):
        open_watch(second, now=NOW, hold=Hold.SHARE)
