"""The feeds of a page: those declared first, those of comments last."""

from veille.sources.discovery import FoundFeed, find_feeds

URL = "https://site.example.org/dossier/page"
PAGE = """<!doctype html><html><head><meta charset="utf-8"><base href="/">
<link rel="alternate" type="application/rss+xml" title="Site » Flux des commentaires" href="comments/feed/">
<link rel="ALTERNATE" type="application/atom+xml; charset=utf-8" title="L’actualité" href="feed.atom">
<link rel="alternate" type="application/json" href="/wp-json/wp/v2/pages/2">
<link rel="alternate" hreflang="en" href="/en/">
<link rel="alternate stylesheet" type="text/css" href="/contrast.css">
<link rel="feed" href="https://fil.example.org/tout">
<link rel="alternate" type="application/rss+xml" href="javascript:void(0)">
</head><body><!-- <link rel="alternate" type="application/rss+xml" href="/cache.xml"> -->
<a href="/spip.php?page=backend">RSS</a> <a href="/feed.atom">Atom</a> <a href="/?format=feed&type=rss">Flux</a>
<a href="/nouvelles/rss.xml"><img alt="RSS" src="rss.png"> Fil RSS</a> <a href="/feedback">Avis</a>
<a href="/blogue/comments/feed/">Commentaires</a> <a href="/rapport.pdf">Rapport</a>
</body></html>"""  # noqa: E501


def test_feeds_come_in_the_order_of_their_likeliness():
    root = "https://site.example.org/"
    assert find_feeds(PAGE.encode(), URL) == (
        FoundFeed(f"{root}feed.atom", "L’actualité"),
        FoundFeed("https://fil.example.org/tout"),
        FoundFeed(f"{root}spip.php?page=backend", "RSS", declared=False),
        FoundFeed(f"{root}?format=feed&type=rss", "Flux", declared=False),
        FoundFeed(f"{root}nouvelles/rss.xml", "Fil RSS", declared=False),
        FoundFeed(f"{root}comments/feed/", "Site » Flux des commentaires"),
        FoundFeed(f"{root}blogue/comments/feed/", "Commentaires", declared=False),
    )


def test_a_page_without_feeds_or_markup_has_none():
    for page in (b"", b" ", b"<?", b"\x00\xff", b"<p>Rien</p>", b'<base href="http://[">'):
        assert find_feeds(page, URL) == ()
