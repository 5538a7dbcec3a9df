"""The archive and the feeds: what anybody may read."""

import hashlib
import json
import re
import shutil
from base64 import b64encode
from datetime import date

import feedparser
import pytest
from fakes.issues import WEEK, candidate, issue
from fakes.pages import shelve

from veille.digest.draft import Line


@pytest.fixture
def shelved(site):
    call = candidate("a", "Appel <script>alert(1)</script>", regions=("QC-05",))
    lines = [Line("a", True, "calls", call.item.title, deadline=date(2026, 12, 4)),
             Line("b", True, "governance", "Une coopérative")]  # fmt: skip
    shelve(site.workspace, issue(call, candidate("b", language="en"), lines=lines))
    return site


def test_the_list_and_the_page(shelved):
    listed = shelved.get("/archive")
    assert f'href="/archive/{WEEK}"' in listed.text
    assert "<script" not in listed.text
    page = shelved.get(f"/archive/{WEEK}")
    assert page.status == 200
    assert "<script" not in page.text
    assert "Estrie" in page.text
    assert f'href="/archive/{WEEK}/calendar.ics"' in page.text
    assert 'href="/archive"' in page.text
    style = re.search(r"<style>(.*?)</style>", page.text, re.DOTALL)[1]
    digest = b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"'sha256-{digest}'" in page.headers["content-security-policy"]
    assert "unsafe" not in page.headers["content-security-policy"]


def test_a_copy_made_by_hand_is_not_an_issue(shelved):
    """It made the whole list, and the front page, answer that there is nothing."""
    folder = shelved.workspace.var / "bulletins"
    shutil.copytree(folder / WEEK, folder / f"{WEEK} (copie)")
    assert shelved.get("/").status == 200
    assert shelved.get("/archive").text.count(f'href="/archive/{WEEK}') == 1


def test_in_english(shelved):
    page = shelved.get(f"/archive/{WEEK}?lang=en")
    assert '<html lang="en-CA"' in page.text
    assert "Calls and funding" in page.text
    assert f'href="/archive/{WEEK}/calendar.ics?lang=en"' in page.text


def test_the_calendar_and_the_feed(shelved):
    days = shelved.get(f"/archive/{WEEK}/calendar.ics")
    assert days.headers["content-type"].startswith("text/calendar")
    assert "20261204" in days.text
    for path in ("/archive/feed.xml", "/feeds/bulletins.rss"):
        feed = feedparser.parse(shelved.get(path).text)
        assert [entry.link for entry in feed.entries] == [
            f"https://veille.example.org/archive/{WEEK}"
        ]


@pytest.mark.parametrize(
    "name",
    [
        "2026-W46",
        "2026-W99",
        "2026-11",
        "draft",
        "..",
        "%2e%2e",
        "..%2f..%2fconfig.yaml",
        "2026-W47%0a",
    ],
)
def test_what_is_no_issue(shelved, name):
    shelved.workspace.var.joinpath("bulletins", "2026-W46").mkdir()
    assert shelved.get(f"/archive/{name}").status == 404


def test_an_issue_that_was_tampered_with_is_not_shown(shelved, caplog):
    path = shelved.workspace.var / "bulletins" / WEEK / "issue.json"
    told = json.loads(path.read_text())
    told["approved"]["issue"]["number"] = 8
    path.write_text(json.dumps(told))
    assert shelved.get("/").status == 200
    assert WEEK not in shelved.get("/archive").text
    reply = shelved.get(f"/archive/{WEEK}")
    assert reply.status == 503
    assert str(path) not in reply.text
    assert str(path) in caplog.text


def test_without_anything(site):
    for path in ("/", "/archive", "/feeds", "/archive/feed.xml"):
        assert site.get(path).status == 200
    assert site.get("/feeds/articles.rss").status == 404


def test_feeds_of_the_open_catalogue_alone(site):
    for edition in ("open", "team"):
        feeds = site.workspace.catalogue / edition / "feeds" / "regions"
        feeds.mkdir(parents=True)
        for name in (
            "articles.rss",
            "articles.json",
            "secret.txt",
            "regions/QC-05.atom",
            "regions/QC-05.rss",
        ):
            (feeds.parent / name).write_text(f"<rss>{edition}</rss>")
        (feeds.parents[1] / "catalogue.duckdb").write_text("secret")
    reply = site.get("/feeds/articles.rss")
    assert (reply.status, reply.text) == (200, "<rss>open</rss>")
    assert reply.headers["content-type"].startswith("application/rss+xml")
    assert "sandbox" in reply.headers["content-security-policy"]
    again = site.get("/feeds/articles.rss", If_None_Match=reply.headers["etag"])
    assert (again.status, again.text) == (304, "")
    assert site.get("/feeds/regions/QC-05.atom").status == 200
    assert "Estrie" in site.get("/feeds").text
    for path in (
        "secret.txt",
        "../catalogue.duckdb",
        "%2e%2e/catalogue.duckdb",
        "..%2f..%2fteam/feeds/articles.rss",
        "regions",
        "/etc/passwd",
        "",
    ):
        assert site.get(f"/feeds/{path}").status == 404, path


def test_an_issue_that_changed_is_read_anew(shelved):
    """A source had one of its items withdrawn: the next visitor does not see it."""
    assert "Une coopérative" in shelved.get(f"/archive/{WEEK}").text
    (shelved.workspace.var / "bulletins" / WEEK / "issue.json").unlink()
    shelve(shelved.workspace, issue(candidate("c", "Autre chose")))
    assert "Une coopérative" not in shelved.get(f"/archive/{WEEK}").text
    assert "Autre chose" in shelved.get("/archive").text


def test_a_stroke_too_many_leads_to_the_list(site):
    for typed, wanted in (("/archive/", "/archive"), ("/archive/?lang=en", "/archive?lang=en")):
        reply = site.get(typed, Host="evil.example")
        assert (reply.status, reply.headers["location"]) == (308, wanted)
