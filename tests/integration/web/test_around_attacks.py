"""What hostile pages, senders and addresses try on the pages around the review."""

import re
import socket
from datetime import timedelta

import pytest
from fakes.around import publish, watched
from fakes.pages import NOW, signed_in
from fakes.pages import served as serve
from fakes.published import item
from lxml import html

from veille.model.decisions import Facet, Wish
from veille.model.judgement import Evidence, Kind, Part
from veille.model.links import SentLink
from veille.model.published import PastJudgement, PastVersion, PublishedTag
from veille.staff.accounts import Role
from veille.store.watch.judgements import _json as as_json

OURS = {
    "script": 3,
    "svg": 99,
    "iframe": 0,
    "object": 0,
    "embed": 0,
    "base": 0,
    "style": 0,
    "img": 0,
}
GOOD = ("/", "#", "?", "http://", "https://", "mailto:veille@")
EVENT = re.compile(r"on\w+", re.IGNORECASE)
WORST = [
    '<script>alert(1)</script>', '"><img src=x onerror=alert(1)>', "' onmouseover='alert(1)",
    "javascript:alert(1)", "{{ 7*7 }}{% include 'x' %}", "</title></main><svg/onload=alert(1)>",
    "\u202e\u0000<b>", "data:text/html,<script>alert(1)</script>",
]  # fmt: skip


def hostile_lines(shared):
    folder = shared / "realworld" / "faults" / "PayloadsAllTheThings" / "XSS_Injection"
    files = sorted(folder.glob("Intruders/*.txt"))
    if not files:
        pytest.skip("no lists of payloads")
    lines = [one for file in files for one in file.read_text("utf-8", "replace").splitlines()]
    return [*WORST[:-2], *filter(str.strip, dict.fromkeys(lines))]


def hostile(n, lines):
    """Return an item made of these lines, wherever text can be, and the words that decided."""
    word = lines[0][:200]
    why = as_json((Evidence(Kind.CONCEPT, word, word, 1.0, Part.TEXT, 0, len(word)),))
    judged = PastJudgement(NOW, 1, word, True, 0.9, domains=(word,), evidence=why)
    made = item(
        f"x{n}", "\n\n".join(lines), title=lines[0], lead=lines[-1], author=lines[-1],
        language="fr", at=NOW - timedelta(days=1), item_type=word, axis=word, note=lines[-1],
        versions=(PastVersion(1, NOW, lines[0], word, (word,)),), judgements=(judged,),
    )  # fmt: skip
    return made, PublishedTag(f"x{n}", "domain", "governance", because=(word,), evidence=why)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    with serve(watched(tmp_path_factory.mktemp("attacked") / "w")) as site:
        yield site


def assert_harmless(page):
    """No element, attribute or address but those of our own templates."""
    tree = html.document_fromstring(page.text.encode(), parser=html.HTMLParser(encoding="utf-8"))
    for tag, most in OURS.items():
        assert len(list(tree.iter(tag))) <= most, tag
    for one in tree.iter():
        if not isinstance(one.tag, str):
            continue
        for name, value in one.attrib.items():
            assert not EVENT.fullmatch(name), (one.tag, name, value[:80])
            if name in {"href", "action", "src", "formaction", "xlink:href"}:
                bare = re.sub(r"[\x00-\x20]", "", value).lower()
                assert bare.startswith(("/", "#", "http://", "https://", "?", "mailto:veille@")), (
                    value[:80]
                )
                assert not bare.startswith("//"), value[:80]
    policy = page.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy


def test_stored_payloads_stay_text_through_to_search_items_and_sources(shared, site):
    lines = hostile_lines(shared)
    assert len(lines) > 1_000
    groups = [lines[n : n + 36] for n in range(0, len(lines), 36)]
    made = [hostile(n, group) for n, group in enumerate(groups)]
    publish(site.workspace, *(one for one, _ in made), tags=[tag for _, tag in made], at=NOW)
    me = signed_in(site, Role.EDITOR)
    with site.app.state.site.desk() as desk:
        for n, line in enumerate(lines[:40]):
            desk.decisions.decide(
                [Wish(f"x{n}", Facet.NOTE, line), Wish(f"x{n}", Facet.DOMAINS, (line,))],
                author="admin", now=NOW, reason=line,
            )  # fmt: skip
            desk.links.send(f"l{n}", line, author="admin", now=NOW, region=line, note=line)
    for page in range(1, len(groups) // 20 + 2):
        answer = me.get(f"/search?page={page}&all=1")
        assert answer.status == 200
        assert_harmless(answer)
    for n in range(0, len(groups), max(1, len(groups) // 30)):
        answer = me.get(f"/items/x{n}")
        assert answer.status == 200, n
        assert_harmless(answer)
    for path in ("/links", "/sources", "/sources/s", "/stories/recit", "/runs", "/runs/nuit1"):
        assert_harmless(me.get(path))


@pytest.mark.parametrize("payload", WORST)
def test_reflected_payloads_stay_text(site, payload):
    from urllib.parse import quote

    me = signed_in(site, Role.EDITOR)
    told = quote(payload.encode("utf-8", "surrogatepass"))
    for path in (
        f"/search?q={told}&domain={told}&since={told}&near={told}&decided={told}&page={told}",
        f"/sources?q={told}&state={told}&region={told}&category={told}",
        f"/links?item={told}&own={told}", f"/items/{told}", f"/stories/{told}", f"/sources/{told}",
        f"/runs/{told}", f"/search/result.{told}",
    ):  # fmt: skip
        answer = me.get(path)
        assert answer.status in {200, 404, 400}, path
        assert_harmless(answer)
    answer = me.post("/links", {"url": payload, "note": payload, "region": payload})
    assert answer.status == 422
    assert_harmless(answer)


@pytest.mark.parametrize(
    "path",
    ["/items/..%2f..%2fetc%2fpasswd", "/items/%00", "/items/%ff%fe", "/items/" + "a" * 5000,
     "/stories/..%5c..%5cx", "/sources/%2e%2e", "/runs/..%2fstatus", "/search/result.csv%00.exe",
     "/search?q=" + "%22" * 900, "/search?q=" + "a*%20" * 900, "/search?q=" + "-x%20" * 900,
     "/search?page=-1", "/search?page=99999999999999999999", "/search?page=%D9%A1",
     "/search?" + "&".join(f"region=QC-{n:05}" for n in range(900)),
     "/search?since=9999-12-31&until=0001-01-01", "/links?before=99999999999999999"],
)  # fmt: skip
def test_odd_addresses_and_huge_queries_do_no_harm(site, path):
    answer = signed_in(site, Role.READER).get(path)
    assert answer.status in {200, 400, 404, 422}, answer.status
    assert "Traceback" not in answer.text


INSIDE = [
    "http://127.0.0.1/", "http://localhost/x", "http://localhost:8000/", "http://[::1]/",
    "http://0x7f000001/", "http://2130706433/", "http://017700000001/", "http://127.1/",
    "http://10.0.0.1/", "http://192.168.1.1/admin", "http://169.254.169.254/latest/meta-data/",
    "http://[::ffff:10.0.0.1]/", "http://[fd00:ec2::254]/", "http://metadata.google.internal/",
    "http://routeur/", "http://imprimante.local/", "http://x.localhost/", "http://nas.home.arpa/",
    "http://LOCALHOST./", "http://0.0.0.0/", "https://100.100.100.200/",
]  # fmt: skip
NO_ADDRESS = [
    "", "   ", "javascript:alert(1)", "data:text/html,x", "file:///etc/passwd", "ftp://x.org/",
    "gopher://x.org/", "http://", "https:///x", "http://user:pw@example.org/", "http://exa mple/",
    "http://256.1.1.1/", "http://1.2.3.4.5/", "//example.org/x y", "mailto:a@example.org",
    "https://example.org/" + "a" * 9000, "http://ex%00ample.org/", "http://[::1", "vbscript:x",
]  # fmt: skip


@pytest.mark.parametrize("url", [*INSIDE, *NO_ADDRESS])
def test_links_that_lead_inside_or_nowhere_are_refused_and_not_kept(site, url, monkeypatch):
    real = socket.getaddrinfo

    def only_ours(host, port, *args, **options):
        assert port == site.port, "the pages resolve and dial nothing"
        return real(host, port, *args, **options)

    relay = signed_in(site, Role.RELAY)
    monkeypatch.setattr("socket.getaddrinfo", only_ours)
    before = kept(site)
    relay_answer = relay.post("/links", {"url": url})
    monkeypatch.undo()
    assert relay_answer.status == 422, url
    assert kept(site) == before
    assert 'role="alert"' in relay_answer.text


def kept(site) -> list[SentLink]:
    with site.app.state.site.desk() as desk:
        return desk.links.last(10_000)


@pytest.mark.parametrize(
    ("path", "role"),
    [("/items/boulange/decide", Role.RELAY), ("/items/boulange/undo/x", Role.RELAY),
     ("/items/boulange/merge", Role.RELAY), ("/stories/recit/merge", Role.RELAY),
     ("/stories/recit/split", Role.RELAY), ("/stories/recit/undo/x", Role.RELAY),
     ("/links", Role.READER), ("/sources/gazette/pause", Role.REVIEWER),
     ("/sources/gazette/resume", Role.REVIEWER), ("/sources/gazette/excerpt", Role.REVIEWER)],
)  # fmt: skip
def test_who_may_not_does_not_nor_a_page_of_another_site(site, path, role):
    fields = {"do": "keep", "url": "https://a.example.org/", "out": "pain", "policy": "full"}
    assert signed_in(site, role).post(path, fields).status == 403
    admin = signed_in(site, Role.ADMIN)
    assert site.post(path, fields.items(), Cookie=admin.cookie).status == 403, "no token"
    foreign = {"Cookie": admin.cookie, "Sec_Fetch_Site": "cross-site"}
    pairs = [*fields.items(), ("csrf", admin.csrf)]
    assert site.post(path, pairs, **foreign).status == 403
    assert site.get(path, Cookie=admin.cookie).status in {200, 405}
    assert site.post(path, fields.items()).status == 403, "nobody is signed in"
