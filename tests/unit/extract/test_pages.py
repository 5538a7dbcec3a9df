"""Pages we wrote, each with what is expected of it beside it (`NAME.expect.json`)."""

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from trafilatura import bare_extraction

from veille.errors import ReadError
from veille.extract import read_page
from veille.extract.markup import decode, parse
from veille.extract.page import _OPTIONS, _main_text

PAGES = Path(__file__).parents[2] / "data" / "pages"
TORONTO = ZoneInfo("America/Toronto")
NAMES = sorted(path.name for path in PAGES.iterdir() if path.suffix != ".json")


@pytest.mark.parametrize("name", NAMES)
def test_page(name):
    expect = json.loads((PAGES / f"{name}.expect.json").read_text("utf-8"))
    assert expect.pop("Description")
    body, url, charset = (PAGES / name).read_bytes(), expect.pop("url"), expect.pop("charset", None)
    if kind := expect.pop("failure", None):
        with pytest.raises(ReadError) as failure:
            read_page(body, url, charset=charset, zone=TORONTO)
        assert failure.value.kind == kind
        assert failure.value.subject == url
        assert failure.value.detail == expect.pop("detail", failure.value.detail)
    else:
        page = read_page(body, url, charset=charset, zone=TORONTO)
        assert [part for part in expect.pop("contains") if part not in page.text] == []
        assert [part for part in expect.pop("lacks", []) if part in page.text] == []
        _check_date(page.published, expect)
        assert {key: getattr(page, key) for key in expect} == expect


@pytest.mark.parametrize("name", NAMES)
def test_the_text_is_what_trafilatura_gives_by_its_front_door(name):
    try:
        markup = decode((PAGES / name).read_bytes(), None, "")
    except ReadError:
        return
    tree = parse(markup)
    if tree is not None:
        document = bare_extraction(tree, options=_OPTIONS)
        assert _main_text(tree) == (document.text if document else "")


def _check_date(found, expect):
    if "published" not in expect:
        return
    if (published := expect.pop("published")) is None:
        assert found is None
    else:
        assert found.at == datetime.fromisoformat(published)
        assert (found.origin, found.precise) == (expect.pop("origin"), expect.pop("precise"))
