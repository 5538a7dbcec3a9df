"""Checks before sending: each fault found, nothing found where all is well."""

import pytest
from fakes.fetcher import FakeFetcher

from veille.deliver.checks import check_links, check_mail, check_names, links_of
from veille.errors import FailureKind
from veille.model.bulletin import PERSONAL_LINK, Masthead, RenderedMail

WHO = Masthead("Veille", "Coop d’essai", "1, rue du Port, Rimouski", "info@example.org")
FOOT = "Coop d'essai — 1, rue du\u00a0Port, Rimouski — info@example.org"
PAGE = f'<html lang="fr"><body><p>Bonjour</p><p>{FOOT}</p><a href="{PERSONAL_LINK}">quitter</a>'
TEXT = f"Bonjour\n\n{FOOT}\n{PERSONAL_LINK}\n"


def mail(page=PAGE, text=TEXT):
    return RenderedMail("2026-W48", "ed", "fr", "Bulletin", page, text)


def faults(**changed):
    return [finding.told for finding in check_mail(mail(**changed), WHO) if finding.fault]


def test_a_sound_mail():
    assert faults() == []


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"page": PAGE.replace("Rimouski", "")}, "deliver.postal_address"),
        ({"text": TEXT.replace("info@", "")}, "deliver.contact"),
        ({"page": PAGE.replace(PERSONAL_LINK, "#")}, "HTML"),
        ({"text": TEXT.replace(PERSONAL_LINK, "")}, "text"),
        ({"page": PAGE + "{{ nom }}"}, "HTML"),
        ({"page": PAGE + "x" * 100_000}, "100000"),
        ({"page": PAGE.replace(' lang="fr"', "")}, "HTML"),
        ({"page": PAGE + '<img src="logo.png">'}, "logo.png"),
    ],
)
def test_faults(changed, told):
    [fault] = faults(**changed)
    assert told in fault


def test_an_image_without_meaning_may_have_an_empty_text():
    assert faults(page=PAGE + '<img src="logo.png" alt="">') == []


NAMES = ["Saguenay–Lac-Saint-Jean", "Côte-Nord", "Laval", "Centre-du-Québec", "Montérégie"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("Nouvelles du Saguenay-Lac-Saint-Jean", "Saguenay–Lac-Saint-Jean"),
        ("Au Centre du Québec, une coop", "Centre-du-Québec"),
        ("La Monterégie bouge", "Montérégie"),
        ("Sur la Cote-Nord", "Côte-Nord"),
        ("Sur la Côte-Nord et à LAVAL, au Centre-du-Québec", None),
        ("Montréal, Québec, Lavaltrie et la Côte-de-Beaupré", None),
    ],
)
def test_names_of_regions(text, meant):
    found = check_names([text], NAMES)
    assert [meant in one.told for one in found] == ([True] if meant else [])


def test_links():
    page = PAGE + '<a href="https://a.example/x">a</a><a href="https://b.example/">b</a>'
    urls = links_of(mail(page + '<a href="https://a.example/x">a</a><a href="mailto:x@y.z">c</a>'))
    assert urls == ["https://a.example/x", "https://b.example/"]
    fetcher = FakeFetcher()
    fetcher.serve(urls[0], b"x")
    fetcher.fail(urls[1], FailureKind.MISSING, status=404)
    [found] = check_links(urls, fetcher)
    assert "https://b.example/" in found.told
    assert not found.fault


def test_an_unreachable_network_is_said_once():
    fetcher = FakeFetcher()
    for host in "ab":
        fetcher.fail(f"https://{host}.example/", FailureKind.OFFLINE)
    assert len(check_links(["https://a.example/", "https://b.example/"], fetcher)) == 1
    assert check_links([], fetcher) == []
