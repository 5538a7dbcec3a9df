"""Is this page an article? Home, listing, login, consent and error pages are not.

An article taken for something else is lost, so a page is refused on clear signs only, and the
less easily where it says itself that it is an article.
"""

import re
from collections import Counter
from dataclasses import dataclass
from itertools import islice
from urllib.parse import urljoin, urlsplit

from lxml.html import HtmlElement

from veille.extract.head import Head
from veille.text import words

_HOME = re.compile(
    r"/?(?:[a-z]{2}(?:[-_][a-z]{2})?/?)?(?:(?:index|default|home|accueil|inicio)(?:\.\w{2,5})?/?)?",
    re.IGNORECASE,
)
_LOGIN_PATH = re.compile(
    r"/(?:log-?in|sign-?in|sign_in|connexion|se-connecter|identification|authentification|"
    r"wp-login\.php|auth|sso|iniciar-sesion|entrar)(?:[/.]|$)",
    re.IGNORECASE,
)
_LOGIN = re.compile(
    r"\b(?:connexion|connectez-vous|se connecter|identifi(?:ez-vous|cation)|authentification|"
    r"log ?in|sign ?in|mot de passe|password|iniciar sesión|acceder|entrar|espace membres?)\b",
    re.IGNORECASE,
)
_ERROR = re.compile(  # the whole of a title, or of one of its parts
    r"(?:(?:erreur|error|http)?\W*(?:403|404|410|50[0-4])\b)?\W*(?:"
    r"(?:cette |la |this )?page (?:not found|introuvable|non trouvée|n.existe (?:pas|plus))"
    r"|not found|introuvable|forbidden|erreur|error|oups|oops|captcha|página no encontrada"
    r"|access denied|accès (?:refusé|interdit)|just a moment|un instant|attention required"
    r"|are you (?:a robot|human)|site en maintenance|under maintenance)?\W*",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\s[|–—:-]\s|:\s")
_CONSENT_HOST = re.compile(r"(?:consent|guce|privacy)\.")
_CONSENT = re.compile(r"cookies?\b|consent|confidentialit|privacy|témoins|traceurs", re.IGNORECASE)
_GATHERS = re.compile(
    r"(?:^|\s)(?:archive|category|tag|blog|home|search|search-results|page_rubrique|path-frontpage|"
    r"path-taxonomy|page-taxonomy-term|front|page_sommaire)(?=\s|$)"
)
_SINGLE = re.compile(r"(?:^|\s)(?:single|singular|single-post|page_article|node-type-\S+)(?=\s|$)")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5")

SCANT = 150
"""Words of text up to which a page may be a login, consent or error page, if it looks like one."""

HEADINGS = 100
"""Headings that are looked at: a page with more is known by its first ones."""

TEASER = 120
"""Words up to which what stands under one linked heading is a teaser; beyond, it is a post."""


@dataclass(frozen=True, slots=True)
class Looks:
    """What may tell that a page is no article, its address and its text apart."""

    says_article: bool
    gathers: bool
    asks_password: bool
    titles: tuple[str, ...]
    blocks: tuple[str, ...]
    """What stands under each heading that leads to another page of the site, on one line."""


def looks_of(head: Head, url: str) -> Looks | None:
    """Return how a page looks; None where it says that it is an article, and nothing denies it."""
    if head.article is not None:
        return None
    gathers, says_article = _gathers(head), head.first(("og:type",)).lower() == "article"
    if says_article and not gathers:  # the commonest case by far, so it is told apart first
        return None
    tree = head.tree
    return Looks(
        says_article=says_article,
        gathers=gathers,
        asks_password=any(field.get("type") == "password" for field in tree.iter("input")),
        titles=(head.title, *(one.text_content().strip() for one in tree.iter("h1"))),
        blocks=tuple(" ".join(one.text_content().split()) for one in _linked_blocks(tree, url)),
    )


def not_an_article(looks: Looks, url: str, text: str, count: int) -> str:
    """Return what a page is instead of an article, in one word; empty when it may be one.

    `listing`, `login`, `consent` or `error`; `text` is what was read as its article, of `count`
    words.
    """
    if not looks.says_article and count <= SCANT and (kind := _scant(looks, url, text, count)):
        return kind
    return "listing" if _is_listing(looks, text) else ""


def is_home(url: str) -> bool:
    """Return whether an address is that of a site's first page, in whatever language."""
    parts = urlsplit(url)
    return not parts.query and _HOME.fullmatch(parts.path) is not None


def _scant(looks: Looks, url: str, text: str, count: int) -> str:
    """Return what a page with little text, that does not say it is an article, is instead."""
    parts, asks = urlsplit(url), looks.asks_password
    if _LOGIN_PATH.search(parts.path) or (asks and _LOGIN.search(f"{looks.titles[0]}\n{text}")):
        return "login"
    if any(_says_error(each) for each in looks.titles):
        return "error"
    spoken_of = len(_CONSENT.findall(text))
    if _CONSENT_HOST.match(parts.netloc) or (spoken_of >= 3 and spoken_of * 20 > count):
        return "consent"
    return ""


def _says_error(title: str) -> bool:
    parts = (part for part in _PARTS.split(title) if re.search(r"\w", part))
    return any(_ERROR.fullmatch(part) for part in parts)


def _is_listing(looks: Looks, text: str) -> bool:
    blocks = looks.blocks
    posts = sum(words(block) > TEASER for block in blocks)
    teasers = len(blocks) - posts
    if looks.says_article:  # some sites say so on every page
        return teasers >= 8 and not _has_own_words(text, blocks, 30)
    if len(blocks) >= 2 and looks.gathers:
        return posts >= 2 or (teasers >= 3 and not _has_own_words(text, blocks, SCANT))
    if posts >= 3 or teasers < 3:
        return posts >= 3
    return not _has_own_words(text, blocks, 60 if teasers >= 5 else 20)


def _gathers(head: Head) -> bool:
    """Return whether the page says, to machines or in its style, that it gathers others."""
    body = head.tree.find("body")
    names = "" if body is None else f"{body.get('class') or ''} {body.get('id') or ''}".lower()
    return head.is_gathering or bool(_GATHERS.search(names) and not _SINGLE.search(names))


def _linked_blocks(tree: HtmlElement, url: str) -> list[HtmlElement]:
    """Return, for each heading that links to another page of the site, what stands under it.

    That is the largest element with no other such heading inside. None when there is but one.
    """
    headings = [one for one in islice(tree.iter(*_HEADINGS), HEADINGS) if _leads_on(one, url)]
    if len(headings) < 2:
        return []
    count = Counter(ancestor for heading in headings for ancestor in heading.iterancestors())
    blocks = []
    for heading in headings:
        block = heading
        for ancestor in heading.iterancestors():
            if count[ancestor] > 1 or ancestor.tag in {"body", "html", "main"}:
                break
            block = ancestor
        blocks.append(block)
    return blocks


def _leads_on(heading: HtmlElement, url: str) -> bool:
    links = (*islice(heading.iter("a"), 3), *islice(heading.iterancestors("a"), 1))
    return any(_is_another(link.get("href") or "", url) for link in links)


def _is_another(link: str, url: str) -> bool:
    """Return whether a link leads to another page of the same host, and not to its first one."""
    if not link or link.startswith("#"):
        return False
    try:
        ours, theirs = urlsplit(url), urlsplit(urljoin(url, link))
    except ValueError:
        return False
    same_host = theirs.netloc.lower().removeprefix("www.") == ours.netloc.removeprefix("www.")
    same_page = theirs.path.rstrip("/") == ours.path.rstrip("/") and theirs.query == ours.query
    return same_host and not same_page and not is_home(theirs.geturl())


def _has_own_words(text: str, blocks: tuple[str, ...], enough: int) -> bool:
    """Return whether the lines of `text` that are in none of the blocks have that many words."""
    inside = "\n".join(blocks)[:500_000]
    for line in text.split("\n")[:1_000]:
        if line.lstrip("- ") not in inside:
            enough -= words(line)
            if enough <= 0:
                return True
    return False
