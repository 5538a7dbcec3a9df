"""The pages of a workspace, served on loopback, and a way to ask for them as browsers do."""

import contextlib
import http.client
import json
import re
import shutil
import threading
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import uvicorn
from fakes.clock import FakeClock

from veille.bulletins import Bulletins
from veille.bulletins.shelf import freeze
from veille.model.bulletin import Approved
from veille.model.deliveries import Answer, Outcome
from veille.staff.accounts import Role
from veille.staff.tokens import derived
from veille.store.desk import open_desk
from veille.subscriptions import open_readers
from veille.web.app import create_app
from veille.web.server import configured, listening
from veille.workspace import open_workspace

ROOT = Path(__file__).resolve().parents[2]
BASE = "https://veille.example.org"
NOW = datetime(2026, 11, 21, 15, tzinfo=UTC)
CONFIG = """
veille: {schema: 1, name: Veille ÉSS}
deliver:
  host: 127.0.0.1
  port: %d
  security: none
  from: Veille ÉSS <bulletin@pole.example.org>
  organisation: Le Pôle
  postal_address: "1, rue du Marché, Montréal (Québec)"
  contact: veille@pole.example.org
  public_url: https://veille.example.org
"""


class Postbag:
    """A transport that keeps what it is given; `answers` are given first."""

    def __init__(self):
        self.letters = []
        self.answers = []

    def deliver(self, message, before_data):
        before_data()
        if self.answers:
            return self.answers.pop(0)
        self.letters.append(message)
        return Answer(Outcome.ACCEPTED, 250)

    def abort(self):
        pass

    def close(self):
        pass


@dataclass
class Reply:
    status: int
    headers: dict
    text: str
    cookies: dict = field(default_factory=dict)  # by name, each as it was set, in whole


@dataclass
class Served:
    """A running site: `get`, `post` and `ask` it; `bag` has the letters it sent."""

    workspace: object
    port: int
    clock: FakeClock
    bag: Postbag
    app: object = field(repr=False, default=None)

    def ask(self, method, path, body=None, **headers) -> Reply:
        link = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        link.request(method, path, body, given)
        answer = link.getresponse()
        text = answer.read().decode("utf-8", "replace")
        link.close()
        told = {k.lower(): v for k, v in answer.getheaders()}
        cookies = {one.partition("=")[0]: one for one in answer.headers.get_all("set-cookie", [])}
        return Reply(answer.status, told, text, cookies)

    def get(self, path, **headers) -> Reply:
        return self.ask("GET", path, **headers)

    def post(self, path, fields=(), **headers) -> Reply:
        given = {"Content-Type": "application/x-www-form-urlencoded", **headers}
        return self.ask("POST", path, urlencode(list(fields), doseq=True), **given)

    def sign_up(self, address, **fields) -> Reply:
        return self.post("/subscribe", {"email": address, **fields}.items())

    def letter(self, n=1, seconds=10):
        """Wait for the n-th letter that was sent; return it as text, with its encoding undone."""
        import email
        import email.policy

        end = time.monotonic() + seconds
        while len(self.bag.letters) < n and time.monotonic() < end:
            time.sleep(0.01)
        message = email.message_from_bytes(
            self.bag.letters[n - 1].data, policy=email.policy.default
        )
        return message, message.get_content()

    def path_in(self, text) -> str:
        """Return the path of the link in a letter."""
        return re.search(rf"{re.escape(BASE)}(/\S+)", text)[1]

    def readers(self):
        return open_readers(self.workspace)

    def forget(self):
        """Go back to the beginning: each request opens the stores anew."""
        shutil.rmtree(self.workspace.var, ignore_errors=True)  # a test may have asked nothing
        self.app.state.site.issues.clear()
        self.bag.letters.clear()
        self.bag.answers.clear()
        self.clock.advance(seconds=(NOW - self.clock.now()).total_seconds())


@dataclass
class SignedIn:
    """Somebody's browser, signed in: `get` and `post` as they would, the form's token added."""

    served: Served
    handle: str
    token: str

    @property
    def cookie(self) -> str:
        return f"__Host-veille-session={self.token}"

    @property
    def csrf(self) -> str:
        return derived(self.token, "csrf")

    def get(self, path, **headers) -> Reply:
        return self.served.get(path, Cookie=self.cookie, **headers)

    def post(self, path, fields=(), **headers) -> Reply:
        """`fields` are pairs, or a mapping; those of `csrf` and the cookie are added."""
        pairs = list(fields.items() if isinstance(fields, dict) else fields)
        return self.served.post(path, [*pairs, ("csrf", self.csrf)], Cookie=self.cookie, **headers)

    def desk(self):
        return open_desk(self.served.workspace.var / "desk.sqlite")


def signed_in(served, role=Role.ADMIN, handle="") -> SignedIn:
    """Sign somebody of this role in, without a form; their handle is the role's name unless said.

    An administrator « admin » is there too: the first account is always one.
    """
    handle, now = handle or role.code, served.clock.now()
    with open_desk(served.workspace.var / "desk.sqlite") as desk:
        for name, given in (("admin", Role.ADMIN), (handle, role)):
            if desk.accounts.find(name) is None:
                desk.accounts.add(name, given, name=name.title(), now=now)
        return SignedIn(served, handle, desk.sessions.start(handle, now=now))


def made_workspace(folder, config=CONFIG, smtp_port=9):
    """Return a workspace with this config.yaml, and the models of the repository."""
    folder.mkdir(parents=True, exist_ok=True)
    folder.joinpath("config.yaml").write_text(
        config % smtp_port if "%d" in config else config, encoding="utf-8"
    )
    folder.joinpath("models").symlink_to(ROOT / "models")
    return open_workspace(folder)


def shelve(workspace, issue):
    """Approve an issue."""
    bulletins = Bulletins.of(workspace.root, workspace.settings, ())
    freeze(bulletins, Approved(issue, "essai", NOW))


@contextlib.contextmanager
def served(workspace, *, transport=None, clock=None):
    """Serve a workspace's pages with a clock of their own, until the block ends."""
    bag, clock = Postbag(), clock or FakeClock(NOW)
    app = create_app(workspace, clock, transport=transport or bag)
    listener = listening("127.0.0.1", 0)
    server = uvicorn.Server(configured(app, workspace.settings.web))
    thread = threading.Thread(target=server.run, args=([listener],))
    thread.start()
    while not server.started:
        assert thread.is_alive()
        time.sleep(0.01)
    port = listener.getsockname()[1]
    try:
        yield Served(workspace, port, clock, bag, app)
    finally:
        server.should_exit = True
        thread.join()


def dump(workspace) -> str:
    """Return all that the store of subscribers holds, as text."""
    with open_readers(workspace) as readers:
        return json.dumps(list(readers.db.connection.iterdump()), indent=1)
