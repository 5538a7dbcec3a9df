"""A year of a watch, drawn at random with a fixed seed: a catalogue and decisions to look at."""

import random
from dataclasses import replace
from datetime import timedelta

from fakes.pages import ROOT
from fakes.prepared import prepared
from fakes.published import item, publish_items

from veille.classify.labels import labels
from veille.dashboard.figures import QUEBEC
from veille.model.decisions import Facet, Wish
from veille.model.published import PublishedTag
from veille.store.desk import open_desk

DOMAINS = ("financial_engineering", "governance", "leadership")
CONCEPTS = {
    "financial_engineering": ("obligations communautaires", "capital patient", "monnaie locale"),
    "governance": ("gouvernance démocratique", "assemblée générale", "sociocratie"),
    "leadership": ("mentorat", "relève", "communauté de pratique"),
}
ELSEWHERE = ("FR", "CA-QC", "BE", "INT", "CA-ON", "ES")


def year(workspace, now):
    """Publish 400 items of the last 60 weeks, and decide on some of them."""
    prepared(workspace.root, lambda root: _lived(replace(workspace, root=root), now), now)


def _lived(workspace, now, *, count=400, decisions=60, seed=7):
    draw = random.Random(seed)
    items, tags = [], []
    for number in range(count):
        ago = draw.randrange(420)
        name = f"i{number:04}"
        at = now - timedelta(days=ago, hours=draw.randrange(20))
        items.append(
            item(
                name,
                title=f"Article {number}",
                at=at,
                published_at=at,
                language=draw.choices(["fr", "en", "es", None], [70, 22, 6, 2])[0],
                relevance=draw.random(),
            )
        )
        weights = [1 / (1 + place) for place in range(len(QUEBEC) - 3)] + [0, 0, 0.02]
        if draw.random() < 0.8:
            region = draw.choices(QUEBEC, weights)[0]
            tags.append(PublishedTag(name, "region", region))
        if draw.random() < 0.4:
            tags.append(PublishedTag(name, "region", draw.choice(ELSEWHERE)))
        for domain in DOMAINS:
            if draw.random() < 0.4:
                risen = ago < 28 and domain == "financial_engineering"
                concept = CONCEPTS[domain][0] if risen else draw.choice(CONCEPTS[domain])
                tags.append(PublishedTag(name, "domain", domain, because=(concept,)))
    told = list(labels(ROOT / "models"))
    publish_items(workspace.catalogue, *items, at=now, tags=tags, labels=told)
    with open_desk(workspace.var / "desk.sqlite") as desk:
        for number in range(decisions):
            said = draw.random() < 0.6
            desk.decisions.decide(
                [
                    Wish(f"i{number:04}", Facet.RELEVANT, said == (draw.random() < 0.9), said),
                    Wish(f"i{number:04}", Facet.DOMAINS, ("governance",) if said else (), ()),
                ],
                author="lea",
                now=now - timedelta(days=draw.randrange(40)),
                shown_for=draw.choice(["audit", "uncertain"]),
            )
