"""What is tried on the staff's pages by those who have no account, a lesser one, or a stolen one.

Each test fails without its guard: all were seen to, once, with the guard taken out.
"""

import re
from datetime import timedelta
from urllib.parse import urlencode

import pytest
from argon2 import PasswordHasher
from fakes.pages import CONFIG, made_workspace, served, signed_in
from fastapi import Request
from fastapi.responses import Response

from veille.staff import totp
from veille.staff.accounts import Role
from veille.store.desk import open_desk
from veille.web.app import routes
from veille.web.staff.cookies import Flash, Jar
from veille.web.staff.shell import gates
from veille.web.staff.ways import local

SESSION = "__Host-veille-session"
PASSPHRASE = "quatre mots que nul ne dit"
HASHED = PasswordHasher(1, 64, 1).hash(PASSPHRASE)  # as before today’s parameters, and quick
LISE = {"handle": "lise", "passphrase": PASSPHRASE}
EVIL = (
    "//evil.example", "///evil.example", "/\\evil.example", "\\\\evil.example", "/\\/evil.example",
    "https:evil.example", "https://evil.example/", "http:/evil.example", "javascript:alert(1)",
    "/\t/evil.example", "/\n/evil.example", "\t//evil.example", " //evil.example", "evil.example",
    "/x\r\nSet-Cookie: a=b", "/x\x00", "/ /evil.example", "/" + "x" * 2000, "//[", "/\u2028/x",
)  # fmt: skip


pytestmark = pytest.mark.usefixtures("light")


@pytest.fixture
def lise(site):
    """An administrator with a passphrase; returns a way to open the desk."""
    with desk_of(site) as desk:
        desk.accounts.add("lise", Role.ADMIN, name="Lise", now=site.clock.now())
        desk.accounts.set_passphrase("lise", HASHED)
    return lambda: desk_of(site)


@pytest.fixture
def quick(monkeypatch):
    """Compare passphrases without the slow hash, where only how often matters."""
    from veille.web.staff.access import entering

    monkeypatch.setattr(
        entering, "is_passphrase", lambda given, hashed: bool(hashed) and given == PASSPHRASE
    )


def desk_of(site):
    return open_desk(site.workspace.var / "desk.sqlite")


def cookie_of(reply) -> str:
    return reply.cookies[SESSION].partition(";")[0]


def entered(site, **fields):
    reply = site.post("/login", {**LISE, **fields}.items())
    assert reply.status == 303
    return cookie_of(reply)


def is_in(site, cookie) -> bool:
    return site.get("/account", Cookie=cookie).status == 200


# Forged requests


def test_forms_of_others_are_refused(site):
    lise, ada = signed_in(site), signed_in(site, Role.REVIEWER)
    right = [("language", "en"), ("csrf", lise.csrf)]
    refused = [
        ([("language", "en")], {}),
        ([("language", "en"), ("csrf", ada.csrf)], {}),
        ([("language", "en"), ("csrf", "")], {}),
        ([("language", "en"), ("csrf", "é")], {}),
        (right, {"Sec_Fetch_Site": "cross-site"}),
        (right, {"Sec_Fetch_Site": "same-site"}),
        (right, {"Origin": "https://evil.example"}),
        (right, {"Origin": "null"}),
        (right, {"Origin": f"http://127.0.0.1:{site.port}.evil.example"}),
    ]
    for fields, headers in refused:
        reply = site.post("/account/language", fields, Cookie=lise.cookie, **headers)
        assert reply.status == 403, (fields, headers)
        with lise.desk() as desk:
            assert desk.accounts.the("admin").language == ""
    for headers in (
        {},
        {"Origin": "https://veille.example.org"},
        {"Sec_Fetch_Site": "same-origin"},
    ):
        assert site.post("/account/language", right, Cookie=lise.cookie, **headers).status == 303


def test_nobody_is_signed_in_by_another_sites_form(site, lise):
    for headers in ({"Origin": "https://evil.example"}, {"Sec_Fetch_Site": "cross-site"}):
        assert site.post("/login", LISE.items(), **headers).status == 403


def test_no_other_method_gets_through(site):
    lise = signed_in(site)
    for method in ("GET", "HEAD", "PUT", "DELETE", "PATCH", "TRACE", "OPTIONS", "PROPFIND"):
        reply = site.ask(method, "/account/language", Cookie=lise.cookie)
        assert reply.status == 405, method
        if method != "HEAD":
            assert lise.token not in reply.text
    for header in ("X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"):
        reply = site.ask("GET", "/account?_method=POST", Cookie=lise.cookie, **{header: "POST"})
        assert reply.status == 200
        reply = site.post(
            "/account", [("_method", "DELETE")], Cookie=lise.cookie, **{header: "GET"}
        )
        assert reply.status == 405
    assert is_in(site, lise.cookie)


# Sessions


def test_a_token_from_before_is_not_the_one_after(site, lise, quick):
    planted = f"{SESSION}=planted-by-somebody-else"
    assert cookie_of(site.post("/login", LISE.items(), Cookie=planted)) != planted
    assert not is_in(site, planted)
    own = signed_in(site, Role.READER)
    new = cookie_of(site.post("/login", LISE.items(), Cookie=own.cookie))
    assert new != own.cookie
    assert not is_in(site, own.cookie), "and what was planted is dead"
    assert "Lise" in site.get("/account", Cookie=new).text


def test_what_ends_a_session(site, lise):
    other, cookie = entered(site), entered(site)
    token = cookie.partition("=")[2]
    with lise() as desk:
        assert token not in "".join(desk.db.connection.iterdump()), "only its hash is kept"
    from veille.staff.tokens import derived

    fields = {"current": PASSPHRASE, "passphrase": "cinq mots bien plus longs", "csrf": derived(
        token, "csrf")}  # fmt: skip
    fields["again"] = fields["passphrase"]
    changed = site.post("/account/passphrase", fields.items(), Cookie=cookie)
    assert changed.status == 303
    assert not is_in(site, other), "elsewhere"
    assert not is_in(site, cookie), "the token is another one"
    cookie = cookie_of(changed)
    assert is_in(site, cookie)
    site.clock.advance(hours=11)
    assert is_in(site, cookie)
    site.clock.advance(hours=13)
    assert not is_in(site, cookie), "unused"
    cookie = entered(site, passphrase="cinq mots bien plus longs")
    for _ in range(16):
        site.clock.advance(hours=11)
        still = is_in(site, cookie)
    assert not still, "used, for more than a week"


def test_cookies_of_a_browser_at_the_server_itself(site, lise, quick):
    """Not all keep Secure cookies from http; the plain ones count nowhere else."""
    here = {"Origin": f"http://127.0.0.1:{site.port}"}
    told = site.post("/login", LISE.items(), **here).cookies
    assert set(told) == {"veille-session", "veille-browser"}
    assert "HttpOnly" in told["veille-session"]
    cookie = told["veille-session"].partition(";")[0]
    assert is_in(site, cookie)
    assert site.get("/account", Cookie=cookie, Host="veille.example.org").status == 303


def test_who_is_disabled_is_out(site):
    ada = signed_in(site, Role.REVIEWER)
    boss = signed_in(site)
    assert is_in(site, ada.cookie)
    assert boss.post("/users/reviewer/disable").status == 303
    assert not is_in(site, ada.cookie)
    assert ada.post("/account/language", {"language": "en"}).status == 403


# Where one is led


@pytest.mark.parametrize("there", EVIL)
def test_nobody_is_led_elsewhere(site, lise, quick, there):
    assert local(there) == ""
    reply = site.post("/login", {**LISE, "next": there}.items())
    assert reply.status == 303
    assert re.fullmatch(r"/[a-z]+", reply.headers["location"])
    cookie = cookie_of(reply)
    reply = site.get(f"/login?{urlencode({'next': there})}", Cookie=cookie)
    assert re.fullmatch(r"/[a-z]+", reply.headers["location"])
    assert "a=b" not in str(reply.cookies)


def test_names_put_nothing_in_headers(site):
    lise = signed_in(site)
    name = 'A\r\nSet-Cookie: a=b\r\n\r\n<script>alert(1)</script>"'
    reply = lise.post("/account/name", {"name": name, "email": ""})
    assert reply.status == 303
    assert "a" not in reply.cookies
    text = lise.get("/account").text
    assert "<script" not in text
    assert "Set-Cookie: a=b &lt;script&gt;" in text
    for handle in ("a\r\nb", "<b>", "../x", "a b", "", "A" * 40, "-x"):
        reply = lise.post("/users", {"handle": handle, "role": "reader"})
        assert reply.status == 422, handle
    assert site.get("/account?x=%0d%0aSet-Cookie:%20a=b").headers["location"].count("\n") == 0


def test_what_is_said_on_the_next_page_is_ours(site):
    lise = signed_in(site)
    forged = "__Host-veille-flash=eyJ0ZXh0IjoiaGEifQ.c2lnbmVk"
    text = site.get("/account", Cookie=f"{lise.cookie}; {forged}").text
    assert 'class="flash' not in text
    told = lise.post("/account/name", {"name": "L"}).cookies["__Host-veille-flash"].split(";")[0]
    assert 'class="flash' in site.get("/account", Cookie=f"{lise.cookie}; {told}").text
    other = signed_in(site, Role.READER)
    assert 'class="flash' not in site.get("/account", Cookie=f"{other.cookie}; {told}").text


def test_what_is_said_fits_what_browsers_keep(site):
    lise = signed_in(site)
    made = "".join(chr(0x4E00 + n * 7 % 20_000) for n in range(5_000))
    response = Response()
    request = Request({"type": "http", "headers": [], "path": "/"})
    jar = Jar(request, site.app.state.site)
    jar.keep_flash(response, lise.token, Flash(made, "bad", "/review/undo/0123456789abcdef"))
    cookie = response.headers["set-cookie"].split(";")[0]
    assert len(cookie) < 4_000
    text = site.get("/account", Cookie=f"{lise.cookie}; {cookie}").text
    assert made[:100] in text
    assert "/review/undo/0123456789abcdef" in text


# Roles


def staff_routes():
    """Every route of the staff's pages, with the role that its gate asks for (None: no gate)."""
    for route in routes():
        if route.endpoint.__module__.startswith("veille.web.staff."):
            yield route, next(iter(gates(route)), None)


OPEN = {"/login", "/login/code", "/login/link/{token}", "/login/forgotten"}


def test_every_page_of_the_staff_has_its_gate():
    found = {route.path for route, role in staff_routes() if role is None}
    assert found == OPEN


def test_no_role_does_what_a_higher_one_may(site):
    people = {role: signed_in(site, role) for role in Role}
    for route, role in staff_routes():
        if role is None:
            continue
        path = re.sub(r"\{[^}]+\}", "1", route.path)
        if "GET" in route.methods:
            reply = site.get(path)
            assert reply.headers.get("location", "").startswith("/login?next="), path
            for lesser in (one for one in Role if one < role):
                for method in ("GET", "HEAD"):
                    found = site.ask(method, path, Cookie=people[lesser].cookie)
                    assert found.status == 403, (method, path, lesser)
            assert site.get(path, Cookie=people[role].cookie).status not in {403, 401}, path
        else:
            assert site.post(path).status == 403, path
            for lesser in (one for one in Role if one < role):
                assert people[lesser].post(path).status == 403, (path, lesser)
            for enough in (one for one in Role if one >= role):  # but without the token
                assert site.post(path, Cookie=people[enough].cookie).status == 403, path


def test_nobody_raises_themselves(site):
    ada = signed_in(site, Role.EDITOR)
    for fields in ({"role": "admin"}, {"role": "admin", "handle": "editor", "name": "x"}):
        ada.post("/account/name", fields)
        assert ada.post("/users/editor", fields).status == 403
        assert ada.post("/users", {**fields, "handle": "other"}).status == 403
    with ada.desk() as desk:
        assert desk.accounts.the("editor").role is Role.EDITOR
        assert desk.accounts.find("other") is None


# Guessing


def test_words_and_work_are_the_same_whoever_is_named(site, lise, monkeypatch):
    """A name that does not exist costs a hash like one that does, and is told the same."""
    from veille.web.staff.access import entering

    tried, real = [], entering.is_passphrase
    monkeypatch.setattr(
        entering, "is_passphrase", lambda *given: (tried.append(given), real(*given))[1]
    )
    with lise() as desk:
        desk.accounts.add("bob", Role.READER, now=site.clock.now())  # has no passphrase yet
        desk.accounts.add("eve", Role.READER, now=site.clock.now())
        desk.accounts.set_passphrase("eve", HASHED)
        desk.accounts.disable("eve")
    told = set()
    for handle in ("lise", "personne", "bob", "eve", "x" * 500, "' OR 1=1 --"):
        right = PASSPHRASE if handle == "eve" else "fausse"
        reply = site.post("/login", [("handle", handle), ("passphrase", right)])
        told.add((reply.status, reply.text.replace(handle[:80].replace("'", "&#39;"), "NAME")))
    assert len(told) == 1
    assert len(tried) == 6


def test_guesses_are_held_back_and_end(site, lise, quick):
    def guess(passphrase="fausse", **headers):
        return site.post("/login", {**LISE, "passphrase": passphrase}.items(), **headers)

    known = "; ".join(one.partition(";")[0] for one in guess(PASSPHRASE).cookies.values()
                      if "browser" in one)  # fmt: skip
    assert [guess(X_Forwarded_For=f"203.0.113.{n}").status for n in range(5)] == [422] * 5
    reply = guess(X_Forwarded_For="203.0.113.99")
    assert reply.status == 429
    assert int(reply.headers["retry-after"]) == 5
    assert guess(PASSPHRASE).status == 429, "even the right one waits: guessing learns nothing"
    assert guess(PASSPHRASE, Cookie=known).status == 303, "not where she signed in before"
    site.clock.advance(seconds=6)
    assert guess(PASSPHRASE).status == 303, "nobody is locked out for ever"
    waits = []
    for _ in range(12):
        while (reply := guess()).status == 429:
            waits.append(int(reply.headers["retry-after"]))
            site.clock.advance(seconds=waits[-1])
    assert max(waits) <= 300
    site.clock.advance(hours=2)
    nobody = [("handle", "personne"), ("passphrase", "x")]
    told = [site.post("/login", nobody).status for _ in range(7)]
    assert told == [422] * 5 + [429] * 2, "nor does the waiting tell who exists"


def test_one_origin_is_held_back_whoever_it_names(site, lise, quick):
    told = [
        site.post(
            "/login", [("handle", f"n{n}"), ("passphrase", "x")], X_Forwarded_For=f"203.0.113.{n}"
        ).status
        for n in range(32)
    ]
    assert told.count(422) == 30
    assert told[-1] == 429


# The code of a telephone


@pytest.fixture
def secret(site, lise, quick):
    secret = totp.new_secret()
    with lise() as desk:
        desk.accounts.set_totp("lise", secret, step=0, codes=[totp.recovery_hash("abcde-fghjk")])
    return secret


def code_now(site, secret) -> str:
    import pyotp

    return pyotp.TOTP(secret).at(site.clock.now())


def test_a_passphrase_alone_is_half_a_way_in(site, secret):
    reply = site.post("/login", {**LISE, "next": "/account"}.items())
    assert reply.headers["location"] == "/login/code?next=%2Faccount"
    half = cookie_of(reply)
    assert not is_in(site, half)
    assert site.get("/login", Cookie=half).status == 200
    assert site.get("/login/code").headers["location"] == "/login"
    assert site.post("/login/code", [("code", "000000")], Cookie=half).status == 422
    right = code_now(site, secret)
    reply = site.post("/login/code", [("code", right), ("next", "//evil.example")], Cookie=half)
    assert reply.status == 303
    assert "evil" not in reply.headers["location"]
    assert is_in(site, cookie_of(reply))
    assert not is_in(site, half)
    again = cookie_of(site.post("/login", LISE.items()))
    assert site.post("/login/code", [("code", right)], Cookie=again).status == 422, "used before"
    for status in (303, 422):  # codes on paper work once too
        again = cookie_of(site.post("/login", LISE.items()))
        reply = site.post("/login/code", [("code", " ABCDE fghjk")], Cookie=again)
        assert reply.status == status
    half = cookie_of(site.post("/login", LISE.items()))
    site.clock.advance(minutes=11)
    right = code_now(site, secret)
    reply = site.post("/login/code", [("code", right)], Cookie=half)
    assert reply.headers["location"] == "/login", "too late"


def test_codes_are_not_guessed(site, secret):
    half = cookie_of(site.post("/login", LISE.items()))
    told = [site.post("/login/code", [("code", f"{n:06}")], Cookie=half).status for n in range(8)]
    assert told.count(422) == 4
    assert told[-1] == 429


# Links


def test_a_link_works_once_and_not_for_long(site, lise):
    now = site.clock.now()
    with lise() as desk:
        token = desk.accounts.make_link("lise", lasting=timedelta(hours=1), now=now)
        assert token not in "".join(desk.db.connection.iterdump())
    path = f"/login/link/{token}"
    new = [("passphrase", "cinq mots bien plus longs"), ("again", "cinq mots bien plus longs")]
    for method in ("GET", "HEAD", "GET"):  # mail scanners look at links
        assert site.ask(method, path).status == 200
    assert site.post(path, new, Origin="https://evil.example").status == 403
    for short in ("court", "lise lise lise", "aaaaaaaaaaaaaaaa", "abcdefghijklmnop"):
        assert site.post(path, [("passphrase", short), ("again", short)]).status == 422
    cookie = entered(site)
    with lise() as desk:
        key = desk.keys.make("lise", "un programme", now=now)
    assert site.post(path, new).headers["location"] == "/login?done=1"
    assert not is_in(site, cookie), "whoever was in is out"
    with lise() as desk:
        assert desk.keys.find(key, now=now) is None, "and so are their programs"
    assert site.get(path).status == 404
    assert site.post(path, new).status == 404
    assert site.post("/login", LISE.items()).status == 422
    with lise() as desk:
        dead = desk.accounts.make_link("lise", lasting=timedelta(hours=1), now=now)
        desk.accounts.set_passphrase("lise", HASHED)
    assert site.get(f"/login/link/{dead}").status == 404, "another was chosen meanwhile"
    with lise() as desk:
        late = desk.accounts.make_link("lise", lasting=timedelta(hours=1), now=now)
    site.clock.advance(hours=2)
    assert site.get(f"/login/link/{late}").status == 404
    assert site.get("/login/link/x").status == 404


def test_a_letter_recovers_an_account_and_tells_nobody_which_there_are(site, lise):
    with lise() as desk:
        desk.accounts.describe("lise", name="Lise", email="lise@example.org")
    said = {site.post("/login/forgotten", [("who", who)]).text for who in ("personne", "lise", "x")}
    assert len(said) == 1
    _message, text = site.letter()
    assert site.get(site.path_in(text)).status == 200
    for _ in range(4):
        site.post("/login/forgotten", [("who", "lise@example.org")])
    assert len(site.bag.letters) <= 3, "and is no way to flood her"


# Around


def test_odd_input_is_refused_and_breaks_nothing(site, quick):
    lise = signed_in(site)
    huge = "9" * 30
    for path in (f"/users/audit?before={huge}", "/users/%00", "/users/%ff", f"/users/{'x' * 9000}"):
        assert lise.get(path).status in {400, 404}, path
    for fields in ([("number", huge)], [("number", "-1")], [("number", "x")]):
        assert lise.post("/account/sessions", fields).status == 400
    assert lise.post(f"/account/keys/{huge}/revoke").status == 400
    for odd in ("\0", "\ufffd", "é" * 9000, "%ff", "\r\n"):
        for field in ("handle", "passphrase"):
            told = site.post("/login", {**LISE, field: odd}.items())
            assert told.status in {422, 429}, odd
        assert site.get(f"/account?x={urlencode({'y': odd})}", Cookie=f"{SESSION}=x").status == 303
    assert site.ask("POST", "/login", b"\xff\xfe=%zz&&&=", Content_Type="text/plain").status < 500
    assert (
        site.ask("POST", "/login", '{"handle": []}', Content_Type="application/json").status < 500
    )


@pytest.mark.parametrize(
    "path",
    ["/static/../site.py", "/static/..%2fsite.py", "/static/%2e%2e/site.py",
     "/static/....//site.py", "/static//etc/passwd", "/static/..%5csite.py",
     "/static/%2e%2e%2f%2e%2e%2fconfig.py", "/static/..%c0%afsite.py", "/static/\x7f", "/static/"],
)  # fmt: skip
def test_nothing_is_read_beside_the_static_files(site, path):
    from urllib.parse import quote

    reply = site.get(quote(path, safe="/%"))
    assert reply.status in {404, 405}
    assert "import" not in reply.text


def test_a_web_server_is_believed_only_where_it_is_trusted(tmp_path):
    known = CONFIG + "web:\n  sso_header: X-Remote-User\n  trusted_proxies: [%s]\n"
    for trusted, status in (("10.9.9.9", 200), ("127.0.0.1", 303)):
        workspace = made_workspace(tmp_path / trusted, known % (9, trusted))
        with served(workspace) as site:
            signed_in(site, Role.READER)
            for told in ("127.0.0.1", "10.9.9.9", ""):
                reply = site.get("/login", X_Remote_User="reader", X_Forwarded_For=told)
                assert reply.status == status
    with served(workspace) as site:
        assert site.get("/login", X_Remote_User="personne").status == 200
        assert site.ask("HEAD", "/login", X_Remote_User="reader").status == 200
        cookie = cookie_of(site.get("/login", X_Remote_User="Reader"))
        assert site.get("/account", Cookie=cookie, X_Remote_User="reader").status == 200
        assert site.get("/account", Cookie=cookie).status == 303, "not vouched for any more"
        assert site.get("/account", Cookie=cookie, X_Remote_User="admin").status == 303
        own = signed_in(site, Role.READER)
        assert own.get("/account", X_Remote_User="admin").status == 303
