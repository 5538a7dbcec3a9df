"""A small watch to look around in: some items with tags and a story, sources, a run's account."""

import json
from dataclasses import replace
from datetime import timedelta

from fakes.pages import CONFIG, NOW, ROOT, made_workspace
from fakes.prepared import prepared
from fakes.published import item, publish_items

from veille.classify.labels import labels
from veille.model import Source, SourceKind
from veille.model.judgement import Evidence, Kind, Part
from veille.model.published import (
    PastJudgement,
    PastVersion,
    PublishedMember,
    PublishedSource,
    PublishedStory,
    PublishedTag,
)
from veille.store.watch.judgements import _json as as_json

SOURCES = """\
# Les sources de l’essai : cette remarque reste.
sources:
- id: gazette
  name: La Gazette
  url: https://gazette.example.org/
  feed: https://gazette.example.org/rss
  kind: feed
  active: true    # interrogée
  region: QC-05
  language: fr
- id: revue
  name: La Revue
  url: https://revue.example.org/
  kind: listing
"""
WHY = as_json((Evidence(Kind.CONCEPT, "coopérative", "Coopérative", 2.0, Part.TEXT, 3, 14, 2),))
PLACE = as_json((Evidence(Kind.PLACE, "Sherbrooke", "Sherbrooke", 0.9, Part.TEXT, 60, 70),))


def watched(folder, config=CONFIG):
    """Return a workspace with a catalogue, sources and the account of a run."""
    workspace = made_workspace(folder, config)
    workspace.sources.write_text(SOURCES, encoding="utf-8")
    prepared(workspace.root, lambda root: publish(replace(workspace, root=root)), "around")
    workspace.status.write_text(json.dumps(status()), encoding="utf-8")
    return workspace


def publish(workspace, *more, tags=(), at=NOW - timedelta(hours=7)):
    """Publish ten items: « boulange » with everything, « pain » of its story, eight others."""
    seen = at - timedelta(days=1)
    judged = PastJudgement(seen, 1, "m1", True, 0.97, domains=("governance",), evidence=WHY)
    items = [
        item(
            "boulange", "La coopérative La Mie reprend le four. Les 42 membres votent "
            "à Sherbrooke.\n\nUne coopérative de plus.",
            title="Une boulangerie à eux autres", source="gazette", at=seen, published_at=seen,
            date_origin="feed", version=2, words=14, relevance=0.97,
            versions=(PastVersion(1, seen, "Un titre d’avant"),
                      PastVersion(2, seen, "Une boulangerie à eux autres", changed=("title",))),
            judgements=(judged,),
        ),
        item("pain", "Le four de La Mie aux membres.", title="Le pain commun", at=seen,
             source="revue"),
        item("sport", "Une joute de hockey.", title="Rien à voir", relevant=False, source="revue"),
        *(item(f"i{n}", f"La coopérative numéro {n}.", title=f"Coop {n}", source="gazette",
               at=seen - timedelta(days=n)) for n in range(30)),
        *more,
    ]  # fmt: skip
    given = [
        PublishedTag("boulange", "domain", "governance", 0.8, because=("Coopérative",),
                     evidence=WHY),
        PublishedTag("boulange", "region", "QC-05", 0.9, evidence=PLACE),
        *tags,
    ]  # fmt: skip
    publish_items(
        workspace.catalogue, *items, at=at, tags=given, labels=list(labels(ROOT / "models")),
        stories=[PublishedStory("recit", (PublishedMember("boulange", "original"),
                                          PublishedMember("pain", "copy", 0.4)),
                                "40 % du texte en commun", ("ancien",))],
        sources=[PublishedSource(Source(name.lower(), f"La {name}", "https://x.example.org/",
                                        SourceKind.FEED, active=True)) for name in
                 ("Gazette", "Revue")],
    )  # fmt: skip


def status():
    """Return what the last run told: one source that fails, a run with failures of two kinds."""
    told = (NOW - timedelta(hours=7)).isoformat()
    return {
        "written_at": told,
        "first_run": told,
        "begun": {"nightly": told},
        "runs": [
            {
                "run_id": "nuit1", "pipeline": "nightly", "status": "partial",
                "started_at": told, "finished_at": told, "only": None,
                "steps": [{"name": "poll", "done": 2, "new": 3, "failed": 1, "skipped": 0,
                           "cpu_seconds": 0.1}],
                "failures": [
                    {"step": "poll", "kind": "timeout", "subject": "gazette",
                     "message": "le serveur n’a pas répondu à temps"},
                    {"step": "read", "kind": "missing", "subject": "https://x.example.org/<b>",
                     "message": "aucune page (404)"},
                ],
            }
        ],
        "counts": {"items": 33, "articles": 33, "waiting": 4, "unjudged": 1, "stories": 1},
        "tags": {},
        "model": "m1",
        "sources": [
            {
                "source_id": "gazette", "name": "La Gazette", "active": True, "health": "failing",
                "address": "https://gazette.example.org/rss", "last_attempt": told,
                "last_success": None, "last_new": None, "failing_since": told,
                "failure": {"kind": "timeout", "detail": ""}, "failures": 3, "next_due": None,
                "usual_gap": 2.0, "silent_after": None, "flaw": None,
            }
        ],
    }  # fmt: skip
