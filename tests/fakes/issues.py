"""Candidates and issues for tests, in few words."""

from datetime import UTC, date, datetime

from veille.digest.draft import Draft, Line, issue_from
from veille.model import Excerpt
from veille.model.bulletin import Candidate, Masthead
from veille.model.published import PublishedItem
from veille.settings.digest import DigestSettings

WEEK = "2026-W47"
TODAY = date(2026, 11, 17)
NOW = datetime(2026, 11, 17, 15, tzinfo=UTC)
MASTHEAD = Masthead(
    "Veille ÉSS", "Le Pôle", "1, rue du Marché\nMontréal (Québec)", "veille@pole.example.org",
    "https://veille.example.org",
)  # fmt: skip
NAMES = {"QC-05": "Estrie", "QC-06": "Montréal", "CA-QC": "Québec", "FR-BRE": "Bretagne"}
SETTINGS = DigestSettings()


def candidate(item_id="a", title="", text="", *, policy="full", quote=0, **given) -> Candidate:
    """Return a candidate; what is not given is plain."""
    of_item = {
        name: given.pop(name)
        for name in ("language", "item_type", "doubtful", "decided_by", "relevance", "lead")
        if name in given
    }
    item = PublishedItem(
        item_id, given.pop("url", f"https://example.org/{item_id}"), title or f"Titre {item_id}",
        given.pop("source_id", f"s-{item_id}"), NOW, text=text, excerpt=Excerpt(policy, quote),
        **{"language": "fr", **of_item},
    )  # fmt: skip
    return Candidate(
        item, given.pop("source", f"Source {item_id}"), given.pop("day", date(2026, 11, 16)),
        given.pop("domains", ("governance",)), given.pop("regions", ("QC-05",)),
        given.pop("domain_probability", 0.9), **given,
    )  # fmt: skip


def issue(*candidates: Candidate, **given):
    """Return the issue of all these, whatever else a draft says given by name."""
    lines = []
    for one in candidates:
        section = next(iter(one.domains), "others")
        lines.append(Line(one.item.item_id, True, section, one.item.title))
    lines = given.pop("lines", lines)
    draft = Draft(WEEK, 7, lines=tuple(lines), **given)
    return issue_from(draft, candidates, SETTINGS)[0]
