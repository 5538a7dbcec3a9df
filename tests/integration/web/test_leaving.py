"""Leaving in one POST, and in nothing less (RFC 8058)."""

import http.client
import re
from html import unescape

import pytest
from fakes.issues import candidate, issue
from fakes.pages import dump, shelve

from veille.subscribers.people import State


def state(site, token):
    with site.readers() as readers:
        return readers.whose(token).state


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\n'
            "One-Click\r\n--x--\r\n",
        ),
    ],
)
def test_one_click(site, lise, kind, body):
    """As a mail program does: no cookie, no page before, another Host, no redirect to follow."""
    link = http.client.HTTPConnection("127.0.0.1", site.port)
    link.request(
        "POST", f"/unsubscribe?t={lise}", body, {"Content-Type": kind, "Host": "x.example"}
    )
    answer = link.getresponse()
    assert answer.status == 200
    assert answer.getheader("Location") is None
    assert answer.getheader("Set-Cookie") is None
    assert "Plus rien ne vous est envoyé" in answer.read().decode()
    link.close()
    assert state(site, lise) is State.LEFT
    with site.readers() as readers:
        person = readers.whose(lise)
        assert not readers.is_mailable(person.subscriber_id, site.clock.now())
    assert site.post(f"/unsubscribe?t={lise}").status == 200, "twice does no harm"


def test_a_page_with_a_button(site, lise):
    page = site.get(f"/unsubscribe?t={lise}").text
    [action] = re.findall(r'<form method="post" action="([^"]+)"', page)
    assert state(site, lise) is State.ACTIVE
    assert site.post(action).status == 200
    assert state(site, lise) is State.LEFT


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "OPTIONS", "TRACE", "PUT", "PATCH", "DELETE", "post"]
)
@pytest.mark.parametrize("path", ["/unsubscribe?t=", "/preferences?t="])
def test_no_other_method_does_anything(site, lise, method, path):
    before = dump(site.workspace)
    site.ask(
        method, path + lise, "List-Unsubscribe=One-Click&do=pause",
        X_HTTP_Method_Override="POST", X_Method_Override="POST",
        Content_Type="application/x-www-form-urlencoded",
    )  # fmt: skip
    site.ask(method, f"{path}{lise}&_method=POST&do=pause")
    assert dump(site.workspace) == before


def test_a_scanner_follows_every_link_and_changes_nothing(site, lise):
    """As a mail gateway does with what it finds in messages, page after page."""
    shelve(site.workspace, issue(candidate("a"), candidate("b", url="https://elsewhere.example/b")))
    site.sign_up("ada@example.org")
    waiting = [
        site.path_in(site.letter()[1]), "/",
        f"/preferences?t={lise}", f"/unsubscribe?t={lise}", f"/unsubscribe/{lise}",
    ]  # fmt: skip
    before, seen = dump(site.workspace), set()
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        assert site.ask("HEAD", path).status == 200, path
        reply = site.get(path)
        assert reply.status == 200, path
        found = re.findall(r'(?:href|src|action)="(/[^"#]*)"', reply.text)
        waiting += [unescape(one) for one in found]
    assert len(seen) > 20
    assert dump(site.workspace) == before
