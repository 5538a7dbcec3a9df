"""What do 10,000 messages cost?

An issue of fifty items is composed from 2,000 candidates, rendered in 60 editions, and queued for
10,000 invented readers in a store on disk; all in one process, start-up not counted. Floors: each
edition's HTML through css-inline alone; as many bare rows into SQLite in one transaction. Then what
each message costs when it leaves: written (the library's own message of the same two texts),
signed with RSA of 2,048 bits, written down before and after it was sent (two bare transactions of
SQLite, on disk too).
"""

import resource
import sqlite3
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import TypeVar

import css_inline
from fakes.issues import NOW, WEEK, candidate
from fakes.mailing import DOMAINS, REGIONS, Mailing, mailing

from benchmarks.figures import Figure, Size
from veille.deliver.message import letterhead, write_message
from veille.deliver.signing import open_signer
from veille.digest.draft import compose, issue_from
from veille.mailout import plan_issue
from veille.model.bulletin import Approved, Issue, RenderedMail
from veille.model.deliveries import Addressee, Answer, Outcome, Queued, State
from veille.settings.digest import DigestSettings
from veille.store.outbox import Outbox

T = TypeVar("T")
LATER = NOW + timedelta(days=1)
SETTINGS = DigestSettings(cap=50, per_source=2_000)
PEOPLE = {Size.SMALL: 120, Size.USUAL: 10_000, Size.LARGE: 100_000}
CANDIDATES = {Size.SMALL: 100, Size.USUAL: 2_000, Size.LARGE: 2_000}
LEAVING = {Size.SMALL: 3, Size.USUAL: 200, Size.LARGE: 200}


def measure(size: Size) -> list[Figure]:
    """Return what an issue costs until it is queued, and each message after."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        made = mailing(folder / "w", 25, PEOPLE[size])
        spent: dict[str, float] = {}
        with timed(spent, "compose"):
            issue = composed(CANDIDATES[size])
        with made.readers() as readers:
            outbox = Outbox(readers.db)
            with timed(spent, "render"):
                plan = plan_issue(made.bulletins, readers, Approved(issue, "Lise", NOW), LATER)
            mails = [post.mail for post in plan.posts]
            with timed(spent, "queue"):
                queued = outbox.queue(issue.name, mails, plan.readers, LATER)
            assert queued == PEOPLE[size], queued
            peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            with timed(spent, "inline"):
                for mail in mails:
                    css_inline.inline(mail.html)
            with timed(spent, "rows"):
                bare_rows(folder / "bare.sqlite", queued)
            each = list(leaving(made, outbox, issue.name, folder, LEAVING[size]))
    return [
        Figure(
            name=f"compose from {CANDIDATES[size]:,} candidates", value=spent["compose"],
            unit="CPU-s",
        ),
        Figure(
            name=f"render {len(mails)} editions", value=spent["render"], unit="CPU-s",
            beside="css-inline alone", floor=spent["inline"],
        ),
        Figure(
            name=f"queue {queued:,} messages", value=spent["queue"], unit="CPU-s",
            beside="bare rows", floor=spent["rows"],
        ),
        Figure(name="memory of the process", value=peak, unit="MB", most=1_000),
        *each,
    ]  # fmt: skip


def composed(count: int) -> Issue:
    """Return an issue of fifty items, chosen from so many."""
    candidates = [
        candidate(
            f"i{n}",
            f"Une coopérative de solidarité ouvre ses portes, no {n} : « l’économie sociale »",
            "Une assemblée s’est tenue et le financement est réuni. " * 20,
            domains=(DOMAINS[n % 3],),
            regions=(REGIONS[n // 3 % 9],),
            quote=45,
            policy="quote",
        )
        for n in range(count)
    ]
    draft = compose(candidates, WEEK, 7, SETTINGS, today=NOW.date())
    return issue_from(draft, candidates, SETTINGS)[0]


def leaving(
    made: Mailing, outbox: Outbox, issue: str, folder: Path, count: int
) -> Iterator[Figure]:
    """Yield what one message costs after it was queued, in CPU milliseconds."""
    signer = open_signer(_key(folder), domain="exemple.org", selector="veille")
    head = letterhead(made.workspace.settings.deliver)
    waiting = outbox.due(issue, LATER, limit=count)
    mails = {one.edition: outbox.mail(issue, one.edition) for one in waiting}
    someone = Addressee("s", "lise@example.org", "https://v.example/p?t=x", "https://v.example/u")

    def written(one: Queued) -> bytes:
        return write_message(mails[one.edition], someone, head, key=one.key, at=LATER)

    def noted(one: Queued) -> None:
        outbox.begin(one.key, LATER)
        answer = Answer(Outcome.ACCEPTED, 250)
        outbox.conclude(one.key, State.SENT, answer, datetime.now(UTC))

    messages = [written(one) for one in waiting]
    with closing(sqlite3.connect(folder / "notes.sqlite", isolation_level=None)) as notes:
        notes.execute("PRAGMA journal_mode = WAL")
        notes.execute("PRAGMA synchronous = FULL")
        notes.execute("CREATE TABLE outbox (key TEXT PRIMARY KEY, state TEXT) WITHOUT ROWID")
        bare = each_of(waiting, lambda one: bare_notes(notes, one.key))
    yield Figure(
        name="write one", value=each_of(waiting, written), unit="ms",
        beside="the library's own message",
        floor=each_of(waiting, lambda one: bare_message(mails[one.edition])),
    )  # fmt: skip
    yield Figure(
        name="sign one", value=each_of(messages, signer.sign), unit="ms",
        note="dkimpy raises to a power of 2,048 bits in Python; nothing else signs without OpenSSL",
    )  # fmt: skip
    yield Figure(
        name="write down one", value=each_of(waiting, noted), unit="ms",
        beside="two bare transactions", floor=bare,
    )  # fmt: skip


def each_of(these: Sequence[T], work: Callable[[T], object]) -> float:
    """Return the CPU milliseconds that each of these took."""
    begun = time.process_time()
    for one in these:
        work(one)
    return 1_000 * (time.process_time() - begun) / len(these)


def bare_message(mail: RenderedMail) -> bytes:
    """Write a message as the library does by itself, with the fewest headers."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"] = "bulletin@exemple.org", "lise@example.org"
    message["Subject"] = mail.subject
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    return message.as_bytes()


def bare_notes(notes: sqlite3.Connection, key: str) -> None:
    """Write a message's state down twice, each time for good."""
    notes.execute("INSERT OR REPLACE INTO outbox VALUES (?, 'sending')", (key,))
    notes.execute("UPDATE outbox SET state = 'sent' WHERE key = ?", (key,))


def bare_rows(path: Path, count: int) -> None:
    """Write so many rows in one transaction."""
    with closing(sqlite3.connect(path)) as bare, bare:
        bare.execute("CREATE TABLE outbox (key TEXT PRIMARY KEY, reader TEXT, edition TEXT)")
        rows = ((f"{n:032x}", f"reader{n}", "edition") for n in range(count))
        bare.executemany("INSERT INTO outbox VALUES (?, ?, ?)", rows)


@contextmanager
def timed(spent: dict[str, float], part: str) -> Iterator[None]:
    """Keep the CPU seconds of what is inside."""
    begun = time.process_time()
    yield
    spent[part] = time.process_time() - begun


def _key(folder: Path) -> Path:
    key = folder / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    key.chmod(0o600)
    return key
