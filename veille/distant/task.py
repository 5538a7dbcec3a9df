"""What a Dask task is. The scheduler looks at it too, so what it needs is imported inside."""

from collections.abc import Sequence
from typing import NamedTuple


class Job(NamedTuple):
    """One call in limits (`guarded`), or some items of our own work; `payload` is from `wire`."""

    guarded: bool
    payload: bytes


class Done(NamedTuple):
    """What a job gave, or the error it met; and the CPU seconds that it took."""

    outcome: object
    cpu_seconds: float


def work(crew: str, limits: tuple[float, int], jobs: Sequence[Job]) -> list[Done]:
    """Do some jobs for a crew: the workers of one run; `limits` are seconds and megabytes."""
    from veille.distant import bench

    return [bench.do(crew, limits, job) for job in jobs]
