"""Signing in and out, and what the gate of the staff's pages lets through."""

import re
from datetime import timedelta

import pytest
from argon2 import PasswordHasher
from fakes.pages import signed_in

from veille.staff.accounts import Role
from veille.store.desk import open_desk

SESSION = "__Host-veille-session"
PASSPHRASE = "quatre mots que nul ne dit"
HASHED = PasswordHasher(1, 64, 1).hash(PASSPHRASE)


@pytest.fixture
def lise(site):
    """An account with a passphrase; returns what its form says."""
    with desk_of(site) as desk:
        desk.accounts.add("lise", Role.ADMIN, name="Lise", now=site.clock.now())
        desk.accounts.set_passphrase("lise", HASHED)
    return {"handle": "lise", "passphrase": PASSPHRASE}


def desk_of(site):
    return open_desk(site.workspace.var / "desk.sqlite")


def cookie_of(reply) -> str:
    return reply.cookies[SESSION].partition(";")[0]


def test_the_way_in_and_out(site, lise):
    reply = site.get("/account?a=1")
    assert reply.status == 303
    assert reply.headers["location"] == "/login?next=%2Faccount%3Fa%3D1"
    assert 'value="/account?a=1"' in site.get(reply.headers["location"]).text
    reply = site.post("/login", {**lise, "next": "/account?a=1"}.items())
    assert (reply.status, reply.headers["location"]) == (303, "/account?a=1")
    told = reply.cookies[SESSION]
    assert re.match(r"__Host-veille-session=[\w-]{43}; ", told)
    for said in ("HttpOnly", "Path=/", "SameSite=lax", "Secure", "Max-Age=604800"):
        assert said in told
    cookie = cookie_of(reply)
    page = site.get("/account", Cookie=cookie)
    assert page.status == 200
    with desk_of(site) as desk:
        kept = desk.accounts.passphrase_hash("lise")
        assert "m=65536,t=3,p=1" in kept, "hashed anew, as is done today"
    csrf = re.search(r'name="csrf" value="(\w+)"', page.text)[1]
    reply = site.post("/logout", [("csrf", csrf)], Cookie=cookie)
    assert reply.headers["location"] == "/login"
    assert 'veille-session=""' in reply.cookies[SESSION]
    assert site.get("/account", Cookie=cookie).status == 303, "a stolen cookie is worth nothing"


def test_headers(site):
    reply = signed_in(site).get("/account")
    policy = reply.headers["content-security-policy"]
    assert "script-src 'self';" in policy
    assert "unsafe" not in policy
    assert reply.headers["cache-control"] == "no-store"
    assert reply.headers["x-robots-tag"] == "noindex"
    assert reply.headers["referrer-policy"] == "same-origin"
    assert not re.search(r"<style|\son\w+=|style=|javascript:", reply.text)


def test_the_language_is_kept(site):
    lise = signed_in(site)
    assert 'lang="fr-CA"' in lise.get("/account").text
    reply = lise.post("/account/language", {"language": "en", "next": "/account?x=1"})
    assert reply.headers["location"] == "/account?x=1"
    assert 'lang="en-CA"' in lise.get("/account", Accept_Language="fr").text


@pytest.fixture
def keys(lise, site):
    """Two keys of Lise's programs."""
    with desk_of(site) as desk:
        return [
            desk.keys.make("lise", purpose, now=site.clock.now())
            for purpose in ("Tableau", "Carnet")
        ]


def opened_by(site, keys):
    with desk_of(site) as desk:
        return [desk.keys.find(one, now=site.clock.now()) is not None for one in keys]


@pytest.mark.usefixtures("light")
@pytest.mark.parametrize(("ticked", "kept"), [({}, True), ({"keys": "end"}, False)])
def test_whoever_changes_their_passphrase_says_what_becomes_of_their_keys(
    site, lise, keys, ticked, kept
):
    cookie = cookie_of(site.post("/login", lise.items()))
    page = site.get("/account", Cookie=cookie).text
    assert "Carnet, Tableau" in page
    told = {
        "current": PASSPHRASE,
        "passphrase": "cinq autres mots que ceux-là",
        "again": "cinq autres mots que ceux-là",
    }
    csrf = re.search(r'name="csrf" value="(\w+)"', page)[1]
    reply = site.post(
        "/account/passphrase", [*told.items(), *ticked.items(), ("csrf", csrf)], Cookie=cookie
    )
    assert reply.status == 303
    flash = "; ".join(one.partition(";")[0] for one in reply.cookies.values())
    assert ("2 clés de programmes" in site.get("/account", Cookie=flash).text) is kept
    assert opened_by(site, keys) == [kept, kept]


def test_recovering_an_account_ends_its_keys(site, lise, keys):
    with desk_of(site) as desk:
        token = desk.accounts.make_link("lise", lasting=timedelta(hours=1), now=site.clock.now())
    told = {"passphrase": "cinq autres mots que ceux-là", "again": "cinq autres mots que ceux-là"}
    assert site.post(f"/login/link/{token}", told.items()).status == 303
    assert opened_by(site, keys) == [False, False]


def test_an_administrator_sees_keys_and_takes_them_back(site, lise, keys):
    admin = signed_in(site)
    assert "Tableau" in admin.get("/users/lise").text
    assert admin.post("/users/lise/keys").status == 303
    assert opened_by(site, keys) == [False, False]


def test_all_of_ones_keys_are_taken_back_at_once(site):
    reader = signed_in(site)
    with desk_of(site) as desk:
        made = [desk.keys.make(reader.handle, one, now=site.clock.now()) for one in "ab"]
    shown = reader.get("/account/keys").text
    assert "/account/keys/revoke" in shown
    assert "://veille.example.org/api/items" in shown
    assert reader.post("/account/keys/revoke").status == 303
    assert opened_by(site, made) == [False, False]
