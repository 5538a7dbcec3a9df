"""The JSON API: by key or by session, what the pages show, and nothing that writes."""

import json

import pytest
from fakes.board import year
from fakes.pages import NOW, made_workspace, served, signed_in

from veille.model.decisions import Facet, Wish
from veille.staff.accounts import Role


@pytest.fixture(scope="module")
def reader(tmp_path_factory):
    workspace = made_workspace(tmp_path_factory.mktemp("api") / "w")
    year(workspace, NOW)
    with served(workspace) as site:
        yield signed_in(site, Role.READER)


@pytest.fixture(scope="module")
def key(reader):
    with reader.desk() as desk:
        return desk.keys.make(reader.handle, "test", now=NOW)


def asked(reader, key, path):
    answer = reader.served.get(path, Authorization=f"Bearer {key}")
    assert answer.status == 200, answer.text
    assert answer.headers["content-type"] == "application/json"
    return json.loads(answer.text)


def test_a_program_reads_by_its_key(reader, key):
    told = asked(reader, key, "/api/items?domain=governance&limit=5")
    assert len(told["items"]) == 5 < told["total"]
    assert told["snapshot"]
    assert all("governance" in one["standing"]["domains"] for one in told["items"])
    whole = asked(reader, key, f"/api/items/{told['items'][0]['item_id']}")
    assert whole["item"]["title"] == told["items"][0]["title"]
    assert asked(reader, key, "/api/labels")
    assert asked(reader, key, "/api/figures?weeks=8")["trend"]["weeks"][-1] == "2026-11-16"
    assert isinstance(asked(reader, key, "/api/sources"), list)


def test_a_search_that_only_leaves_out_is_told_what_it_lacks(reader, key):
    answer = reader.served.get("/api/items?q=-banque", Authorization=f"Bearer {key}")
    assert answer.status == 422
    assert "laisser de côté" in json.loads(answer.text)["error"]


def test_a_browser_reads_by_its_session(reader):
    assert json.loads(reader.get("/api/items?limit=1").text)["items"]


@pytest.mark.parametrize("header", ["", "Bearer veille-none", "Basic cmVhZGVyOng="])
def test_without_either_nothing_is_read(reader, header):
    answer = reader.served.get("/api/items", **({"Authorization": header} if header else {}))
    assert answer.status == 401
    assert json.loads(answer.text)["error"]
    assert "bearer" in answer.headers["www-authenticate"].lower()


def test_a_key_does_nothing_but_read(reader, key):
    bearer = {"Authorization": f"Bearer {key}"}
    assert reader.served.post("/account/keys", [("purpose", "x")], **bearer).status == 403
    assert reader.served.get("/dashboard", **bearer).status == 303
    assert reader.served.get("/dashboard", Cookie=f"__Host-veille-session={key}").status == 303
    assert reader.served.post("/api/items", [("q", "x")], **bearer).status == 405


def test_what_people_decided_since_is_laid_over(reader, key):
    [first] = asked(reader, key, "/api/items?domain=leadership&limit=1")["items"]
    with reader.desk() as desk:
        wish = Wish(first["item_id"], Facet.DOMAINS, ("governance",), ("leadership",))
        desk.decisions.decide([wish], author="admin", now=NOW)
    [told] = [
        one
        for one in asked(reader, key, "/api/items?domain=governance&limit=200")["items"]
        if one["item_id"] == first["item_id"]
    ]
    assert told["standing"]["domains"] == ["governance"]
    assert told["standing"]["by_hand"] == ["domains"]


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/items/none", 404),
        ("/api/stories/none", 404),
        ("/api/none", 404),
        ("/api/items?limit=1000000", 400),
        ("/api/items?since=yesterday", 400),
        ("/api/figures?weeks=100000", 400),
    ],
)
def test_what_cannot_be_is_told_in_json(reader, key, path, status):
    answer = reader.served.get(path, Authorization=f"Bearer {key}")
    assert answer.status == status
    assert json.loads(answer.text)["error"]


def test_its_description_names_each_path_and_only_reads(reader, key):
    told = asked(reader, key, "/api/openapi.json")
    assert told["openapi"].startswith("3.")
    assert {"/api/items", "/api/items/{item_id}", "/api/figures"} <= told["paths"].keys()
    assert {method for path in told["paths"].values() for method in path} == {"get"}


def test_keys_are_made_shown_once_and_taken_back(reader):
    page = reader.post("/account/keys", {"purpose": "Tableau <b>du</b> groupe"})
    assert page.status == 200
    assert "veille-" in page.text
    assert "<b>du</b>" not in page.text
    again = reader.get("/account/keys").text
    assert "Tableau &lt;b&gt;du&lt;/b&gt; groupe" in again
    assert 'class="secret"' not in again
    with reader.desk() as desk:
        number = desk.keys.of(reader.handle, now=NOW)[0].number
    assert reader.post(f"/account/keys/{number}/revoke").status == 303
    assert "groupe" not in reader.get("/account/keys").text
    assert reader.post("/account/keys", {"purpose": " "}).status == 400
