"""What a Dask task is. The scheduler looks at it too, so what it needs is imported inside."""

import pickle
from collections.abc import Sequence
from typing import NamedTuple


class Job(NamedTuple):
    """One call in limits, of the function that `called` names, or some items of our own work.

    `payload` is from `wire`: of `packed`, or of `dumps` where `called` is empty.

    The payload travels beside the pickle, not in it: nobody on its way copies or looks through it.
    """

    called: str
    payload: bytes | memoryview

    def __reduce_ex__(self, _protocol: object) -> tuple[object, ...]:
        return Job, (self.called, pickle.PickleBuffer(self.payload))


class Done(NamedTuple):
    """What a job gave, or the error it met; and the CPU seconds that it took."""

    outcome: object
    cpu_seconds: float


class Limits(NamedTuple):
    """What one call may take; see `workers.Limits`."""

    seconds: float
    megabytes: int


class Order:
    """Some jobs for a crew: the workers of one run.

    No dataclass nor tuple: Dask would look into it, and for a name of its own spell out all bytes,
    here and in the scheduler. `name` is unique.
    """

    def __init__(self, name: str, crew: str, limits: Limits, jobs: Sequence[Job]) -> None:
        self.name = name
        self.crew = crew
        self.limits = limits
        self.jobs = jobs

    def __dask_tokenize__(self) -> str:
        return self.name


def work(order: Order) -> list[Done]:
    """Do what was ordered."""
    from veille.distant import workbench

    return [workbench.do(order.crew, order.limits, job) for job in order.jobs]


def kept_messages() -> int:
    """Return how many of its last messages this process of Dask keeps."""
    import dask

    return int(dask.config.get("distributed.admin.low-level-log-length"))
