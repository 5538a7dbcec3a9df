"""../shared/realworld served on loopback as live sources, each on a host of its own, and polled
three times: the second time the servers say that nothing changed, or send the same bytes; the
third time other bytes hold the same items. Neither adds an item.

Every second file is served with validators. A sample of the corpus here; all of it is `slow`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import realworld
from fakes.live import Live, declared
from fakes.server import FakeServer
from realworld import Case

from veille.model import RunReport

KINDS = {"feeds": "feed", "json feeds": "feed", "oai": "oai", "sitemap": "sitemap"}
STAMP = re.compile(rb"(?<=<lastBuildDate>)[^<>]*(?=</lastBuildDate>)")
MARKUP_TO_THE_END = re.compile(rb"<\?xml [^\0]*</[\w:]+>\s*\Z")


@dataclass(frozen=True)
class Poll:
    """What was kept of one poll of one case."""

    case: Case
    status: int | None
    outcome: str
    entries: int


@dataclass(frozen=True)
class Corpus:
    """Cases as the sources of a workspace; what is served can change between two polls."""

    live: Live
    cases: Sequence[Case]

    def poll(self, bodies: Sequence[bytes]) -> tuple[RunReport, list[Poll]]:
        for number, body in enumerate(bodies):
            validators = {"ETag": f'"{hash(body)}"'} if number % 2 else {}
            self.live.server.serve("/it", body, validators, host=f"case-{number}.example.org")
        self.live.clock.advance(hours=24)
        report = self.live.run()
        found = self.live.rows(
            "SELECT source_id, status, outcome, entries FROM polls WHERE run_id = ?", report.run_id
        )
        return report, [Poll(self.cases[int(name[5:])], *told) for name, *told in found]

    def entries(self) -> list[tuple]:
        return self.live.rows("SELECT entry_id FROM entries ORDER BY ALL")


def corpus(folder: Path, server: FakeServer, cases: Sequence[Case]) -> Corpus:
    sources = [
        declared(f"case-{number}", KINDS[case.family], name=case.path)
        | ({"oai": {}} if case.family == "oai" else {})
        for number, case in enumerate(cases)
    ]
    return Corpus(Live(folder, server, sources), cases)


def stamped(body: bytes) -> bytes:
    """Change the bytes as servers do that publish nothing: a date of making, a comment."""
    body = STAMP.sub(b"Sun, 22 Nov 2026 08:00:00 GMT", body)
    return body + b"<!-- made in 0.07 s -->" if MARKUP_TO_THE_END.match(body) else body


def polled_three_times(folder: Path, cases: Sequence[Case]) -> dict[str, int]:
    """Check what must hold of each source, and return how many there were of what."""
    bodies = [case.bytes for case in cases]
    with FakeServer() as server:
        watched = corpus(folder, server, cases)
        report, first = watched.poll(bodies)
        assert report.steps[0].done == len(first) == len(cases)
        assert entries_not_as_stated(first) == set()
        kept = watched.entries()
        second = watched.poll(bodies)
        third = watched.poll([stamped(body) for body in bodies])
    failing = failures(first)
    for report, polls in (second, third):
        assert report.steps[0].new == 0
        assert failures(polls) == failing
        assert {poll.case.path for poll in polls if poll.outcome == "ok"} == set()
    assert watched.entries() == kept
    return {
        "sources": len(cases),
        "failing": len(failing),
        "entries": len(kept),
        "304": sum(poll.status == 304 for poll in second[1]),
        "other bytes": sum(stamped(body) != body for body in bodies),
    }


def failures(polls: Sequence[Poll]) -> dict[str, str]:
    return {one.case.path: one.outcome for one in polls if one.outcome not in ("ok", "unchanged")}


def entries_not_as_stated(polls: Sequence[Poll]) -> set[str]:
    known = {path for check, path in realworld.exceptions() if check == "entries"}
    feeds = [one for one in polls if one.outcome == "ok" and "feeds" in one.case.family]
    return {one.case.path for one in feeds if one.entries != one.case.expect_n} - known


def served_cases() -> list[Case]:
    return [case for case in realworld.cases() if case.family in KINDS]


def test_a_sample_of_the_corpus_polled_three_times(shared, tmp_path):
    found = polled_three_times(tmp_path, served_cases()[::9])
    assert found == {
        "sources": 149,
        "failing": 7,
        "entries": 122,
        "304": 70,
        "other bytes": 85,
    }


@pytest.mark.slow
def test_the_corpus_polled_three_times(shared, tmp_path):
    found = polled_three_times(tmp_path, served_cases())
    assert found == {
        "sources": 1_340,
        "failing": 63,
        "entries": 1_316,
        "304": 637,
        "other bytes": 748,
    }
