"""How long do 60 editions and 10,000 messages take until they are queued? And each one after?

    python benchmarks/deliver.py [MESSAGES]

Composes a draft from 2,000 candidates, renders 60 editions of some fifty items, and queues the
messages of invented readers in a store on disk. Then, apart, on 200 of them: writing a message,
signing it (RSA, 2,048 bits), and what the outbox writes down for each. Prints seconds and the most
memory that the process held.
"""

import resource
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from fakes.issues import NOW, WEEK, candidate
from fakes.mailing import DOMAINS, REGIONS, mailing

from veille.bulletin import Approved
from veille.deliver.message import letterhead, write_message
from veille.deliver.signing import open_signer
from veille.deliveries import Addressee, Answer, Outcome, State
from veille.digest.draft import compose, issue_from
from veille.mailout import plan_issue
from veille.settings.digest import DigestSettings
from veille.store.outbox import Outbox

LATER = NOW + timedelta(days=1)
SETTINGS = DigestSettings(cap=50, per_source=2_000)


def main() -> int:
    people = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder:
        made = mailing(Path(folder), 25, people)
        began = time.perf_counter()
        issue = composed()
        lap = said("composing from 2,000 candidates", began)
        with made.readers() as readers:
            outbox = Outbox(readers.db)
            plan = plan_issue(made.bulletins, readers, Approved(issue, "Lise", NOW), LATER)
            lap = said(f"rendering {len(plan.posts)} editions", lap)
            mails = [post.mail for post in plan.posts]
            queued = outbox.queue(issue.name, mails, plan.readers, LATER)
            said(f"queuing {queued} messages", lap)
            said("in all", began)
            weights = sorted(len(mail.html.encode()) for mail in mails)
            print(f"HTML of an edition: {weights[30] // 1000} kB, {weights[-1] // 1000} at most")
            each(made, outbox, issue.name, Path(folder))
    print(f"memory: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1000} MB at most")
    return 0


def composed():
    """Return an issue of fifty items."""
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
        for n in range(2_000)
    ]
    draft = compose(candidates, WEEK, 7, SETTINGS, today=NOW.date())
    return issue_from(draft, candidates, SETTINGS)[0]


def each(made, outbox: Outbox, issue: str, folder: Path) -> None:
    """Measure what one message costs after it was queued."""
    key = folder / "key.pem"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    key.chmod(0o600)
    signer = open_signer(key, domain="exemple.org", selector="veille")
    head = letterhead(made.workspace.settings.deliver)
    waiting = outbox.due(issue, LATER, limit=200)
    someone = Addressee("s", "lise@example.org", "https://v.example/p?t=x", "https://v.example/u")
    mails = {one.edition: outbox.mail(issue, one.edition) for one in waiting}
    began = time.perf_counter()
    written = [
        write_message(mails[one.edition], someone, head, key=one.key, at=LATER) for one in waiting
    ]
    lap = said_each("writing", began, len(waiting))
    for message in written:
        signer.sign(message)
    lap = said_each("signing", lap, len(waiting))
    for one in waiting:
        outbox.begin(one.key, LATER)
        outbox.conclude(one.key, State.SENT, Answer(Outcome.ACCEPTED, 250), datetime.now(UTC))
    said_each("writing down (two transactions, on disk)", lap, len(waiting))


def said(what: str, since: float) -> float:
    now = time.perf_counter()
    print(f"{what}: {now - since:.2f} s")
    return now


def said_each(what: str, since: float, n: int) -> float:
    now = time.perf_counter()
    print(f"{what}, each: {(now - since) / n * 1000:.1f} ms")
    return now


if __name__ == "__main__":
    sys.exit(main())
