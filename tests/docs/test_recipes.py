"""docs/recettes.md: each query runs on both editions of a small catalogue, and answers."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from fakes.published import NOW, item, publish_items

from veille.model import Source, SourceKind
from veille.model.published import (
    Label,
    PublishedMember,
    PublishedSource,
    PublishedStory,
    PublishedTag,
)
from veille.store.catalogue import EDITIONS, Catalogue

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "recettes.md").read_text(encoding="utf-8")
RECIPES = [
    (title, sql)
    for title, body in re.findall(r"^### (.+?)\n(.*?)(?=^###? |\Z)", PAGE, re.DOTALL | re.MULTILINE)
    for sql in re.findall(r"```sql\n(.*?)```", body, re.DOTALL)
]

LABELS = (
    Label("domain", "governance", "Gouvernance"),
    Label("region", "QC-05", "Estrie"),
    Label("region", "QC-06", "Montréal"),
    Label("region", "QC-09", "Côte-Nord"),
    Label("theme", "logement", "Logement et habitation"),
    Label("theme", "emploi", "Emploi et travail"),
    Label("type", "ty-appel-projets", "Appel à projets ou financement"),
    Label("axis", "international_practices", "Pratiques d’ailleurs"),
)


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory):
    root = tmp_path_factory.mktemp("catalogue")
    tags = [("domain", "governance"), ("region", "QC-05"), ("region", "QC-06"),
            ("theme", "logement"), ("theme", "emploi")]  # fmt: skip
    publish_items(
        root,
        item("a", "Des obligations communautaires pour la coopérative de travail", title="Un appel",
             item_type="ty-appel-projets", axis="international_practices", decided_by="person"),
        item("b", "Une coopérative de travail", title="Deux", source="t",
             at=NOW - timedelta(days=40), doubtful=True, relevance=0.55),
        tags=[PublishedTag(one, *tag, because=("SCIC",)) for one in "ab" for tag in tags],
        stories=[PublishedStory("st", (PublishedMember("a", "original"), PublishedMember("b")))],
        sources=[
            PublishedSource(
                Source(name, name.upper(), f"https://{name}.example", SourceKind.FEED, active=True,
                       category="network", country="CA", region="QC-05")
            )
            for name in "stu"
        ],
        labels=LABELS,
    )  # fmt: skip
    return root


def test_there_are_recipes():
    assert len({title for title, _sql in RECIPES}) == 23


@pytest.mark.parametrize("edition", EDITIONS)
def test_every_recipe_answers(catalogue, edition):
    with Catalogue(catalogue, edition) as opened:
        silent = [title for title, sql in RECIPES if not opened.rows(sql)]
    assert not silent
