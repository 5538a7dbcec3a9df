"""Sources that are odd rather than hostile, and clocks that are wrong: nothing lost, nothing twice,
nobody's address kept, nobody asked who said never again.
"""

import gzip

import pytest
from fakes.hostile import item, rss
from fakes.live import Live, declared
from fakes.server import FakeServer

from veille.errors import FailureKind

PAGE = f"<html><body><article><h1>t</h1><p>{'un mot de plus. ' * 40}</p></article></body></html>"


@pytest.fixture
def server():
    with FakeServer() as server:
        yield server


@pytest.fixture
def watch(tmp_path, server):
    def made(*sources, **settings):
        return Live(tmp_path, server, sources, **settings)

    return made


def outcomes(live, run):
    return dict(live.rows("SELECT source_id, outcome FROM polls WHERE run_id = ?", run.run_id))


def test_what_is_packed_obeys_the_limit_of_answers_too(watch, server):
    links = "".join(f"<url><loc>http://a.example.org/{n}</loc></url>" for n in range(1_000))
    server.serve("/it", gzip.compress(f"<urlset>{links}</urlset>".encode()))
    live = watch(declared("a", "sitemap"), fetch={"max_bytes": 20_000})
    assert outcomes(live, live.run()) == {"a": FailureKind.TOO_LARGE}


def test_a_retired_source_is_asked_again_only_at_another_address(watch, server, tmp_path):
    server.serve("/it", status=410)
    live = watch(declared("a"))
    assert live.run().steps[0].done == 1
    assert live.run(force=True).steps[0].done == 0
    register = tmp_path / "sources.yaml"
    register.write_text(register.read_text().replace("org/it", "org/moved"))
    server.serve("/moved", rss(item("t")))
    assert outcomes(live, live.run(force=False)) == {"a": "ok"}


def test_a_clock_set_back_holds_nothing_up(watch, server):
    """Ten years ahead for one night: the next asks again, robots.txt too, and keeps no double."""
    server.serve("/it", rss(item("t", "http://a.example.org/t"), item("u")))
    server.serve("/t", status=500)
    live = watch(declared("a"))
    live.clock.advance(days=3_650)
    live.run("collect")
    live.clock.advance(days=-3_650)
    server.serve("/t", PAGE.encode(), {"Content-Type": "text/html"})
    night = live.run("collect", force=False)
    assert outcomes(live, night) == {"a": "unchanged"}
    assert [seen.path for seen in server.log].count("/robots.txt") == 2
    assert live.rows("SELECT count(*) FROM entries") == [(2,)]
    assert live.rows("SELECT text_from FROM article_current WHERE url LIKE '%/t'") == [("page",)]


def test_two_sources_that_lead_to_one_feed_bring_its_items_once(watch, server):
    server.serve("/it", rss(item("t", "http://a.example.org/t")), host="a.example.org")
    server.serve("/t", PAGE.encode(), {"Content-Type": "text/html"})
    server.redirect("/it", "http://a.example.org/it", 301, host="b.example.org")
    live = watch(declared("a"), declared("b"))
    live.run("collect")
    assert live.rows("SELECT count(*), count(DISTINCT item_id) FROM entries") == [(2, 1)]
    assert live.rows("SELECT count(*) FROM articles") == [(1,)]
    assert server.paths.count("/t") == 1


def test_one_host_is_one_host_whatever_the_port(watch, server):
    """One request at a time, and each origin's own robots.txt."""
    feeds = [f"http://a.example.org:{port}/it" for port in (80, 8080, 8443)]
    server.serve("/it", rss(item("t")))
    live = watch(*(declared(f"s{n}", feed=feed) for n, feed in enumerate(feeds)))
    live.run()
    assert live.rows("SELECT DISTINCT outcome FROM polls") == [("ok",)]
    paths = [seen.path for seen in server.log]
    assert paths == ["/robots.txt", "/it"] * 3


def test_nobody_s_address_is_kept_wherever_it_stands(watch, server):
    host = "http://a.example.org"
    links = [
        *("/nom%40exemple.org", "/%6eom%40exemple%2Eorg", "/?u=nom%40exemple%2Eorg"),
        *("/p?u=nom%252540exemple.org&a=1", "/q?to=mailto:nom@exemple.org", "/#nom@exemple.org"),
    ]
    feed = rss(*(item(f"titre {n}", host + link) for n, link in enumerate(links)))
    server.serve("/robots.txt", b"# nom@exemple.org\nUser-agent: * # nom@exemple.org\nDisallow: /x")
    server.redirect("/it", "/it?abonne=nom%40exemple%2Eorg", 301)
    server.serve("/it?abonne=nom%40exemple%2Eorg", feed)
    live = watch(declared("a"))
    live.run("collect")
    assert live.rows("SELECT count(*) FROM entries") == [(len(links),)]
    for [table] in live.rows("SELECT table_name FROM duckdb_tables()"):
        told = live.rows(f"SELECT t::VARCHAR FROM {table} t")
        assert not [row for [row] in told if "exemple" in row], table


def test_what_is_too_long_or_means_to_mislead_is_cut_not_lost(watch, server):
    entries = [
        item("a\u202eb\u2066c\x07\u200b", f"http://a.example.org/{'x' * 9_000}", "<guid>1</guid>"),
        item("b", "http://nom:secret@a.example.org/b", "<guid>2</guid>"),
        item("c", "http://аррӏе.example.org/c", "<guid>3</guid>"),
        *[item("d", more="<guid>same</guid>")] * 3,
        *(
            item("e", f"http://a.example.org/{n}", f"<pubDate>{date}</pubDate>")
            for n, date in enumerate(["Fri, 31 Dec 9999 23:59:59 GMT", "0001-01-01", "9999-12-31"])
        ),
    ]
    body = rss(*entries).replace(b"</channel>", b"<x>\x00</x></channel>")
    headers = {"ETag": '"' + "e" * 60_000 + '"', "Set-Cookie": "who=you; Max-Age=999"}
    server.serve("/it", body, headers)
    live = watch(declared("a"))
    live.run()
    kept = live.rows("SELECT title, url, published_at FROM entries ORDER BY title, url")
    assert [title for title, *_ in kept] == ["abc", "b", "c", "d", "e", "e", "e"]
    assert kept[0][1] is None
    assert kept[1][1] is None
    assert kept[2][1].startswith("http://аррӏе")
    assert {at for *_, at in kept} == {None}
    live.clock.advance(hours=24)
    assert outcomes(live, live.run()) == {"a": "unchanged"}
    again = server.log[-1].headers
    assert not again.keys() & {"cookie", "if-none-match"}


def test_a_hundred_thousand_entries_are_read_up_to_the_limit(watch, server):
    many = (item(str(n), f"http://a.example.org/{n}") for n in range(100_000))
    server.serve("/it", rss(*many))
    live = watch(declared("a"), collect={"max_entries": 100})
    live.run()
    assert live.rows("SELECT outcome, entries FROM polls") == [("ok", 100)]


def test_headers_without_measure_are_a_named_failure(watch, server):
    bomb = b"".join(b"X-%d: %s\r\n" % (n, b"y" * 900) for n in range(5_000))
    server.script("/it", lambda: [b"HTTP/1.1 200 OK\r\n", bomb, b"\r\n"])
    live = watch(declared("a"))
    [found] = outcomes(live, live.run()).values()
    assert found in {FailureKind.TOO_LARGE, FailureKind.BROKEN}


def test_items_that_all_lead_to_the_home_page_are_items_each_with_the_feed_s_text(watch, server):
    def told(n):
        return item(f"Nouvelle {n}", "http://a.example.org/", f"<guid>n{n}</guid>")

    home = item("Accueil", "http://a.example.org/", "<guid>http://a.example.org</guid>")
    server.serve("/it", rss(*map(told, range(3)), home))
    server.serve("/", PAGE.encode(), {"Content-Type": "text/html"})
    live = watch(declared("a"))
    live.run("collect")
    live.clock.advance(days=1)
    server.serve("/it", rss(*map(told, range(4))))
    live.run("collect")
    assert live.rows("SELECT title FROM articles ORDER BY title") == [
        (f"Nouvelle {n}",) for n in range(4)
    ]
