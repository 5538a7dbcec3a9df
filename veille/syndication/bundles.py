"""What one community is given, for Passerelles: its articles as JSON, CSV and a feed, explained.

A private bundle is chosen in the team's edition, by whole texts; but of what it chose it holds what
the open edition tells of it, since it leaves the team.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from operator import itemgetter
from pathlib import Path
from typing import Any

import pyarrow as pa

from veille.i18n import _, _n
from veille.settings.publish import Bundle
from veille.store.catalogue import Catalogue, Filters
from veille.store.catalogue import notices as catalogue_notices
from veille.store.catalogue.formats import as_csv
from veille.syndication.feed import Feed, Publisher
from veille.syndication.feeds import rss

_VIEW = "articles"

Row = Mapping[str, Any]


def write_bundle(
    bundle: Bundle,
    folder: Path,
    chosen_in: Catalogue,
    told_by: Catalogue,
    publisher: Publisher,
    *,
    most: int,
) -> None:
    """Write a bundle's files: what `told_by` tells of what was chosen in `chosen_in`.

    Its feed holds the `most` newest.
    """
    wanted = bundle.filter
    filters = Filters(
        domains=wanted.domains,
        regions=wanted.regions,
        themes=wanted.themes,
        item_types=wanted.item_types,
        languages=wanted.languages,
        sources=wanted.sources,
    )
    item_ids = catalogue_notices.chosen(chosen_in, wanted.words, filters, wanted.days)
    rows = catalogue_notices.articles(told_by, item_ids)
    columns = catalogue_notices.columns(told_by, _VIEW)
    about = catalogue_notices.about(told_by)
    files = {
        "articles.json": _json({"instantane": about.snapshot_id, "titre": bundle.title,
                                "articles": rows}),
        "articles.csv": as_csv(pa.table({name: [row[name] for row in rows] for name in columns})),
        "articles.rss": rss(_feed(bundle, rows, told_by, publisher, most)),
        "LISEZMOI.md": _readme(bundle, about.snapshot_id, len(rows), columns).encode(),
    }  # fmt: skip
    folder.mkdir(parents=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)


def _feed(
    bundle: Bundle, rows: Sequence[Row], told_by: Catalogue, publisher: Publisher, most: int
) -> Feed:
    newest = sorted(rows, key=itemgetter("publie_le"), reverse=True)[:most]
    item_ids = [row["article_id"] for row in newest]
    known = catalogue_notices.notices(told_by, item_ids)
    entries = [publisher.item(known[item_id]) for item_id in item_ids]
    return publisher.feed(f"communautes/{bundle.name}", bundle.title, entries)


def _json(told: Mapping[str, Any]) -> bytes:
    return json.dumps(told, default=_day, ensure_ascii=False, indent=1).encode() + b"\n"


def _day(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


def _readme(bundle: Bundle, snapshot: str, count: int, columns: Mapping[str, str]) -> str:
    told = _n("{n} article, snapshot {name}.", "{n} articles, snapshot {name}.", count)
    filters = bundle.filter.model_dump(exclude_defaults=True)
    lines = [
        f"# {bundle.title}",
        "",
        told.format(n=count, name=snapshot),
        "",
        _("The same articles in three forms: `articles.csv` (semicolons, for a spreadsheet), "
          "`articles.json` and, for the newest, the feed `articles.rss`."),
        "",
        _("Of each text stands here what its source lets pass on; the address leads to the rest."),
        "",
        _("Open to all.") if bundle.access == "open"
        else _("For the members of this community: please do not pass it on."),
        "",
        "## " + _("What was chosen"),
        "",
        *(_line(f"`{name}`", _values(value)) for name, value in filters.items()),
        *([] if filters else ["- " + _("all articles")]),
        "",
        "## " + _("Columns"),
        "",
        *(_line(f"`{name}`", meaning) for name, meaning in columns.items()),
        "",
    ]  # fmt: skip
    return "\n".join(lines)


def _line(name: str, values: str) -> str:
    return "- " + _("{name}: {values}").format(name=name, values=values)


def _values(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, tuple) else str(value)
