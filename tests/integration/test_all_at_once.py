"""Everything at once, in processes of their own: people review in the web app while nights run and
publish in a loop, backups are made, and the catalogue is queried. Nobody sees an error, and each
decision counts. The waits are printed (`pytest -s`).
"""

import random
import re
import sys
import threading
import time
from collections import Counter, defaultdict
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
from fakes.asking import readers
from fakes.kills import new_night
from fakes.morning import cards, seen
from fakes.pages import Served, signed_in
from fakes.processes import VEILLE, kill_all, run, start

from veille.clock import SystemClock
from veille.keeping.filling import verify_backup
from veille.keeping.sealing import VARIABLE, new_key
from veille.staff.accounts import Role
from veille.store import open_watch
from veille.store.desk import open_desk
from veille.workspace import open_workspace

KEY = new_key()
PEOPLE = ("lea", "noe", "ada")
QUEUES = ("/review", "/review", "/review?state=accepted", "/review?state=aside")
ELSEWHERE = ("/dashboard", "/search?q=coop%C3%A9rative", "/runs", "/sources")


class Together:
    """A workspace at work; what each waited for, and what went wrong."""

    def __init__(self, root):
        self.root = root
        self.workspace = open_workspace(root)
        self.over = threading.Event()
        self.waits = defaultdict(list)
        self.answers = Counter()
        self.errors = []
        self.backups = root.parent / "backups"

    def command(self, what, *words):
        """Run a command to its end; anything it complains of is an error."""
        began = time.monotonic()
        done = run(
            [VEILLE, *words, "-w", str(self.root)], self.root, seconds=300, **{VARIABLE: KEY}
        )
        self.waits[what].append(time.monotonic() - began)
        if done.returncode or "Traceback" in done.stderr:
            self.errors.append((what, done.returncode, done.stdout, done.stderr))

    def nights(self):
        while not self.over.is_set():
            self.command("night", "run", "nightly", "--all")
            if not self.over.is_set():
                self.command("publish", "publish")

    def back_up(self):
        while not self.over.is_set():
            self.command("backup", "backup", str(self.backups), "--keep", "3")
            self.over.wait(1)

    def page(self, ask, what, path, fields=None):
        began = time.monotonic()
        answer = ask(path, fields) if fields else ask(path)
        self.waits[what].append(time.monotonic() - began)
        self.answers[what, answer.status] += 1
        if answer.status not in ({303, 409} if fields else {200}):
            self.errors.append((path, answer.status, answer.text[:2000]))
        return answer

    def review(self, who, drawn):
        """Decide on one of the first cards, which the others look at too; now and then look away.

        What another decided meanwhile is told with a 409: nothing was written, and it is no error.
        """
        while not self.over.is_set():
            if drawn.random() < 0.2:
                self.page(who.get, "other pages", drawn.choice(ELSEWHERE))
            text = self.page(who.get, "queue", drawn.choice(QUEUES)).text
            if found := cards(text)[:4]:
                item_id = drawn.choice(found)
                fields = [
                    ("do", drawn.choice(["accept", "keep", "irrelevant", "aside"])),
                    ("relevant", "yes"), ("domain", "governance"), ("region", "QC-05"),
                    ("shown_for", "uncertain"), *(("seen", one) for one in seen(text, item_id)),
                ]  # fmt: skip
                self.page(who.post, "decide", "/review/decide", fields)
            self.over.wait(drawn.uniform(0, 0.5))

    def _guarded(self, work, *given):
        try:
            work(*given)
        except Exception as error:  # noqa: BLE001 (a thread's own would be lost)
            self.errors.append((work.__name__, repr(error)))

    def live(self, seconds, count):
        """Let all of them work for so long, beside so many readers of the catalogue."""
        with ExitStack() as stack:
            web = start([VEILLE, "serve", "--port", "0", "-w", str(self.root)], self.root)
            stack.callback(kill_all, web)
            port = int(re.search(r"127\.0\.0\.1:(\d+)", web.stdout.readline())[1])
            site = Served(self.workspace, port, SystemClock(), None)
            people = [signed_in(site, Role.REVIEWER, name) for name in PEOPLE]
            asked = stack.enter_context(readers(self.workspace.catalogue, count, pause=0.5))
            works = [
                (self.nights,), (self.back_up,),
                *((self.review, who, random.Random(who.handle)) for who in people),
            ]  # fmt: skip
            threads = [threading.Thread(target=self._guarded, args=one) for one in works]
            for thread in threads:
                thread.start()
            time.sleep(seconds)
            self.over.set()
            for thread in threads:
                thread.join()
            web.terminate()
            _said, complained = web.communicate(timeout=20)
        self.waits["query"] = [wait for one in asked for wait in one.waits]
        if "Traceback" in complained or web.returncode:
            self.errors.append(("serve", web.returncode, complained))
        return asked

    def told(self):
        """Return a line of figures for each kind of wait."""
        lines = []
        for what, waits in self.waits.items():
            waits.sort()
            p50, p95 = (waits[int(len(waits) * share)] for share in (0.5, 0.95))
            told = f"p50 {p50:.3f}   p95 {p95:.3f}   max {waits[-1]:.3f} s"
            lines.append(f"{what:12} {len(waits):5}   {told}")
        return "\n".join([*lines, str(dict(self.answers))])


@pytest.mark.slow
def test_nobody_sees_an_error_and_each_decision_counts(tmp_path, fitted):
    """For two minutes; ten readers, three people."""
    root = new_night(tmp_path / "w", fitted, 2, datetime.now(UTC))
    together = Together(root)
    together.command("first night", "run", "nightly")
    asked = together.live(120, 10)
    sys.stdout.write(f"\n{together.told()}\n")
    assert together.errors == []
    assert all(one.waits for one in asked)
    decided = together.answers["decide", 303]
    assert decided > 0
    with open_desk(together.workspace.desk) as desk:
        decisions = desk.decisions.since()
    assert len({one.act for one in decisions}) == decided
    together.command("last night", "run", "nightly", "--only", "take")
    assert together.errors == []
    with open_watch(together.workspace.watch, now=datetime.now(UTC)) as watch:
        assert watch.db.rows("SELECT count(*) AS n FROM decisions") == [{"n": len(decisions)}]
    made = list(together.backups.glob("2*"))
    assert 0 < len(made) <= 3
    for one in made:
        verify_backup(one, KEY)
