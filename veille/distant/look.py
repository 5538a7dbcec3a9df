"""A look at a cluster before a run has need of it: is it there, and fit for work?"""

from veille.distant.connecting import connected
from veille.distant.roll import Roll
from veille.distant.task import kept_messages
from veille.i18n import _, _n

_WITHIN = 3.0  # seconds to connect
_FEW = 100
"""Messages that a scheduler may keep: of a megabyte each, pages in them, with no word from us."""


def look_at(address: str) -> list[str]:
    """Tell who would work for a run, a line each, and what would cost the scheduler memory.

    Raises NothingPossible when no scheduler answers or it has no worker, UsageError when the
    cluster may not be used as it is.
    """
    with connected(address, _WITHIN) as client:
        roll = Roll(client, address)
        roll.muster()
        kept = client.run_on_scheduler(kept_messages)
    count = len(roll.fit)
    told = [
        _n(
            "{address}: {n} worker, fit for work.", "{address}: {n} workers, all fit for work.",
            count,
        ).format(address=address, n=count)
    ]  # fmt: skip
    if kept > _FEW:
        heavy = _(
            "{address}: the scheduler keeps its last {n} messages, pages and all: a gigabyte. "
            "Give it deploy/veille-dask.yaml as /etc/dask/veille.yaml, then restart it."
        )
        told.append(heavy.format(address=address, n=kept))
    return told
