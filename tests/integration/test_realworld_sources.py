"""Each file of ../shared/realworld gives what is stated of it, or is a listed exception."""

from pathlib import Path
from urllib.parse import parse_qsl, urlsplit

import pytest
import realworld

from veille.model import Reading, SourceKind


@pytest.fixture(scope="module")
def outcomes(shared):
    return [one for case in realworld.cases() for one in realworld.outcomes(case)]


def test_every_expectation_is_met_or_listed(outcomes):
    known = realworld.exceptions()
    unlisted = [
        f"{one.case.path}: {one.check}: {one.found!r}, not {one.expected!r}"
        for one in outcomes
        if not one.passed and (one.check, one.case.path) not in known
    ]
    assert not unlisted


def test_every_listed_exception_is_still_one(outcomes):
    missed = {one.case.path for one in outcomes if not one.passed}
    assert {path for _, path in realworld.exceptions()} == missed


def test_the_corpus_is_there(outcomes):
    cases = {one.case.path: one.case.family for one in outcomes}
    families = list(cases.values())
    assert {name: families.count(name) for name in set(families)} == {
        "feeds": 1_271,
        "json feeds": 5,
        "opml": 98,
        "oai": 45,
        "sitemap": 19,
        "discovery": 53,
        "faults": 94,
    }


@pytest.mark.parametrize(
    ("folder", "names"),
    [
        ("oai/sickle", ["ListRecords", "ListRecords2", "ListRecords3", "ListRecords4"]),
        ("oai/phpoaipmh", [f"GoodResponseFourPage_{n}" for n in (1, 2, 3, 4)]),
    ],
)
def test_a_harvest_goes_on_over_four_pages(shared, folder, names):
    cases = {Path(case.path).stem: case for case in realworld.cases() if folder in case.path}
    readings = [cases[name].read(SourceKind.OAI) for name in names]
    assert all(isinstance(reading, Reading) for reading in readings)
    *going_on, last = [reading.follow for reading in readings]
    assert last == ()
    asked = [dict(parse_qsl(urlsplit(url).query)) for [url] in going_on]
    tokens = [cases[name].stated["resumption"] for name in names[:3]]
    assert asked == [{"verb": "ListRecords", "resumptionToken": token} for token in tokens]
