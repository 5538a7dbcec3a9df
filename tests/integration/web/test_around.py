"""The pages around the review: search, an item, a story, links sent in, sources, nights."""

import json
import re

import pytest
from fakes.around import SOURCES, publish, watched
from fakes.pages import served as serve
from fakes.pages import signed_in

from veille.model.decisions import Facet, State, Wish
from veille.model.links import Fate, Told
from veille.staff.accounts import Role
from veille.urls import item_id


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    with serve(watched(tmp_path_factory.mktemp("around") / "w")) as site:
        yield site


@pytest.fixture
def site(running):
    yield running
    for path in running.workspace.var.glob("desk.sqlite*"):
        path.unlink()
    running.workspace.sources.write_text(SOURCES, encoding="utf-8")


@pytest.fixture
def reviewer(site):
    return signed_in(site, Role.REVIEWER)


def titles(page):
    told = page.text[page.text.index('id="found"') :]
    return re.findall(r'<h3><a href="/items/(\w+)"', told)


def plain(page):
    return page.text.replace("\u00a0", " ")


def hidden(page, name):
    return re.search(rf'name="{name}" value="([^"]*)"', page.text)[1]


# Search


def test_search_finds_narrows_leafs_and_keeps_its_address(reviewer):
    page = reviewer.get("/search?q=coop%C3%A9ratives&source=gazette")
    assert page.status == 200
    assert len(titles(page)) == 20
    assert "31 articles" in page.text
    assert "Page 1 sur 2" in page.text
    assert 'href="/search?q=coop%C3%A9ratives&amp;source=gazette&amp;page=2"' in page.text
    assert len(titles(reviewer.get("/search?q=coop%C3%A9ratives&source=gazette&page=2"))) == 11
    assert titles(reviewer.get("/search?domain=governance&region=QC-05")) == ["boulange"]
    assert "sport" not in titles(reviewer.get("/search?q=hockey"))
    assert titles(reviewer.get("/search?q=hockey&all=1")) == ["sport"]
    assert "La Gazette</a>" in page.text, "the facets are named"


def test_what_was_decided_today_is_laid_over_what_was_published_last_night(site, reviewer):
    with site_desk(site) as desk:
        desk.decisions.decide(
            [Wish("i3", Facet.DOMAINS, ("leadership",)), Wish("boulange", Facet.RELEVANT, False)],
            author="lea", now=site.clock.now(),
        )  # fmt: skip
        desk.decisions.decide([Wish("i5", Facet.STATE, State.KEPT)], author="lea",
                              now=site.clock.now())  # fmt: skip
    assert titles(reviewer.get("/search?domain=leadership")) == ["i3"]
    assert "boulange" not in titles(reviewer.get("/search?q=boulangerie"))
    assert titles(reviewer.get("/search?decided=yes")) == ["i3", "i5"]
    assert "i3" not in titles(reviewer.get("/search?decided=no"))
    assert "pour l’infolettre" in reviewer.get("/search?decided=yes").text


def test_a_relay_sees_what_concerns_their_region_first(site):
    relay = signed_in(site, Role.RELAY)
    assert "D’abord, Estrie" not in relay.get("/search").text
    relay.post("/links", {"url": "https://ailleurs.example.org/x", "region": "QC-05"})
    page = relay.get("/search").text
    assert "D’abord, Estrie" in page
    assert page.index("/items/boulange") < page.index('id="found"')
    assert "D’abord, Estrie" not in relay.get("/search?near=").text, "unless they say otherwise"


@pytest.mark.parametrize(
    ("form", "kind", "holds"),
    [("csv", "text/csv", "Une boulangerie"), ("json", "application/json", '"titre"'),
     ("ris", "research-info", "TI  - Une boulangerie"), ("bib", "bibtex", "title = {Une")],
)  # fmt: skip
def test_a_result_is_taken_away(reviewer, form, kind, holds):
    answer = reviewer.get(f"/search/result.{form}?q=boulangerie")
    assert answer.status == 200
    assert kind in answer.headers["content-type"]
    assert answer.headers["content-disposition"].startswith("attachment")
    assert holds in answer.text
    assert reviewer.get("/search/result.exe?q=boulangerie").status == 404


def test_nothing_found_says_what_else_to_try(reviewer):
    page = plain(reviewer.get("/search?q=zorblaxe&domain=governance&since=hier"))
    assert "Rien ne répond" in page
    assert 'href="/search?q=zorblaxe"' in page
    assert "« hier » n’est pas un jour" in page
    assert "rien de plus à cette page" in reviewer.get("/search?page=400").text


def test_without_a_catalogue_pages_say_so(tmp_path):
    from fakes.pages import made_workspace

    with serve(made_workspace(tmp_path / "w")) as site:
        reader = signed_in(site, Role.READER)
        assert "Rien n’a encore été publié" in reader.get("/search").text
        assert reader.get("/sources").status == 200
        assert "Aucune exécution encore" in reader.get("/runs").text
        assert reader.get("/links").status == 200
        assert reader.get("/items/x").status == 404


# An item


def test_an_item_tells_why_what_it_was_and_what_was_decided(site, reviewer):
    with site_desk(site) as desk:
        desk.decisions.decide([Wish("boulange", Facet.NOTE, "À lire.")], author="reviewer",
                              now=site.clock.now(), reason="pour le prochain")  # fmt: skip
    page = plain(reviewer.get("/items/boulange"))
    assert "Retenu pour la veille (sûr à 97" in page
    assert "pertinent <span" in page
    assert page.count("(sûr à 97") == 2, "of one judgement one figure, in the same words"
    assert '<mark class="governance">coopérative</mark>' in page
    assert '<mark class="region">Sherbrooke</mark>' in page
    assert "Un titre d’avant" in page
    assert "nouveau : titre" in page
    assert "note : À lire." in page
    assert "Reviewer" in page, "people are told by their names"
    assert "« pour le prochain »" in page
    assert "/stories/recit" in page
    assert 'rel="noopener noreferrer nofollow"' in page
    assert "date donnée par le fil" in page


def test_deciding_on_its_page_and_taking_it_back(site, reviewer):
    page = reviewer.get("/items/boulange")
    answer = reviewer.post(
        "/items/boulange/decide",
        [("seen", hidden(page, "seen")), ("version", "2"), ("domain", "leadership"),
         ("region", "QC-05"), ("note", "Belle histoire"), ("do", "keep"), ("reason", "vu")],
    )  # fmt: skip
    assert (answer.status, answer.headers["location"]) == (303, "/items/boulange")
    with site_desk(site) as desk:
        decided = desk.decisions.current(["boulange"])["boulange"]
        [act] = {one.act for one in decided.facets.values()}
        assert decided.value(Facet.DOMAINS) == ("leadership",)
        assert decided.state is State.KEPT
        assert decided.facets[Facet.DOMAINS].said == ("governance",)
        assert decided.facets[Facet.STATE].version == 2
    assert "pour l’infolettre" in reviewer.get("/items/boulange").text
    assert reviewer.post(f"/items/boulange/undo/{act}").status == 303
    with site_desk(site) as desk:
        assert desk.decisions.current(["boulange"])["boulange"].facets == {}
    assert reviewer.post("/items/boulange/undo/nosuch").status == 404


def test_the_second_hand_is_told_and_overwrites_nothing(site, reviewer):
    seen = hidden(reviewer.get("/items/boulange"), "seen")
    other = signed_in(site, Role.EDITOR)
    other.post("/items/boulange/decide", {"seen": seen, "do": "irrelevant"})
    answer = reviewer.post("/items/boulange/decide", {"seen": seen, "do": "keep"})
    assert answer.status == 303
    with site_desk(site) as desk:
        assert desk.decisions.current(["boulange"])["boulange"].state is State.ASIDE


@pytest.mark.parametrize(
    "fields",
    [{"do": "explode"}, {"do": "keep", "domain": "magic"}, {"do": "keep", "region": "ZZ-99"},
     {"do": "keep", "note": "x" * 2001}, {"do": "keep", "seen": "many"}],
)  # fmt: skip
def test_forms_that_are_none_of_ours_decide_nothing(site, reviewer, fields):
    assert reviewer.post("/items/boulange/decide", fields).status == 400
    with site_desk(site) as desk:
        assert desk.decisions.last == 0


def test_changed_since_it_was_decided_on(site, reviewer):
    with site_desk(site) as desk:
        desk.decisions.decide([Wish("boulange", Facet.STATE, State.KEPT)], author="lea",
                              now=site.clock.now(), versions={"boulange": 1})  # fmt: skip
    assert "Modifié depuis la décision" in reviewer.get("/items/boulange").text


# A story


def test_a_story_its_members_and_its_former_names(reviewer):
    page = plain(reviewer.get("/stories/recit"))
    assert "40 % du texte en commun" in page
    assert page.index("/items/boulange") < page.index("/items/pain")
    assert "l’original" in page
    moved = reviewer.get("/stories/ancien")
    assert (moved.status, moved.headers["location"]) == (303, "/stories/recit")


def test_putting_together_and_taking_out_are_ruled_and_undone(site, reviewer):
    assert (
        reviewer.post("/stories/recit/split", {"out": "pain", "reason": "autre four"}).status == 303
    )
    assert reviewer.post("/stories/recit/merge", {"other": "i7"}).status == 303
    assert reviewer.post("/items/i8/merge", {"other": "https://example.org/i9"}).status == 303
    with site_desk(site) as desk:
        rulings = desk.rulings.since()
    assert [(one.one, one.other, one.together) for one in rulings] == [
        ("boulange", "pain", False), ("boulange", "i7", True),
    ], "a page of another site is none of ours, whatever its address ends with"  # fmt: skip
    page = reviewer.get("/stories/recit").text
    assert "autre four" in page
    assert "Coop 7" in page
    reviewer.post(f"/stories/recit/undo/{rulings[0].act}")
    with site_desk(site) as desk:
        assert [one.other for one in desk.rulings.current(["boulange"])] == ["i7"]


def test_what_names_nothing_or_itself_is_said_and_nothing_is_ruled(site, reviewer):
    for other in ("", "rien", "pain", "javascript:alert(1)", "x" * 5000):
        reviewer.post("/stories/recit/merge", {"other": other})
    for out in (["boulange", "pain"], ["i1"], []):
        reviewer.post("/stories/recit/split", [("out", one) for one in out])
    with site_desk(site) as desk:
        assert desk.rulings.last == 0


# Links


def test_a_link_is_sent_once_and_its_fate_told_back(site):
    relay = signed_in(site, Role.RELAY)
    sent = {"url": "HTTPS://Ailleurs.example.org/a?utm_source=x#haut", "region": "QC-05",
            "note": "Une coop\nde chez nous"}  # fmt: skip
    answer = relay.post("/links", sent)
    ident = item_id("https://ailleurs.example.org/a", "", None, "")
    assert (answer.status, answer.headers["location"]) == (303, f"/links?item={ident}")
    page = relay.get("/links").text
    assert "https://ailleurs.example.org/a" in page
    assert "Une coop de chez nous" in page
    assert "Attend la prochaine nuit" in page
    assert "Relay" in page
    other = signed_in(site, Role.EDITOR)
    other.post("/links", {"url": "https://ailleurs.example.org/a"})
    with site_desk(site) as desk:
        [link] = desk.links.last(9)
        assert (link.author, link.url) == ("relay", "https://ailleurs.example.org/a")
        desk.links.tell([Told(ident, Fate.REFUSED, "missing")], now=site.clock.now())
    assert (
        "Refusé\u00a0: la page n’existe pas"
        in relay.get("/links").text.replace("Refusé : ", "Refusé\u00a0: ")
        or "Refusé" in relay.get("/links").text
    )
    assert relay.get(f"/items/{ident}").headers["location"] == f"/links?item={ident}"


def test_a_page_that_the_catalogue_has_is_shown_at_once(site):
    ident = item_id("https://connu.example.org/x", "", None, "")
    from fakes.published import item

    publish(site.workspace, item(ident, "Déjà là, la coopérative."), at=site.clock.now())
    relay = signed_in(site, Role.RELAY)
    answer = relay.post("/links", {"url": "connu.example.org/x"})
    assert answer.headers["location"] == f"/items/{ident}"
    with site_desk(site) as desk:
        assert desk.links.last(9) == []
        desk.links.send(ident, "https://connu.example.org/x", author="relay", now=site.clock.now())
    assert "Lu et retenu" in relay.get("/links").text


# Sources and nights


def test_sources_say_how_they_are_and_since_when(reviewer):
    page = plain(reviewer.get("/sources"))
    assert page.index("La Gazette") < page.index("La Revue"), "those that fail come first"
    assert "en échec" in page
    assert "depuis le 21 novembre 2026" in page
    assert "tous les 2 jours" in page
    assert "La Revue" not in reviewer.get("/sources?state=failing").text
    assert "La Gazette" not in reviewer.get("/sources?q=revue").text
    one = reviewer.get("/sources/gazette").text
    assert "3 fois de suite" in one
    assert "/items/boulange" in one
    assert "Mettre en pause" not in one
    assert 'action="/sources/gazette/pause"' not in one, "a reviewer only looks"


def test_pausing_keeps_the_file_s_remarks_and_is_written_in_the_trail(site):
    editor = signed_in(site, Role.EDITOR)
    path = site.workspace.sources
    seen = hidden(editor.get("/sources/gazette"), "seen")
    editor.post("/sources/gazette/pause", {"seen": seen})
    assert re.search("active: false +# interrogée", path.read_text("utf-8"))
    assert path.read_text("utf-8").startswith("# Les sources de l’essai")
    seen = hidden(editor.get("/sources/gazette"), "seen")
    editor.post("/sources/gazette/resume", {"seen": seen})
    assert path.read_text("utf-8") == SOURCES
    seen = hidden(editor.get("/sources/gazette"), "seen")
    editor.post("/sources/gazette/excerpt", {"seen": seen, "policy": "quote", "words": "25"})
    assert "excerpt: quote:25" in path.read_text("utf-8")
    with site_desk(site) as desk:
        acts = [(one.who, one.what, one.subject, one.detail) for one in desk.audit.newest()][::-1]
    assert [one for one in acts if one[1].startswith("source.")] == [
        ("editor", "source.pause", "gazette", ""), ("editor", "source.resume", "gazette", ""),
        ("editor", "source.excerpt", "gazette", "quote:25"),
    ]  # fmt: skip


def test_who_had_not_seen_the_last_change_overwrites_nothing(site):
    editor = signed_in(site, Role.EDITOR)
    seen = hidden(editor.get("/sources/gazette"), "seen")
    changed = SOURCES.replace("La Gazette", "La Gazette nouvelle")
    site.workspace.sources.write_text(changed, encoding="utf-8")
    editor.post("/sources/gazette/pause", {"seen": seen})
    assert site.workspace.sources.read_text("utf-8") == changed
    seen = hidden(editor.get("/sources/gazette"), "seen")
    assert editor.post("/sources/gazette/excerpt", {"seen": seen, "policy": "all"}).status == 400
    assert editor.post("/sources/rien/pause", {"seen": seen}).status == 404
    editor.post("/sources/revue/resume", {"seen": seen})  # its selectors are to be written first
    assert site.workspace.sources.read_text("utf-8") == changed


def test_nights_say_what_waits_what_ran_and_what_failed_by_kind(reviewer):
    page = reviewer.get("/runs").text
    assert re.search(r"<b>4</b><span>pages à lire", page)
    assert "2 sources interrogées" in page
    one = reviewer.get("/runs/nuit1").text
    assert "/sources/gazette" in one
    assert "https://x.example.org/&lt;b&gt;" in one
    assert len(re.findall("<summary>", one)) == 2
    assert reviewer.get("/runs/rien").status == 404


def test_pages_are_in_english_too(reviewer):
    for path, words in {
        "/search": "Narrow down", "/items/boulange": "Why this article?", "/runs": "Next runs",
        "/stories/recit": "Why one story?", "/links": "Links sent in", "/sources": "Usual rhythm",
    }.items():  # fmt: skip
        assert words in reviewer.get(f"{path}?lang=en").text, path


def test_a_result_in_json_can_be_read(reviewer):
    told = json.loads(reviewer.get("/search/result.json?q=boulangerie").text)
    assert [one["article_id"] for one in told["articles"]] == ["boulange"]


def site_desk(site):
    return site.app.state.site.desk()
