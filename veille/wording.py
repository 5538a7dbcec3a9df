"""The sentences people read for what the program knows as codes."""

import re

from veille.errors import FailureKind
from veille.i18n import _


def explain(kind: str, detail: str = "") -> str:
    """Say a failure in a sentence; an unknown kind (from a newer engine) is shown as it is."""
    if kind == FailureKind.RECIPE and (lacking := explain_lack(detail)):
        return lacking
    sentence = _sentences().get(kind, kind)
    if "{detail}" in sentence:
        return sentence.format(detail=detail)
    return f"{sentence} ({detail})" if any(map(str.isalnum, detail)) else sentence


def explain_lack(kind: str) -> str:
    """Say what a source of this kind cannot be read without; empty for kinds that need nothing."""
    return {
        "listing": _("its selectors are to be written (« listing: » in sources.yaml)"),
        "oai": _("its set is to be chosen (« oai: » in sources.yaml)"),
        "api": _("« kind: api » is not read yet"),
    }.get(kind, "")


def explain_line(problem: str) -> str:
    """Say what is wrong with a line of JSON Lines; what the library says stands in parentheses."""
    if problem.startswith("JSON: "):
        return _("not JSON ({problem})").format(problem=problem.removeprefix("JSON: "))
    known = {
        "not an object": _("not a JSON object (between braces)"),
        "neither title nor text": _("it has neither « title » nor « text »"),
        "relevant, domains or regions": _(
            "« relevant » should be true or false, « domains » and « regions » lists of codes"
        ),
    }
    name = problem.removesuffix(" is not text")
    if name != problem:
        return _("« {name} » should be text").format(name=name)
    return known.get(problem, problem)


def category_name(code: str) -> str:
    """Say what kind of organisation a source is; a word of the workspace's own stays as it is."""
    known = {
        "network": _("Network"),
        "media": _("Media"),
        "research": _("Research"),
        "support_body": _("Support organisation"),
        "cooperative_federation": _("Federation of cooperatives"),
        "international_body": _("International organisation"),
        "funder": _("Funder"),
        "government": _("Government"),
        "foundation": _("Foundation"),
    }
    return known.get(code, code.replace("_", " ").capitalize())


def pipeline_name(name: str) -> str:
    """Say what a pipeline of ours is called by people; the workspace's own by its name."""
    known = {
        "nightly": _("Night"),
        "weekly": _("Bulletin of the week"),
        "keep": _("Backup and tidying"),
        "train": _("Training"),
    }
    return known.get(name, name)


def store_name(name: str) -> str:
    """Say what a part of `var/` holds; one that is not ours by its name."""
    known = {
        "watch": _("articles collected"),
        "catalogue": _("published catalogue"),
        "subscribers": _("subscribers and sendings"),
        "desk": _("decisions and accounts"),
        "bulletins": _("issues of the bulletin"),
        "models": _("models learnt"),
        "set-aside": _("what was set aside"),
    }
    return known.get(name, name)


def brief(kind: str) -> str:
    """Say a failure in a few words: its sentence up to the first pause."""
    return re.split(r"\s*[;:(,]", explain(kind))[0]


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
        FailureKind.RECIPE: _(
            "what is declared does not find anything any more: a listing’s selectors, "
            "a repository’s set"
        ),
        FailureKind.TOO_DEEP: _("more pages to follow than allowed (collect.max_documents)"),
        FailureKind.NOT_TEXT: _("not a page of text"),
        FailureKind.NO_TEXT: _("no article’s text on this page"),
        FailureKind.NOT_AN_ARTICLE: _("a home, listing or login page, not an article"),
        FailureKind.LIMIT: _("reading took more time or memory than allowed"),
        FailureKind.EMPTY_WEEK: _("nothing to send: the week’s draft keeps no item"),
        FailureKind.NOT_APPROVED: _("its hour to leave came: the draft waits for approval"),
        FailureKind.UNKNOWN_FATE: _(
            "messages whose fate nobody knows: {detail}; « veille digest status » lists them"
        ),
        FailureKind.SENDING_ENDED: _("the mail server ended the sending"),
        FailureKind.OTHER_DESK: _(
            "this is not the desk of the last run (restored, or made anew): its decisions hold "
            "from now on, in place of the {detail} taken in before"
        ),
        FailureKind.NO_DESK: _(
            "the desk is gone, or cannot be read: the decisions taken in before hold meanwhile; "
            "restore a backup"
        ),
        FailureKind.OTHER_SHARE: _(
            "another engine works with the share {detail}: sites are asked twice, or by nobody; "
            "write the same number of engines on every host"
        ),
        FailureKind.DISK: _("the disk did not take something"),
        FailureKind.DEFECT: _("a defect of veille; please report it with the log"),
    }
