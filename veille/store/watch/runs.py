"""Runs in the working store: that they began, how they ended."""

import json
import os
import socket
from dataclasses import asdict, dataclass, field
from datetime import datetime

from veille.clock import WRONG_CLOCK
from veille.model import FailureReport, RunReport, StepReport
from veille.sharing import Share
from veille.store.database import Database, Row


@dataclass(frozen=True, slots=True)
class Begun:
    """When the first run of all began, and the last whole one of each pipeline; when the last of
    each that was good ended."""

    first: datetime | None
    last: dict[str, datetime]
    good: dict[str, datetime] = field(default_factory=dict)


def start_run(db: Database, report: RunReport, share: Share) -> None:
    """Tell that a run begins."""
    start = {
        "run_id": report.run_id,
        "pipeline": report.pipeline,
        "started_at": report.started_at,
        "host": socket.gethostname(),
        "pid": os.getpid(),
        "engine": share.number,
    }
    with db.transaction():
        db.append("run_starts", [start], key="run_id")


def finish_run(db: Database, report: RunReport, share: Share) -> None:
    """Tell how a run ended; said twice, the first stands."""
    end = {
        "run_id": report.run_id,
        "finished_at": report.finished_at,
        "status": report.status,
        "report": {
            "steps": [asdict(step) for step in report.steps],
            "failures": [asdict(failure) for failure in report.failures],
            "only": report.only,
            "memory_mb": report.memory_mb,
            "stores": dict(report.stores),
            "share": str(share),
        },
    }
    with db.transaction():
        db.append("run_ends", [end], key="run_id")


def last_runs(db: Database, limit: int) -> list[RunReport]:
    """Return the last runs, newest first; one that did not come to its end has status `died`.

    The newest may be `running`: it is the one that holds the store open, if it began there.
    """
    rows = db.rows("FROM runs ORDER BY started_at DESC, run_id LIMIT $limit", limit=limit)
    return [_report(row) for row in rows]


def begun(db: Database, now: datetime, share: Share) -> Begun:
    """Return when this engine's runs began, and good ones ended: whole ones, that no wrong clock
    dated."""
    rows = db.rows(
        """
        SELECT
            pipeline,
            min(started_at) AS first,
            max(started_at) FILTER (json_extract_string(report, '$.only') IS NULL) AS last,
            max(finished_at) FILTER (
                status IN ('ok', 'partial', 'out_of_time')
                AND json_extract_string(report, '$.only') IS NULL
            ) AS good
        FROM run_starts LEFT JOIN run_ends USING (run_id)
        WHERE started_at <= $latest AND engine = $engine
        GROUP BY pipeline""",  # the view `runs`, which ranks them, takes twice the time
        latest=now + WRONG_CLOCK,
        engine=share.number,
    )
    last = {row["pipeline"]: row["last"] for row in rows if row["last"]}
    good = {row["pipeline"]: row["good"] for row in rows if row["good"]}
    return Begun(min((row["first"] for row in rows), default=None), last, good)


def other_share(db: Database, share: Share) -> Share | None:
    """Return the share of an engine that counts with another number of engines, if there is one.

    Told is the last run of each that began since our own last with this share. So nothing is said
    in the first night after all were given other shares.
    """
    rows = db.rows(
        """
        WITH told AS (
            SELECT host, engine, started_at, json_extract_string(report, '$.share') AS share
            FROM runs
        )
        SELECT max_by(share, started_at) AS share
        FROM told
        WHERE share IS NOT NULL
            AND started_at > (SELECT max(started_at) FROM told WHERE share = $share)
        GROUP BY host, engine
        ORDER BY ALL""",
        share=str(share),
    )
    others = (Share.read(row["share"]) for row in rows)
    return next((other for other in others if other.count != share.count), None)


def _report(row: Row) -> RunReport:
    told = json.loads(row["report"]) if row["report"] else {"steps": [], "failures": []}
    return RunReport(
        run_id=row["run_id"],
        pipeline=row["pipeline"],
        status=row["status"],
        started_at=row["started_at"],
        finished_at=row["finished_at"],
        steps=tuple(StepReport(**step) for step in told["steps"]),
        failures=tuple(FailureReport(**failure) for failure in told["failures"]),
        only=told.get("only"),
        memory_mb=told.get("memory_mb", 0.0),
        stores=told.get("stores", {}),
    )
