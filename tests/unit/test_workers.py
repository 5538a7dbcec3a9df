"""Calls in worker processes: each way to go wrong is one named outcome, and the next call works."""

import os
import signal
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from fakes.processes import wait_until

from veille.config import ReadSettings
from veille.errors import FailureKind, FetchError, ReadError
from veille.workers import LocalWorkers

SETTINGS = ReadSettings(seconds=1.0, megabytes=100)


@pytest.fixture(scope="module")
def workers():
    with LocalWorkers(SETTINGS, 2) as workers:
        yield workers


def double(number: int, *, plus: int = 0) -> int:
    return 2 * number + plus


def loop_for_ever() -> None:
    while True:
        pass


def loop_in_c() -> None:
    10**10**9


def allocate_for_ever() -> None:
    hoard = []
    while True:
        hoard.append(bytearray(1_000_000))


def allocate_in_c() -> None:
    from lxml import html

    html.document_fromstring(b"<p>" * 3_000_000)


def hide_want_of_memory() -> None:
    try:
        bytearray(90_000_000).extend(bytearray(90_000_000))
    except MemoryError:
        raise ReadError(FailureKind.NO_TEXT, "https://example.org/") from None


def recurse_in_c() -> None:
    import ctypes

    ctypes.string_at(0)


def die(status: int) -> None:
    os._exit(status)


def be_killed() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def fail(error: Exception) -> None:
    raise error


def work(seconds: float) -> int:
    until = time.process_time() + seconds
    while time.process_time() < until:
        pass
    return os.getpid()


def test_a_call_gives_the_result(workers):
    assert workers.call(double, 20, plus=2) == 42


@pytest.mark.parametrize(
    ("function", "args", "detail"),
    [
        (loop_for_ever, (), "1 s"),
        (loop_in_c, (), "1 s"),
        (allocate_for_ever, (), "100 MB"),
        (allocate_in_c, (), "100 MB"),
        (hide_want_of_memory, (), "100 MB"),
        (recurse_in_c, (), "exit -11"),
        (die, (3,), "exit 3"),
        (die, (0,), "1 s"),
        (be_killed, (), "exit -9"),
    ],
)
def test_a_limit_is_a_named_outcome_and_the_next_call_works(workers, function, args, detail):
    started = time.monotonic()
    with pytest.raises(ReadError) as failure:
        workers.call(function, *args)
    assert (failure.value.kind, failure.value.detail) == (FailureKind.LIMIT, detail)
    assert failure.value.subject == function.__name__
    assert time.monotonic() - started < 3
    assert workers.call(double, 4) == 8


def test_expected_errors_pass_unchanged(workers):
    with pytest.raises(ReadError) as failure:
        workers.call(fail, ReadError(FailureKind.NO_TEXT, "https://example.org/", "3"))
    error = failure.value
    assert (error.kind, error.subject, error.detail) == ("no_text", "https://example.org/", "3")
    with pytest.raises(FetchError):
        workers.call(fail, FetchError(FailureKind.BAD_URL, "x"))


def test_a_defect_is_raised_as_it_is(workers):
    with pytest.raises(ZeroDivisionError):
        workers.call(fail, ZeroDivisionError())
    with pytest.raises((AttributeError, TypeError)):  # a result that does not pickle
        workers.call(threading.Lock)


def test_many_threads_share_the_processes_and_one_bad_call_spoils_no_other(workers):
    def one(number):
        if number % 10 == 3:
            with pytest.raises(ReadError):
                workers.call(die, 3)
            return None
        return workers.call(double, number)

    with ThreadPoolExecutor(16) as threads:
        results = list(threads.map(one, range(100)))
    assert results == [None if n % 10 == 3 else 2 * n for n in range(100)]


def test_cpu_time_is_counted_and_processes_are_started_when_needed():
    with LocalWorkers(SETTINGS, 4) as workers:
        assert workers.cpu_seconds == 0
        first, second = workers.call(work, 0.2), workers.call(work, 0.2)
        assert first == second  # no second process for one caller
        assert 0.4 <= workers.cpu_seconds < 0.6


def test_leaving_ends_the_processes():
    with LocalWorkers(SETTINGS, 1) as workers:
        process = workers.call(os.getpid)
    with pytest.raises(ProcessLookupError):
        os.kill(process, 0)


def test_leaving_ends_the_calls_that_nobody_waits_for(tmp_path):
    with LocalWorkers(ReadSettings(seconds=60), 2) as workers:
        for _ in range(2):
            threading.Thread(target=leave_behind, args=(workers, tmp_path), daemon=True).start()
        assert wait_until(lambda: len(list(tmp_path.iterdir())) == 2)
        started = time.monotonic()
    assert time.monotonic() - started < 4
    for path in tmp_path.iterdir():
        with pytest.raises(ProcessLookupError):
            os.kill(int(path.name), 0)
    with pytest.raises(RuntimeError):
        workers.call(double, 1)


def leave_behind(workers: LocalWorkers, folder: Path) -> None:
    with suppress(Exception):
        workers.call(hold_on, folder)


def hold_on(folder: Path) -> None:
    (folder / str(os.getpid())).touch()
    time.sleep(50)
