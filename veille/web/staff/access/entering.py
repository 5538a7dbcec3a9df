"""What lets somebody in: a passphrase, then perhaps a code, and how often they may be tried."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from fastapi import Request
from itsdangerous import BadSignature, Signer

from veille.secret import read_secret
from veille.staff.accounts import Account
from veille.staff.passphrases import hash_passphrase, is_dated, is_passphrase
from veille.staff.totp import recovery_hash, step_of
from veille.store.desk import Desk
from veille.subscribers.gate import origin_of
from veille.subscribers.tokens import Keys
from veille.web.site import Site
from veille.web.staff.cookies import Jar

UNKNOWN = "(unknown)"
"""Who failed to sign in, for the audit trail, when what was typed is no account's name: it may be a
passphrase in the wrong field."""


@dataclass(frozen=True, slots=True)
class Tried:
    """What came of a try: whose account it opened, or how long to wait; neither when wrong."""

    account: Account | None = None
    wait: timedelta = timedelta()


def try_passphrase(request: Request, site: Site, desk: Desk, handle: str, passphrase: str) -> Tried:
    """Try a passphrase. Nothing in how long it takes or what is told depends on whether there is
    such an account."""
    now = site.clock.now()
    counted = _counted(request, site, handle)
    if wait := desk.failures.begin(counted, now=now):
        return Tried(wait=wait)
    hashed = desk.accounts.passphrase_hash(handle)
    if not is_passphrase(passphrase, hashed):
        who = handle if desk.accounts.find(handle) else UNKNOWN
        desk.audit.note(who, "session.refused", now=now)
        return Tried()
    desk.failures.forgive(counted, now=now)
    if is_dated(hashed):
        desk.accounts.set_passphrase(handle, hash_passphrase(passphrase))
    return Tried(desk.accounts.the(handle))


def try_code(site: Site, desk: Desk, account: Account, code: str) -> Tried:
    """Try the six digits of a telephone, or a code from the sheet of paper."""
    now = site.clock.now()
    counted = {"code": _keys(site).hash_of("sign-in.code", account.handle)}
    if wait := desk.failures.begin(counted, now=now):
        return Tried(wait=wait)
    if not _spend(desk, account.handle, code, now):
        desk.audit.note(account.handle, "session.refused", detail="code", now=now)
        return Tried()
    desk.failures.forgive(counted, now=now)
    return Tried(account)


def may_ask_for_a_letter(request: Request, site: Site, desk: Desk) -> timedelta:
    """Count a letter asked for to recover an account; return how long to wait instead."""
    counted = {"recovery": _keys(site).hash_of("sign-in.origin", _origin(request))}
    return desk.failures.begin(counted, now=site.clock.now())


def mark_of_browser(site: Site, handle: str, drawn: str) -> str:
    """Return the mark of a browser in which somebody signed in; it gives no access."""
    return _marker(site).sign(f"{handle}:{drawn}").decode()


def _counted(request: Request, site: Site, handle: str) -> Mapping[str, str]:
    keys = _keys(site)
    counted = {"origin": keys.hash_of("sign-in.origin", _origin(request))}
    if browser := _known_browser(request, site, handle):
        return {**counted, "browser": keys.hash_of("sign-in.browser", browser)}
    return {**counted, "account": keys.hash_of("sign-in.account", handle[:80])}


def _known_browser(request: Request, site: Site, handle: str) -> str:
    """Return the mark of a browser in which this account signed in before; empty if it did not."""
    try:
        mark = _marker(site).unsign(Jar(request, site).mark).decode()
    except BadSignature:
        return ""
    return mark if mark.partition(":")[0] == handle else ""


def _spend(desk: Desk, handle: str, code: str, now: datetime) -> bool:
    secret, _last = desk.accounts.totp(handle)
    step = step_of(secret, code, now) if secret else None
    if step is not None:
        return desk.accounts.spend_step(handle, step)
    return desk.accounts.spend_recovery(handle, recovery_hash(code))


def _origin(request: Request) -> str:
    return origin_of(request.client.host) if request.client else ""


def _keys(site: Site) -> Keys:
    return Keys(read_secret(site.workspace.var / "secret"))


def _marker(site: Site) -> Signer:
    return Signer(read_secret(site.workspace.var / "secret"), salt="veille.browser")
