"""The run: order, lanes, the failure boundary, the verdict."""

import threading
import time
from types import SimpleNamespace

import pytest

from veille.config import Settings
from veille.errors import FailureKind, ItemError, StoreError, UsageError
from veille.lanes import batches
from veille.pipeline import Options, Run
from veille.sharing import Share
from veille.workers import LocalWorkers


@pytest.fixture
def run(clock):
    return Run(
        run_id="r1",
        pipeline="nightly",
        started_at=clock.now(),
        settings=Settings(),
        sources=(),
        store=None,
        clock=clock,
        open_workers=lambda: LocalWorkers(Settings().read, 1),
        open_fetcher=lambda: None,
        open_judge=lambda: None,
    )


def collect(run, items, work, lane=lambda item: item, at_once=4):
    return dict(run.each(items, work, lane=lane, at_once=at_once))


def test_results_failures_and_defects_come_back_beside_their_item(run):
    def work(item):
        if item == 2:
            raise ItemError(FailureKind.DENIED, "two", "403")
        return 10 // (item - 3)

    results = collect(run, [1, 2, 3, 4], work)
    assert results[1] == -5
    assert results[4] == 10
    assert results[2].kind is FailureKind.DENIED
    assert results[3].kind is FailureKind.DEFECT
    assert "ZeroDivisionError" in results[3].detail
    assert run.tally.done == 4


def test_one_lane_is_worked_on_in_order_and_never_twice_at_once(run):
    at_work: dict[str, int] = {}
    seen: list[tuple[str, int]] = []

    def work(item):
        at_work[item[0]] = at_work.get(item[0], 0) + 1
        assert at_work[item[0]] == 1
        time.sleep(0.002)
        seen.append(item)
        at_work[item[0]] -= 1

    items = [(host, n) for n in range(5) for host in "abc"]
    results = collect(run, items, work, lane=lambda item: item[0], at_once=3)
    assert not any(isinstance(result, ItemError) for result in results.values())
    for host in "abc":
        assert [n for name, n in seen if name == host] == [0, 1, 2, 3, 4]


def test_a_stopping_run_finishes_what_is_in_hand_and_leaves_the_rest(run):
    begun = threading.Event()

    def work(item):
        begun.set()
        run.stopping.set()
        return item

    results = collect(run, list(range(10)), work, lane=lambda _item: "one host")
    assert begun.is_set()
    assert results == {0: 0}
    assert run.tally.skipped == 9


def test_a_failed_step_is_told_and_ends_the_run(run):
    taken = []

    def first(run):
        taken.append("first")
        raise StoreError("the disk is full")

    def second(run):
        taken.append("second")

    run.do(first)
    run.do(second)
    report = run.report(run.clock.now())
    assert taken == ["first"]
    assert report.status == "failed"
    assert report.failures[0].step == "first"
    assert "disk" in report.failures[0].message


def test_wrong_use_is_not_contained(run):
    def step(run):
        raise UsageError("no contact")

    with pytest.raises(UsageError):
        run.do(step)
    assert run.report(run.clock.now()).status == "failed"


def test_only_takes_the_one_step(run):
    taken = []

    def one(run):
        taken.append("one")

    def two(run):
        taken.append("two")

    run.options = Options(only="two")
    run.do(one)
    run.do(two)
    assert taken == ["two"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"ok": 4}, "ok"),
        ({"ok": 3, "denied": 1}, "partial"),
        ({"ok": 2, "denied": 2}, "failed"),
        ({"ok": 9, "offline": 1}, "partial"),
        ({"offline": 3, "timeout": 1}, "impossible"),
        ({}, "ok"),
    ],
)
def test_the_verdict_weighs_the_sources(run, asked, status):
    for kind, count in asked.items():
        run.asked[kind] = count
        for _ in range(count if kind != "ok" else 0):
            run.failure("s", FailureKind(kind))
    assert run.report(run.clock.now()).status == status


def test_batches_keep_everything_in_order():
    assert list(batches(iter(range(7)), 3)) == [[0, 1, 2], [3, 4, 5], [6]]
    assert list(batches(iter(()), 3)) == []


def test_our_own_work_is_spread_and_what_a_stop_leaves_is_counted(run):
    def work(item):
        if item == 120:
            run.stopping.set()
        return -item

    results = dict(run.spread(iter(range(200)), work, total=200))
    assert results == {item: -item for item in range(121)}
    assert (run.tally.done, run.tally.skipped) == (121, 79)


def test_what_a_step_makes_ready_is_told_and_can_be_interrupted(run):
    told = []

    def fit(tell):
        tell("vectors", 1, 2)
        run.stopping.set()
        tell("vectors", 2, 2)

    def judge(run):
        assert run.judge

    run.open_judge = fit
    run.watcher = SimpleNamespace(prepare=lambda *stage: told.append(stage), end=lambda _report: 0)
    run.do(judge)
    report = run.report(run.clock.now())
    assert told == [("vectors", 1, 2)]
    assert (report.status, report.failures, report.steps[0].name) == ("interrupted", (), "judge")


@pytest.mark.parametrize(
    ("share", "taken"),
    [(Share(1, 2), ["take", "poll", "read", "judge"]), (Share(2, 2), ["poll", "read"])],
)
def test_of_several_engines_one_leads_and_the_others_poll_and_read(run, share, taken):
    run.share = share
    for name in ("take", "poll", "read", "judge"):

        def step(run):
            pass

        step.__name__ = name
        run.do(step)
    run.end()
    assert [step.name for step in run.report(run.started_at).steps] == taken
