"""Work on other machines: a Dask cluster that reads, signs and judges as this process would.

The driver's side: `opening`, `connecting`, `cluster` (what a run speaks to), `dispatch` (what is
under way), `roll` (who is there, and whether they may work). On each worker: `task`, `workbench`.
Both: `versions`, `wire`. See docs/scaling.md.

Scheduler and workers load this package: nothing is imported here, and by the modules that they
load only what each of them needs.
"""
