"""The codes of sources.yaml, held against those that the workspace's models and the world know."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache

from babel import Locale

from veille.i18n import _
from veille.sources.declaration import Declaration, Located


@dataclass(frozen=True, slots=True)
class Codes:
    """The codes that a workspace's models know: regions (countries among them) and domains."""

    regions: frozenset[str]
    domains: frozenset[str]


def strange(
    sources: Iterable[tuple[str, Declaration]], located: Iterable[tuple[str, Located]], codes: Codes
) -> Iterator[str]:
    """Tell each region, country, language and domain that nobody knows, with its key path.

    Categories are the organisation's own words: none is strange.
    """
    countries = frozenset(code for code in codes.regions if len(code) == 2)
    for place, one in sources:
        yield from unknown(f"{place}.region", (one.region,), codes.regions)
        yield from unknown(f"{place}.country", (one.country,), countries)
        yield from unknown(f"{place}.language", one.language, _languages())
        yield from unknown(f"{place}.domains", one.domains, codes.domains)
    for place, where in located:
        yield from unknown(f"{place}.region", (where.region,), codes.regions)


def unknown(place: str, used: Iterable[str], known: frozenset[str]) -> Iterator[str]:
    """Tell each code in use that is not known, with its key path and the one that may be meant."""
    folded = {code.casefold(): code for code in known}
    for code in used:
        if not code or code in known:
            continue
        near = [folded[one] for one in get_close_matches(code.casefold(), folded, n=1)]
        told = (
            _("« {code} » is no known code; is « {near} » meant?")
            if near
            else _("« {code} » is no known code")
        )
        yield f"{place}: {told.format(code=code, near=''.join(near))}"


@cache
def _languages() -> frozenset[str]:
    """Return the languages' codes of ISO 639, of two letters or three."""
    codes = map(str, Locale("en").languages)
    return frozenset(code for code in codes if code.isalpha() and len(code) < 4)
