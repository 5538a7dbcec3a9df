"""The queue by its forms: decide, undo, merge and split, several at once; who comes second."""

from datetime import timedelta

import pytest
from fakes.morning import cards, governed, morning, piece, put_out, seen, story
from fakes.pages import NOW, served, signed_in

from veille.model.decisions import Facet, State
from veille.staff.accounts import Role

FRENCH = {"Accept_Language": "fr"}


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    items = [piece(n) for n in range(6)]
    tags = [tag for n in range(6) for tag in governed(n)]
    workspace = morning(
        tmp_path_factory.mktemp("review") / "w", *items, tags=tags,
        stories=[story("story", "i04", "i05")],
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


@pytest.fixture
def noe(site):
    return signed_in(site, Role.EDITOR, "noe")


def decide(who, item_id, do, page=None, **fields):
    page = page or who.get("/review").text
    sent = [("do", do), ("relevant", "yes"), ("domain", "governance"), ("region", "QC-05"),
            ("shown_for", "uncertain")]  # fmt: skip
    sent += [("seen", one) for one in seen(page, item_id)]
    sent += fields.items()
    return who.post("/review/decide", sent, **FRENCH)


def state_of(who, item_id):
    with who.desk() as desk:
        found = desk.decisions.current([item_id]).get(item_id)
        return found.state if found else None


def test_the_queue_tells_what_it_is_about(lea):
    page = lea.get("/review", **FRENCH)
    assert cards(page.text) == ["i00", "i01", "i02", "i03", "i04"], "a story is one card"
    for told in ("5 récits attendent", "La machine hésite", "50", "Gouvernance", "Estrie",
                 "date de la source", "2 articles d’une", "Guide d’annotation"):  # fmt: skip
        assert told in page.text, told
    assert 'rel="noopener noreferrer nofollow"' in page.text
    assert '<mark class="governance" title="règlements">règlements</mark>' in page.text
    assert "Les membres ont adopté de nouveaux <mark" in page.text, "the sentence of evidence"


def test_a_decision_is_written_whole_and_leads_on_to_the_next_card(lea):
    answer = decide(lea, "i00", "accept", next="i01", reason="sûr", note="À lire")
    assert (answer.status, answer.headers["location"]) == (303, "/review#card-i01")
    with lea.desk() as desk:
        [decided] = desk.decisions.current(["i00"]).values()
    assert decided.state is State.ACCEPTED
    assert decided.value(Facet.DOMAINS) == ("governance",)
    assert decided.value(Facet.REGIONS) == ("QC-05",)
    assert decided.value(Facet.RELEVANT) is True
    made = decided.facets[Facet.DOMAINS]
    assert (made.author, made.reason, made.said) == ("lea", "sûr", ("governance",))
    assert (made.model_version, made.shown_for, made.version) == ("essai-1", "uncertain", 1)
    assert decided.value(Facet.NOTE) == "À lire"
    assert "i00" not in cards(lea.get("/review").text)
    assert cards(lea.get("/review?state=accepted").text) == ["i00"]


@pytest.mark.parametrize(
    ("do", "state"),
    [("keep", State.KEPT), ("irrelevant", State.ASIDE), ("aside", State.ASIDE),
     ("later", State.LATER), ("discuss", State.DISCUSS)],
)  # fmt: skip
def test_each_gesture_has_its_state_and_its_list(lea, do, state):
    decide(lea, "i01", do)
    assert state_of(lea, "i01") is state
    assert cards(lea.get(f"/review?state={state}").text) == ["i01"]
    assert cards(lea.get(f"/review?state={state}&mine=1").text) == ["i01"]


def test_one_key_says_the_one_domain(lea):
    decide(lea, "i00", "accept", only="leadership", relevant="no")
    decide(lea, "i01", "accept", only="none")
    with lea.desk() as desk:
        known = desk.decisions.current(["i00", "i01"])
    assert known["i00"].value(Facet.DOMAINS) == ("leadership",)
    assert known["i00"].value(Facet.RELEVANT) is True
    assert known["i01"].value(Facet.DOMAINS) == ()


def test_a_region_is_typed_by_its_name_and_a_wrong_one_decides_nothing(lea):
    decide(lea, "i00", "accept", place="Côte-Nord (QC-09); gaspesie–iles-de-la-madeleine")
    with lea.desk() as desk:
        assert desk.decisions.current(["i00"])["i00"].value(Facet.REGIONS) == (
            "QC-05", "QC-09", "QC-11",
        )  # fmt: skip
    answer = decide(lea, "i01", "accept", place="Atlantide <script>")
    assert answer.headers["location"] == "/review#card-i01"
    assert state_of(lea, "i01") is None


def test_one_s_own_older_window_is_told(lea):
    page = lea.get("/review").text
    decide(lea, "i00", "keep")
    answer = decide(lea, "i00", "irrelevant", page=page, next="i01")
    assert (answer.status, state_of(lea, "i00")) == (409, "kept")
    assert "Vous avez décidé entre-temps" in answer.text
    assert decide(lea, "i00", "keep", page=page).status == 303, "pressed twice"


def test_who_comes_second_is_told_and_nothing_is_lost(lea, noe):
    page = lea.get("/review").text
    decide(noe, "i00", "keep")
    answer = decide(lea, "i00", "irrelevant", page=page, next="i01")
    assert answer.status == 409
    assert "Noe" in answer.text
    assert "Gardé pour l’infolettre" in answer.text
    assert "#card-i01" in answer.text, "a way to go on"
    assert state_of(lea, "i00") is State.KEPT
    again = lea.get("/review/cards/i00").text
    assert decide(lea, "i00", "irrelevant", page=again).status == 303
    assert state_of(lea, "i00") is State.ASIDE


def test_an_act_is_undone_and_the_undoing_too(lea):
    decide(lea, "i00", "keep")
    with lea.desk() as desk:
        act = desk.decisions.of("i00")[0].act
    answer = lea.post(f"/review/undo/{act}")
    assert answer.headers["location"] == "/review#card-i00"
    assert state_of(lea, "i00") is None
    assert cards(lea.get("/review").text)[0] == "i00", "back at its place"
    with lea.desk() as desk:
        undoing = desk.decisions.of("i00")[-1].act
    lea.post(f"/review/undo/{undoing}")
    assert state_of(lea, "i00") is State.KEPT
    assert lea.post("/review/undo/0123456789abcdef").status == 404
    assert lea.post("/review/undo/nothing").status == 404


def test_to_a_script_a_decision_answers_with_a_strip_and_an_undoing_with_the_card(lea):
    page = lea.get("/review").text
    sent = [("do", "accept"), ("relevant", "yes"), *(("seen", one) for one in seen(page, "i00"))]
    strip = lea.post("/review/decide", sent, X_Fragment="1", **FRENCH)
    assert strip.status == 200
    assert "<html" not in strip.text
    assert "Accepté" in strip.text
    with lea.desk() as desk:
        act = desk.decisions.of("i00")[0].act
    assert f"/review/undo/{act}" in strip.text
    again = lea.post(f"/review/undo/{act}", X_Fragment="1")
    assert cards(again.text) == ["i00"]
    assert 'class="decide"' in again.text
    more = lea.get("/review?start=3", X_Fragment="1")
    assert cards(more.text) == ["i03", "i04"]


def bulk(who, do, *item_ids, page=None):
    page = page or who.get("/review").text
    ticked = [("story", ",".join(seen(page, one))) for one in item_ids]
    return who.post("/review/bulk", [("do", do), *ticked], **FRENCH)


def test_several_are_decided_on_by_one_act_but_not_what_another_took(lea, noe):
    page = lea.get("/review").text
    decide(noe, "i01", "keep")
    answer = bulk(lea, "aside", "i00", "i01", "i04", page=page)
    assert answer.status == 303
    told = lea.get("/review").text
    assert [state_of(lea, one) for one in ("i00", "i01", "i04", "i05")] == [
        State.ASIDE, State.KEPT, State.ASIDE, State.ASIDE,
    ]  # fmt: skip
    assert cards(told) == ["i02", "i03"]
    with lea.desk() as desk:
        act = desk.decisions.of("i00")[0].act
        assert {one.item_id for one in desk.decisions.of_act(act)} == {"i00", "i04", "i05"}
    assert bulk(lea, "aside", page=page).status == 303
    assert bulk(lea, "publish", "i02", page=page).status == 400


def test_stories_are_merged_and_split_at_once(site, lea):
    bulk(lea, "merge", "i00", "i02")
    page = lea.get("/review").text
    assert cards(page) == ["i00", "i01", "i03", "i04"]
    assert [one.split()[0] for one in seen(page, "i00")] == ["i00", "i02"]
    lea.post("/review/split", [("lead", "i04"), ("part", "i05")])
    assert cards(lea.get("/review").text) == ["i00", "i01", "i03", "i04", "i05"]
    with lea.desk() as desk:
        merging = desk.rulings.since()[0].act
    lea.post(f"/review/undo/{merging}")
    assert "i02" in cards(lea.get("/review").text)
    with lea.desk() as desk:
        last = desk.rulings.last
    again = lea.post(f"/review/undo/{merging}")  # a second press of the button
    [told] = again.cookies.values()
    said = site.get("/review", Cookie=f"{lea.cookie}; {told.split(';')[0]}", **FRENCH).text
    assert "entre-temps" in said
    assert 'action="/review/undo/' not in said, "there is nothing to undo"
    gone = [("do", "merge"), ("story", "i00 0 1"), ("story", "none 0 1")]
    assert lea.post("/review/bulk", gone).status == 404
    with lea.desk() as desk:
        assert desk.rulings.last == last
    for parts in ([], ["i00"], ["elsewhere"]):
        before = len(lea.get("/review").text)
        lea.post("/review/split", [("lead", "i00"), *(("part", one) for one in parts)])
        assert abs(len(lea.get("/review").text) - before) < 500


def test_a_filter_narrows(lea):
    for query, found in (("domain=governance", 5), ("domain=leadership", 0), ("region=QC-05", 5),
                         ("source=s", 5), ("source=none", 0), ("domain=none", 0)):  # fmt: skip
        assert len(cards(lea.get(f"/review?{query}").text)) == found, query
    for odd in ("state=%00", "start=-1", "start=99999999999999999999", "region=<b>", "start=9999"):
        assert lea.get(f"/review?{odd}").status == 200, odd


@pytest.mark.parametrize(
    "fields",
    [[("do", "accept")], [("do", "accept"), ("seen", "i00 x 1")],
     [("do", "fly"), ("seen", "i00 0 1")], [("do", "accept"), ("seen", "i00 0 1'; --")],
     [("seen", "i00 0 1")],
     [("do", "accept"), *[("seen", f"i{n} 0 1") for n in range(201)]]],
)  # fmt: skip
def test_a_form_that_is_none_of_ours_is_refused(lea, fields):
    assert lea.post("/review/decide", fields).status == 400


def test_an_item_that_is_gone_is_not_found(lea):
    assert lea.post("/review/decide", [("do", "accept"), ("seen", "gone 0 1")]).status == 404
    assert lea.get("/review/cards/gone").status == 404


@pytest.mark.parametrize("role", [Role.READER, Role.RELAY])
def test_readers_and_relays_decide_nothing(site, role):
    who = signed_in(site, role, "rita")
    for path in ("/review", "/review/second", "/review/disagreements", "/review/done",
                 "/review/cards/i00"):  # fmt: skip
        assert who.get(path).status == 403, path
    for path in ("/review/decide", "/review/bulk", "/review/split", "/review/second",
                 "/review/disagreements", "/review/undo/0123456789abcdef"):  # fmt: skip
        assert who.post(path, [("do", "accept"), ("seen", "i00 0 1")]).status == 403, path


def test_without_the_form_s_token_nothing_is_decided(lea):
    answer = lea.served.post(
        "/review/decide", [("do", "keep"), ("seen", "i00 0 1")], Cookie=lea.cookie
    )
    assert answer.status == 403
    assert lea.get("/review/decide").status == 405
    assert state_of(lea, "i00") is None


def test_back_leads_nowhere_else(lea):
    page = lea.get("/review").text
    for back in ("//evil.example", "https://evil.example/", "state=kept&next=//evil", "\r\nX: y"):
        answer = decide(lea, "i00", "later", page=page, back=back, next="//evil")
        assert answer.headers["location"].startswith("/review"), back
        assert "evil" not in answer.headers["location"]


def test_what_was_done_today(lea, noe):
    decide(lea, "i00", "keep")
    decide(noe, "i01", "irrelevant")
    bulk(lea, "merge", "i02", "i03")
    page = noe.get("/review/done", **FRENCH).text
    for told in ("Gardé pour l’infolettre", "non pertinent", "Réunis en un récit", "Lea", "Noe"):
        assert told in page, told
    assert page.count("/review/undo/") == 3
    with noe.desk() as desk:
        act = desk.decisions.of("i00")[0].act
    assert noe.post(f"/review/undo/{act}", [("to", "done")]).headers["location"] == "/review/done"
    page = noe.get("/review/done", **FRENCH).text
    assert "annulé" in page
    assert "Annulé\u00a0: Gardé pour l’infolettre · pertinent" in page, "what was undone"
    with noe.desk() as desk:
        undoing = desk.decisions.of("i00")[-1].act
    noe.post(f"/review/undo/{undoing}")
    again = noe.get("/review/done", **FRENCH).text
    assert "De nouveau\u00a0: Gardé pour l’infolettre · pertinent" in again


def test_later_comes_back_and_a_new_night_marks_what_changed(tmp_path):
    workspace = morning(tmp_path / "w", piece(0), piece(1))
    with served(workspace) as site:
        lea = signed_in(site, Role.REVIEWER, "lea")
        decide(lea, "i00", "later")
        decide(lea, "i01", "keep")
        assert cards(lea.get("/review").text) == []
        put_out(workspace, piece(0), piece(1, version=2), piece(2),
                stories=[story("s", "i01", "i02")], at=NOW + timedelta(days=1))  # fmt: skip
        site.clock.advance(days=1)
        lea = signed_in(site, Role.REVIEWER, "lea")
        page = lea.get("/review", **FRENCH).text
        assert cards(page) == ["i01"]
        assert "de nouveaux articles le racontent" in page
        assert "changé depuis la décision" in page
        assert seen(page, "i01") == ["i02 0 1"], "the new member alone is decided on"
        assert cards(lea.get("/review?state=changed").text) == ["i01"]
        site.clock.advance(days=7)
        lea = signed_in(site, Role.REVIEWER, "lea")
        assert "i00" in cards(lea.get("/review").text)
