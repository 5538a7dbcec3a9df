"""The sample web keeps what it promises: its counts, its traps, and answers that depend on time."""

import gzip
import http.client
import json
import re
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files
from urllib.parse import urlsplit

import feedparser
import pytest
import yaml
from lxml import etree, html

from veille.sampleweb import SampleServer, Web, load_web
from veille.sampleweb.content import read_site
from veille.sampleweb.dates import in_french_prose
from veille.sampleweb.markup import to_html, to_text

START = date(2026, 11, 21)
WEB = load_web(START)
FIRST_NIGHT = datetime(2026, 11, 21, 11, tzinfo=UTC)  # six in the morning in Toronto
SECOND_NIGHT = FIRST_NIGHT + timedelta(days=1)

SOURCES = yaml.safe_load(files("veille.sampleweb").joinpath("sources.yaml").read_text("utf-8"))
NS = {
    "oai": "http://www.openarchives.org/OAI/2.0/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "sm": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "news": "http://www.google.com/schemas/sitemap-news/0.9",
}
PROMISED_TRAPS = {
    *("rss2-full", "rss091", "rdf", "atom", "json-feed", "iso-8859-1", "french-dates", "truncated"),
    *("sitemap-index", "news-sitemap", "gzip-sitemap", "oai-pmh", "listing", "autodiscovery"),
    *("pages-403", "dead-host", "moved-301", "unavailable-503", "gone-410", "robots"),
    *("tracking-links", "press-release", "reprint", "same-event", "item-without-link"),
    *("empty-feed", "home-and-login-links", "second-night", "relative-links"),
    *("entities-in-titles", "email-in-page", "email-in-feed", "hard-negatives"),
}


class Visitor:
    """A browser of the sample web, at a moment that a test may move."""

    def __init__(self) -> None:
        self.now = FIRST_NIGHT
        self.server = SampleServer(WEB, clock=lambda: self.now)

    def ask(self, url: str, method: str = "GET", **headers: str) -> tuple[int, dict, bytes]:
        parts = urlsplit(url)
        line = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=5)
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        try:
            line.request(method, path, headers={"Host": parts.netloc, **headers})
            answer = line.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            line.close()

    def feed(self, source_id: str) -> feedparser.FeedParserDict:
        status, headers, body = self.ask(address(source_id))
        assert status == 200
        typed = {"content-type": headers["Content-Type"]}
        return feedparser.parse(body, response_headers=typed)


def address(source_id: str) -> str:
    source = next(each for each in SOURCES["sources"] if each["id"] == source_id)
    return source["feed"] or source["url"]


@pytest.fixture
def visitor():
    visitor = Visitor()
    with visitor.server:
        yield visitor


@pytest.fixture(scope="module")
def web() -> Web:
    return WEB


@pytest.fixture(scope="module")
def articles(web):
    return [article for site in web.sites for article in site.articles]


# What the content promises


def test_there_are_enough_sites_and_articles(web, articles):
    assert len(web.sites) >= 14
    assert len(articles) >= 90
    languages = Counter(article.lang for article in articles)
    assert languages["fr"] >= 65
    assert {"en": 12, "es": 6, "pt": 4, "ko": 4}.items() <= languages.items()


def test_bodies_have_the_length_of_real_short_articles(articles):
    lengths = {article.slug: len(article.body.split()) for article in articles}
    assert {slug: n for slug, n in lengths.items() if not 90 <= n <= 350} == {}


def test_labels_are_spread_over_domains_and_regions(articles):
    relevant = [article.labels for article in articles if article.labels.relevant]
    assert 0.6 <= len(relevant) / len(articles) <= 0.72
    domains = Counter(domain for labels in relevant for domain in labels.domains or ("none",))
    assert set(domains) == {"financial_engineering", "governance", "leadership", "none"}
    assert min(domains.values()) >= 7
    regions = {region for labels in relevant for region in labels.regions}
    assert {f"QC-{number:02}" for number in range(1, 18)} <= regions
    assert len({region for region in regions if region.startswith("FR-")}) >= 4
    assert {"BE", "BR", "KR", "MX"} <= regions


def test_no_off_topic_article_has_a_domain(articles):
    assert not [a.slug for a in articles if a.labels.domains and not a.labels.relevant]


def test_every_kind_of_item_is_there(articles):
    genres = {article.labels.genre for article in articles}
    assert genres >= {"news", "call", "event", "job", "study", "guide", "law", "podcast", "paper"}
    assert len([a for a in articles if a.deadline and a.deadline > START]) >= 4


def test_no_two_articles_open_alike(articles):
    openings = Counter(" ".join(article.body.split()[:4]) for article in articles)
    told_again = {a.slug for a in articles if a.labels.story == "fonds-relais"}
    twice = {opening: n for opening, n in openings.items() if n > 1}
    assert sum(twice.values()) <= len(told_again)


def test_stories_are_told_by_several_sites(articles):
    stories = Counter(a.labels.story for a in articles if a.labels.story)
    assert stories == {"fonds-relais": 3, "boulangerie": 3}


def test_truth_is_known_by_canonical_address(web, articles):
    truth = web.truth()
    assert len(truth) == len(articles)
    url = "http://fonds-relais.example.org/nouvelles/capital-patient-petites-localites"
    assert truth[url].domains == ("financial_engineering",)
    assert not [key for key in truth if "?" in key or "#" in key]


def test_every_promised_trap_has_its_site(web):
    shown = {trap for site in web.sites for trap in site.traps}
    assert shown >= PROMISED_TRAPS


def test_nothing_points_outside_the_sample_and_two_addresses_are_planted():
    folder = files("veille.sampleweb").joinpath("sites")
    text = "\n".join(path.read_text("utf-8") for path in folder.iterdir())
    hosts = {host.lower() for host in re.findall(r"https?://([^/\s\"')]+)", text)}
    assert not [host for host in hosts if not host.endswith(".example.org")]
    addresses = re.findall(r"[\w.+-]+@[\w.-]+", text)
    assert len(addresses) == 2
    assert all(each.endswith(".example.org") for each in addresses)


def test_careful_french_binds_its_guillemets(articles):
    loose = [a.slug for a in articles if "« " in a.title + a.lead + a.body]
    assert loose == []


def test_an_unknown_key_is_an_error():
    text = files("veille.sampleweb").joinpath("sites", "fil-vide.yaml").read_text("utf-8")
    with pytest.raises(TypeError, match="colour"):
        read_site(text + "\ncolour: blue\n", START)


def test_light_markdown_keeps_non_breaking_spaces():
    blocks = (
        "«\u00a0Oui\u00a0»,\ndit *elle*.",
        "- un\n- [deux](http://a.example.org/)",
        "> **Non** & oui",
    )
    text = "\n\n".join(blocks)
    assert str(to_html(text)).split("\n") == [
        "<p>«\u00a0Oui\u00a0», dit <em>elle</em>.</p>",
        '<ul><li>un</li><li><a href="http://a.example.org/">deux</a></li></ul>',
        "<blockquote><p><strong>Non</strong> &amp; oui</p></blockquote>",
    ]
    assert to_text(text).split("\n")[0] == "«\u00a0Oui\u00a0», dit elle."


# What each source shows


@pytest.mark.parametrize("source", SOURCES["sources"], ids=lambda source: source["id"])
def test_each_source_names_a_site_and_answers_as_declared(source, visitor):
    site = visitor.server.web.site(source["id"])
    url = source["feed"] or source["url"]
    assert urlsplit(url).netloc == site.host
    expected = {
        "reseau-muet": 0,
        "epargne-ancienne": 301,
        "observatoire-relances": 503,
        "bulletin-disparu": 410,
    }.get(source["id"], 200)
    if expected == 0:
        with pytest.raises(http.client.RemoteDisconnected):
            visitor.ask(url)
    else:
        assert visitor.ask(url)[0] == expected
    assert visitor.server.log[-1][3] == expected


@pytest.mark.parametrize(
    ("source_id", "version", "entries"),
    [
        ("courrier-estuaire", "rss20", 5),
        ("federation-nord", "rss091u", 4),
        ("carnets-communs", "rss10", 4),
        ("fonds-relais", "atom10", 3),
        ("gazette-cantons", "rss20", 5),
        ("radio-saint-maurice", "rss20", 4),
        ("quotidien-capitale", "rss20", 4),
        ("villages-solidaires", "rss20", 4),
        ("ouest-solidaire", "rss20", 4),
        ("tejido-solidario", "rss20", 6),
        ("babillard-quartier", "rss20", 6),
        ("affaires-express", "rss20", 4),
        ("fil-vide", "rss20", 0),
    ],
)
def test_feeds_parse_and_show_their_entries(source_id, version, entries, visitor):
    feed = visitor.feed(source_id)
    assert (feed.bozo, feed.version, len(feed.entries)) == (False, version, entries)
    assert not [entry for entry in feed.entries if not entry.title]


def test_full_texts_are_in_the_feed(visitor):
    entry = visitor.feed("courrier-estuaire").entries[0]
    assert "318\u00a0000\u00a0$" in entry.content[0].value
    assert entry.content[0].value.startswith("<p>")


def test_rss_091_has_no_dates_and_no_validators(visitor):
    status, headers, _ = visitor.ask(address("federation-nord"))
    assert status == 200
    assert not {"ETag", "Last-Modified"} & set(headers)
    assert not [e for e in visitor.feed("federation-nord").entries if "published" in e]


def test_the_json_feed_is_version_1_1(visitor):
    status, headers, body = visitor.ask(address("shared-ledger"))
    feed = json.loads(body)
    assert (status, headers["Content-Type"]) == (200, "application/feed+json")
    assert feed["version"].endswith("1.1")
    assert len(feed["items"]) == 8
    assert {"id", "url", "title", "content_html", "date_published"} <= set(feed["items"][0])


def test_latin_1_is_declared_and_true(visitor):
    _, headers, body = visitor.ask(address("gazette-cantons"))
    assert headers["Content-Type"] == "application/rss+xml; charset=iso-8859-1"
    assert b'encoding="iso-8859-1"' in body
    assert "spéculation".encode("iso-8859-1") in body
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_french_prose_dates_are_no_standard_dates(visitor):
    entries = visitor.feed("radio-saint-maurice").entries
    assert [entry.published for entry in entries] == [
        "jeudi 19 novembre 2026 à 17h28",
        "17 nov. 2026",  # feedparser takes « nov. » for English; it would not read « févr. »
        "dimanche 15 novembre 2026 à 23h15",
        "11 nov. 2026",
    ]
    assert [entries[n].get("published_parsed") for n in (0, 2)] == [None, None]
    assert in_french_prose(datetime(2026, 11, 1, 17, tzinfo=UTC), short=True) == "1er nov. 2026"


def test_a_truncated_feed_keeps_three_whole_items(visitor):
    _, _, body = visitor.ask(address("rede-cooperar"))
    with pytest.raises(etree.XMLSyntaxError):
        etree.fromstring(body)
    assert body.count(b"</item>") == 3
    assert body.count(b"<item>") == 4


def test_links_are_tracked_relative_or_missing_where_declared(visitor):
    links = [entry.link for entry in visitor.feed("ouest-solidaire").entries]
    assert {"utm_source", "xtor", "fbclid", "#"} <= set(
        re.findall(r"utm_source|xtor|fbclid|#", " ".join(links))
    )
    _, _, body = visitor.ask(address("tejido-solidario"))
    assert b"<link>/nota/asamblea-agua-cochabamba</link>" in body
    assert b"&amp;laquo;El agua no tiene due&amp;ntilde;o" in body
    entries = visitor.feed("babillard-quartier").entries
    assert [entry.title for entry in entries if "link" not in entry] == [
        "On cherche un trésorier ou une trésorière (patience requise)"
    ]
    assert {urlsplit(e.link).path for e in entries if "link" in e} >= {"/", "/connexion"}


def test_every_tracked_link_leads_to_its_article(visitor):
    for entry in visitor.feed("ouest-solidaire").entries:
        status, _, body = visitor.ask(entry.link)
        assert status == 200
        page = html.fromstring(body)
        canonical = page.xpath("string(//link[@rel='canonical']/@href)")
        assert canonical in visitor.server.web.truth()


def test_sitemaps_lead_to_every_article(visitor):
    _, _, robots = visitor.ask("http://agence-fleuve.example.org/robots.txt")
    index = re.search(r"Sitemap: (\S+)", robots.decode())[1]
    assert index == address("agence-fleuve")
    children = etree.fromstring(visitor.ask(index)[2]).xpath("//sm:loc/text()", namespaces=NS)
    assert len(children) == 3
    found = set()
    for child in children:
        _, headers, body = visitor.ask(child)
        if child.endswith(".gz"):
            assert headers["Content-Type"] == "application/gzip"
            body = gzip.decompress(body)
        tree = etree.fromstring(body)
        found.update(tree.xpath("//sm:loc/text()", namespaces=NS))
        if "actualites" in child:
            assert len(tree.xpath("//news:title", namespaces=NS)) == 2
    assert found == {a.url for a in visitor.server.web.site("agence-fleuve").articles}


def test_oai_pages_chain(visitor):
    base, pages, found = address("depot-universitaire"), 0, []
    query = "verb=ListRecords&metadataPrefix=oai_dc"
    while query:
        tree = etree.fromstring(visitor.ask(f"{base}?{query}")[2])
        found += tree.xpath("//dc:identifier/text()", namespaces=NS)
        token = tree.xpath("string(//oai:resumptionToken)", namespaces=NS)
        query = f"verb=ListRecords&resumptionToken={token}" if token else ""
        pages += 1
    assert pages == 3
    assert len(found) == len(set(found)) == 7
    assert visitor.ask(found[0])[0] == 200


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "badVerb"),
        ("verb=ListRecords&metadataPrefix=marc", "cannotDisseminateFormat"),
        ("verb=ListRecords&resumptionToken=perdu", "badResumptionToken"),
        ("verb=ListRecords&resumptionToken=99||", "badResumptionToken"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=2030-01-01", "noRecordsMatch"),
        ("verb=ListRecords&metadataPrefix=oai_dc&from=hier", "badArgument"),
        ("verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:x:1", "idDoesNotExist"),
    ],
)
def test_oai_refusals_are_named(query, code, visitor):
    tree = etree.fromstring(visitor.ask(f"{address('depot-universitaire')}?{query}")[2])
    assert tree.xpath("string(//oai:error/@code)", namespaces=NS) == code


@pytest.mark.parametrize(
    ("query", "records"),
    [
        ("verb=Identify", 0),
        ("verb=ListMetadataFormats", 0),
        ("verb=ListIdentifiers&metadataPrefix=oai_dc&from=2026-11-09&until=2026-11-12", 2),
        (
            "verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:depot-universitaire.example.org:1204",
            1,
        ),
    ],
)
def test_oai_answers_the_other_verbs(query, records, visitor):
    tree = etree.fromstring(visitor.ask(f"{address('depot-universitaire')}?{query}")[2])
    assert tree.xpath("//oai:error", namespaces=NS) == []
    assert len(tree.xpath("//oai:header", namespaces=NS)) == records


def test_the_listing_is_read_with_its_declared_selectors(visitor):
    recipe = next(s["listing"] for s in SOURCES["sources"] if s["kind"] == "listing")
    page = html.fromstring(visitor.ask(address("pole-laurentides"))[2])
    items = page.cssselect(recipe["items"])
    assert len(items) == recipe["expect"]
    for item in items:
        assert item.cssselect(recipe["title"])[0].text_content().strip()
        assert item.cssselect(recipe["date"])[0].text.endswith(("2026", "h00", "h30", "h45"))
        link = item.cssselect(recipe["link"])[0].get("href")
        assert visitor.ask("http://pole-laurentides.example.org" + link)[0] == 200


def test_pages_are_refused_where_declared(visitor):
    entries = visitor.feed("quotidien-capitale").entries
    assert {visitor.ask(entry.link)[0] for entry in entries} == {403}
    assert min(len(entry.summary.split()) for entry in entries) > 25


def test_a_moved_feed_leads_to_another_host(visitor):
    status, headers, _ = visitor.ask(address("epargne-ancienne"))
    assert status == 301
    assert visitor.ask(headers["Location"])[0] == 200


def test_an_unavailable_feed_says_when_and_comes_back(visitor):
    status, headers, _ = visitor.ask(address("observatoire-relances"))
    assert (status, headers["Retry-After"]) == (503, "3600")
    visitor.now = SECOND_NIGHT
    assert len(visitor.feed("observatoire-relances").entries) == 3


def test_robots_close_a_path_that_the_feed_announces(visitor):
    _, _, robots = visitor.ask("http://villages-solidaires.example.org/robots.txt")
    assert b"Disallow: /membres/" in robots
    links = [entry.link for entry in visitor.feed("villages-solidaires").entries]
    assert [urlsplit(link).path for link in links if "/membres/" in link] == [
        "/membres/journal-interne-membres"
    ]


def test_a_bare_address_declares_its_feed(visitor):
    page = html.fromstring(visitor.ask(address("maeul"))[2])
    (link,) = page.xpath("//link[@rel='alternate']/@href")
    feed = feedparser.parse(visitor.ask(f"http://maeul.example.org{link}")[2])
    assert len(feed.entries) == 4


def test_dates_are_marked_on_most_pages_and_absent_from_some(visitor):
    marked = visitor.ask("http://courrier-estuaire.example.org/2026/11/phoques-prolongation")[2]
    assert b'"datePublished": "2026-11-18T22:48:00-05:00"' in marked
    bare = visitor.ask("http://radio-saint-maurice.example.org/nouvelles/matawinie-bois-mort")[2]
    assert b"2026" not in bare


# Time, conditional requests, connections


def test_the_second_night_differs(visitor):
    before = {entry.id: entry for entry in visitor.feed("fonds-relais").entries}
    visitor.now = SECOND_NIGHT
    after = {entry.id: entry for entry in visitor.feed("fonds-relais").entries}
    new = [after[guid].title for guid in after.keys() - before.keys()]
    assert new == ["Dix ans de prêts\u00a0: ce que nos pertes nous apprennent"]
    retitled = [guid for guid in before if before[guid].title != after[guid].title]
    redated = [guid for guid in before if before[guid].published != after[guid].published]
    assert len(retitled) == 2
    assert redated == ["http://fonds-relais.example.org/nouvelles/appel-immobilier-collectif"]
    page = visitor.ask(redated[0])[2].decode()
    assert "La date limite est repoussée" in page
    assert "2 février 2027" in page


def test_an_article_to_come_is_not_there_yet(visitor):
    url = "http://fonds-relais.example.org/nouvelles/pertes-dix-ans"
    assert visitor.ask(url)[0] == 404
    visitor.now = SECOND_NIGHT
    assert visitor.ask(url)[0] == 200


@pytest.mark.parametrize(
    "path", ["/atom.xml", "/", "/robots.txt", "/nouvelles/deux-sieges-comite-investissement"]
)
def test_conditional_requests_get_304_until_something_changes(path, visitor):
    url = f"http://fonds-relais.example.org{path}"
    _, headers, _ = visitor.ask(url)
    by_tag = {"If-None-Match": headers["ETag"]}
    by_date = {"If-Modified-Since": headers["Last-Modified"]}
    for condition in (by_tag, by_date):
        status, _, body = visitor.ask(url, **condition)
        assert (status, body) == (304, b"")
    assert visitor.ask(url, **{"If-None-Match": '"other"', **by_date})[0] == 200
    assert visitor.ask(url, **{"If-Modified-Since": "hier"})[0] == 200
    visitor.now = SECOND_NIGHT
    expected = 304 if path == "/robots.txt" else 200
    assert [visitor.ask(url, **each)[0] for each in (by_tag, by_date)] == [expected] * 2


def test_head_answers_without_a_body_and_other_methods_are_refused(visitor):
    url = address("fonds-relais")
    _, plain, whole = visitor.ask(url)
    status, headers, body = visitor.ask(url, method="HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", str(len(whole)))
    assert headers["ETag"] == plain["ETag"]
    assert visitor.ask(url, method="POST")[0] == 501


def test_connections_are_kept_alive_and_requests_logged(visitor):
    line = http.client.HTTPConnection("127.0.0.1", visitor.server.port, timeout=5)
    for path in ("/feed", "/connexion", "/nulle-part"):
        line.request("GET", path, headers={"Host": "babillard-quartier.example.org:80"})
        line.getresponse().read()
    line.close()
    host = "babillard-quartier.example.org"
    assert visitor.server.log == [
        ("GET", host, "/feed", 200),
        ("GET", host, "/connexion", 200),
        ("GET", host, "/nulle-part", 404),
    ]


def test_an_unknown_host_is_misdirected_and_known_ones_are_listed(visitor):
    assert visitor.ask("http://ailleurs.example.org/")[0] == 421
    assert visitor.server.hosts >= {"reseau-muet.example.org", "maeul.example.org"}


def test_dialling_leads_to_sample_hosts_and_to_no_other(visitor):
    assert visitor.server.dial("ailleurs.example.org", 80) is None
    assert visitor.server.dial("maeul.example.org", 443) is None
    with visitor.server.dial("Maeul.example.org", 80) as line:
        line.sendall(b"GET / HTTP/1.1\r\nHost: maeul.example.org\r\nConnection: close\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 200")


def test_a_server_may_be_given_its_first_day_only():
    with SampleServer(START, clock=lambda: FIRST_NIGHT) as server:
        assert server.web == WEB


def test_dates_in_texts_follow_the_start():
    early, late = load_web(date(2026, 1, 1)), load_web(date(2027, 6, 15))
    bodies = [web.site("pole-laurentides").articles[0].lead for web in (early, late)]
    assert "18 janvier 2026" in bodies[0]
    assert "2 juillet 2027" in bodies[1]


def test_every_page_of_every_site_answers(visitor):
    for site in visitor.server.web.sites:
        for article in site.articles:
            if article.linked and site.pages.status == 200 and article.published <= visitor.now:
                status, _, body = visitor.ask(article.url)
                assert status == 200
                assert html.fromstring(body).xpath("//article/h1")
