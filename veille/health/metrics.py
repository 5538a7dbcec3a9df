"""A situation as figures for Prometheus, in its text format. Pure; nothing personal is in it.

Names are as its conventions want them (base units, `_seconds`, `_bytes`, `_timestamp_seconds`); all
are gauges, since what a file tells is a state: a run leaves it, node_exporter picks it up.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

from prometheus_client.core import CollectorRegistry, GaugeMetricFamily, Metric
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from veille.health.report import failures_by_kind
from veille.health.situation import Situation
from veille.model import RunReport
from veille.model.polls import Health

_GOOD = frozenset({"ok", "partial", "out_of_time"})

Sample = tuple[tuple[str, ...], float]


def exposition(found: Situation) -> str:
    """Return the figures as Prometheus reads them."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told(found))
    return generate_latest(registry).decode("utf-8")


class _Told(Collector):
    """What the library asks for the figures: those of whole runs, not of one step alone."""

    def __init__(self, found: Situation) -> None:
        self._found = found

    def collect(self) -> Iterator[Metric]:
        found = self._found
        last = _last(run for run in found.runs if run.status != "running")
        good = _last(run for run in found.runs if run.status in _GOOD)
        yield _gauge("run_last_finish_timestamp_seconds", "When the last run ended.",
                     ("pipeline",), _moments(last))  # fmt: skip
        yield _gauge("run_last_success_timestamp_seconds", "When the last good run ended.",
                     ("pipeline",), _last_good(found, good))  # fmt: skip
        yield _gauge("run_success", "Whether the last run was good.", ("pipeline",),
                     (((name,), run.status in _GOOD) for name, run in last.items()))  # fmt: skip
        yield _gauge("run_duration_seconds", "How long the last run took.", ("pipeline",),
                     _durations(last))  # fmt: skip
        yield _gauge("run_peak_memory_bytes", "Peak of resident memory, workers included.",
                     ("pipeline",),
                     (((name,), run.memory_mb * 2**20) for name, run in last.items()))  # fmt: skip
        yield from _of_steps(last)
        yield _gauge("run_failures", "Sources and pages that failed in the last run.",
                     ("pipeline", "kind"),
                     (((name, kind), count) for name, run in last.items()
                      for kind, count in failures_by_kind(run).items()))  # fmt: skip
        yield from _of_state(found)


def _of_steps(last: Mapping[str, RunReport]) -> Iterator[Metric]:
    steps = [(name, step) for name, run in last.items() for step in run.steps]
    labels = ("pipeline", "step")
    yield _gauge("run_step_duration_seconds", "How long the step took.", labels,
                 (((name, step.name), step.seconds) for name, step in steps))  # fmt: skip
    yield _gauge("run_step_items", "What the step did with how many things.",
                 (*labels, "outcome"),
                 (((name, step.name, outcome), getattr(step, outcome))
                  for name, step in steps
                  for outcome in ("done", "new", "failed", "skipped")))  # fmt: skip


def _of_state(found: Situation) -> Iterator[Metric]:
    health = Counter(str(one.health) for one in found.sources if one.active)
    yield _gauge("sources", "Sources at work, by health.", ("health",),
                 (((state,), health[state]) for state in Health))  # fmt: skip
    waiting = {"read": found.queues.read, "judge": found.queues.judge,
               "review": found.queues.review}  # fmt: skip
    yield _gauge("queue_items", "Items that wait.", ("queue",),
                 (((name,), n) for name, n in waiting.items() if n is not None))  # fmt: skip
    yield _gauge("store_size_bytes", "Size on the disk of each part of var/.", ("store",),
                 (((name,), size) for name, size in found.disk.stores.items()))  # fmt: skip
    yield _gauge("disk_free_bytes", "Free on the disk of var/.", (), [((), found.disk.free)])
    yield _gauge("runs_missing", "Runs that should have begun and did not.", (),
                 [((), len(found.missing))])  # fmt: skip
    opened = Counter(str(one.kind) for one in found.incidents)
    yield _gauge("incidents_open", "Incidents that last.", ("kind",),
                 (((kind,), n) for kind, n in opened.items()))  # fmt: skip
    if found.judging.version:
        yield _gauge("model_info", "The model that judged last.", ("version",),
                     [((found.judging.version,), 1)])  # fmt: skip
    if found.backups.at:
        yield _gauge("backup_last_timestamp_seconds", "When the last backup was made.", (),
                     [((), found.backups.at.timestamp())])  # fmt: skip
    yield _gauge("told_timestamp_seconds", "When this was told.", (), [((), found.at.timestamp())])


def _gauge(name: str, told: str, labels: tuple[str, ...], samples: Iterable[Sample]) -> Metric:
    gauge = GaugeMetricFamily(f"veille_{name}", told, labels=labels)
    for values, figure in samples:
        gauge.add_metric(values, float(figure))
    return gauge


def _last(runs: Iterable[RunReport]) -> dict[str, RunReport]:
    """Return the last whole run of each pipeline; runs come newest first."""
    last: dict[str, RunReport] = {}
    for run in runs:
        if run.only is None:
            last.setdefault(run.pipeline, run)
    return last


def _moments(runs: Mapping[str, RunReport]) -> Iterator[Sample]:
    for name, run in runs.items():
        if run.finished_at:
            yield (name,), run.finished_at.timestamp()


def _last_good(found: Situation, good: Mapping[str, RunReport]) -> Iterator[Sample]:
    """Yield when each pipeline last went well, however long ago: were the figure gone, whoever is
    to be alarmed by its age would hear nothing."""
    ended = {name: run.finished_at for name, run in good.items() if run.finished_at}
    for name, at in {**found.good, **ended}.items():
        yield (name,), at.timestamp()


def _durations(runs: Mapping[str, RunReport]) -> Iterator[Sample]:
    for name, run in runs.items():
        if run.finished_at:
            yield (name,), (run.finished_at - run.started_at).total_seconds()
