"""What every answer keeps to: headers, languages, no leak; and the command that serves them."""

import json
import re
import signal
import subprocess
import sys
import urllib.request

import pytest
from fakes.commands import veille
from fakes.pages import CONFIG, made_workspace, served
from fakes.processes import VEILLE, kill_all, start

PAGES = (
    "/", "/subscribe", "/subscribe/asked", "/archive", "/feeds", "/health", "/robots.txt",
    "/static/site.css", "/rien", "/preferences/x", "/unsubscribe", "/feeds/rien.rss",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_headers_of_all_answers(site, path):
    for method in ("GET", "HEAD", "POST"):
        headers = site.ask(method, path).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert "set-cookie" not in headers
        assert "server" not in headers


def test_a_body_too_long(site):
    reply = site.ask("POST", "/subscribe", "email=" + "a" * 100_000)
    assert reply.status == 413
    assert reply.headers["referrer-policy"] == "no-referrer"

    def endless():
        for _ in range(1000):
            yield b"a" * 1000

    assert (
        site.ask(
            "POST", "/subscribe", endless(), Content_Type="application/x-www-form-urlencoded"
        ).status
        == 413
    )


@pytest.mark.parametrize(
    ("asked", "header", "spoken"),
    [
        ("", "", "fr"),
        ("", "en-GB,en;q=0.8", "en"),
        ("", "es,en;q=0.5,fr;q=0.4", "en"),
        ("", "en;q=0.2, fr-CA", "fr"),
        ("", "es", "fr"),
        ("?lang=en", "fr", "en"),
        ("?lang=%22%3E%3Cscript%3Ealert(1)%3C/script%3E", "", "fr"),
        ("?lang=../../etc", "q=;;,;q=x,en;q=nan", "fr"),
    ],
)
def test_the_language(site, asked, header, spoken):
    for path in ("/", "/rien", "/preferences/x"):
        text = site.get(path + asked, Accept_Language=header).text
        assert f'<html lang="{spoken}-CA"' in text
        assert "<script" not in text
        links = re.findall(r'href="(/(?!static|archive/feed|feeds/)[^"]*)"', text)
        carried = [link for link in links if "lang=" in link]
        assert bool(len(carried) > 2) is (asked == "?lang=en"), "links carry on what was chosen"


def test_addresses_stay_within_a_sites_path(tmp_path):
    config = CONFIG.replace("veille.example.org\n", "pole.example.org/veille/\n")
    with served(made_workspace(tmp_path / "w", config)) as site:
        links = re.findall(r'(?:href|action)="(/[^"]*)"', site.get("/subscribe").text)
        assert links
        assert all(link.startswith("/veille/") for link in links)


def test_a_defect_gives_nothing_away(site, monkeypatch):
    site.get("/health")
    site.workspace.var.joinpath("subscribers.sqlite").write_bytes(b"not a store" * 100)
    reply = site.get("/health")
    assert reply.status == 503
    assert str(site.workspace.root) not in reply.text
    monkeypatch.setattr("veille.web.front.published", lambda _site: 1 / 0)
    reply = site.get("/", Accept_Language="en")
    assert reply.status == 500
    assert "Something does not work on our side" in reply.text
    assert "ZeroDivision" not in reply.text
    assert reply.headers["referrer-policy"] == "no-referrer"


def test_health(site):
    told = json.loads(site.get("/health").text)
    assert told["status"] == "ok"


def test_pages_are_sound_html(site, lise):
    """One main, one h1, a language, labels for all fields, no id twice, nothing from elsewhere."""
    from lxml import html

    for path in (
        "/",
        "/subscribe",
        "/archive",
        "/feeds",
        f"/preferences/{lise}",
        f"/unsubscribe/{lise}",
        "/rien",
    ):
        text = site.get(path).text
        page = html.fromstring(text)
        assert len(page.findall(".//main")) == len(page.findall(".//h1")) == 1, path
        ids = page.xpath("//@id")
        assert len(ids) == len(set(ids)), path
        assert page.xpath("//a[@class='skip']/@href") == ["#contenu"]
        for field in page.xpath("//input[not(@type='hidden')]|//select"):
            labelled = field.getparent().tag == "label" or page.xpath(
                f"//label[@for='{field.get('id')}']"
            )
            assert labelled, (path, field.attrib)
        for named in page.xpath("//@aria-describedby|//@aria-labelledby"):
            assert named in ids, (path, named)
        assert not re.search(r"<script|<style|\son\w+=|style=|javascript:", text)
        assert not re.search(r'(?:src|href)="https?://(?!veille\.example\.org)', text)


@pytest.fixture
def command(site):
    process = start(
        [VEILLE, "serve", "-w", str(site.workspace.root), "--port", "0"], site.workspace.root
    )
    yield process
    kill_all(process)


def test_the_command(command):
    told = command.stdout.readline()
    url = re.search(r"http://127\.0\.0\.1:\d+/", told)[0]
    assert told.startswith("Les pages sont à ")
    secret = "SECRET-OF-SOMEBODY"
    for path in ("health", f"preferences/{secret}?lang=en", f"unsubscribe?t={secret}"):
        try:
            urllib.request.urlopen(url + path).close()
        except urllib.error.HTTPError as error:
            error.close()
    command.send_signal(signal.SIGTERM)
    said, complained = command.communicate(timeout=20)
    assert command.returncode == 0
    assert secret not in said + complained


def test_others_are_let_in_only_when_asked(site):
    workspace = site.workspace
    done = veille("serve", "-w", str(workspace.root), "--host", "0.0.0.0", at=workspace.root)
    assert done.returncode == 2
    assert "--beyond-loopback" in done.stderr


def test_a_port_that_is_taken(site):
    workspace = site.workspace
    port = str(site.port)
    done = veille("serve", "-w", str(workspace.root), "--port", port, at=workspace.root)
    assert done.returncode == 2
    assert "--port" in done.stderr


def test_help_loads_no_web_framework():
    code = "import sys; from veille.cli.app import app; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"fastapi", "starlette", "uvicorn", "jinja2"} & set(done.stdout.split())
