"""A workspace whose sources a FakeServer plays: live ones, as far as the engine knows.

`*.example.org` is at a public address, where a connector leads to the server on loopback instead.
"""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from socket import create_connection
from typing import Any

import duckdb
import yaml
from fakes.clock import FakeClock
from fakes.night import COLLECT, resolve
from fakes.server import FakeServer
from fakes.watched import new_store

from veille.model import RunReport
from veille.online import open_fetcher
from veille.pipeline import Options
from veille.runner import run_pipeline
from veille.workspace import open_workspace

SETTINGS = {
    "veille": {"schema": 1, "name": "live"},
    "fetch": {"contact": "https://watch.example.org/", "host_delay": 0},
    "collect": {"failing_share": 1},
}
POLL = """\
from veille import poll

def pipeline(run):
    run.do(poll)
"""


class Live:
    """Its pipelines are `poll` and `collect`; `clock` starts on 21 November 2026."""

    def __init__(
        self,
        folder: Path,
        server: FakeServer,
        sources: Iterable[Mapping[str, Any]],
        **settings: Mapping[str, Any],
    ) -> None:
        merged = {
            name: {**SETTINGS.get(name, {}), **settings.get(name, {})}
            for name in {*SETTINGS, *settings}
        }
        (folder / "config.yaml").write_text(yaml.safe_dump(merged))
        (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": list(sources)}))
        (folder / "pipelines").mkdir()
        (folder / "pipelines" / "poll.py").write_text(POLL)
        (folder / "pipelines" / "collect.py").write_text(COLLECT)
        new_store(folder / "var" / "watch.duckdb")
        self.clock = FakeClock(datetime(2026, 11, 21, 8, tzinfo=UTC))
        self.server = server
        self._workspace = open_workspace(folder)

    def run(self, pipeline: str = "poll", *, force: bool = True) -> RunReport:
        """Run a pipeline, by default on all sources."""
        opener = partial(
            open_fetcher,
            resolve=resolve,
            connect=lambda *_where: create_connection(("127.0.0.1", self.server.port), 5),
        )
        options = Options(force=force)
        return run_pipeline(self._workspace, pipeline, options, clock=self.clock, opener=opener)

    def rows(self, sql: str, *values: str) -> list[tuple]:
        """Return what a query of the working store gives."""
        with duckdb.connect(str(self._workspace.watch), read_only=True) as store:
            return store.execute(sql, values).fetchall()


def declared(ident: str, kind: str = "feed", **changes: object) -> dict[str, Any]:
    """The declaration of a source at `http://IDENT.example.org/it`."""
    site = f"http://{ident}.example.org"
    keys = {"id": ident, "name": ident, "kind": kind, "active": True}
    return {**keys, "url": f"{site}/", "feed": f"{site}/it", **changes}
