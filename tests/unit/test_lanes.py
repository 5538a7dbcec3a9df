"""Lanes side by side, and how they stop."""

import errno
import logging
import threading
import time

import pytest

from veille import lanes
from veille.errors import FailureKind, ItemError, WorkersLost
from veille.lanes import batches, through_lanes


@pytest.fixture
def stopping():
    return threading.Event()


def results(items, work, stopping, lane=lambda item: item, at_once=4):
    found = through_lanes(items, work, lane=lane, at_once=at_once, stopping=stopping)
    return [result for result in found if result is not None]


def test_nothing_to_do(stopping):
    assert results([], lambda item: item, stopping) == []


def test_so_many_lanes_at_a_time(stopping):
    at_work, most = [], []

    def work(item):
        at_work.append(item)
        most.append(len(at_work))
        time.sleep(0.005)
        at_work.remove(item)

    assert len(results(list(range(20)), work, stopping, at_once=3)) == 20
    assert max(most) == 3


def test_a_stop_leaves_what_does_not_end_in_time(stopping, monkeypatch, caplog):
    monkeypatch.setattr(lanes, "GRACE", 0.3)
    held = threading.Event()

    def work(item):
        if item == "slow":
            held.wait(10)
            raise RuntimeError("what I work with was closed")
        stopping.set()
        return item

    started = time.monotonic()
    items = ["slow", "quick", "later", "later still"]
    found = list(
        through_lanes(
            items,
            work,
            lane=lambda item: item == "slow",
            at_once=2,
            stopping=stopping,
        )
    )
    assert sorted(found, key=repr) == [("quick", "quick"), None, None, None]
    assert time.monotonic() - started < 2
    held.set()
    time.sleep(0.05)
    assert not caplog.records  # nobody is told of what was left behind


def test_whoever_stops_listening_is_not_worked_for(stopping):
    done = []

    def work(item):
        done.append(item)
        time.sleep(0.01)

    found = through_lanes(
        list(range(50)), work, lane=lambda _item: "", at_once=1, stopping=stopping
    )
    next(found)
    found.close()
    time.sleep(0.1)
    assert len(done) < 5


def test_a_defect_is_logged_with_its_lane_and_set_aside(stopping, caplog):
    def work(_item):
        raise ZeroDivisionError("no")

    with caplog.at_level(logging.ERROR):
        [(item, error)] = results(["x"], work, stopping, lane=lambda _item: "a host")
    assert (item, error.kind, error.subject) == ("x", FailureKind.DEFECT, "a host")
    assert isinstance(error, ItemError)
    assert "a host" in caplog.text


def test_a_full_disk_is_told_as_one_and_not_as_a_defect(stopping, caplog):
    def work(item):
        raise OSError(errno.ENOSPC, "No space left on device")

    [(_item, error)] = results(["a"], work, stopping)
    assert (error.kind, error.subject) == (FailureKind.DISK, "a")
    assert not caplog.records


def test_workers_that_are_lost_end_all_lanes_and_what_was_done_is_handed_over_first(stopping):
    def work(item):
        if item == 7:
            raise WorkersLost("gone")
        return item

    handed = []
    found = through_lanes(list(range(9)), work, lane=lambda _item: "", at_once=1, stopping=stopping)
    with pytest.raises(WorkersLost):
        handed.extend(batches(found, 3))
    assert [[item for item, _outcome in batch] for batch in handed] == [[0, 1, 2], [3, 4, 5], [6]]
