"""A week of invented news in a published catalogue, and a draft to arrange."""

from datetime import UTC, datetime, timedelta

from fakes.pages import CONFIG, made_workspace
from fakes.prepared import prepared
from fakes.published import item, publish_items

from veille.bulletins import Bulletins, build
from veille.model import Excerpt, Source, SourceKind
from veille.model.published import PublishedSource, PublishedTag
from veille.sources.registry import load_sources

WEEK = "2026-W47"
MONDAY = datetime(2026, 11, 16, 14, tzinfo=UTC)
SOURCES = """
sources:
- {id: courrier, name: Le Courrier de l’estuaire, url: 'https://courrier.example/', kind: feed, feed: 'https://courrier.example/f', excerpt: full}
- {id: reseau, name: Réseau des coopératives du Centre, url: 'https://reseau.example/', kind: feed, feed: 'https://reseau.example/f', excerpt: 'quote:30'}
- {id: marche, name: Le Marché d’ici, url: 'https://marche.example/', kind: feed, feed: 'https://marche.example/f', excerpt: title}
- {id: commons, name: Commons Review, url: 'https://commons.example/', kind: feed, feed: 'https://commons.example/f', excerpt: full, language: [en]}
"""  # noqa: E501
NEWS = [
    # id, title, source, domain, region, more
    ("n01", "À Saint-Fabien, l’épicerie appartient maintenant à ceux qui l’ont sauvée", "courrier",
     "financial_engineering", "QC-01", {}),
    ("n02", "Obligations communautaires : 1,2 M$ recueillis en neuf jours à Verdun", "marche",
     "financial_engineering", "QC-06", {}),
    ("n03", "Le fonds de relève coopérative double sa mise au Saguenay", "reseau",
     "financial_engineering", "QC-02", {}),
    ("n04", "Un moulin repris par ses employés, et par tout un village", "courrier",
     "financial_engineering", "QC-01", {}),
    ("n05", "L’assemblée tirée au sort, un an plus tard : ce qui a tenu, ce qui a cédé", "reseau",
     "governance", "QC-05", {}),
    ("n06", "Quand les membres refusent le budget : récit d’un conseil d’administration", "marche",
     "governance", "QC-06", {}),
    ("n07", "Who decides in a platform co-op? Lessons from three cities", "commons",
     "governance", None, {"language": "en"}),
    ("n08", "Passer la main à la direction générale : quatre duos racontent", "courrier",
     "leadership", "QC-03", {}),
    ("n09", "Une communauté de pratique réunit les jeunes gestionnaires du Centre", "reseau",
     "leadership", "QC-17", {}),
    ("n10", "Appel : soutien à l’innovation des entreprises collectives. Date limite : "
     "le 4 décembre", "marche", "financial_engineering", "CA-QC",
     {"item_type": "ty-appel-projets"}),
    ("n11", "Appel de candidatures : école d’été de la relève. Date limite : le 30 novembre 2026",
     "reseau", "leadership", "CA-QC", {"item_type": "ty-appel-projets"}),
    ("n12", "Forum sur la démocratie au travail, le 2 décembre à Sherbrooke", "reseau",
     "governance", "QC-05", {"item_type": "ty-evenement"}),
    ("n13", "La coopérative de solidarité de Lac-Etchemin cherche son second souffle", "courrier",
     "governance", "QC-12", {"doubtful": True}),
    ("n14", "Les épiceries solidaires au Nord : transport, prix, patience", "marche",
     "financial_engineering", "QC-10", {"doubtful": True}),
    ("n15", "Portrait : trente ans de mentorat en Gaspésie", "courrier",
     "leadership", "QC-11", {"doubtful": True}),
]  # fmt: skip
OLD = [("old", "Le guide des parts privilégiées, édition revue", "reseau", "financial_engineering",
        "CA-QC", {})]  # fmt: skip
TEXT = (
    "Une quarantaine de personnes ont répondu à l’invitation de la coopérative. Le montage réunit "
    "des parts de membres, un prêt de la municipalité et un fonds régional; la suite se décidera "
    "en assemblée, au printemps."
)


def newsroom(
    folder,
    *,
    now=MONDAY,
    config=CONFIG + "digest: {per_source: 6}\n",
    more=(),
    composed=True,
    smtp_port=9,
):
    """Return a workspace with this week's news published, and its draft composed."""
    workspace = made_workspace(folder, config, smtp_port)
    workspace.sources.write_text(SOURCES, "utf-8")
    sources = load_sources(workspace.sources)
    rows = [*NEWS, *OLD, *more]
    items = [_item(row, now, source_of(sources, row[2])) for row in rows]
    tags = [PublishedTag(row[0], "domain", row[3], 0.94) for row in rows]
    tags += [PublishedTag(row[0], "region", row[4]) for row in rows if row[4]]

    def publish(root):
        publish_items(
            root / "var" / "catalogue", *items, at=now - timedelta(hours=8),
            sources=[PublishedSource(one) for one in sources], tags=tags,
        )  # fmt: skip

    prepared(workspace.root, publish, items, tags, now)
    if composed:
        build(bulletins_of(workspace), WEEK, now)
    return workspace


def bulletins_of(workspace) -> Bulletins:
    return Bulletins.of(workspace.root, workspace.settings, load_sources(workspace.sources))


def source_of(sources, name) -> Source:
    found = {one.id: one for one in sources}
    return found.get(name) or Source(name, name, "https://s.example", SourceKind.FEED)


def _item(row, now, source):
    item_id, title, _source, _domain, _region, given = row
    number = int(item_id[1:]) if item_id[1:].isdigit() else 0
    at = now - timedelta(days=number % 5, hours=number) - timedelta(days=120 * (item_id == "old"))
    excerpt: Excerpt = source.excerpt
    told = {"language": "fr", "relevance": 0.97 - number / 100, "lead": TEXT, **given}
    return item(
        item_id, f"{title}. {TEXT}", title=title, source=source.id, policy=excerpt.policy,
        quote=excerpt.words, at=at, **told,
    )  # fmt: skip
