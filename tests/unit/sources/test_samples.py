"""Samples of tests/data/sources, each with what should be read of it in a JSON file beside it.

A new case is two files: `NAME.EXT`, and `NAME.EXT.expect.json` with a `description`, the `kind` of
source, and `error` or what the reading holds; of an entry only the fields told are compared.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from veille.errors import ReadError
from veille.model import Fetched, ListingRecipe, OaiRecipe, Source, SourceKind
from veille.sources.reading import read_source

SAMPLES = Path(__file__).parents[2] / "data" / "sources"
NAMES = sorted(path.name for path in SAMPLES.iterdir() if not path.name.endswith(".expect.json"))


def reading(name, expected):
    url = expected.get("url", "https://sample.example.org/feed")
    source = Source(
        id="sample",
        name="Sample",
        url=url,
        kind=SourceKind(expected["kind"]),
        feed=expected.get("feed"),
        languages=tuple(expected.get("languages", ())),
        listing=ListingRecipe(**expected["listing"]) if "listing" in expected else None,
        oai=OaiRecipe(),
    )
    headers = {"content-type": expected["content_type"]} if "content_type" in expected else {}
    at = datetime(2026, 11, 21, tzinfo=UTC)
    fetched = Fetched(url, url, 200, headers, (SAMPLES / name).read_bytes(), at)
    return read_source(source, fetched, limit=100, zone=ZoneInfo("America/Toronto"))


def told(entry, fields):
    """Return the fields of an entry that an expectation tells, as JSON has them."""
    dated = entry.published
    values = {
        "published": dated and dated.at.isoformat(),
        "precise": dated and dated.precise,
        "origin": dated and dated.origin,
        "tags": list(entry.tags),
    }
    return {name: values[name] if name in values else getattr(entry, name) for name in fields}


@pytest.mark.parametrize("name", NAMES)
def test_sample(name):
    expected = json.loads((SAMPLES / f"{name}.expect.json").read_text(encoding="utf-8"))
    assert expected["description"]
    if "error" in expected:
        with pytest.raises(ReadError) as raised:
            reading(name, expected)
        assert raised.value.kind == expected["error"]
        assert raised.value.detail == expected.get("detail", raised.value.detail)
        return
    found = reading(name, expected)
    entries = expected["entries"]
    assert [told(*pair) for pair in zip(found.entries, entries, strict=True)] == entries
    assert list(found.follow) == expected.get("follow", [])
    for field in ("title", "language", "flaw"):
        assert getattr(found, field) == expected.get(field, getattr(found, field))


def test_every_expectation_has_its_sample():
    expectations = {path.name for path in SAMPLES.glob("*.expect.json")}
    assert expectations == {f"{name}.expect.json" for name in NAMES}
