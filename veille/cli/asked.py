"""What a search is narrowed to, as people type it: identifiers or names, days in order."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from difflib import get_close_matches

from veille.errors import UsageError
from veille.folding import fold
from veille.i18n import _
from veille.store.catalogue import Catalogue, Filters
from veille.store.catalogue.notices import named

_SOURCES = "SELECT source_id AS id, name FROM sources UNION SELECT source_id, source FROM items"


def filters(
    catalogue: Catalogue,
    domains: Iterable[str],
    regions: Iterable[str],
    sources: Iterable[str],
    since: datetime | None,
    until: datetime | None,
) -> Filters:
    """Return the filters; raises UsageError for what the catalogue does not know."""
    if since and until and since > until:
        raise UsageError(_("--since comes after --until; nothing was published between them."))
    domain_names, region_names = named(catalogue, "domain"), named(catalogue, "region")
    source_names = {row["id"]: row["name"] for row in catalogue.rows(_SOURCES)}
    return Filters(
        domains=tuple(_known(one, domain_names, "--domain") for one in domains),
        regions=tuple(_known(one, region_names, "--region") for one in regions),
        sources=tuple(_known(one, source_names, "--source") for one in sources),
        since=since.date() if since else None,
        until=until.date() if until else None,
    )


def _known(typed: str, names: Mapping[str, str], option: str) -> str:
    """Return the identifier that was typed, or whose name was; accents do not matter."""
    known = {fold(name): id_ for id_, name in names.items()} | {fold(id_): id_ for id_ in names}
    if found := known.get(fold(typed)):
        return found
    near = {known[one]: None for one in get_close_matches(fold(typed), known, cutoff=0.5)}
    shown = ", ".join(f"{id_} ({names[id_]})" for id_ in near or list(names)[:3])
    raise UsageError(
        _("{option}: « {typed} » is not in the catalogue.").format(option=option, typed=typed),
        _("For example: {examples}.").format(examples=shown) if shown else "",
    )
