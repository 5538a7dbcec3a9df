"""RIS and BibTeX of hostile titles, read back by kept-up parsers."""

from datetime import UTC, date, datetime

import bibtexparser
import rispy
from bibtexparser.middlewares import LatexDecodingMiddleware
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pybtex.database import parse_bytes

from veille.model.published import Label
from veille.notices import Notice
from veille.syndication.references import bibtex, ris
from veille.text import tidy

DAY, NOW = date(2026, 11, 20), datetime(2026, 11, 21, 8, tzinfo=UTC)
HOSTILE = "Cœur à {coop} 100 % & « l’été » \\alpha #1 _x_ 5 $ ~a^2 — a}b" + (
    '\nER  - \r\n\r\nTY  - BOOK "q" @x{'
)


def notice(title: str = "Titre", **given) -> Notice:
    url = given.pop("url", "https://example.org/a")
    return Notice("i1", title, url, "La source", DAY, NOW, **given)


def line(text: str) -> str:
    return " ".join(tidy(text).split())


@settings(max_examples=50)
@example(HOSTILE)
@given(st.text(max_size=60))
def test_a_title_comes_back_whole(title):
    one = notice(title, note=title, text=title)
    expected = line(title) or "https://example.org/a"
    for record in rispy.loads(ris([one, one], accessed=DAY).decode()):
        assert record["title"] == expected
        assert record.get("abstract", "") == record.get("notes", [""])[0] == line(title)
    written = bibtex([one], accessed=DAY)
    library = bibtexparser.parse_string(
        written.decode(), append_middleware=[LatexDecodingMiddleware()]
    )
    assert not library.failed_blocks
    [entry] = library.entries
    assert _latexless(entry["title"]) == _latexless(expected)
    [read] = parse_bytes(written, "bibtex").entries.values()
    assert read.fields["date"] == "2026-11-20"


def _latexless(text: str) -> str:
    """Leave aside what LaTeX has only one form for: accents apart, quotes, dashes, ligatures."""
    kept = "{}%#_$&@\\"
    kept = "{}%#_$&@\\"
    return "".join(one for one in line(text) if one in kept or (one.isalnum() and one != "ˆ"))


def test_what_a_reference_tells():
    one = notice(
        language="fr",
        tags=(
            Label("domain", "governance", "Gouvernance"),
            Label("type", "ty-etude-rapport", "Étude ou rapport"),
        ),
        because=("SCIC",),
        url="https://example.org/a_b?x={1}&y=%20",
    )
    assert ris([one], accessed=DAY).startswith(b"TY  - RPRT\n")
    [record] = rispy.loads(ris([one], accessed=NOW.date()).decode())
    assert record == {
        "type_of_reference": "RPRT",
        "id": "i1",
        "title": "Titre",
        "publisher": "La source",
        "date": "2026/11/20/",
        "year": "2026",
        "access_date": "2026/11/21/",
        "urls": ["https://example.org/a_b?x=%7B1%7D&y=%20"],
        "language": "fr",
        "keywords": ["Gouvernance", "SCIC"],
    }
    [read] = parse_bytes(bibtex([one], accessed=NOW.date()), "bibtex").entries.values()
    assert read.type == "techreport"
    assert dict(read.fields) == {
        "title": "Titre",
        "institution": "La source",
        "date": "2026-11-20",
        "url": "https://example.org/a_b?x=%7B1%7D&y=%20",
        "urldate": "2026-11-21",
        "langid": "french",
        "keywords": "Gouvernance, SCIC",
    }


def test_kinds_of_reference():
    kinds = {None: ("ELEC", "online"), "ty-publication-scientifique": ("JOUR", "article")}
    for kind, (of_ris, of_bibtex) in kinds.items():
        one = notice(tags=(Label("type", kind, kind),) if kind else ())
        assert rispy.loads(ris([one], accessed=DAY).decode())[0]["type_of_reference"] == of_ris
        assert bibtex([one], accessed=DAY).startswith(f"@{of_bibtex}{{i1,".encode())


def test_nothing_is_a_file_all_the_same():
    assert rispy.loads(ris([], accessed=DAY).decode()) == []
    assert not bibtexparser.parse_string(bibtex([], accessed=DAY).decode()).blocks
