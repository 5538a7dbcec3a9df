"""The queue and its decisions under odd forms, threads at once, and chance."""

from datetime import timedelta

import pytest
from fakes.morning import governed, morning, piece, seen, story
from fakes.pages import NOW, served, signed_in

from veille.model.decisions import Facet
from veille.staff.accounts import Role
from veille.web import sight
from veille.web.staff.review.queue import room

ODD = "X\0Y\x0bZ\x1b[31m\u202eW\r\nseconde ligne"


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    old = piece(8, at=NOW - timedelta(days=500))
    workspace = morning(
        tmp_path_factory.mktemp("attacks") / "w", *(piece(n) for n in range(6)), old,
        tags=[tag for n in range(6) for tag in governed(n)],
        stories=[story("story", "i04", "i05")],
        config="review: {audit: 1, read_twice: 0, cards: 10}\n",
    )  # fmt: skip
    with served(workspace) as running:
        yield running


@pytest.fixture
def site(running):
    yield running
    for file in running.workspace.var.glob("desk.sqlite*"):
        file.unlink()


@pytest.fixture
def lea(site):
    return signed_in(site, Role.REVIEWER, "lea")


def decisions(who, item_id):
    with who.desk() as desk:
        return desk.decisions.of(item_id)


def test_what_another_thread_reads_meanwhile_is_not_taken_for_withdrawn(site, lea, monkeypatch):
    pages = site.app.state.site
    with pages.desk() as desk:
        who = desk.accounts.the("lea")
    with room(pages, who) as here:
        day, meanwhile, real = here.view.day, [], sight.these

        def these(catalogue, ids):
            monkeypatch.setattr(sight, "these", real)
            meanwhile.extend(day.cases_with(catalogue, ids))  # as another thread would
            return real(catalogue, ids)

        monkeypatch.setattr(sight, "these", these)
        [case] = day.cases_with(here.catalogue, ["i08", "none"])
    assert case.lead.item_id == "i08"
    assert [one.lead.item_id for one in meanwhile] == ["i08"]


def test_what_chance_drew_counts_as_drawn_however_it_is_decided(lea):
    page = lea.get("/review").text
    told = [",".join(seen(page, one)) for one in ("i00", "i01")]
    lea.post("/review/bulk", [("do", "accept"), *(("story", one) for one in told)])
    lea.post("/items/i02/decide", {"do": "accept", "seen": "0", "version": "1"})
    back = [("do", "accept"), ("relevant", "yes"), ("seen", "i03 0 1"), ("shown_for", "back")]
    lea.post("/review/decide", back)
    for item_id in ("i00", "i01", "i02", "i03"):
        made = decisions(lea, item_id)
        assert made, item_id
        assert {one.shown_for for one in made} == {"audit"}, item_id


def test_nothing_that_acts_is_kept_of_what_is_typed(site, lea):
    lea.post("/items/i01/decide", {"do": "keep", "seen": "0", "note": ODD, "reason": ODD})
    lea.post("/review/decide", [("do", "keep"), ("seen", "i02 0 1"), ("note", ODD),
                                ("reason", ODD)])  # fmt: skip
    lea.post("/items/i03/merge", {"other": "i02", "reason": ODD})
    lea.post("/links", {"url": "https://exemple.org/a", "note": ODD})
    with lea.desk() as desk:
        kept = [one.value for n in (1, 2) for one in desk.decisions.of(f"i0{n}")
                if one.facet is Facet.NOTE]  # fmt: skip
        kept += [desk.decisions.of(f"i0{n}")[-1].reason for n in (1, 2)]
        kept += [one.reason for one in desk.rulings.since()]
        kept += [one.note for one in desk.links.last(1)]
    assert len(kept) == 6
    for text in kept:
        assert text.replace("\n", "").isprintable(), text
        assert "seconde ligne" in text
        assert "\u202e" not in text


def form(who, **fields):
    parts = {"csrf": who.csrf, **fields}.items()
    return (
        "".join(
            f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
            for name, value in parts
        ).encode()
        + b"--b--\r\n"
    )


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/login", {"handle": "\\ud800", "passphrase": "\\ud800"}),
        ("/links", {"url": "https://exemple.org/\\ud800"}),
        ("/items/i01/decide", {"do": "accept", "note": "\\ud800"}),
        ("/items/i01/merge", {"other": "\\ud800"}),
        ("/review/decide", {"do": "accept", "seen": "i01 0 1", "reason": "\\ud800"}),
        ("/links", {"csrf": "\\ud800"}),
    ],
)
def test_half_characters_in_a_form_break_nothing(site, lea, path, fields):
    kind = "multipart/form-data; boundary=b; charset=unicode_escape"
    told = site.ask("POST", path, form(lea, **fields), Content_Type=kind, Cookie=lea.cookie)
    assert told.status < 500


@pytest.mark.parametrize("name", ["seen", "version"])
@pytest.mark.parametrize("number", ["-1", "9" * 25, str(2**63), "x"])
def test_odd_numbers_decide_nothing(lea, name, number):
    assert lea.post("/items/i01/decide", {"do": "accept", name: number}).status == 400
    assert decisions(lea, "i01") == []


def test_an_origin_that_is_no_address_is_another_s(site, lea):
    for origin in ("http://[", "http://[::1", "null"):
        for path in ("/login", "/review/decide"):
            assert lea.post(path, Origin=origin).status == 403, origin
