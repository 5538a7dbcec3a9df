"""References for a bibliography: RIS and BibTeX, as Zotero and its like read them.

Records are written by rispy and bibtexparser; the second leaves to its caller what LaTeX takes for
markup.
"""

from collections.abc import Callable, Iterable
from datetime import date
from zoneinfo import ZoneInfo

import bibtexparser
import rispy
from bibtexparser.model import Entry, Field

from veille.notices import Notice
from veille.store.catalogue import Catalogue, Found
from veille.store.catalogue import notices as catalogue_notices
from veille.syndication.feed import excerpt, title_of, web_address
from veille.text import tidy

_RIS = {
    "ty-etude-rapport": "RPRT",
    "ty-loi-reglement": "STAT",
    "ty-publication-scientifique": "JOUR",
    "ty-video-balado": "VIDEO",
}
_BIBTEX = {"RPRT": "techreport", "JOUR": "article"}  # all else is told as it was found: online
_PUBLISHER = {"techreport": "institution", "article": "journal"}
_WEB_PAGE = "ELEC"

_BABEL = {
    "ca": "catalan",
    "de": "ngerman",
    "en": "english",
    "es": "spanish",
    "fr": "french",
    "it": "italian",
    "pt": "portuguese",
}
"""Languages as biblatex names them in `langid`."""

_LATEX = str.maketrans(
    {
        "\\": r"{\textbackslash}",
        "{": r"{\lbrace}",  # a brace counts for BibTeX even after a backslash
        "}": r"{\rbrace}",
        "~": r"{\textasciitilde}",
        "^": r"{\textasciicircum}",
        **{mark: f"\\{mark}" for mark in "%&#_$"},
    }
)
_ADDRESS = str.maketrans({mark: f"%{ord(mark):02X}" for mark in '\\{}"<>^`|'})


class _RisWriter(rispy.RisWriter):
    def set_header(self, count: int) -> str:
        """No « 1. » above a record: the format has none."""
        return ""


def ris(notices: Iterable[Notice], *, accessed: date) -> bytes:
    """Return the notices as RIS, in UTF-8; `accessed` is the day of the snapshot they are from."""
    text: str = rispy.dumps([_ris(one, accessed) for one in notices], implementation=_RisWriter)
    return text.lstrip("\n").encode()


def bibtex(notices: Iterable[Notice], *, accessed: date) -> bytes:
    """Return the notices as BibTeX with the fields and types of biblatex, in UTF-8."""
    library = bibtexparser.Library([_bibtex(notice, accessed) for notice in notices])
    text: str = bibtexparser.write_string(library)
    return text.encode()


FORMS: dict[str, Callable[..., bytes]] = {"ris": ris, "bibtex": bibtex}


def references(catalogue: Catalogue, found: Found, form: str) -> bytes:
    """Return what a search found in this catalogue as references: « ris » or « bibtex »."""
    item_ids = [row["item_id"] for row in found.items]
    known = catalogue_notices.notices(catalogue, item_ids)
    about = catalogue_notices.about(catalogue)
    accessed = about.published_at.astimezone(ZoneInfo(about.timezone)).date()
    return FORMS[form]([known[item_id] for item_id in item_ids], accessed=accessed)


def _ris(notice: Notice, accessed: date) -> dict[str, str | list[str]]:
    kind = _kind(notice)
    told: dict[str, str | list[str]] = {
        "type_of_reference": kind,
        "id": notice.item_id,
        "title": title_of(notice),
        "secondary_title": "" if kind == "RPRT" else _line(notice.source),  # there, a series
        "publisher": _line(notice.source),
        "date": notice.published_on.strftime("%Y/%m/%d/"),
        "year": f"{notice.published_on.year:04}",
        "access_date": accessed.strftime("%Y/%m/%d/"),
        "urls": [address] if (address := _address(notice)) else [],
        "language": notice.language or "",
        "abstract": _abstract(notice),
        "keywords": _keywords(notice),
        "notes": [note] if (note := _line(notice.note)) else [],
    }
    return {name: value for name, value in told.items() if value}


def _bibtex(notice: Notice, accessed: date) -> Entry:
    kind = _BIBTEX.get(_kind(notice), "online")
    told = {
        "title": _latex(title_of(notice)),
        _PUBLISHER.get(kind, "organization"): _latex(_line(notice.source)),
        "date": notice.published_on.isoformat(),
        "url": _address(notice),
        "urldate": accessed.isoformat(),
        "langid": _BABEL.get(notice.language or "", ""),
        "abstract": _latex(_abstract(notice)),
        "keywords": _latex(", ".join(word.replace(",", ";") for word in _keywords(notice))),
        "note": _latex(_line(notice.note)),
    }
    return Entry(
        kind, notice.item_id, [Field(name, value) for name, value in told.items() if value]
    )


def _kind(notice: Notice) -> str:
    return next(filter(None, map(_RIS.get, notice.ids("type"))), _WEB_PAGE)


def _keywords(notice: Notice) -> list[str]:
    """Return the names of the domains, regions, themes and concepts, each once."""
    names = [name for kind in ("domain", "region", "theme") for name in notice.named(kind)]
    return [*dict.fromkeys(filter(None, map(_line, (*names, *notice.because))))]


def _abstract(notice: Notice) -> str:
    return excerpt(_line(notice.text))


def _address(notice: Notice) -> str:
    return web_address(notice.url).translate(_ADDRESS)


def _line(text: str) -> str:
    return " ".join(tidy(text).split())


def _latex(text: str) -> str:
    return text.translate(_LATEX)
