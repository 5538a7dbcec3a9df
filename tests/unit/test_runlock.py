"""One at a time: who holds the lock is told, unless that process is gone."""

import json
import os
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime

import pytest
from filelock import FileLock

from veille.errors import LockHeld
from veille.runlock import at_work, hold, holder_of

NOW = datetime(2026, 11, 21, 7, 0, tzinfo=UTC)


@pytest.fixture
def lock(tmp_path):
    (tmp_path / "var").mkdir()
    return tmp_path / "var" / "run.lock"


def held(lock, what="nightly", **options):
    return hold(lock, what, lambda: NOW, **options)


def test_who_holds_it_is_told(lock):
    with held(lock), pytest.raises(LockHeld) as caught, held(lock, "weekly"):
        pytest.fail("two at once")
    told = str(caught.value)
    assert "nightly" in told
    assert str(os.getpid()) in told
    assert "2026-11-21 07:00" in told
    assert caught.value.exit_code == 3
    assert at_work(lock) is None
    with held(lock):
        assert at_work(lock).what == "nightly"


def dead_pid():
    return int(subprocess.check_output([sys.executable, "-c", "import os; print(os.getpid())"]))


@pytest.mark.parametrize(
    "note", ["", "{", "[]", '{"pid": 1}', "dead", '{"pid": 10e30}', "null"]
)  # fmt: skip
def test_a_stale_or_broken_note_is_not_believed(lock, note):
    if note == "dead":
        holder = {"pid": dead_pid(), "host": socket.gethostname(), "what": "nightly",
                  "since": NOW.isoformat()}  # fmt: skip
        note = json.dumps(holder)
    lock.with_suffix(".json").write_text(note)
    assert holder_of(lock) is None
    assert at_work(lock) is None
    with FileLock(lock), pytest.raises(LockHeld) as caught, held(lock):
        pytest.fail("two at once")
    assert "nightly" not in str(caught.value)
    with held(lock):  # and it bars nobody's way
        assert holder_of(lock).pid == os.getpid()


def test_one_may_wait_for_it(lock):
    with held(lock):
        entered, free = threading.Event(), threading.Event()

        def wait():
            with held(lock, "weekly", wait=20):
                entered.set()
                free.wait(5)

        waiting = threading.Thread(target=wait)
        waiting.start()
        assert not entered.wait(0.3)
    assert entered.wait(5)
    assert holder_of(lock).what == "weekly"
    free.set()
    waiting.join()


def test_a_note_that_another_machine_left_is_believed_while_the_lock_is_held_only(lock):
    note = {"pid": 1, "host": "ailleurs", "what": "nightly", "since": NOW.isoformat()}
    lock.with_suffix(".json").write_text(json.dumps(note))
    assert at_work(lock) is None
    with FileLock(lock):
        assert at_work(lock).host == "ailleurs"
