"""All pages, style sheets and drawings, and the bulletin, before the Nu HTML checker.

It is skipped where the checker or Java is not installed, and fails there under CI.
"""

import json
import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fakes.around import watched
from fakes.board import year
from fakes.clock import FakeClock
from fakes.morning import governed, morning, piece, seen, story
from fakes.newsroom import MONDAY, WEEK, newsroom
from fakes.pages import CONFIG, NOW, ROOT, made_workspace, served, signed_in
from fakes.readers import subscribed
from lxml import html
from pyotp import TOTP

from veille.staff.accounts import Role
from veille.web import pages
from veille.web.app import routes

CHECKER = ROOT / "tests/checker/node_modules/vnu-jar/build/dist/vnu.jar"
QUICK = ("-Xss4m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
WEB = Path(pages.__file__).parent
NO_PAGES = {
    "/health", "/robots.txt", "/favicon.ico", "/archive/", "/archive/feed.xml",
    "/feeds/bulletins.rss", "/archive/{name}/calendar.ics", "/feeds/{path:path}",
    "/search/result.{form}",
}  # fmt: skip
"""What answers with something else than HTML, as does the JSON API."""

DESK = f"/bulletins/{WEEK}"


class Gathered:
    """The answers, each in a file that the checker reads; `routes` are those that were asked."""

    def __init__(self, folder):
        self.folder, self.routes, self.names = folder, set(), {}

    def keep(self, name, text):
        file = self.folder / f"{len(self.names):03}.html"
        file.write_text(text, encoding="utf-8")
        self.names[file.name] = name

    def part(self, reply, name, within="ol"):
        """Keep what our script puts in a page, with a page around it."""
        assert "<html" not in reply.text, name
        head = '<!doctype html><html lang="fr"><meta charset="utf-8"><title>.</title><h1>.</h1>'
        self.keep(name, f"{head}<{within}>{reply.text}</{within}>")

    def visit(self, who, *paths, status=200):
        """Look at these pages in both languages."""
        for path in paths:
            for language in ("fr", "en"):
                asked = f"{path}{'&' if '?' in path else '?'}lang={language}"
                self.answered(who.get(asked), asked, status)
            at = urlsplit(path).path
            self.routes |= {one.path for one in routes() if one.path_regex.match(at)}

    def answered(self, reply, name, status=200):
        kind = reply.headers.get("content-type")
        assert (reply.status, kind) == (status, "text/html; charset=utf-8"), name
        self.keep(name, reply.text)


def filled(text, action):
    """Return what the form of a page that posts to an address would send."""
    [form] = [one for one in html.fromstring(text).forms if one.action == action]
    return {name: value for name, value in form.form_values() if name != "csrf"}


def public(folder, found):
    with served(made_workspace(folder)) as site:
        now = site.clock.now()
        with site.readers() as readers:
            lise = subscribed(readers, "lise@example.org", now=now, domains=["governance"],
                              regions=["QC-05"])  # fmt: skip
            token = readers.link_token(lise.subscriber_id)
        site.sign_up("ada@example.org")
        letter = site.path_in(site.letter()[1])
        found.visit(
            site, "/", "/subscribe", "/subscribe/asked", "/archive", "/feeds", letter,
            f"/subscribe/confirm/{letter.rpartition('=')[2]}", f"/preferences/{token}",
            f"/preferences?t={token}", f"/unsubscribe/{token}", f"/unsubscribe?t={token}",
        )  # fmt: skip
        found.visit(site, "/nothing", "/archive/2020-W01", status=404)
        found.visit(site, "/subscribe/confirm?token=x", "/preferences/x", status=404)
        for path, fields, status in (
            ("/subscribe", {"email": "lise", "region": "QC-05"}, 422),
            (letter, {}, 200),
            (f"/unsubscribe/{token}", {}, 200),
        ):
            found.answered(site.post(path, fields.items()), f"POST {path}", status)
        site.post(f"/preferences/{token}", [("do", "pause")])
        found.visit(site, f"/preferences/{token}?done=pause")
    closed = CONFIG.replace("host: 127.0.0.1", "")
    closed = closed.replace("  public_url: https://veille.example.org\n", "")
    with served(made_workspace(folder.with_name("closed"), closed)) as site:
        found.visit(site, "/subscribe", status=503)


def the_way_in(folder, found):
    with served(made_workspace(folder)) as site:
        found.visit(site, "/login")
        lise = signed_in(site, handle="lise")
        with lise.desk() as desk:
            link = desk.accounts.make_link("lise", lasting=timedelta(hours=1), now=NOW)
            desk.audit.note("lise", "account.add", "ada", "reader", now=NOW)
        found.visit(site, "/login?next=/account", "/login/forgotten", f"/login/link/{link}")
        found.visit(site, "/login/link/x", status=404)
        wrong = {"handle": "lise", "passphrase": "no"}.items()
        found.answered(site.post("/login", wrong), "POST /login", 422)
        found.visit(lise, "/account", "/account/code", "/account/keys", "/users", "/users/lise",
                    "/users/admin", "/users/audit")  # fmt: skip
        found.visit(lise, "/users/nobody", status=404)
        found.visit(signed_in(site, Role.READER), "/users", "/bulletins", status=403)
        added = {"handle": "ada", "role": "reviewer"}
        found.answered(lise.post("/users", added), "POST /users")
        found.answered(lise.post("/users", added), "POST /users again", 422)
        found.answered(lise.post("/account/keys", {"purpose": "Un <b>tableau"}), "POST keys")
        form = filled(lise.get("/account/code").text, "/account/code")
        found.answered(lise.post("/account/code", form), "POST /account/code", 422)
        form["code"] = TOTP(form["secret"]).at(NOW)
        found.answered(lise.post("/account/code", form), "POST /account/code")
        found.visit(lise, "/account/code", "/account")
        with lise.desk() as desk:
            half = desk.sessions.start("lise", now=NOW, is_half=True)
        lise.token = half
        found.visit(lise, "/login/code")


def review(folder, found):
    items = [piece(n) for n in range(7)]
    tags = [tag for n in range(6) for tag in governed(n)]
    config = "review: {audit: 0, read_twice: 1.0, cards: 10}\n"
    with served(morning(folder, *items, config=config, tags=tags,
                        stories=[story("story", "i04", "i05")])) as site:  # fmt: skip
        lea, noe = signed_in(site, Role.REVIEWER, "lea"), signed_in(site, Role.EDITOR, "noe")
        found.visit(lea, "/review", "/review/cards/i00", "/review/second", "/review/done")
        page = lea.get("/review").text

        def decided(who, item_id, do="accept", place="Estrie", **headers):
            sent = [("do", do), ("relevant", "yes"), ("domain", "governance"), ("note", "À lire"),
                    ("place", place), *(("seen", one) for one in seen(page, item_id))]  # fmt: skip
            return who.post("/review/decide", sent, **headers)

        for name, do in (("i00", "accept"), ("i01", "keep"), ("i02", "later"), ("i04", "accept")):
            assert decided(lea, name, do).status == 303
        found.answered(decided(noe, "i00", "aside"), "POST /review/decide, overtaken", 409)
        found.part(decided(noe, "i00", "aside", X_Fragment="1"), "strip, overtaken")
        found.part(decided(lea, "i03", place="Atlantide", X_Fragment="1"), "told", "div")
        found.part(decided(lea, "i03", X_Fragment="1"), "strip")
        found.visit(noe, "/review/second", "/review/done")
        noe.post("/review/second", {"item": "i00", "relevant": "yes", "domain": "leadership"})
        found.visit(noe, "/review/disagreements", "/review?state=accepted", "/review?state=kept")
        found.visit(lea, "/review", "/review/done", "/review/cards/i00", "/search?q=assemblee",
                    "/items/i00", "/stories/story", "/dashboard")  # fmt: skip


def around(folder, found):
    with served(watched(folder)) as site:
        eve = signed_in(site, Role.EDITOR, "eve")
        found.visit(eve, "/links")
        eve.post("/links", {"url": "https://exemple.org/une-coop", "region": "QC-10"})
        eve.post("/items/boulange/decide", {"state": "kept", "domain": "leadership", "note": "Ici"})
        found.visit(
            eve, "/search", "/search?q=coop&near=QC-05&domain=governance", "/search?q=zorblaxe",
            "/items/boulange", "/items/pain", "/items/sport", "/stories/recit", "/links",
            "/sources", "/sources/gazette", "/sources/revue", "/runs", "/runs/nuit1", "/feeds",
        )  # fmt: skip
        found.visit(eve, "/items/none", "/stories/none", "/sources/none", "/runs/x", status=404)


def board(folder, found):
    workspace = made_workspace(folder)
    year(workspace, NOW)
    with served(workspace) as site:
        reader = signed_in(site, Role.READER)
        found.visit(reader, "/dashboard", "/dashboard?weeks=8", "/search", "/items/i0001")


def bulletin(folder, found):
    with served(newsroom(folder), clock=FakeClock(MONDAY)) as site:
        eve = signed_in(site, Role.EDITOR, "eve")
        changed = {
            f"{DESK}/words": {"editorial": "Bonjour :\n\nla suite", "subject": "Le fonds"},
            f"{DESK}/items/n01": {"note": "À rapprocher", "deadline": "2026-12-01"},
        }
        for action, words in changed.items():
            form = filled(eve.get(action).text, action)
            assert eve.post(action, form | words).status == 303
            found.answered(eve.post(action, form | words), f"POST {action}, overtaken", 409)
        found.visit(
            eve, "/bulletins", "/bulletins/2026-W48", DESK, f"{DESK}/items/n01", f"{DESK}/words",
            f"{DESK}/add", f"{DESK}/add?q=guide", f"{DESK}/preview?form=web",
            f"{DESK}/preview?form=text", f"{DESK}/preview?domain=governance&frequency=monthly",
            f"{DESK}/approve", f"{DESK}/preview/mail.html?to=fr",
        )  # fmt: skip
        for asked in ("mail.html?to=en", "web.html?to=fr", "web.html?to=en",
                      "mail.html?domain=governance&region=QC-05&frequency=monthly"):  # fmt: skip
            found.answered(eve.get(f"{DESK}/preview/{asked}"), asked)
        form = filled(eve.get(f"{DESK}/approve").text, f"{DESK}/approve")
        assert eve.post(f"{DESK}/approve", form).status == 303
        found.visit(eve, "/bulletins", DESK, f"{DESK}/preview")
        found.visit(site, "/", "/archive", f"/archive/{WEEK}")


PARTS = (public, the_way_in, review, around, board, bulletin)


@contextmanager
def counted_templates():
    """Say which templates are used from here on."""
    environment = pages._environment()
    environment.cache.clear()
    used = set()
    yield used
    used |= {name for _loader, name in environment.cache}


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("valid")
    (folder / "pages").mkdir()
    found = Gathered(folder / "pages")
    with counted_templates() as found.templates:
        for part in PARTS:
            part(folder / part.__name__, found)
    return found


def test_no_page_is_forgotten(found):
    asked = {one.path for one in routes() if "GET" in one.methods}
    pages = {path for path in asked - NO_PAGES if not path.startswith("/api/")}
    assert sorted(pages - found.routes) == []
    templates = WEB / "templates"
    there = {str(file.relative_to(templates)) for file in templates.rglob("*.j2")}
    assert sorted(there - found.templates) == []


def test_the_checker_finds_nothing(found):
    java = shutil.which("java")
    if java is None or not CHECKER.is_file():
        told = (
            "no Nu HTML checker here: the pages were not validated "
            "(Java, then npm ci --prefix tests/checker)"
        )
        (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(told)
    (found.folder / "wrong.html").write_text("<!doctype html><html><p>No title")
    (found.folder / "wrong.css").write_text("p { colour: red }")
    sheets = sorted([*WEB.glob("static/*.css"), *WEB.glob("static/*.svg")])
    ran = subprocess.run(
        [java, *QUICK, "-jar", CHECKER, "--also-check-css", "--also-check-svg", "--format", "json",
         "--no-langdetect", "--stdout", "--exit-zero-always", found.folder, *sheets],
        capture_output=True, text=True, check=True, timeout=120,
    )  # fmt: skip
    told, wrong = {}, set()
    for one in json.loads(ran.stdout)["messages"]:
        file = one.get("url", "").rpartition("/")[2]
        if file in {"wrong.html", "wrong.css"}:
            wrong.add(file)
            continue
        said = f"{one.get('subType', one['type'])}: {one['message']} | {one.get('extract', '')!r}"
        told.setdefault(re.sub(r"\s+", " ", said), []).append(found.names.get(file, file))
    assert wrong == {"wrong.html", "wrong.css"}, "it reads pages and style sheets"
    assert not told, "\n".join(f"{said} ({', '.join(on[:4])})" for said, on in told.items())
