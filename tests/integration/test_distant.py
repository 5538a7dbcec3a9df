"""A night's work on a Dask cluster: real scheduler and workers, processes of their own on loopback.

Once as it should be, then with all that can go wrong: a worker killed, one that differs, hostile
calls, nobody there, nobody left.
"""

import logging
import os
import re
import shutil
import socket
import subprocess
import threading
import time
from datetime import UTC, datetime
from types import SimpleNamespace

import dask
import duckdb
import pytest
import yaml
from fakes.calls import be_slow, fail, hoard, opposite
from fakes.cluster import cluster, kill
from fakes.kills import NOW, command, new_night, run_to_the_end
from fakes.processes import is_alive, kill_all, start, wait_until

from benchmarks.loopback import served
from benchmarks.watched import watching
from veille.config import ReadSettings
from veille.distant import dispatch, look, roll
from veille.distant.cluster import DaskWorkers
from veille.distant.connecting import connected
from veille.errors import (
    ConfigError,
    FailureKind,
    FetchError,
    NothingPossible,
    ReadError,
    UsageError,
    WorkersLost,
)
from veille.verify import verify

PIPELINE = """\
from veille import group, judge, poll, read

def pipeline(run):
    for step in (poll, read, judge, group):
        run.do(step)
"""
NOT_THE_SAME = "run_id", "poll_id", "first_poll_id", "last_poll_id", "seconds"
"""Columns that no two runs have in common."""

LIMITS = ReadSettings(seconds=1, megabytes=100)


@pytest.fixture(autouse=True)
def _one_thread_for_matrices(monkeypatch):
    monkeypatch.setenv("OPENBLAS_NUM_THREADS", "1")


@pytest.fixture(scope="module")
def two(tmp_path_factory):
    with cluster(tmp_path_factory.mktemp("cluster"), 2) as made:
        yield made


@pytest.fixture(scope="module")
def new(tmp_path_factory, fitted):
    night = new_night(tmp_path_factory.mktemp("nights") / "new", fitted, share=8)
    (night / "pipelines" / "work.py").write_text(PIPELINE)
    return night


def distant(night, folder, address):
    """Return a copy of a workspace whose workers are a cluster's."""
    copied = shutil.copytree(night, folder)
    config = yaml.safe_load((copied / "config.yaml").read_text())
    (copied / "config.yaml").write_text(yaml.safe_dump(config | {"workers": address}))
    return copied


def kept(night):
    """Return all that a store holds, but for what no two runs have in common."""
    with duckdb.connect(str(night / "var" / "watch.duckdb"), read_only=True) as store:
        columns = store.execute(
            """SELECT table_name, list(column_name ORDER BY column_index) FROM duckdb_columns()
            JOIN duckdb_tables() USING (table_name) WHERE NOT list_contains(?, column_name)
            AND NOT starts_with(table_name, 'run') GROUP BY table_name""",
            [NOT_THE_SAME],
        ).fetchall()
        return {
            table: sorted(
                store.execute(f"SELECT {', '.join(names)} FROM {table}").fetchall(), key=repr
            )
            for table, names in columns
        }


def test_a_worker_killed_in_the_midst_costs_time_and_nothing_else(new, two, tmp_path):
    alone = shutil.copytree(new, tmp_path / "alone")
    run_to_the_end(alone, NOW, pipeline="work")
    night = distant(new, tmp_path / "distant", two.setting)
    process = start(command(night, NOW, pipeline="work"), night)
    try:
        said = ""
        while not said.startswith("> read"):
            said = process.stdout.readline()
            assert said, process.stderr.read()
        time.sleep(0.3)
        victim = two.workers[0]
        kill(victim)
        assert wait_until(lambda: not is_alive(victim.pid)), "its processes outlive it"
        _told, complaints = process.communicate(timeout=120)
        assert process.returncode == 0, complaints
    finally:
        kill_all(process)
    there, here = kept(night), kept(alone)
    assert there.keys() == here.keys()
    for table in here:
        assert there[table] == here[table], table
    assert len(here["judgements"]) == len(here["story_signatures"]) > 5


@pytest.fixture
def workers(two, new):
    with DaskWorkers(two.address, LIMITS, new / "models", new / "var") as workers:
        yield workers


@pytest.mark.parametrize(
    ("function", "args", "detail"),
    [(time.sleep, (9,), "1 s"), (hoard, (), "100 MB"), (os._exit, (3,), "exit 3")],
)
def test_limits_hold_and_end_neither_the_worker_nor_other_calls(workers, function, args, detail):
    with pytest.raises(ReadError) as failure:
        workers.call(function, *args)
    assert (failure.value.kind, failure.value.detail) == (FailureKind.LIMIT, detail)
    assert workers.call(divmod, 7, 2) == (3, 1)


def test_errors_come_back_as_they_are(workers):
    with pytest.raises(FetchError) as failure:
        workers.call(fail, FetchError(FailureKind.BAD_URL, "x", "y"))
    assert (failure.value.subject, failure.value.detail) == ("x", "y")
    with pytest.raises(ZeroDivisionError):
        workers.call(divmod, 1, 0)
    with pytest.raises((AttributeError, TypeError)):  # a result that does not pickle
        workers.call(threading.Lock)


def test_our_own_work_comes_back_beside_its_items_within_bounds(workers):
    taken = []

    def items():
        for number in range(2_000):
            taken.append(number)
            yield number

    results = {}
    for item, outcome in workers.each(items(), opposite, threading.Event()):
        results[item] = outcome
        assert len(taken) - len(results) <= (workers._dispatch.room + 1) * 100
    assert results[3].kind is FailureKind.DENIED
    assert results[5].kind is FailureKind.DEFECT
    assert [results.pop(number).detail for number in (3, 5)][1].startswith("ZeroDivisionError")
    assert results == {number: opposite(number) for number in range(2_000) if number not in (3, 5)}
    assert workers.cpu_seconds > 0


def test_a_stop_begins_nothing_more(workers):
    stopping = threading.Event()
    results = workers.each(range(1000), be_slow, stopping)
    next(results)
    stopping.set()
    began = time.monotonic()
    assert len(list(results)) < 50
    assert time.monotonic() - began < 8


def test_a_worker_that_comes_and_differs_gets_nothing_and_one_from_the_start_is_refused(
    two, new, workers, caplog
):
    other = two.start_worker(pretending="lxml-0.1")
    try:
        with caplog.at_level(logging.ERROR, "veille.distant.roll"):
            assert wait_until(lambda: "lxml 0.1" in caplog.text, seconds=30), caplog.text
        assert len({workers.call(os.getppid) for _number in range(8)}) <= 2
        refused = DaskWorkers(two.address, LIMITS, new / "models", new / "var")
        with pytest.raises(ConfigError) as refusal, refused:
            pass
        assert refusal.value.exit_code == 2
        [fault] = refusal.value.faults
        assert fault.startswith("tcp://127.0.0.1:")
        assert "lxml 0.1 (" in fault
        with pytest.raises(ConfigError, match=r"lxml 0\.1"):
            look.look_at(two.address)
    finally:
        kill_all(other)


def test_a_look_finds_who_is_fit_and_a_scheduler_that_keeps_too_much(two, monkeypatch):
    [told] = look.look_at(two.address)
    alive = sum(worker.poll() is None for worker in two.workers)
    assert told.startswith(f"{two.address}\xa0: {alive} ")
    monkeypatch.setattr(look, "_FEW", 9)
    _two, heavy = look.look_at(two.address)
    assert " 10 " in heavy
    assert "deploy/veille-dask.yaml" in heavy


def test_check_says_what_to_do_where_nobody_listens(new, tmp_path, monkeypatch):
    monkeypatch.setattr(look, "_WITHIN", 0.3)
    night = distant(new, tmp_path / "night", "dask://127.0.0.1:1")
    with pytest.raises(ConfigError) as fault:
        verify(night)
    assert fault.value.exit_code == 2
    [told] = [one for one in fault.value.faults if "Dask" in one]
    assert "tcp://127.0.0.1:1 " in told
    assert "« workers: 2 »" in told.replace("\xa0", " ")


def test_a_scheduler_that_does_not_answer(monkeypatch, tmp_path):
    monkeypatch.setattr("veille.distant.cluster._CONNECTED_WITHIN", 0.3)
    with (
        pytest.raises(NothingPossible, match=r"tcp://127\.0\.0\.1:1 ") as error,
        DaskWorkers("tcp://127.0.0.1:1", LIMITS, tmp_path, tmp_path),
    ):
        pass
    assert error.value.exit_code == 4


@pytest.mark.parametrize(
    ("said", "kind", "told"),
    [
        (b"", NothingPossible, "0,3\xa0s"),  # as a web server, that of Dask's dashboard too
        (b"SSH-2.0-OpenSSH_9.2\r\n", UsageError, "un autre programme"),
    ],
)
def test_who_is_no_scheduler_is_not_waited_for(said, kind, told):
    def answer():
        with server.accept()[0] as caller:
            caller.sendall(said)
            while caller.recv(1024):
                pass

    with socket.create_server(("127.0.0.1", 0)) as server:
        answering = threading.Thread(target=answer)
        answering.start()
        with pytest.raises(kind, match=told):
            connected(f"tcp://127.0.0.1:{server.getsockname()[1]}", 0.3)
        answering.join()


def test_a_worker_is_no_scheduler(two):
    address = re.search(r"Listening to: +(\S+)", two.log("worker-1"))[1]
    with pytest.raises(UsageError, match=r"Worker.*Scheduler at"):
        connected(address, 5)


def test_without_a_certificate_tls_is_refused_at_once(tmp_path):
    with (
        pytest.raises(UsageError, match=r"tls://127\.0\.0\.1:1 .*certificat") as error,
        DaskWorkers("tls://127.0.0.1:1", LIMITS, tmp_path, tmp_path),
    ):
        pass
    assert error.value.exit_code == 2


@pytest.mark.slow
def test_with_certificates_all_of_it_is_encrypted(tmp_path):
    if not shutil.which("openssl"):
        missing = "no openssl here (Debian: openssl): the encrypted cluster is NOT tested"
        pytest.fail(missing) if os.environ.get("CI") else pytest.skip(missing)
    pair = ["-keyout", tmp_path / "key.pem", "-out", tmp_path / "ca.pem", "-subj", "/CN=veille"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *pair]
    subprocess.run(made, check=True, capture_output=True)
    shown = {"key": str(tmp_path / "key.pem"), "cert": str(tmp_path / "ca.pem")}
    tls = {"ca-file": shown["cert"], "scheduler": shown, "worker": shown, "client": shown}
    (tmp_path / "dask").mkdir()
    (tmp_path / "dask" / "tls.yaml").write_text(
        yaml.safe_dump({"distributed": {"comm": {"tls": tls}}})
    )
    with (
        cluster(tmp_path, 1, protocol="tls") as made,
        dask.config.set({"distributed.comm.tls.ca-file": shown["cert"]}),
        dask.config.set({f"distributed.comm.tls.client.{name}": shown[name] for name in shown}),
        DaskWorkers(made.address, LIMITS, tmp_path, tmp_path) as workers,
    ):
        assert made.setting.startswith("tls://")
        assert workers.call(divmod, 7, 2) == (3, 1)


@pytest.mark.slow
def test_two_thousand_pages_and_a_worker_killed_in_their_midst(two, tmp_path):
    steps = ["poll", "read", "group"]
    now = datetime.now(UTC).replace(microsecond=0)
    with served(200, 10) as sites:
        alone = watching(tmp_path / "alone", sites, steps)
        night = watching(tmp_path / "distant", sites, steps, workers=two.setting)
        run_to_the_end(alone, now, pipeline="bench")
        process = start(command(night, now, pipeline="bench"), night)
        try:
            while not process.stdout.readline().startswith("> read"):
                assert process.poll() is None, process.stderr.read()
            time.sleep(5)
            kill(two.workers[-1])
            two.start_worker()
            _told, complaints = process.communicate(timeout=600)
            assert process.returncode == 0, complaints
        finally:
            kill_all(process)
    there, here = kept(night), kept(alone)
    assert len(here["story_signatures"]) == 2_000
    for table in here:
        assert there[table] == here[table], table


def test_once_nobody_is_left_all_who_wait_are_told(two, workers, monkeypatch):
    monkeypatch.setattr(roll, "PATIENCE", 0.5)
    monkeypatch.setattr(dispatch, "_AHEAD", 1)
    results = workers.each(range(100), be_slow, threading.Event())
    next(results)
    for worker in two.workers:
        kill_all(worker)
    with pytest.raises(WorkersLost):
        list(results)
    with pytest.raises(WorkersLost):
        workers.call(divmod, 7, 2)


def test_a_client_that_gave_the_scheduler_up_is_asked_nothing():
    closed = SimpleNamespace(status="closed", scheduler=None)
    with pytest.raises(WorkersLost):
        roll.Roll(closed, "tcp://gone:8786").call()
