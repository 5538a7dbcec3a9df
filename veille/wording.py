"""The sentences people read for what the program knows as codes."""

from veille.errors import FailureKind
from veille.i18n import _


def explain(kind: str, detail: str = "") -> str:
    """Say a failure in a sentence; an unknown kind (from a newer engine) is shown as it is."""
    sentence = _sentences().get(kind, kind)
    if "{detail}" in sentence:
        return sentence.format(detail=detail)
    return f"{sentence} ({detail})" if detail else sentence


def _sentences() -> dict[str, str]:
    return {
        FailureKind.OFFLINE: _("no answer: the network or this site cannot be reached"),
        FailureKind.REFUSED_CONNECTION: _("the server refuses the connection"),
        FailureKind.TIMEOUT: _("the server did not answer in time"),
        FailureKind.TLS: _("the secure connection could not be made: certificate or protocol"),
        FailureKind.BROKEN: _("the answer broke off or breaks the rules of HTTP"),
        FailureKind.FORBIDDEN_ADDRESS: _(
            "this name leads to an address inside a private network; "
            "add the host to fetch.allow_hosts if that is meant"
        ),
        FailureKind.BAD_URL: _("not a web address that can be asked"),
        FailureKind.ROBOTS: _("the site’s robots.txt asks robots not to come here"),
        FailureKind.TOO_LARGE: _("the answer is larger than allowed (fetch.max_bytes)"),
        FailureKind.TOO_SLOW: _("the answer took longer than allowed (fetch.total_timeout)"),
        FailureKind.REDIRECT_LOOP: _("the site redirects in circles, or too many times"),
        FailureKind.RATE_LIMITED: _("the server asks us to come back later"),
        FailureKind.UNAVAILABLE: _("the server is out of order for now"),
        FailureKind.DENIED: _("the server refuses to give this page"),
        FailureKind.MISSING: _("no such page"),
        FailureKind.GONE: _("withdrawn for good: the source is retired"),
        FailureKind.EMPTY: _("an empty answer (0 bytes)"),
        FailureKind.NOT_A_FEED: _("this is not a feed; « veille sources add URL » looks for one"),
        FailureKind.ENTITIES: _("the document declares entities: refused, it could be a trap"),
        FailureKind.MALFORMED: _("the document is malformed beyond repair"),
        FailureKind.RECIPE: _("the page has changed: the listing’s selectors find nothing more"),
        FailureKind.TOO_DEEP: _("more pages to follow than allowed (collect.max_documents)"),
        FailureKind.NOT_TEXT: _("not a page of text"),
        FailureKind.NO_TEXT: _("no article’s text on this page"),
        FailureKind.NOT_AN_ARTICLE: _("a home, listing or login page, not an article"),
        FailureKind.LIMIT: _("reading took more time or memory than allowed"),
        FailureKind.DEFECT: _("a defect of veille; please report it with the log"),
    }
