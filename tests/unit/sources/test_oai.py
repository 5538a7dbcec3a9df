"""The request that starts a harvest."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from veille.model import OaiRecipe, Source, SourceKind
from veille.sources.oai import first_request

SINCE = datetime(2026, 11, 20, 22, tzinfo=ZoneInfo("America/Toronto"))  # the 21st in Greenwich


@pytest.mark.parametrize(
    ("feed", "recipe", "since", "expected"),
    [
        (
            "https://depot.example.org/oai",
            None,
            None,
            "https://depot.example.org/oai?verb=ListRecords&metadataPrefix=oai_dc",
        ),
        (
            "https://depot.example.org/oai?page=oai&verb=Identify#haut",
            OaiRecipe(set="col:ess & co", prefix="oai_dc"),
            SINCE,
            "https://depot.example.org/oai?page=oai&verb=ListRecords&metadataPrefix=oai_dc"
            "&set=col%3Aess+%26+co&from=2026-11-21",
        ),
    ],
)
def test_first_request(feed, recipe, since, expected):
    site = "https://depot.example.org/"
    source = Source("depot", "Dépôt", site, SourceKind.OAI, feed=feed, oai=recipe)
    assert first_request(source, since) == expected
