"""Many hands at once: web pages, commands, a delivery; and one that is killed."""

import os
import random
import signal
import subprocess
import sys
import textwrap
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from fakes.readers import ADA, NOW, TEXT, newcomer, open_readers, subscribed

from veille.subscribers.choices import Choices

TESTS = Path(__file__).resolve().parents[2]
HEAD = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[2:]
from fakes.readers import *
path = Path(sys.argv[1])
"""


def start(path, script):
    return subprocess.Popen(
        [sys.executable, "-c", HEAD + textwrap.dedent(script), path, TESTS, TESTS.parent],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )


def test_two_processes_make_the_store_and_add_the_same_person_once(path):
    script = """
    print("ready", flush=True)
    sys.stdin.readline()
    with open_readers(path) as readers:
        for n in range(20):
            new = [newcomer(f"a{n}@example.org")]
            print(*readers.bring(new, actor="staff", way="add", now=NOW))
    """
    both = [start(path, script) for _ in range(2)]
    for one in both:
        assert one.stdout.readline() == "ready\n"
    for one in both:
        one.stdin.write("go\n")
        one.stdin.flush()
    told = [one.communicate(timeout=60)[0].split() for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert all({a, b} == {"added", "known"} for a, b in zip(*told, strict=True))
    with open_readers(path) as readers:
        assert len(readers.people()) == 20
        assert len(readers.db.rows("SELECT * FROM consents")) == 20


def test_threads_share_one_store(readers):
    def sign_up(n):
        return readers.sign_up(f"a{n % 5}@example.org", Choices(), TEXT, now=NOW).token

    with ThreadPoolExecutor(8) as pool:
        tokens = [token for token in pool.map(sign_up, range(25)) if token]
        people = list(pool.map(lambda token: readers.confirm(token, now=NOW), tokens))
    assert len(readers.people()) == 5
    assert {one.subscriber_id for one in people} == {p.subscriber_id for p in readers.people()}


def test_of_two_leaving_at_once_one_line_is_written(path, readers):
    person = subscribed(readers)
    with open_readers(path) as other, ThreadPoolExecutor(2) as pool:
        hands = [readers, other] * 5
        done = list(pool.map(lambda hand: hand.leave(person.subscriber_id, now=NOW), hands))
    assert done.count(True) == 1
    assert len(readers.ledger(person.subscriber_id)) == 2


IMPORT = """
new = [newcomer(f"import{n}@example.org") for n in range(2000)]
print("ready", flush=True)
with open_readers(path) as readers:
    readers.bring(new, actor="staff", way="import l.csv", now=NOW)
    print("done", flush=True)
"""


def kill_while_importing(path, seconds):
    """Start an import of 2,000 people, kill it, and return whether it had said that it was done."""
    with start(path, IMPORT) as importing:
        assert importing.stdout.readline() == "ready\n"
        time.sleep(seconds)
        os.kill(importing.pid, signal.SIGKILL)
        return "done" in importing.stdout.read()


def check_all_or_nothing(path, told):
    with open_readers(path) as readers:
        people = readers.people()
        consents = readers.db.rows("SELECT * FROM consents")
        imported = sum(one.address.startswith("import") for one in people)
        assert imported in ({2000} if told else {0, 2000})
        assert len(consents) == len(people)
        assert readers.find(ADA)
        assert readers.db.rows("PRAGMA integrity_check") == [{"integrity_check": "ok"}]
        return imported


@pytest.mark.slow
def test_a_killed_import_leaves_all_of_a_file_or_nothing(path):
    with open_readers(path) as readers:
        subscribed(readers)
    for seconds in (0.02, 0.1, 0.2):
        if check_all_or_nothing(path, kill_while_importing(path, seconds)):
            break
    with open_readers(path) as readers:
        new = [newcomer(f"import{n}@example.org") for n in range(2000)]
        readers.bring(new, actor="staff", way="import l.csv", now=NOW)
        assert len(readers.people()) == 2001


@pytest.mark.slow
def test_imports_killed_at_thirty_moments_leave_all_or_nothing(tmp_path):
    chance = random.Random(5)
    outcomes = []
    for n in range(30):
        path = tmp_path / str(n) / "subscribers.sqlite"
        with open_readers(path) as readers:
            subscribed(readers)
        told = kill_while_importing(path, chance.uniform(0.0, 0.6))
        outcomes.append(check_all_or_nothing(path, told))
    assert set(outcomes) == {0, 2000}
